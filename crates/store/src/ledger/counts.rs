//! Counts of cells by duty and period: what heat maps and section pages show.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::identity::{DutyId, OrgId, PersonId};
use domain::ledger::Cell;
use domain::period::Period;
use sqlx::FromRow;

use super::cells::recorded_after;
use super::row::{duty, period};
use crate::error::Result;
use crate::people::count;
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::Tx;

/// What some people owe and have done of a duty in a period, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodCount {
    /// The duty.
    pub duty: DutyId,
    /// The period.
    pub period: Period,
    /// Last day on which a record is not late.
    pub due: NaiveDate,
    /// Whether the duty is owed or only encouraged.
    pub binding: bool,
    /// The charter version that rules the period.
    pub version: u32,
    /// The article behind the duty.
    pub article: u32,
    /// How many people have a cell here, the excused included.
    pub people: u32,
    /// How many cells there are: more than people where a duty is owed towards several.
    pub cells: u32,
    /// How many of the cells are excused.
    pub excused: u32,
    /// How many of the cells that are not excused are fulfilled.
    pub fulfilled: u32,
    /// What is owed altogether.
    pub required: u64,
    /// What was done of it, surplus of one cell not covering for another.
    pub met: u64,
    /// What was done altogether.
    pub done: u64,
}

#[derive(FromRow)]
struct CountRow {
    duty: String,
    cadence: String,
    first: NaiveDate,
    last: NaiveDate,
    due: NaiveDate,
    binding: bool,
    charter_version: i64,
    article: i64,
    people: i64,
    cells: i64,
    excused: i64,
    fulfilled: i64,
    required: i64,
    met: i64,
    done: i64,
}

/// Adds up the cells of `persons` whose period begins from `from` to `to`, counting what had been recorded by the end of
/// `as_of`; by duty, then by period.
///
/// # Errors
/// What the database says.
pub async fn count_by_period(
    tx: &mut Tx,
    org: OrgId,
    persons: &[PersonId],
    from: NaiveDate,
    to: NaiveDate,
    as_of: NaiveDate,
) -> Result<Vec<PeriodCount>> {
    let mut persons = persons.to_vec();
    persons.sort_unstable();
    persons.dedup();
    let mut counts: BTreeMap<(DutyId, Period), PeriodCount> = BTreeMap::new();
    for part in persons.chunks(LONGEST_LIST) {
        for row in recorded_in_time(part, org, from, to, as_of)
            .fetch_all::<CountRow>(tx)
            .await?
        {
            let counted = row.counted()?;
            let key = (counted.duty.clone(), counted.period);
            match counts.get_mut(&key) {
                Some(sum) => sum.add(&counted),
                None => _ = counts.insert(key, counted),
            }
        }
        for cell in recorded_after(tx, org, part, from, to, as_of).await? {
            if let Some(sum) = counts.get_mut(&(cell.key.duty.clone(), cell.key.period)) {
                sum.add_done(&cell, as_of);
            }
        }
    }
    Ok(counts.into_values().collect())
}

/// What was done is added up here only for cells whose evidence had all been recorded by `as_of`, nearly all of them; the
/// others are few (a page that shows the past) and are added cell by cell.
fn recorded_in_time(
    persons: &[PersonId],
    org: OrgId,
    from: NaiveDate,
    to: NaiveDate,
    as_of: NaiveDate,
) -> Statement {
    let mut asked = Statement::new(
        "SELECT duty, cadence, first, last, due, binding, charter_version, article, \
         COUNT(DISTINCT person) AS people, COUNT(*) AS cells, COUNT(excuse) AS excused, \
         CAST(SUM(required) AS BIGINT) AS required, CAST(SUM(CASE WHEN excuse IS NOT NULL OR done < required \
         OR recorded_last > ",
    );
    asked
        .bind(as_of)
        .push(" THEN 0 ELSE 1 END) AS BIGINT) AS fulfilled, CAST(SUM(CASE WHEN recorded_last > ");
    asked
        .bind(as_of)
        .push(" THEN 0 WHEN done < required THEN done ELSE required END) AS BIGINT) AS met, ");
    asked
        .push("CAST(SUM(CASE WHEN recorded_last > ")
        .bind(as_of);
    asked
        .push(" THEN 0 ELSE done END) AS BIGINT) AS done FROM ledger_cells WHERE org = ")
        .bind(org);
    asked
        .push(" AND person IN ")
        .list(persons.iter().map(|id| Value::from(*id)));
    asked
        .push(" AND first >= ")
        .bind(from)
        .push(" AND first <= ")
        .bind(to);
    asked.push(" GROUP BY duty, cadence, first, last, due, binding, charter_version, article ORDER BY duty, cadence, first");
    asked
}

impl CountRow {
    fn counted(self) -> Result<PeriodCount> {
        let small = |stored| count("ledger_cells", stored);
        let large = |stored: i64| u64::try_from(stored).unwrap_or(0);
        Ok(PeriodCount {
            duty: duty(&self.duty)?,
            period: period(&self.cadence, self.first, self.last)?,
            due: self.due,
            binding: self.binding,
            version: small(self.charter_version)?,
            article: small(self.article)?,
            people: small(self.people)?,
            cells: small(self.cells)?,
            excused: small(self.excused)?,
            fulfilled: small(self.fulfilled)?,
            required: large(self.required),
            met: large(self.met),
            done: large(self.done),
        })
    }
}

impl PeriodCount {
    /// Adds the same duty and period of other people.
    fn add(&mut self, others: &Self) {
        self.people += others.people;
        self.cells += others.cells;
        self.excused += others.excused;
        self.fulfilled += others.fulfilled;
        self.required += others.required;
        self.met += others.met;
        self.done += others.done;
    }

    /// Adds what had been done in `cell` by the end of `as_of`.
    fn add_done(&mut self, cell: &Cell, as_of: NaiveDate) {
        let done = cell.done_by(as_of);
        let excused = cell.because.excuse.is_some();
        self.fulfilled += u32::from(!excused && done >= cell.required);
        self.met += u64::from(done.min(cell.required));
        self.done += u64::from(done);
    }
}
