//! Charter versions and calendar, compiled: which periods of which duty are ruled by which version.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::Excuse;
use crate::calendar::{Calendar, WorkingTime};
use crate::charter::{Duty, Version};
use crate::identity::DutyId;
use crate::period::{Cadence, Period};

/// A week is prorated against ten half-days, whatever its holidays (DESIGN, exact rules).
const NOMINAL_WEEK: u32 = 10;

/// A period of a duty with what the calendar says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The period.
    pub period: Period,
    /// Last day whose evidence counts here: the period's last, for a day duty the last day before the next working day.
    pub until: NaiveDate,
    /// Last day on which a record is not late.
    pub due: NaiveDate,
    /// Working half-days of the period.
    pub working: u32,
    /// Half-days against which the quota is prorated.
    pub nominal: u32,
}

/// A duty as one charter version has it, with the periods that this version rules, in order.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The version's number.
    pub version: u32,
    /// The duty.
    pub duty: Duty,
    /// Its place in the charter's order.
    pub order: usize,
    /// The periods ruled. A day duty has slots for working days only.
    pub slots: Vec<Slot>,
}

impl Lane {
    /// The slot that `day` counts in: for a day duty the last working day at or before it.
    pub fn slot_of(&self, day: NaiveDate) -> Option<&Slot> {
        let after = self.slots.partition_point(|slot| slot.period.first <= day);
        let slot = self.slots.get(after.checked_sub(1)?)?;
        (day <= slot.until).then_some(slot)
    }
}

/// All the rules of an organisation over a range of days.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(super) lanes: Vec<Lane>,
    pub(super) time: WorkingTime,
    first: NaiveDate,
    last: NaiveDate,
}

impl Rules {
    /// Compiles the versions for periods that begin from the first version's effective day to `last`. Versions may come
    /// in any order; of two with the same effective day the higher number rules.
    pub fn compile(versions: &[Version], calendar: &Calendar, last: NaiveDate) -> Self {
        let mut ordered: Vec<&Version> = versions.iter().collect();
        ordered.sort_by_key(|version| (version.effective, version.number));
        let first = ordered.first().map_or(last, |version| version.effective);
        let margin = Days::new(400);
        let time = WorkingTime::of(calendar, first - margin, last + margin);
        let mut lanes: Vec<Lane> = Vec::new();
        // Where a duty's last ruled period ends: with a new cadence the old period in progress runs out first.
        let mut ends: BTreeMap<DutyId, NaiveDate> = BTreeMap::new();
        for (index, version) in ordered.iter().enumerate() {
            let until = match ordered.get(index + 1) {
                Some(next) => last.min(next.effective - Days::new(1)),
                None => last,
            };
            for (order, duty) in version.charter.duties.iter().enumerate() {
                let from = match ends.get(&duty.id) {
                    Some(end) => version.effective.max(*end + Days::new(1)),
                    None => version.effective,
                };
                let slots: Vec<Slot> = slots(duty, from, until, calendar, &time).collect();
                if let Some(slot) = slots.last() {
                    ends.insert(duty.id.clone(), slot.period.last);
                }
                lanes.push(Lane {
                    version: version.number,
                    duty: duty.clone(),
                    order,
                    slots,
                });
            }
        }
        Self {
            lanes,
            time,
            first,
            last,
        }
    }

    /// The lanes, by version and then in the charter's order.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// First day ruled.
    pub const fn first(&self) -> NaiveDate {
        self.first
    }

    /// Periods that begin after this day are not compiled.
    pub const fn last(&self) -> NaiveDate {
        self.last
    }
}

fn slots<'a>(
    duty: &'a Duty,
    from: NaiveDate,
    until: NaiveDate,
    calendar: &'a Calendar,
    time: &'a WorkingTime,
) -> impl Iterator<Item = Slot> + use<'a> {
    let periods = duty.cadence.beginning_between(from, until);
    periods
        .filter(|period| period.cadence != Cadence::Day || time.is_working(period.first))
        .map(|period| {
            let working = time.half_days(period.first, period.last);
            let until = match period.cadence {
                Cadence::Day => calendar.add_working_days(period.last, 1) - Days::new(1),
                _ => period.last,
            };
            let due = calendar.add_working_days(period.last, duty.grace);
            Slot {
                period,
                until,
                due,
                working,
                nominal: nominal(period, working),
            }
        })
}

/// Half-days against which a period's quota is prorated.
const fn nominal(period: Period, working: u32) -> u32 {
    if matches!(period.cadence, Cadence::Week) {
        NOMINAL_WEEK
    } else {
        working
    }
}

/// What a duty asks in a period of which `available` of the `working` half-days are there to be used.
pub(super) fn requirement(duty: &Duty, slot: &Slot, available: u32) -> Result<u32, Excuse> {
    if slot.working == 0 {
        Err(Excuse::NoWorkingDay)
    } else if !duty.prorated {
        // Half of the time or more: the whole quota; the charter knows no half reflection.
        if available.saturating_mul(2) < slot.working {
            Err(Excuse::LittleTime)
        } else {
            Ok(duty.quota)
        }
    } else {
        let share = round_half_up(
            u64::from(duty.quota) * u64::from(available),
            u64::from(slot.nominal),
        );
        let required = u32::try_from(share).unwrap_or(u32::MAX).min(duty.quota);
        if required == 0 {
            Err(Excuse::ProratedToNothing)
        } else {
            Ok(required)
        }
    }
}

/// `numerator / denominator` rounded to the nearest whole number, halves up. `denominator` is not 0.
const fn round_half_up(numerator: u64, denominator: u64) -> u64 {
    (2 * numerator + denominator) / (2 * denominator)
}

/// What a duty asks in `period` of somebody who is there all the time: the load meter's question.
pub fn full_requirement(duty: &Duty, period: Period, calendar: &Calendar) -> Result<u32, Excuse> {
    let working = calendar.working_half_days(period.first, period.last);
    let slot = Slot {
        period,
        until: period.last,
        due: period.last,
        working,
        nominal: nominal(period, working),
    };
    requirement(duty, &slot, working)
}
