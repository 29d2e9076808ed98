//! The cells themselves: replaced as they are settled, read as they are asked for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::identity::{DutyId, OrgId, PersonId};
use domain::ledger::Cell;
use domain::period::Cadence;

use super::row::{COLUMNS, CellRow, INSERT, Place, UPSERT, counts, place, place_values, values};
use crate::error::Result;
use crate::question::Question;
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::Tx;

/// Which of a person's cells are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellScope {
    /// All of them.
    All,
    /// Those of one duty in one period.
    Duty {
        /// The duty.
        duty: DutyId,
        /// The period's cadence.
        cadence: Cadence,
        /// The period's first day.
        first: NaiveDate,
    },
}

/// Which cells are asked for. What is left out does not narrow the search.
#[derive(Clone, Debug, Default)]
pub struct CellQuery {
    /// Only these people's; nobody's if the list is empty.
    pub persons: Option<Vec<PersonId>>,
    /// Only this duty's.
    pub duty: Option<DutyId>,
    /// Only those towards this person.
    pub counterpart: Option<PersonId>,
    /// Only periods that begin on this day or later.
    pub from: Option<NaiveDate>,
    /// Only periods that begin on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Only periods in which this day lies.
    pub touching: Option<NaiveDate>,
    /// Only those that are due on this day or later.
    pub due_from: Option<NaiveDate>,
}

/// Makes `given` the person's cells in `scope`: writes those that are new or different, deletes those that are no more, and
/// leaves the rest untouched; the writing is done with the next statement. One cell that has changed costs a read and a write.
/// Says how many cells are written or deleted.
///
/// All of `given` must be the person's and in `scope`; of two with the same key the last one is stored.
///
/// # Errors
/// If the person is unknown, or what the database says.
pub async fn replace_cells(
    tx: &mut Tx,
    org: OrgId,
    person: PersonId,
    scope: &CellScope,
    given: &[Cell],
) -> Result<usize> {
    debug_assert!(
        given.iter().all(|cell| cell.key.person == person),
        "cells of somebody else"
    );
    let mut asked = select(org);
    asked.push(" AND person = ").bind(person);
    if let CellScope::Duty {
        duty,
        cadence,
        first,
    } = scope
    {
        asked.push(" AND duty = ").bind(duty.as_str());
        asked
            .push(" AND cadence = ")
            .bind(cadence.word())
            .push(" AND first = ")
            .bind(*first);
    }
    let stored = fetch(tx, asked).await?;
    let mut gone: BTreeMap<Place<'_>, &Cell> =
        stored.iter().map(|cell| (place(&cell.key), cell)).collect();
    let given: BTreeMap<Place<'_>, &Cell> =
        given.iter().map(|cell| (place(&cell.key), cell)).collect();
    let (mut changed, mut counted) = (Vec::new(), Vec::new());
    for (place, cell) in given {
        match gone.remove(&place) {
            Some(before) if before == cell => {}
            Some(before) if counts_differently(before, cell) => counted.push(cell),
            _ => changed.push(cell),
        }
    }
    upsert(tx, org, &changed).await?;
    for cell in &counted {
        let recount = recount(org, cell)?;
        // A text of its own for every number of them would be planned and kept each time.
        if counted.len() > BATCHES[1] {
            recount.execute(tx).await?;
        } else {
            recount.later(tx);
        }
    }
    let gone: Vec<Place<'_>> = gone.into_keys().collect();
    for part in gone.chunks(LONGEST_LIST / 4) {
        delete(tx, org, person, part).await?;
    }
    Ok(changed.len() + counted.len() + gone.len())
}

/// Whether two states of a cell differ in nothing but what counts.
fn counts_differently(before: &Cell, after: &Cell) -> bool {
    let before = Cell {
        counted: after.counted.clone(),
        ..before.clone()
    };
    before == *after
}

/// Rewrites what counts in a cell, and leaves alone what is indexed.
fn recount(org: OrgId, cell: &Cell) -> Result<Statement> {
    let [counted, done, recorded_last] = counts(cell)?;
    let [duty, cadence, first, counterpart] = place_values(place(&cell.key));
    Ok(Statement::with(
        "UPDATE ledger_cells SET counted = $7, done = $8, recorded_last = $9 \
         WHERE org = $1 AND person = $2 AND duty = $3 AND cadence = $4 AND first = $5 AND counterpart = $6",
        [
            org.into(),
            cell.key.person.into(),
            duty,
            cadence,
            first,
            counterpart,
            counted,
            done,
            recorded_last,
        ],
    ))
}

/// How many cells go into one statement. SQLite looks its parameters up one after the other, so that longer statements
/// would cost more than they save.
const BATCHES: [usize; 3] = [16, 4, 1];

