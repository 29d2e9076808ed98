//! Keeping the ledger: what evidence touches is settled in the transaction of its change; what touches everybody marks
//! people dirty and a job settles them again; `verify` proves that both come to the same as a recomputation.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::access::{Action, Resource};
use domain::identity::{DutyId, PersonId};
use domain::ledger::{
    Cell, CellKey, CountedElsewhere, Evidence, PersonFacts, Reach, counted_elsewhere, reach,
    settle, settle_one, sources,
};
use domain::period::Period;
use domain::time::Span;
use store::ledger::{CellQuery, CellScope, Whose};

use super::{Cx, Result};
use crate::cx::horizon;

/// Kind of the job that settles dirty people.
pub const SETTLE: &str = "settle";

/// Evidence came, changed or went: stores it and settles every cell it can touch.
pub async fn follow(cx: &mut Cx, before: Option<Evidence>, after: Option<Evidence>) -> Result<()> {
    match (&before, &after) {
        (_, Some(evidence)) => store::ledger::put_evidence(&mut cx.tx, cx.org, evidence),
        (Some(evidence), None) => {
            store::ledger::remove_evidence(&mut cx.tx, cx.org, evidence.record)
        }
        (None, None) => return Ok(()),
    }
    let house = std::sync::Arc::clone(&cx.house);
    let mut touched: Vec<Reach> = Vec::new();
    for evidence in before.iter().chain(&after) {
        touched.extend(reach(&house.rules, &house.roster, evidence));
    }
    touched.sort_unstable();
    touched.dedup();
    for reached in touched {
        match reached {
            Reach::Person(person) => settle_person(cx, person).await?,
            Reach::Cell {
                person,
                duty,
                period,
            } => settle_cell(cx, person, &duty, period).await?,
        }
    }
    Ok(())
}

/// Settles one duty of one person in one period.
async fn settle_cell(cx: &mut Cx, person: PersonId, duty: &DutyId, period: Period) -> Result<()> {
    let house = std::sync::Arc::clone(&cx.house);
    let lanes = house.rules.lanes().iter();
    let lanes: Vec<_> = lanes.filter(|lane| lane.duty.id == *duty).collect();
    let until = lanes
        .iter()
        .flat_map(|lane| &lane.slots)
        .filter(|slot| slot.period == period)
        .map(|slot| slot.until)
        .max();
    let until = until.unwrap_or(period.last);
    // Versions of the charter may count different kinds for a duty; then all are read.
    let mut kinds: Vec<&str> = lanes
        .iter()
        .map(|lane| lane.duty.evidence.kind.as_str())
        .collect();
    kinds.dedup();
    let kind = <[&str; 1]>::try_from(kinds).ok().map(|[kind]| kind);
    let actors = sources(&house.rules, &house.roster, person, Some(duty));
    let evidence =
        store::ledger::evidence_of(&mut cx.tx, cx.org, &actors, period.first, until, kind).await?;
    let mut cells = Vec::new();
    let facts = PersonFacts {
        person,
        evidence: &evidence,
    };
    settle_one(&house.rules, &house.roster, facts, duty, period, |cell| {
        cells.push(cell)
    });
    let scope = CellScope::Duty {
        duty: duty.clone(),
        cadence: period.cadence,
        first: period.first,
    };
    store::ledger::replace_cells(&mut cx.tx, cx.org, person, &scope, &cells).await?;
    Ok(())
}

/// Settles everything of one person again.
pub async fn settle_person(cx: &mut Cx, person: PersonId) -> Result<()> {
    let cells = recompute(cx, person).await?;
    store::ledger::replace_cells(&mut cx.tx, cx.org, person, &CellScope::All, &cells).await?;
    Ok(())
}

/// A person's cells from scratch.
async fn recompute(cx: &mut Cx, person: PersonId) -> Result<Vec<Cell>> {
    let house = std::sync::Arc::clone(&cx.house);
    let actors = sources(&house.rules, &house.roster, person, None);
    // What lies outside these days can count in no compiled period.
    let (first, last) = (house.rules.first(), house.rules.last() + Days::new(400));
    let evidence =
        store::ledger::evidence_of(&mut cx.tx, cx.org, &actors, first, last, None).await?;
    let mut cells = Vec::new();
    let facts = PersonFacts {
        person,
        evidence: &evidence,
    };
    settle(
        &house.rules,
        &house.roster,
        facts,
        Span::from(house.rules.first()),
        |cell| cells.push(cell),
    );
    Ok(cells)
}

/// Notes whose cells must be settled again, and asks the job for it.
pub async fn mark_dirty(cx: &mut Cx, whose: Whose) -> Result<()> {
    store::ledger::mark_dirty(&mut cx.tx, cx.org, whose, cx.now).await?;
    enqueue_settling(cx).await
}

