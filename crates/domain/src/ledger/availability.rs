//! Who is in a duty's scope when, and how much of a period is there to be used.

use chrono::NaiveDate;

use crate::calendar::WorkingTime;
use crate::charter::{Counterpart, Duty, Selector};
use crate::identity::{PersonId, PostId};
use crate::people::{Absence, AbsenceKind, Posting, Roster};
use crate::period::Period;
use crate::time::{Half, HalfDay, days};

/// Whether `posting` puts its holder into the duty's scope.
pub(super) fn selects(duty: &Duty, posting: &Posting, roster: &Roster) -> bool {
    duty.who.iter().any(|selector| match selector {
        Selector::Everyone => true,
        Selector::Role(role) => posting.role == *role,
        Selector::Office => posting.office,
        Selector::Section(name) => posting
            .section
            .and_then(|id| roster.section(id))
            .is_some_and(|section| section.name == *name),
        Selector::Post(title) => roster
            .post(posting.post)
            .is_some_and(|post| post.title == *title),
    })
}

/// Whether the duty falls on the person on `day`.
pub fn falls_on(duty: &Duty, roster: &Roster, person: PersonId, day: NaiveDate) -> bool {
    roster
        .postings_on(person, day)
        .any(|posting| selects(duty, posting, roster))
}

/// Whether any of the postings overlaps the period and is in scope.
pub(super) fn in_scope(duty: &Duty, postings: &[Posting], roster: &Roster, period: Period) -> bool {
    postings.iter().any(|posting| {
        posting.span.touches(period.first, period.last) && selects(duty, posting, roster)
    })
}

/// The post through which the person owes a duty that rests on a post: the one held at the end of the period.
pub(super) fn post_at_end(
    duty: &Duty,
    postings: &[Posting],
    roster: &Roster,
    period: Period,
) -> Option<PostId> {
    let held = postings
        .iter()
        .filter(|posting| posting.span.contains(period.last));
    held.into_iter()
        .find(|posting| selects(duty, posting, roster))
        .map(|posting| posting.post)
}

/// The time of a period that there is, and what took most of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Available {
    pub(super) half_days: u32,
    pub(super) away: Option<AbsenceKind>,
}

/// Counts half-days of working days on which `present` holds; `away_for` names the absence of one on which it does not.
pub(super) fn count(
    time: &WorkingTime,
    period: Period,
    mut present: impl FnMut(HalfDay) -> bool,
    mut away_for: impl FnMut(HalfDay) -> Option<AbsenceKind>,
) -> Available {
    let mut available = Available::default();
    for date in days(period.first, period.last).filter(|day| time.is_working(*day)) {
        for half in [Half::Morning, Half::Afternoon] {
            let half_day = HalfDay { date, half };
            if !present(half_day) {
                continue;
            }
            match away_for(half_day) {
                Some(kind) => available.away = available.away.or(Some(kind)),
                None => available.half_days += 1,
            }
        }
    }
    available
}

/// The absence that covers `half_day`.
pub(super) fn absence_at(absences: &[Absence], half_day: HalfDay) -> Option<AbsenceKind> {
    absences
        .iter()
        .find(|absence| absence.contains(half_day))
        .map(|absence| absence.kind)
}

/// Whether any absence overlaps the period.
pub(super) fn any_absence(absences: &[Absence], period: Period) -> bool {
    absences
        .iter()
        .any(|absence| absence.first.date <= period.last && period.first <= absence.last.date)
}

/// The people towards whom `owner` owes the duty, as of the end of the period, in roster order.
pub(super) fn counterparts(
    towards: Counterpart,
    owner: PersonId,
    post: Option<PostId>,
    roster: &Roster,
    end: NaiveDate,
) -> Vec<PersonId> {
    let wanted = |person: PersonId| match towards {
        Counterpart::Everyone => roster.serves_on(person, end),
        Counterpart::InCharge => roster.section_on(person, end).is_some_and(|section| {
            post.is_some_and(|post| roster.in_charge_on(post, section.id, end))
        }),
        Counterpart::OwnSection => match roster.section_on(owner, end) {
            Some(section) => roster
                .postings_on(person, end)
                .any(|posting| posting.section == Some(section.id)),
            None => false,
        },
    };
    roster
        .people()
        .iter()
        .map(|person| person.id)
        .filter(|id| *id != owner && wanted(*id))
        .collect()
}
