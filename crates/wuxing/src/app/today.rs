//! Today (B7): what is due, by when, why; what there is to read; what was answered to what I wrote.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::access::{Action, Resource};
use domain::calendar::SpecialDay;
use domain::charter::{Duty, Force};
use domain::identity::{DutyId, PersonId, RecordId};
use domain::ledger::{Because, Cell, Status};
use domain::period::Period;
use domain::records::{Kind, State};
use store::drafts::Draft;
use store::ledger::CellQuery;
use store::records::RecordQuery;
use uuid::Uuid;

use super::{Cx, Result};

/// How many days back new texts are offered for reading.
const RECENT: Days = Days::new(7);
/// How long answers are shown.
const ANSWERED: TimeDelta = TimeDelta::days(14);
/// How far ahead special days are announced.
const AHEAD: Days = Days::new(21);
/// The most answers shown.
const ANSWERS: u32 = 5;

/// A duty in a period, as the person who owes it sees it; duties with counterparts are summed up over them.
#[derive(Clone, Debug)]
pub struct Due {
    /// The duty as the version that rules the period has it.
    pub duty: Duty,
    /// The period.
    pub period: Period,
    /// Last day on which a record is not late.
    pub due: NaiveDate,
    /// Owed.
    pub required: u32,
    /// Done, at most what is owed towards each counterpart.
    pub done: u32,
    /// Where it stands.
    pub status: Status,
    /// Towards whom it is still to be done, in roster order; empty for duties without counterparts.
    pub left: Vec<PersonId>,
    /// Why.
    pub because: Because,
}

/// Texts of one kind that wait to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToRead {
    /// Kind.
    pub kind: Kind,
    /// How many.
    pub count: u64,
}

/// An answer to something I wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The record.
    pub record: RecordId,
    /// Its title.
    pub title: String,
    /// Who answered.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A text begun and not yet submitted.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The form's key.
    pub id: Uuid,
    /// Kind.
    pub kind: Kind,
    /// Its first words.
    pub words: String,
    /// Set when it is an edit of a record.
    pub record: Option<RecordId>,
    /// When it was saved last.
    pub updated_at: DateTime<Utc>,
}

/// The page of a person's day.
#[derive(Clone, Debug)]
pub struct Today {
    /// The day.
    pub day: NaiveDate,
    /// Binding duties of the running periods that are not done, the soonest due first.
    pub open: Vec<Due>,
    /// Binding duties of the running periods that are done or excused.
    pub settled: Vec<Due>,
    /// Encouraged duties of the running periods: only for oneself.
    pub encouraged: Vec<Due>,
    /// What there is to read, for heads and the office.
    pub to_read: Vec<ToRead>,
    /// Answers to what I wrote.
    pub answers: Vec<Answer>,
    /// Drafts.
    pub begun: Vec<Begun>,
    /// Holidays and make-up workdays that come.
    pub special: Vec<SpecialDay>,
    /// The next working day, if today is none.
    pub next_working_day: Option<NaiveDate>,
    /// When the charter takes effect, if it has not yet.
    pub starts: Option<NaiveDate>,
    /// Whether nothing stands here only because it is still being settled, as in the moments after an import.
    pub settling: bool,
}

/// Assembles the page.
pub async fn today(cx: &mut Cx) -> Result<Today> {
    let person = cx.person()?;
    cx.authorize(Action::Read, Resource::OwnLedger { person })?;
    let day = cx.today;
    let since = cx.now - ANSWERED;
    let questions = (
        store::ledger::cells_of(cx.org, person, &running(day)),
        store::records::recent_answers(cx.org, person, since, ANSWERS),
        store::drafts::list(cx.org, person),
    );
    let (cells, answered, drafts) = store::ask(&mut cx.tx, questions).await?;
    let settling = cells.is_empty()
        && store::ledger::dirty(&mut cx.tx, cx.org)
            .await?
            .contains(&person);
    let (encouraged, binding): (Vec<Due>, Vec<Due>) = gather(cx, cells, day)
        .into_iter()
        .partition(|due| due.duty.force == Force::Encouraged);
    let (mut open, settled): (Vec<Due>, Vec<Due>) = binding
        .into_iter()
        .partition(|due| due.status == Status::Open);
    open.sort_by_key(|due| due.due);
    Ok(Today {
        day,
        open,
        settled: settled
            .into_iter()
            .filter(|due| due.period.contains(day))
            .collect(),
        encouraged: encouraged
            .into_iter()
            .filter(|due| due.period.contains(day))
            .collect(),
        to_read: to_read(cx, person).await?,
        answers: answers(cx, answered),
        begun: begun(drafts),
        special: special_days(cx, day),
        next_working_day: next_working_day(cx, day),
        settling,
        starts: cx
            .house
            .charter_on(day)
            .map(|version| version.effective)
            .filter(|effective| *effective > day),
    })
}

