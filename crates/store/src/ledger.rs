//! The ledger: evidence, the cells that follow from it, and whose cells are to be settled again.

use chrono::{DateTime, Utc};
use domain::identity::{OrgId, PersonId};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::{Tx, on};

mod cells;
mod counts;
mod evidence;
mod row;

pub use cells::{CellQuery, CellScope, all_of, cells, cells_of, replace_cells};
pub use counts::{PeriodCount, count_by_period};
pub use evidence::{evidence_of, put_evidence, remove_evidence};

/// Whose cells are to be settled again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's: the charter, the calendar or the roster has changed.
    All,
    /// One person's.
    Person(PersonId),
}

/// Notes that cells no longer follow from the facts and must be settled again.
///
/// # Errors
/// What the database says.
pub async fn mark_dirty(tx: &mut Tx, org: OrgId, whose: Whose, at: DateTime<Utc>) -> Result<()> {
    match whose {
        // Without the condition SQLite would take ON CONFLICT for a join's condition.
        Whose::All => on!(tx, |c| {
            sqlx::query(
                "INSERT INTO ledger_dirty (org, person, at) SELECT org, id, $2 FROM persons WHERE org = $1 \
                 ON CONFLICT (org, person) DO UPDATE SET at = excluded.at",
            )
            .bind(org.uuid())
            .bind(at)
            .execute(c)
            .await
            .map(drop)
        })?,
        Whose::Person(person) => on!(tx, |c| {
            sqlx::query(
                "INSERT INTO ledger_dirty (org, person, at) VALUES ($1, $2, $3) \
                 ON CONFLICT (org, person) DO UPDATE SET at = excluded.at",
            )
            .bind(org.uuid())
            .bind(person.uuid())
            .bind(at)
            .execute(c)
            .await
            .map(drop)
        })?,
    }
    Ok(())
}

/// Everybody whose cells must be settled again, whoever has waited longest first.
///
/// # Errors
/// What the database says.
pub async fn dirty(tx: &mut Tx, org: OrgId) -> Result<Vec<PersonId>> {
    let rows: Vec<(Uuid,)> = on!(tx, |c| {
        sqlx::query_as("SELECT person FROM ledger_dirty WHERE org = $1 ORDER BY at, person")
            .bind(org.uuid())
            .fetch_all(c)
            .await
    })?;
    Ok(rows
        .into_iter()
        .map(|(person,)| PersonId::new(person))
        .collect())
}

/// Notes that the person's cells follow from the facts again.
///
/// # Errors
/// What the database says.
pub async fn clear_dirty(tx: &mut Tx, org: OrgId, person: PersonId) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM ledger_dirty WHERE org = $1 AND person = $2")
            .bind(org.uuid())
            .bind(person.uuid())
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}