async fn enqueue_settling(cx: &mut Cx) -> Result<()> {
    let job = store::jobs::NewJob {
        id: cx.new_id::<domain::identity::OfRecord>().uuid(),
        kind: SETTLE,
        payload: "{}",
        run_at: cx.now,
        unique: Some("settle"),
    };
    store::jobs::enqueue(&mut cx.tx, cx.org, &job).await?;
    Ok(())
}

/// Settles up to `limit` dirty people; gives how many are left.
pub async fn settle_dirty(cx: &mut Cx, limit: usize) -> Result<usize> {
    let dirty = store::ledger::dirty(&mut cx.tx, cx.org).await?;
    for person in dirty.iter().take(limit) {
        settle_person(cx, *person).await?;
        store::ledger::clear_dirty(&mut cx.tx, cx.org, *person).await?;
    }
    Ok(dirty.len().saturating_sub(limit))
}

/// Whether the end of the settled time has come near; then settles further ahead.
pub async fn look_ahead(cx: &mut Cx) -> Result<bool> {
    let wanted = horizon(cx.today);
    if cx.house.horizon >= wanted {
        return Ok(false);
    }
    store::organisations::set_horizon(&mut cx.tx, cx.org, wanted).await?;
    cx.rules_changed().await?;
    mark_dirty(cx, Whose::All).await?;
    Ok(true)
}

/// How the stored ledger compares with a recomputation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// People compared.
    pub people: usize,
    /// Cells compared.
    pub cells: usize,
    /// People whose cells wait to be settled again; they are not compared.
    pub dirty: usize,
    /// Cells that differ: stored against recomputed.
    pub differences: Vec<Difference>,
}

/// A cell that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which cell.
    pub key: CellKey,
    /// As stored, if it is.
    pub stored: Option<Cell>,
    /// As recomputed, if there should be one.
    pub recomputed: Option<Cell>,
}

/// Recomputes everybody's cells and compares (`wuxing ledger verify`). The caller answers for the right to ask.
pub async fn verify(cx: &mut Cx) -> Result<Verification> {
    let house = std::sync::Arc::clone(&cx.house);
    let dirty = store::ledger::dirty(&mut cx.tx, cx.org).await?;
    let mut verification = Verification {
        dirty: dirty.len(),
        ..Verification::default()
    };
    for person in house
        .roster
        .people()
        .iter()
        .filter(|person| !dirty.contains(&person.id))
    {
        let mut stored: BTreeMap<CellKey, Cell> = by_key(stored_of(cx, person.id).await?);
        for cell in recompute(cx, person.id).await? {
            verification.cells += 1;
            let found = stored.remove(&cell.key);
            if found.as_ref() != Some(&cell) {
                let key = cell.key.clone();
                verification.differences.push(Difference {
                    key,
                    stored: found,
                    recomputed: Some(cell),
                });
            }
        }
        let surplus = stored.into_iter().map(|(key, cell)| Difference {
            key,
            stored: Some(cell),
            recomputed: None,
        });
        verification.differences.extend(surplus);
        verification.people += 1;
    }
    Ok(verification)
}

async fn stored_of(cx: &mut Cx, person: PersonId) -> Result<Vec<Cell>> {
    Ok(store::ledger::all_of(&mut cx.tx, cx.org, person).await?)
}

fn by_key(cells: Vec<Cell>) -> BTreeMap<CellKey, Cell> {
    cells
        .into_iter()
        .map(|cell| (cell.key.clone(), cell))
        .collect()
}

/// One's own cells of the periods that overlap the days from `from` to `to`.
pub async fn own(cx: &mut Cx, from: NaiveDate, to: NaiveDate) -> Result<Vec<Cell>> {
    let person = cx.person()?;
    cx.authorize(Action::Read, Resource::OwnLedger { person })?;
    let query = CellQuery {
        persons: Some(vec![person]),
        // No period is longer than a year.
        from: Some(from - Days::new(366)),
        to: Some(to),
        ..CellQuery::default()
    };
    let mut cells = store::ledger::cells(&mut cx.tx, cx.org, &query).await?;
    cells.retain(|cell| cell.key.period.last >= from);
    Ok(cells)
}

/// One of one's own duties through a year.
#[derive(Clone, Debug)]
pub struct OwnDuty {
    /// The duty, as the latest version that rules one of the periods has it.
    pub duty: domain::charter::Duty,
    /// Its cells of the year that have begun, the newest period first; towards each counterpart one.
    pub cells: Vec<Cell>,
    /// Titles of the records that count.
    pub titles: BTreeMap<domain::identity::RecordId, String>,
}

