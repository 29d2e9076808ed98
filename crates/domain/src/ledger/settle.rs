//! Settling: from rules and facts to cells, person by person. Pure; streams, so that memory does not grow with people.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::availability::{
    Available, absence_at, any_absence, count, counterparts, in_scope, post_at_end, selects,
};
use super::rules::requirement;
use super::{Because, Cell, CellKey, Counted, Evidence, Excuse, Lane, Rules, Slot};
use crate::charter::{Force, Unit};
use crate::identity::{DutyId, PersonId, PostId};
use crate::people::Roster;
use crate::period::Period;
use crate::time::Span;

/// What is known of a person: who, and the evidence of everybody who can count for them (see [`super::sources`]).
#[derive(Clone, Copy, Debug)]
pub struct PersonFacts<'a> {
    /// Whose cells.
    pub person: PersonId,
    /// Evidence in any order; what is not about the person's duties is ignored.
    pub evidence: &'a [Evidence],
}

/// Settles all duties of a person in the periods that begin in `range`; cells come by lane, period and counterpart.
///
/// With exclusive groups the whole history must be given, since one piece of evidence goes to the first unmet duty.
pub fn settle(
    rules: &Rules,
    roster: &Roster,
    facts: PersonFacts<'_>,
    range: Span,
    mut sink: impl FnMut(Cell),
) {
    let mut evidence: Vec<&Evidence> = facts.evidence.iter().collect();
    evidence.sort_by_key(|piece| (piece.date, piece.recorded_at, piece.record));
    let mut cells = Vec::new();
    for (index, lane) in rules.lanes.iter().enumerate() {
        let from = lane
            .slots
            .partition_point(|slot| slot.period.first < range.first);
        for slot in lane.slots[from..]
            .iter()
            .take_while(|slot| range.contains(slot.period.first))
        {
            open_cells(rules, roster, facts.person, index, slot, &mut cells);
        }
        if evidence.is_empty() {
            cells.drain(..).for_each(|open: OpenCell| sink(open.cell));
        }
    }
    distribute(rules, roster, facts.person, &evidence, &mut cells);
    cells.into_iter().for_each(|open| sink(open.cell));
}

/// Settles one duty in one period. Only right for duties outside exclusive groups (see [`super::reach()`]).
pub fn settle_one(
    rules: &Rules,
    roster: &Roster,
    facts: PersonFacts<'_>,
    duty: &DutyId,
    period: Period,
    mut sink: impl FnMut(Cell),
) {
    let mut evidence: Vec<&Evidence> = facts.evidence.iter().collect();
    evidence.sort_by_key(|piece| (piece.date, piece.recorded_at, piece.record));
    let mut cells = Vec::new();
    for (index, lane) in rules
        .lanes
        .iter()
        .enumerate()
        .filter(|(_, lane)| lane.duty.id == *duty)
    {
        if let Some(slot) = lane.slots.iter().find(|slot| slot.period == period) {
            open_cells(rules, roster, facts.person, index, slot, &mut cells);
        }
    }
    distribute(rules, roster, facts.person, &evidence, &mut cells);
    cells.into_iter().for_each(|open| sink(open.cell));
}

/// A cell that evidence is still being laid into.
struct OpenCell {
    lane: usize,
    /// For a duty that rests on a post: the post, whose earlier holders' evidence counts too.
    post: Option<PostId>,
    cell: Cell,
}

fn open_cells(
    rules: &Rules,
    roster: &Roster,
    person: PersonId,
    index: usize,
    slot: &Slot,
    cells: &mut Vec<OpenCell>,
) {
    let lane = &rules.lanes[index];
    let duty = &lane.duty;
    let postings = roster.postings(person);
    let post = if duty.rests_on_post() {
        match post_at_end(duty, postings, roster, slot.period) {
            Some(post) => Some(post),
            None => return,
        }
    } else if in_scope(duty, postings, roster, slot.period) {
        None
    } else {
        return;
    };
    let Some(towards) = duty.counterpart else {
        let available = available(rules, roster, person, lane, slot, post, None);
        cells.push(open_cell(index, lane, slot, person, post, None, available));
        return;
    };
    for counterpart in counterparts(towards, person, post, roster, slot.period.last) {
        let available = available(rules, roster, person, lane, slot, post, Some(counterpart));
        cells.push(open_cell(
            index,
            lane,
            slot,
            person,
            post,
            Some(counterpart),
            available,
        ));
    }
}

fn open_cell(
    index: usize,
    lane: &Lane,
    slot: &Slot,
    person: PersonId,
    post: Option<PostId>,
    counterpart: Option<PersonId>,
    available: Available,
) -> OpenCell {
    let asked = match requirement(&lane.duty, slot, available.half_days) {
        Err(Excuse::LittleTime | Excuse::ProratedToNothing) if available.half_days == 0 => {
            Err(available.away.map_or(Excuse::LittleTime, Excuse::Away))
        }
        asked => asked,
    };
    let cell = Cell {
        key: CellKey {
            person,
            duty: lane.duty.id.clone(),
            counterpart,
            period: slot.period,
        },
        required: asked.unwrap_or(0),
        due: slot.due,
        binding: lane.duty.force != Force::Encouraged,
        counted: Vec::new(),
        because: Because {
            version: lane.version,
            article: lane.duty.article,
            nominal: slot.nominal,
            working: slot.working,
            available: available.half_days,
            excuse: asked.err(),
        },
    };
    OpenCell {
        lane: index,
        post,
        cell,
    }
}

