//! What a piece of evidence can touch: which cells must be settled again when it comes, changes or goes.

use super::availability::selects;
use super::{Evidence, Rules};
use crate::identity::{DutyId, PersonId};
use crate::people::Roster;
use crate::period::Period;

/// Cells to settle again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// One duty of one person in one period.
    Cell {
        /// Whose.
        person: PersonId,
        /// Which duty.
        duty: DutyId,
        /// When.
        period: Period,
    },
    /// Everything of a person: an exclusive group passes evidence on from cell to cell, as far as the history goes.
    Person(PersonId),
}

/// The cells that `evidence` can count in, each once. If a person is named as a whole, none of his cells is.
pub fn reach(rules: &Rules, roster: &Roster, evidence: &Evidence) -> Vec<Reach> {
    let mut reached = Vec::new();
    for lane in rules.lanes() {
        if !lane
            .duty
            .evidence
            .accepts(&evidence.kind, evidence.category.as_deref())
        {
            continue;
        }
        let Some(slot) = lane.slot_of(evidence.date) else {
            continue;
        };
        let mut owners = vec![evidence.actor];
        if lane.duty.rests_on_post() {
            // The successor owes it; what the actor did as a predecessor counts there.
            for posting in roster.postings_on(evidence.actor, evidence.date) {
                let holders = roster.holders(posting.post).iter();
                owners.extend(
                    holders
                        .filter(|(_, span)| span.contains(slot.period.last))
                        .map(|(holder, _)| *holder),
                );
            }
        }
        reached.extend(owners.into_iter().map(|person| match lane.duty.exclusive {
            Some(_) => Reach::Person(person),
            None => Reach::Cell {
                person,
                duty: lane.duty.id.clone(),
                period: slot.period,
            },
        }));
    }
    reached.sort_unstable();
    reached.dedup();
    let whole: Vec<PersonId> = reached
        .iter()
        .filter_map(|reach| {
            if let Reach::Person(id) = reach {
                Some(*id)
            } else {
                None
            }
        })
        .collect();
    reached.retain(|reach| !matches!(reach, Reach::Cell { person, .. } if whole.contains(person)));
    reached
}

/// Whose evidence can count for `person`, `person` included: for a duty that rests on a post it is whoever has ever held that
/// post. Of one duty, or of all if none is named.
pub fn sources(
    rules: &Rules,
    roster: &Roster,
    person: PersonId,
    duty: Option<&DutyId>,
) -> Vec<PersonId> {
    let resting = rules
        .lanes()
        .iter()
        .map(|lane| &lane.duty)
        .filter(|of| of.rests_on_post() && duty.is_none_or(|wanted| of.id == *wanted));
    let resting: Vec<_> = resting.collect();
    let mut sources = vec![person];
    for posting in roster.postings(person) {
        if resting.iter().any(|duty| selects(duty, posting, roster)) {
            let holders = roster.holders(posting.post).iter();
            sources.extend(holders.map(|(holder, _)| *holder));
        }
    }
    sources.sort_unstable();
    sources.dedup();
    sources
}