/// Periods that have begun and in which a record would not be late on `day`.
fn running(day: NaiveDate) -> CellQuery {
    CellQuery {
        to: Some(day),
        due_from: Some(day),
        ..CellQuery::default()
    }
}

/// One line per duty and period, in the charter's order.
pub fn gather(cx: &Cx, cells: Vec<Cell>, as_of: NaiveDate) -> Vec<Due> {
    let mut lines: BTreeMap<(usize, DutyId, Period), Due> = BTreeMap::new();
    for cell in cells {
        let Some(version) = cx.house.version(cell.because.version) else {
            continue;
        };
        let Some(order) = version
            .charter
            .duties
            .iter()
            .position(|duty| duty.id == cell.key.duty)
        else {
            continue;
        };
        // What was done in an excused period shows, but not as one of those that are owed towards others.
        let most = if cell.key.counterpart.is_some() {
            cell.required
        } else {
            cell.required.max(1)
        };
        let done = cell.done_by(as_of).min(most);
        let left = cell
            .key
            .counterpart
            .filter(|_| cell.status(as_of) == Status::Open);
        let line = lines
            .entry((order, cell.key.duty.clone(), cell.key.period))
            .or_insert_with(|| Due {
                duty: version.charter.duties[order].clone(),
                period: cell.key.period,
                due: cell.due,
                required: 0,
                done: 0,
                status: Status::Excused,
                left: Vec::new(),
                because: cell.because,
            });
        line.required += cell.required;
        line.done += done;
        line.left.extend(left);
        line.status = together(line.status, cell.status(as_of));
        if cell.because.excuse.is_none() {
            line.because = cell.because;
        }
    }
    let mut lines: Vec<Due> = lines.into_values().collect();
    for line in &mut lines {
        let rank = |id: &PersonId| cx.house.roster.person(*id).map(|person| person.rank);
        line.left.sort_by_key(rank);
    }
    lines
}

/// The status of two cells as one: whatever still wants doing shows.
fn together(one: Status, other: Status) -> Status {
    const URGENT_FIRST: [Status; 6] = [
        Status::Open,
        Status::Missed,
        Status::Passed,
        Status::Late,
        Status::Done,
        Status::Excused,
    ];
    let first = URGENT_FIRST
        .into_iter()
        .find(|status| *status == one || *status == other);
    first.unwrap_or(one)
}

async fn to_read(cx: &mut Cx, person: PersonId) -> Result<Vec<ToRead>> {
    let Some(actor) = &cx.actor else {
        return Ok(Vec::new());
    };
    if !actor.office && actor.heads.is_empty() {
        return Ok(Vec::new());
    }
    let query = RecordQuery {
        sections: (!actor.office).then(|| actor.heads.clone()),
        not_by: Some(person),
        kinds: Kind::CAPTURED.to_vec(),
        from: Some(cx.today - RECENT),
        states: vec![State::Submitted],
        uncommented_by: Some(person),
        ..RecordQuery::default()
    };
    let counts = store::records::count_by_kind(&mut cx.tx, cx.org, &query).await?;
    Ok(counts
        .into_iter()
        .map(|(kind, count)| ToRead { kind, count })
        .collect())
}