async fn upsert(tx: &mut Tx, org: OrgId, mut cells: &[&Cell]) -> Result<()> {
    for size in BATCHES {
        while cells.len() >= size {
            let (part, rest) = cells.split_at(size);
            let mut write = Statement::new(INSERT);
            for (index, cell) in part.iter().enumerate() {
                write.push(if index == 0 { "" } else { ", " });
                write.row([Value::from(org)].into_iter().chain(values(cell)?));
            }
            write.push(UPSERT);
            // What is long goes alone: together with others it would be a new text each time, and be planned anew.
            if size == BATCHES[0] {
                write.execute(tx).await?;
            } else {
                write.later(tx);
            }
            cells = rest;
        }
    }
    Ok(())
}

async fn delete(tx: &mut Tx, org: OrgId, person: PersonId, places: &[Place<'_>]) -> Result<()> {
    let mut write = Statement::new("DELETE FROM ledger_cells WHERE org = ");
    write.bind(org).push(" AND person = ").bind(person);
    write.push(" AND (duty, cadence, first, counterpart) IN (VALUES ");
    for (index, place) in places.iter().enumerate() {
        write
            .push(if index == 0 { "" } else { ", " })
            .row(place_values(*place));
    }
    write.push(")");
    if places.len() == 1 {
        write.later(tx);
    } else {
        write.execute(tx).await?;
    }
    Ok(())
}

/// The cells asked for, in the order of their keys. Without a limit: a count over a part of them would be wrong, so whoever
/// asks narrows by people and time.
///
/// # Errors
/// What the database says.
pub async fn cells(tx: &mut Tx, org: OrgId, query: &CellQuery) -> Result<Vec<Cell>> {
    let mut found = Vec::new();
    match &query.persons {
        None => found = fetch(tx, asked(org, None, query)).await?,
        Some(persons) => {
            for part in persons.chunks(LONGEST_LIST) {
                found.extend(fetch(tx, asked(org, Some(part), query)).await?);
            }
        }
    }
    Ok(ordered(found))
}

/// One person's cells as [`cells`] gives them, to be asked for together with other things.
pub fn cells_of(org: OrgId, person: PersonId, query: &CellQuery) -> Question<Vec<Cell>> {
    Question::new(asked(org, Some(&[person]), query), |rows: Vec<CellRow>| {
        let cells: Result<_> = rows.into_iter().map(CellRow::cell).collect();
        Ok(ordered(cells?))
    })
}

fn asked(org: OrgId, persons: Option<&[PersonId]>, query: &CellQuery) -> Statement {
    let mut asked = select(org);
    if let Some(persons) = persons {
        asked
            .push(" AND person IN ")
            .list(persons.iter().map(|id| Value::from(*id)));
    }
    narrow(&mut asked, query);
    asked
}

fn ordered(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    cells.dedup_by(|a, b| a.key == b.key);
    cells
}

/// All cells of a person in the order of their keys: the ledger is verified person by person.
///
/// # Errors
/// What the database says.
pub async fn all_of(tx: &mut Tx, org: OrgId, person: PersonId) -> Result<Vec<Cell>> {
    cells(
        tx,
        org,
        &CellQuery {
            persons: Some(vec![person]),
            ..CellQuery::default()
        },
    )
    .await
}

fn narrow(asked: &mut Statement, query: &CellQuery) {
    if let Some(duty) = &query.duty {
        asked.push(" AND duty = ").bind(duty.as_str());
    }
    if let Some(counterpart) = query.counterpart {
        asked.push(" AND counterpart = ").bind(counterpart);
    }
    if let Some(from) = query.from {
        asked.push(" AND first >= ").bind(from);
    }
    if let Some(to) = query.to {
        asked.push(" AND first <= ").bind(to);
    }
    if let Some(day) = query.touching {
        asked
            .push(" AND first <= ")
            .bind(day)
            .push(" AND last >= ")
            .bind(day);
    }
    if let Some(day) = query.due_from {
        asked.push(" AND due >= ").bind(day);
    }
}

fn select(org: OrgId) -> Statement {
    let mut asked = Statement::new("SELECT ");
    asked
        .push(COLUMNS)
        .push(" FROM ledger_cells WHERE org = ")
        .bind(org);
    asked
}

pub(super) async fn fetch(tx: &mut Tx, asked: Statement) -> Result<Vec<Cell>> {
    let rows: Vec<CellRow> = asked.fetch_all(tx).await?;
    rows.into_iter().map(CellRow::cell).collect()
}

/// The cells of these people in these periods that hold evidence recorded after `as_of`.
pub(super) async fn recorded_after(
    tx: &mut Tx,
    org: OrgId,
    persons: &[PersonId],
    from: NaiveDate,
    to: NaiveDate,
    as_of: NaiveDate,
) -> Result<Vec<Cell>> {
    let mut asked = select(org);
    asked
        .push(" AND person IN ")
        .list(persons.iter().map(|id| Value::from(*id)));
    asked
        .push(" AND first >= ")
        .bind(from)
        .push(" AND first <= ")
        .bind(to);
    asked.push(" AND recorded_last > ").bind(as_of);
    fetch(tx, asked).await
}