/// Opens one of one's own duties: every period of the year with its records.
pub async fn own_duty(cx: &mut Cx, duty: &DutyId, year: i32) -> Result<OwnDuty> {
    let january = NaiveDate::from_ymd_opt(year, 1, 1).ok_or(super::Error::NotFound)?;
    let december = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(super::Error::NotFound)?;
    let mut cells = own(cx, january, december.min(cx.today)).await?;
    cells.retain(|cell| {
        cell.key.duty == *duty
            && cell.key.period.year() == year
            && cell.key.period.first <= cx.today
    });
    let roster = &cx.house.roster;
    let rank = |id: PersonId| roster.person(id).map(|person| person.rank);
    cells.sort_by_key(|cell| {
        (
            std::cmp::Reverse(cell.key.period),
            cell.key.counterpart.and_then(rank),
        )
    });
    let newest = cells
        .iter()
        .find_map(|cell| cx.house.version(cell.because.version)?.charter.duty(duty));
    // A duty that falls on somebody else only is still one of the charter's.
    let known = newest
        .or_else(|| cx.house.charter(cx.today)?.duty(duty))
        .cloned();
    let duty = known.ok_or(super::Error::NotFound)?;
    let records: Vec<_> = cells
        .iter()
        .flat_map(|cell| &cell.counted)
        .map(|piece| piece.record)
        .collect();
    let titles = super::library::titles(cx, &records).await?;
    Ok(OwnDuty {
        duty,
        cells,
        titles,
    })
}

/// One of one's own duties in one period, with everything that explains it.
#[derive(Clone, Debug)]
pub struct OwnCell {
    /// The duty as the version that rules the period has it.
    pub duty: domain::charter::Duty,
    /// The charter version that rules the period.
    pub version: u32,
    /// Its first day in force.
    pub effective: NaiveDate,
    /// The period.
    pub period: Period,
    /// The cells: towards each counterpart one, in roster order.
    pub cells: Vec<Cell>,
    /// What fits and counts for another duty of the same exclusive group instead.
    pub elsewhere: Vec<CountedElsewhere>,
    /// Titles of the records that count here or elsewhere.
    pub titles: BTreeMap<domain::identity::RecordId, String>,
}

/// Explains one of one's own duties in the period that begins on `first` (A5).
pub async fn own_cell(cx: &mut Cx, duty: &DutyId, first: NaiveDate) -> Result<OwnCell> {
    let person = cx.person()?;
    cx.authorize(Action::Read, Resource::OwnLedger { person })?;
    let query = CellQuery {
        persons: Some(vec![person]),
        duty: Some(duty.clone()),
        from: Some(first),
        to: Some(first),
        ..CellQuery::default()
    };
    let mut cells = store::ledger::cells(&mut cx.tx, cx.org, &query).await?;
    let because = cells.first().ok_or(super::Error::NotFound)?.because;
    let house = std::sync::Arc::clone(&cx.house);
    let version = house
        .version(because.version)
        .ok_or(super::Error::NotFound)?;
    let found = version.charter.duty(duty).ok_or(super::Error::NotFound)?;
    let rank = |id: PersonId| house.roster.person(id).map(|person| person.rank);
    cells.sort_by_key(|cell| cell.key.counterpart.and_then(rank));
    let elsewhere = elsewhere(cx, person, &cells).await?;
    let here = cells
        .iter()
        .flat_map(|cell| &cell.counted)
        .map(|piece| piece.record);
    let records: Vec<_> = here
        .chain(elsewhere.iter().map(|piece| piece.record))
        .collect();
    let titles = super::library::titles(cx, &records).await?;
    let period = cells.first().ok_or(super::Error::NotFound)?.key.period;
    Ok(OwnCell {
        duty: found.clone(),
        version: version.number,
        effective: version.effective,
        period,
        cells,
        elsewhere,
        titles,
    })
}

/// What fits these cells of a person and counts for another duty of the same exclusive group.
pub async fn elsewhere(
    cx: &mut Cx,
    person: PersonId,
    cells: &[Cell],
) -> Result<Vec<CountedElsewhere>> {
    let house = std::sync::Arc::clone(&cx.house);
    let lane_of = |cell: &Cell| {
        let mut lanes = house.rules.lanes().iter();
        lanes.find(|lane| lane.version == cell.because.version && lane.duty.id == cell.key.duty)
    };
    let grouped: Vec<&Cell> = cells
        .iter()
        .filter(|cell| lane_of(cell).is_some_and(|lane| lane.duty.exclusive.is_some()))
        .collect();
    let (Some(first), Some(last)) = (
        grouped.iter().map(|cell| cell.key.period.first).min(),
        grouped.iter().map(|cell| cell.key.period.last).max(),
    ) else {
        return Ok(Vec::new());
    };
    // A day duty's evidence of a day off is of days after its period; another duty's period may have begun long before.
    let actors = sources(&house.rules, &house.roster, person, None);
    let until = last + Days::new(14);
    let evidence =
        store::ledger::evidence_of(&mut cx.tx, cx.org, &actors, first, until, None).await?;
    let query = CellQuery {
        persons: Some(vec![person]),
        from: Some(first - Days::new(366)),
        to: Some(until),
        ..CellQuery::default()
    };
    let others = store::ledger::cells(&mut cx.tx, cx.org, &query).await?;
    let mut found = Vec::new();
    for cell in grouped {
        found.extend(counted_elsewhere(&house.rules, cell, &others, &evidence));
    }
    Ok(found)
}
