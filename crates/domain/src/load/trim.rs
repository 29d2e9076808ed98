//! What trimming a charter would save. Computed by counting again with the duty changed; a person chooses.

use serde::Serialize;

use super::people::{People, Position};
use super::report::{as_text, cadence_word};
use super::{Burden, Hundredths, Scale};
use crate::charter::{Duty, Force};
use crate::identity::DutyId;
use crate::period::Cadence;

/// One way to ask less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "to")]
pub enum Measure {
    /// Make the duty encouraged instead of required.
    Encourage,
    /// Let it fall due less often.
    LessOften(#[serde(serialize_with = "cadence_word")] Cadence),
    /// Ask less each time: half, rounded up.
    SmallerQuota(u32),
}

/// A measure and what it saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trim {
    /// The duty.
    #[serde(serialize_with = "as_text")]
    pub duty: DutyId,
    /// What to change.
    pub measure: Measure,
    /// Required minutes saved in the year by everybody together, those who receive included.
    pub minutes: u64,
    /// The minutes as hours.
    pub hours: Hundredths,
    /// What one person of each position saves; positions that save nothing are left out.
    pub saves: Vec<Saving>,
    /// Whether with this change alone nobody is over the cap any more.
    pub within_cap: bool,
}

/// What one person saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Saving {
    /// The position.
    pub position: Position,
    /// Required minutes saved in the year.
    pub minutes: u64,
    /// The minutes as hours.
    pub hours: Hundredths,
}

/// All measures that save something, the greatest saving first; of equal ones those of earlier duties first.
pub(super) fn proposals(
    burdens: &[(&Duty, Burden)],
    people: &People,
    scale: Scale,
    recount: impl Fn(&Duty) -> Burden,
) -> Vec<Trim> {
    let required = || {
        burdens
            .iter()
            .filter(|(duty, _)| duty.force == Force::Required)
    };
    let mut loads = vec![0u64; people.groups.len()];
    for (_, burden) in required() {
        for (load, on) in loads.iter_mut().zip(&burden.on) {
            *load = load.saturating_add(on.minutes);
        }
    }
    let mut proposals = Vec::new();
    for (duty, before) in required() {
        for measure in measures(duty) {
            let after = changed(duty, measure).map(|duty| recount(&duty));
            let left = |index: usize| after.as_ref().map_or(0, |after| after.on[index].minutes);
            let mut trim = Trim {
                duty: duty.id.clone(),
                measure,
                minutes: 0,
                hours: Hundredths::default(),
                saves: Vec::new(),
                within_cap: true,
            };
            for (index, group) in people
                .groups
                .iter()
                .enumerate()
                .filter(|(_, group)| group.people > 0)
            {
                let minutes = before.on[index].minutes.saturating_sub(left(index));
                trim.within_cap &= !scale.over_cap(loads[index].saturating_sub(minutes));
                if minutes > 0 {
                    trim.minutes = trim
                        .minutes
                        .saturating_add(minutes.saturating_mul(group.people.into()));
                    let (position, hours) = (group.position.clone(), Hundredths::hours(minutes));
                    trim.saves.push(Saving {
                        position,
                        minutes,
                        hours,
                    });
                }
            }
            trim.hours = Hundredths::hours(trim.minutes);
            if trim.minutes > 0 {
                proposals.push(trim);
            }
        }
    }
    proposals.sort_by_key(|trim| std::cmp::Reverse(trim.minutes));
    proposals
}

fn measures(duty: &Duty) -> Vec<Measure> {
    let mut measures = vec![Measure::Encourage];
    let place = Cadence::ALL
        .into_iter()
        .position(|cadence| cadence == duty.cadence);
    let longer = place.and_then(|place| Cadence::ALL.get(place + 1));
    measures.extend(longer.map(|cadence| Measure::LessOften(*cadence)));
    if duty.quota > 1 {
        measures.push(Measure::SmallerQuota(duty.quota.div_ceil(2)));
    }
    measures
}

/// The duty with the measure taken; none if it is no longer required.
fn changed(duty: &Duty, measure: Measure) -> Option<Duty> {
    match measure {
        Measure::Encourage => None,
        Measure::LessOften(cadence) => Some(Duty {
            cadence,
            ..duty.clone()
        }),
        Measure::SmallerQuota(quota) => Some(Duty {
            quota,
            ..duty.clone()
        }),
    }
}