fn answers(cx: &Cx, found: Vec<store::records::Answer>) -> Vec<Answer> {
    let name = |id: PersonId| {
        cx.house
            .roster
            .person(id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    };
    let answers = found.into_iter().map(|answer| Answer {
        record: answer.record,
        title: answer.title,
        by: name(answer.author),
        at: answer.at,
    });
    answers.collect()
}

fn begun(drafts: Vec<Draft>) -> Vec<Begun> {
    let words = |draft: &Draft| {
        let typed = ["title", "book", "text", "excerpt", "url"]
            .iter()
            .filter_map(|name| draft.fields.get(*name));
        let first = typed
            .map(|text| text.trim())
            .find(|text| !text.is_empty())
            .unwrap_or_default();
        first
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(40)
            .collect()
    };
    let begun = drafts.into_iter().map(|draft| Begun {
        words: words(&draft),
        id: draft.id,
        kind: draft.kind,
        record: draft.record,
        updated_at: draft.updated_at,
    });
    begun.collect()
}

/// What is special in the days ahead; a holiday that reaches beyond them is told to its end.
fn special_days(cx: &Cx, day: NaiveDate) -> Vec<SpecialDay> {
    let calendar = &cx.house.calendar;
    let ahead = domain::time::days(day + Days::new(1), day + AHEAD);
    let mut special: Vec<SpecialDay> = ahead
        .filter_map(|day| calendar.special(day).cloned())
        .collect();
    while let Some(last) = special.last().filter(|last| last.date >= day + AHEAD) {
        let next = calendar.special(last.date + Days::new(1));
        match next.filter(|next| next.name == last.name && next.off == last.off) {
            Some(next) => special.push(next.clone()),
            None => break,
        }
    }
    special
}

fn next_working_day(cx: &Cx, day: NaiveDate) -> Option<NaiveDate> {
    (!cx.house.calendar.is_working(day)).then(|| cx.house.calendar.add_working_days(day, 1))
}

/// A duty in a period that a record counts for.
#[derive(Clone, Debug)]
pub struct CountedFor {
    /// The duty in its period; of an encouraged duty the figures are for its owner alone.
    pub due: Due,
    /// Whether the actor may see how far it is.
    pub figures: bool,
}

/// What a record counts for, to those who may read it.
pub async fn counted_for(cx: &mut Cx, record: RecordId) -> Result<Vec<CountedFor>> {
    let found = super::records::readable(cx, record).await?;
    let own = cx.actor.as_ref().and_then(|actor| actor.person) == Some(found.author);
    let query = CellQuery {
        persons: Some(vec![found.author]),
        from: Some(found.content.date - Days::new(366)),
        // A day duty counts what was done on a day off for the working day before, never for a later one.
        to: Some(found.content.date),
        ..CellQuery::default()
    };
    let mut cells = store::ledger::cells(&mut cx.tx, cx.org, &query).await?;
    let counts: Vec<(DutyId, Period)> = cells
        .iter()
        .filter(|cell| cell.counted.iter().any(|piece| piece.record == record))
        .map(|cell| (cell.key.duty.clone(), cell.key.period))
        .collect();
    // All of a duty's counterparts, so that n/m is the whole period's.
    cells.retain(|cell| {
        counts
            .iter()
            .any(|(duty, period)| *duty == cell.key.duty && *period == cell.key.period)
    });
    let figures = |due: &Due| own || due.duty.force != Force::Encouraged;
    let lines = gather(cx, cells, cx.today);
    Ok(lines
        .into_iter()
        .map(|due| CountedFor {
            figures: figures(&due),
            due,
        })
        .collect())
}

/// A duty without a form of its own that the actor may enter as done.
#[derive(Clone, Debug)]
pub struct Enterable {
    /// The duty in the period that runs, or in one that is in its grace.
    pub due: Due,
    /// Everybody towards whom it is owed, in roster order.
    pub counterparts: Vec<PersonId>,
}

/// The duties on the actor for which the program has no form of its own, in the charter's order.
pub async fn enterable(cx: &mut Cx) -> Result<Vec<Enterable>> {
    let person = cx.person()?;
    cx.authorize(Action::Read, Resource::OwnLedger { person })?;
    let day = cx.today;
    let running = store::ledger::cells_of(cx.org, person, &running(day));
    let cells = running.alone(&mut cx.tx).await?;
    let mut lines: Vec<Enterable> = Vec::new();
    for due in gather(cx, cells.clone(), day) {
        if Kind::from_word(&due.duty.evidence.kind).is_some() {
            continue;
        }
        let with = cells
            .iter()
            .filter(|cell| cell.key.duty == due.duty.id && cell.key.period == due.period);
        let mut counterparts: Vec<PersonId> =
            with.filter_map(|cell| cell.key.counterpart).collect();
        counterparts.sort_by_key(|id| cx.house.roster.person(*id).map(|person| person.rank));
        let line = Enterable { due, counterparts };
        match lines
            .iter_mut()
            .find(|known| known.due.duty.id == line.due.duty.id)
        {
            // The period that runs goes before one in its grace.
            Some(known) if line.due.period.first > known.due.period.first => *known = line,
            Some(_) => {}
            None => lines.push(line),
        }
    }
    Ok(lines)
}
