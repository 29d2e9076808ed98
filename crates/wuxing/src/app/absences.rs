//! Absences: leave, illness, secondment, study visits. They suspend duties by themselves (R71).

use domain::access::{Action, Resource};
use domain::identity::PersonId;
use domain::people::{Absence, AbsenceKind};
use domain::time::HalfDay;
use store::ledger::Whose;

use super::{Cx, Error, Refusal, Result, ledger};

/// An absence to be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who is away.
    pub person: PersonId,
    /// First half-day away.
    pub first: HalfDay,
    /// Last half-day away.
    pub last: HalfDay,
    /// Why.
    pub kind: AbsenceKind,
}

/// Enters an absence; the cells that it touches are settled again by a job.
pub async fn enter(cx: &mut Cx, entry: Entry) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Absences)?;
    cx.house
        .roster
        .person(entry.person)
        .ok_or(Error::NotFound)?;
    if entry.last < entry.first {
        return Err(Refusal::EndBeforeBeginning.into());
    }
    let Entry {
        person,
        first,
        last,
        kind,
    } = entry;
    let absence = Absence {
        person,
        first,
        last,
        kind,
    };
    let id = cx.new_id::<()>().uuid();
    store::people::insert_absence(&mut cx.tx, cx.org, id, &absence).await?;
    cx.audit("absence.entered", "absence", id, None).await?;
    cx.rules_changed().await?;
    ledger::mark_dirty(cx, Whose::All).await
}
