//! A cell as it lies in its row.

use chrono::NaiveDate;
use domain::identity::{DutyId, Id, PersonId, RecordId};
use domain::ledger::{Because, Cell, CellKey, Counted, Excuse};
use domain::period::{Cadence, Period};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::people::count;
use crate::statement::Value;

/// The columns of [`CellRow`].
pub(super) const COLUMNS: &str = "person, duty, cadence, first, counterpart, last, required, due, binding, counted, \
     charter_version, article, nominal, working, available, excuse";

/// The columns of [`values`], and what becomes of them where the cell exists already.
pub(super) const INSERT: &str = "INSERT INTO ledger_cells (org, person, duty, cadence, first, counterpart, last, required, due, \
     binding, counted, done, recorded_last, charter_version, article, nominal, working, available, excuse) VALUES ";
pub(super) const UPSERT: &str = " ON CONFLICT (org, person, duty, cadence, first, counterpart) DO UPDATE SET \
     last = excluded.last, required = excluded.required, due = excluded.due, binding = excluded.binding, \
     counted = excluded.counted, done = excluded.done, recorded_last = excluded.recorded_last, \
     charter_version = excluded.charter_version, article = excluded.article, nominal = excluded.nominal, \
     working = excluded.working, available = excluded.available, excuse = excluded.excuse";

#[derive(FromRow)]
pub(super) struct CellRow {
    person: Uuid,
    duty: String,
    cadence: String,
    first: NaiveDate,
    counterpart: Uuid,
    last: NaiveDate,
    required: i64,
    due: NaiveDate,
    binding: bool,
    counted: String,
    charter_version: i64,
    article: i64,
    nominal: i64,
    working: i64,
    available: i64,
    excuse: Option<String>,
}

/// What tells one cell of a person from another. The period's last day follows from the rest.
pub(super) type Place<'a> = (&'a DutyId, Cadence, NaiveDate, Option<PersonId>);

pub(super) fn place(key: &CellKey) -> Place<'_> {
    (
        &key.duty,
        key.period.cadence,
        key.period.first,
        key.counterpart,
    )
}

/// The values of a place, as columns of the primary key.
pub(super) fn place_values((duty, cadence, first, counterpart): Place<'_>) -> [Value; 4] {
    [
        duty.as_str().into(),
        cadence.word().into(),
        first.into(),
        counterpart.map_or(Uuid::nil(), Id::uuid).into(),
    ]
}

impl CellRow {
    pub(super) fn cell(self) -> Result<Cell> {
        let count = |stored| count("ledger_cells", stored);
        let period = period(&self.cadence, self.first, self.last)?;
        let excuse = match &self.excuse {
            Some(word) => Some(Excuse::from_word(word).ok_or_else(|| corrupt("the excuse", word))?),
            None => None,
        };
        Ok(Cell {
            key: CellKey {
                person: PersonId::new(self.person),
                duty: duty(&self.duty)?,
                counterpart: Some(self.counterpart)
                    .filter(|id| !id.is_nil())
                    .map(PersonId::new),
                period,
            },
            required: count(self.required)?,
            due: self.due,
            binding: self.binding,
            counted: read_counted(&self.counted)?,
            because: Because {
                version: count(self.charter_version)?,
                article: count(self.article)?,
                nominal: count(self.nominal)?,
                working: count(self.working)?,
                available: count(self.available)?,
                excuse,
            },
        })
    }
}

/// What counts, its sum and its latest day.
pub(super) fn counts(cell: &Cell) -> Result<[Value; 3]> {
    let recorded_last = cell.counted.iter().map(|piece| piece.recorded_on).max();
    Ok([
        write_counted(&cell.counted)?.into(),
        cell.done().into(),
        recorded_last.into(),
    ])
}

/// The values of a cell in the order of [`INSERT`], after the organisation.
pub(super) fn values(cell: &Cell) -> Result<impl Iterator<Item = Value>> {
    let because = cell.because;
    let [counted, done, recorded_last] = counts(cell)?;
    let rest: [Value; 13] = [
        cell.key.period.last.into(),
        cell.required.into(),
        cell.due.into(),
        cell.binding.into(),
        counted,
        done,
        recorded_last,
        because.version.into(),
        because.article.into(),
        because.nominal.into(),
        because.working.into(),
        because.available.into(),
        because.excuse.map(Excuse::word).into(),
    ];
    Ok([cell.key.person.into()]
        .into_iter()
        .chain(place_values(place(&cell.key)))
        .chain(rest))
}

/// `[["0199…", "2026-01-05", 1], …]`.
fn write_counted(counted: &[Counted]) -> Result<String> {
    let pieces: Vec<(String, NaiveDate, u32)> = counted
        .iter()
        .map(|piece| (piece.record.to_string(), piece.recorded_on, piece.amount))
        .collect();
    serde_json::to_string(&pieces).map_err(|error| corrupt("counted", &error.to_string()))
}

fn read_counted(stored: &str) -> Result<Vec<Counted>> {
    let pieces: Vec<(String, NaiveDate, u32)> =
        serde_json::from_str(stored).map_err(|error| corrupt("counted", &error.to_string()))?;
    let piece = |(record, recorded_on, amount): (String, NaiveDate, u32)| {
        let record: RecordId = record.parse().map_err(|_| corrupt("the record", &record))?;
        Ok(Counted {
            record,
            recorded_on,
            amount,
        })
    };
    pieces.into_iter().map(piece).collect()
}

pub(super) fn duty(word: &str) -> Result<DutyId> {
    DutyId::parse(word).ok_or_else(|| corrupt("the duty", word))
}

pub(super) fn period(cadence: &str, first: NaiveDate, last: NaiveDate) -> Result<Period> {
    let cadence = Cadence::from_word(cadence).ok_or_else(|| corrupt("the cadence", cadence))?;
    Ok(Period {
        cadence,
        first,
        last,
    })
}

fn corrupt(part: &str, found: &str) -> Error {
    Error::Corrupt {
        table: "ledger_cells",
        what: format!("{part} {found:?}"),
    }
}
