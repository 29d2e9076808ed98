//! Charter versions: the files as adopted. Whoever needs the rules parses them; an old version stays readable as it was.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::{AccountId, Id, OrgId, PersonId};
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

/// The versions that rule or will rule, the first one first: not those that were taken back before their day.
///
/// # Errors
/// What the database says.
pub async fn versions(tx: &mut Tx, org: OrgId) -> Result<Vec<StoredVersion>> {
    let rows: Vec<VersionRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT number, effective, toml, adopted_at, adopted_by, reason FROM charter_versions v \
             WHERE org = $1 AND NOT EXISTS (SELECT 1 FROM charter_adoptions a \
             WHERE a.org = v.org AND a.number = v.number AND a.withdrawn_at IS NOT NULL) ORDER BY number",
        )
        .bind(org.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(version).collect()
}

fn version(row: VersionRow) -> Result<StoredVersion> {
    Ok(StoredVersion {
        number: count("charter_versions", row.number)?,
        effective: row.effective,
        toml: row.toml,
        adopted_at: row.adopted_at,
        adopted_by: row.adopted_by.map(AccountId::new),
        reason: row.reason,
    })
}

/// One version's file, be it taken back.
///
/// # Errors
/// What the database says.
pub async fn version_file(tx: &mut Tx, org: OrgId, number: u32) -> Result<Option<StoredVersion>> {
    let row: Option<VersionRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT number, effective, toml, adopted_at, adopted_by, reason FROM charter_versions \
             WHERE org = $1 AND number = $2",
        )
        .bind(org.uuid())
        .bind(i64::from(number))
        .fetch_optional(c)
        .await
    })?;
    row.map(version).transpose()
}

/// What is known of a version beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionNote {
    /// Its number.
    pub number: u32,
    /// First day in force.
    pub effective: NaiveDate,
    /// When it was adopted.
    pub adopted_at: DateTime<Utc>,
    /// Who adopted it; none for a version that came with the organisation, or if the account belongs to nobody.
    pub adopted_by: Option<PersonId>,
    /// Why it was adopted although it asks more than the cap (B7).
    pub reason: Option<String>,
    /// Who drafted it.
    pub drafted_by: Option<PersonId>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct NoteRow {
    number: i64,
    effective: NaiveDate,
    adopted_at: DateTime<Utc>,
    adopted_by: Option<Uuid>,
    reason: Option<String>,
    drafted_by: Option<Uuid>,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// What is known of all versions, those taken back among them, the first one first.
///
/// # Errors
/// What the database says.
pub async fn notes(tx: &mut Tx, org: OrgId) -> Result<Vec<VersionNote>> {
    let rows: Vec<NoteRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT v.number, v.effective, v.adopted_at, p.person AS adopted_by, v.reason, a.drafted_by, a.withdrawn_at \
             FROM charter_versions v \
             LEFT JOIN charter_adoptions a ON a.org = v.org AND a.number = v.number \
             LEFT JOIN accounts p ON p.org = v.org AND p.id = v.adopted_by \
             WHERE v.org = $1 ORDER BY v.number",
        )
        .bind(org.uuid())
        .fetch_all(c)
        .await
    })?;
    let note = |row: NoteRow| {
        Ok(VersionNote {
            number: count("charter_versions", row.number)?,
            effective: row.effective,
            adopted_at: row.adopted_at,
            adopted_by: row.adopted_by.map(PersonId::new),
            reason: row.reason,
            drafted_by: row.drafted_by.map(PersonId::new),
            withdrawn_at: row.withdrawn_at,
        })
    };
    rows.into_iter().map(note).collect()
}

/// Where a version comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The version.
    pub number: u32,
    /// The draft that it was.
    pub draft: Uuid,
    /// Who saved that draft last.
    pub drafted_by: PersonId,
    /// Salt of the commitment to its text in the audit chain.
    pub salt: Vec<u8>,
}

/// Notes where a version comes from, and that its draft has become one.
///
/// # Errors
/// If there is no such version or draft, or what the database says.
pub async fn insert_adoption(tx: &mut Tx, org: OrgId, adoption: &Adoption) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO charter_adoptions (org, number, draft, drafted_by, salt) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(org.uuid())
        .bind(i64::from(adoption.number))
        .bind(adoption.draft)
        .bind(adoption.drafted_by.uuid())
        .bind(adoption.salt.as_slice())
        .execute(c)
        .await
        .map(drop)
    })?;
    on!(tx, |c| {
        sqlx::query("UPDATE charter_drafts SET adopted_as = $3 WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(adoption.draft)
            .bind(i64::from(adoption.number))
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The salts of the commitments to the versions' texts; versions that came with the organisation have none.
///
/// # Errors
/// What the database says.
pub async fn salts(tx: &mut Tx, org: OrgId) -> Result<Vec<(u32, Vec<u8>)>> {
    let rows: Vec<(i64, Vec<u8>)> = on!(tx, |c| {
        sqlx::query_as("SELECT number, salt FROM charter_adoptions WHERE org = $1 ORDER BY number")
            .bind(org.uuid())
            .fetch_all(c)
            .await
    })?;
    rows.into_iter()
        .map(|(number, salt)| Ok((count("charter_adoptions", number)?, salt)))
        .collect()
}

/// Takes a version back: it rules nothing, keeps its number, and its draft can be changed again. `false` if it did not come
/// from a draft or was taken back already.
///
/// # Errors
/// What the database says.
pub async fn withdraw_version(
    tx: &mut Tx,
    org: OrgId,
    number: u32,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE charter_adoptions SET withdrawn_at = $3, withdrawn_by = $4 \
             WHERE org = $1 AND number = $2 AND withdrawn_at IS NULL",
        )
        .bind(org.uuid())
        .bind(i64::from(number))
        .bind(at)
        .bind(by.uuid())
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    on!(tx, |c| {
        sqlx::query(
            "UPDATE charter_drafts SET adopted_as = NULL WHERE org = $1 AND adopted_as = $2",
        )
        .bind(org.uuid())
        .bind(i64::from(number))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(done == 1)
}