/// Working half-days of the slot on which the owner (for a duty on a post: whoever held it that day) and the counterpart
/// were both there.
fn available(
    rules: &Rules,
    roster: &Roster,
    person: PersonId,
    lane: &Lane,
    slot: &Slot,
    post: Option<PostId>,
    counterpart: Option<PersonId>,
) -> Available {
    let period = slot.period;
    let duty = &lane.duty;
    let undisturbed = |who: PersonId| !any_absence(roster.absences(who), period);
    let holds_throughout = roster.postings(person).iter().any(|posting| {
        posting.span.covers(period.first, period.last)
            && post.is_none_or(|post| post == posting.post)
            && selects(duty, posting, roster)
    });
    let counterpart_throughout = counterpart.is_none_or(|other| {
        undisturbed(other)
            && roster
                .postings(other)
                .iter()
                .any(|p| p.span.covers(period.first, period.last))
    });
    // Nearly everybody, nearly always: nothing to look at day by day.
    if holds_throughout && undisturbed(person) && counterpart_throughout {
        return Available {
            half_days: slot.working,
            away: None,
        };
    }
    let holder_on = |day: NaiveDate| match post {
        Some(post) => roster
            .holders(post)
            .iter()
            .find(|(_, span)| span.contains(day))
            .map(|(holder, _)| *holder),
        None => {
            let scoped = roster
                .postings_on(person, day)
                .any(|posting| selects(duty, posting, roster));
            scoped.then_some(person)
        }
    };
    count(
        &rules.time,
        period,
        |half_day| {
            holder_on(half_day.date).is_some()
                && counterpart.is_none_or(|other| roster.serves_on(other, half_day.date))
        },
        |half_day| {
            let owner = holder_on(half_day.date)
                .and_then(|holder| absence_at(roster.absences(holder), half_day));
            owner.or_else(|| {
                counterpart.and_then(|other| absence_at(roster.absences(other), half_day))
            })
        },
    )
}

/// Lays each piece of evidence into the cells it counts for, in the order (date, recorded_at, record).
fn distribute(
    rules: &Rules,
    roster: &Roster,
    person: PersonId,
    evidence: &[&Evidence],
    cells: &mut [OpenCell],
) {
    if cells.is_empty() {
        return;
    }
    let mut places: BTreeMap<(usize, NaiveDate, Option<PersonId>), usize> = BTreeMap::new();
    for (place, open) in cells.iter().enumerate() {
        places.insert(
            (
                open.lane,
                open.cell.key.period.first,
                open.cell.key.counterpart,
            ),
            place,
        );
    }
    for piece in evidence {
        // The first unmet cell of each exclusive group, or failing that the first one at all.
        let mut groups: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
        for (index, lane) in rules.lanes.iter().enumerate() {
            if !lane
                .duty
                .evidence
                .accepts(&piece.kind, piece.category.as_deref())
            {
                continue;
            }
            let towards = lane.duty.counterpart.and(piece.counterpart);
            let Some(slot) = lane.slot_of(piece.date) else {
                continue;
            };
            let Some(place) = places.get(&(index, slot.period.first, towards)).copied() else {
                continue;
            };
            if !counts_for(roster, person, &cells[place], piece) {
                continue;
            }
            match lane.duty.exclusive.as_deref() {
                None => lay(&mut cells[place], lane, piece),
                Some(group) => {
                    let unmet = cells[place].cell.done() < cells[place].cell.required;
                    let chosen = groups.entry(group).or_insert((place, unmet));
                    if unmet && !chosen.1 {
                        *chosen = (place, true);
                    }
                }
            }
        }
        for (place, _) in groups.into_values() {
            let lane = &rules.lanes[cells[place].lane];
            lay(&mut cells[place], lane, piece);
        }
    }
}

fn lay(open: &mut OpenCell, lane: &Lane, piece: &Evidence) {
    let amount = if lane.duty.unit == Unit::Words {
        piece.words
    } else {
        piece.amount
    };
    open.cell.counted.push(Counted {
        record: piece.record,
        recorded_on: piece.recorded_on,
        amount,
    });
}

/// Own evidence counts; for a duty on a post also what an earlier holder did while holding it.
fn counts_for(roster: &Roster, person: PersonId, open: &OpenCell, piece: &Evidence) -> bool {
    piece.actor == person
        || open.post.is_some_and(|post| {
            roster
                .holders(post)
                .iter()
                .any(|(holder, span)| *holder == piece.actor && span.contains(piece.date))
        })
}
