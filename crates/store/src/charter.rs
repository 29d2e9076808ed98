//! Charter versions: the files as adopted. Whoever needs the rules parses them; an old version stays readable as it was.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::{AccountId, Id, OrgId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::people::count;
use crate::tx::{Tx, on};

/// An adopted charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVersion {
    /// Number, from 1.
    pub number: u32,
    /// First day in force.
    pub effective: NaiveDate,
    /// The file.
    pub toml: String,
    /// When it was adopted.
    pub adopted_at: DateTime<Utc>,
    /// By which account; none for a version that came with the organisation.
    pub adopted_by: Option<AccountId>,
    /// Why it was adopted although it asks more than the cap (B7).
    pub reason: Option<String>,
}

#[derive(FromRow)]
struct VersionRow {
    number: i64,
    effective: NaiveDate,
    toml: String,
    adopted_at: DateTime<Utc>,
    adopted_by: Option<Uuid>,
    reason: Option<String>,
}

/// Adds a version. Versions are never changed (A7).
///
/// # Errors
/// If the number is taken, or what the database says.
pub async fn insert_version(tx: &mut Tx, org: OrgId, version: &StoredVersion) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO charter_versions (org, number, effective, toml, adopted_at, adopted_by, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(org.uuid())
        .bind(i64::from(version.number))
        .bind(version.effective)
        .bind(version.toml.as_str())
        .bind(version.adopted_at)
        .bind(version.adopted_by.map(Id::uuid))
        .bind(version.reason.as_deref())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All versions, the first one first.
///
/// # Errors
/// What the database says.
pub async fn versions(tx: &mut Tx, org: OrgId) -> Result<Vec<StoredVersion>> {
    let rows: Vec<VersionRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT number, effective, toml, adopted_at, adopted_by, reason FROM charter_versions \
             WHERE org = $1 ORDER BY number",
        )
        .bind(org.uuid())
        .fetch_all(c)
        .await
    })?;
    let version = |row: VersionRow| {
        Ok(StoredVersion {
            number: count("charter_versions", row.number)?,
            effective: row.effective,
            toml: row.toml,
            adopted_at: row.adopted_at,
            adopted_by: row.adopted_by.map(AccountId::new),
            reason: row.reason,
        })
    };
    rows.into_iter().map(version).collect()
}
