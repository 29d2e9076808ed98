//! Resets by two: their steps, and the hashes of their halves as long as they are open.

use chrono::{DateTime, Utc};
use domain::identity::{AccountId, OrgId};
use domain::resets::{Credential, Reset, ResetId, Stage};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::people::count;
use crate::statement::Statement;
use crate::tx::{Tx, on};

/// The hashes of a code's halves, as argon2 writes them.
#[derive(Clone, PartialEq, Eq)]
pub struct Halves {
    /// The half shown to the system administrator.
    pub first: String,
    /// The half shown to the security administrator, once he has confirmed.
    pub second: Option<String>,
}

impl std::fmt::Debug for Halves {
    /// Without the hashes: logs carry identifiers only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Halves").finish_non_exhaustive()
    }
}

/// An import whose people still have no first password that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingImport {
    /// The import.
    pub import: Uuid,
    /// Who imported.
    pub asked_by: AccountId,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// How many accounts wait for their second half.
    pub accounts: u32,
}

const COLUMNS: &str = "id, account, credential, import, stage, asked_by, asked_at, confirmed_by, closed_at, expires_at, tries";

#[derive(FromRow)]
struct Row {
    id: Uuid,
    account: Uuid,
    credential: String,
    import: Option<Uuid>,
    stage: String,
    asked_by: Uuid,
    asked_at: DateTime<Utc>,
    confirmed_by: Option<Uuid>,
    closed_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    tries: i64,
}

fn corrupt(what: String) -> Error {
    Error::Corrupt {
        table: "resets",
        what,
    }
}

impl Row {
    fn reset(self) -> Result<Reset> {
        Ok(Reset {
            id: ResetId::new(self.id),
            account: AccountId::new(self.account),
            credential: Credential::from_word(&self.credential)
                .ok_or_else(|| corrupt(format!("credential {}", self.credential)))?,
            import: self.import,
            stage: Stage::from_word(&self.stage)
                .ok_or_else(|| corrupt(format!("stage {}", self.stage)))?,
            asked_by: AccountId::new(self.asked_by),
            asked_at: self.asked_at,
            confirmed_by: self.confirmed_by.map(AccountId::new),
            closed_at: self.closed_at,
            expires_at: self.expires_at,
            tries: count("resets", self.tries)?,
        })
    }
}

#[derive(FromRow)]
struct OpenRow {
    #[sqlx(flatten)]
    reset: Row,
    first_half: Option<String>,
    second_half: Option<String>,
}

/// Adds a reset that was asked for, with the hash of its first half.
///
/// # Errors
/// If one of the same credential is open for the account, or what the database says.
pub async fn insert(tx: &mut Tx, org: OrgId, reset: &Reset, first_half: &str) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO resets (org, id, account, credential, import, stage, asked_by, asked_at, expires_at, first_half, tries) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)",
        )
        .bind(org.uuid())
        .bind(reset.id.uuid())
        .bind(reset.account.uuid())
        .bind(reset.credential.word())
        .bind(reset.import)
        .bind(reset.stage.word())
        .bind(reset.asked_by.uuid())
        .bind(reset.asked_at)
        .bind(reset.expires_at)
        .bind(first_half)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// One reset.
///
/// # Errors
/// What the database says.
pub async fn by_id(tx: &mut Tx, org: OrgId, id: ResetId) -> Result<Option<Reset>> {
    let mut asked = select(org);
    asked.push(" AND id = ").bind(id);
    Ok(fetch(tx, asked).await?.pop())
}

/// The account's resets, the latest first, `limit` at most.
///
/// # Errors
/// What the database says.
pub async fn of_account(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    limit: u32,
) -> Result<Vec<Reset>> {
    let mut asked = select(org);
    asked.push(" AND account = ").bind(account);
    asked
        .push(" ORDER BY asked_at DESC, id DESC LIMIT ")
        .bind(limit);
    fetch(tx, asked).await
}

/// Resets that somebody asked for, those of imports left out, the latest first: `limit` of those older than `before`.
///
/// # Errors
/// What the database says.
pub async fn asked_for(
    tx: &mut Tx,
    org: OrgId,
    before: Option<ResetId>,
    limit: u32,
) -> Result<Vec<Reset>> {
    let mut asked = select(org);
    asked.push(" AND import IS NULL");
    // Identifiers are made in the order of time.
    if let Some(before) = before {
        asked.push(" AND id < ").bind(before);
    }
    asked.push(" ORDER BY id DESC LIMIT ").bind(limit);
    fetch(tx, asked).await
}

/// The resets of an import that are still open, as stored.
///
/// # Errors
/// What the database says.
pub async fn open_of_import(tx: &mut Tx, org: OrgId, import: Uuid) -> Result<Vec<Reset>> {
    let mut asked = select(org);
    asked
        .push(" AND import = ")
        .bind(import)
        .push(" AND stage IN ('asked', 'confirmed') ORDER BY id");
    fetch(tx, asked).await
}

/// Imports of which somebody has no second half yet, the latest first.
///
/// # Errors
/// What the database says.
pub async fn waiting_imports(
    tx: &mut Tx,
    org: OrgId,
    now: DateTime<Utc>,
) -> Result<Vec<WaitingImport>> {
    let rows: Vec<(Uuid, Uuid, DateTime<Utc>, i64)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT import, asked_by, asked_at, COUNT(*) FROM resets \
             WHERE org = $1 AND import IS NOT NULL AND stage = 'asked' AND expires_at > $2 \
             GROUP BY import, asked_by, asked_at ORDER BY asked_at DESC",
        )
        .bind(org.uuid())
        .bind(now)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(import, asked_by, asked_at, accounts)| {
            Ok(WaitingImport {
                import,
                asked_by: AccountId::new(asked_by),
                asked_at,
                accounts: count("resets", accounts)?,
            })
        })
        .collect()
}

/// The reset of this credential that is open for the account, as stored, with its halves.
///
/// # Errors
/// What the database says.
pub async fn open(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    credential: Credential,
) -> Result<Option<(Reset, Halves)>> {
    let asked = Statement::with(
        &format!(
            "SELECT {COLUMNS}, first_half, second_half FROM resets WHERE org = $1 AND account = $2 AND credential = $3 \
             AND stage IN ('asked', 'confirmed')"
        ),
        [org.into(), account.into(), credential.word().into()],
    );
    let rows: Vec<OpenRow> = asked.fetch_all(tx).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let halves = Halves {
        first: row.first_half.unwrap_or_default(),
        second: row.second_half,
    };
    Ok(Some((row.reset.reset()?, halves)))
}

fn select(org: OrgId) -> Statement {
    let mut asked = Statement::new(&format!("SELECT {COLUMNS} FROM resets WHERE org = "));
    asked.bind(org);
    asked
}

async fn fetch(tx: &mut Tx, asked: Statement) -> Result<Vec<Reset>> {
    let rows: Vec<Row> = asked.fetch_all(tx).await?;
    rows.into_iter().map(Row::reset).collect()
}

/// How many resets this administrator has asked for since a moment, and how many were asked for this account; imports left out.
///
/// # Errors
/// What the database says.
pub async fn asked_since(
    tx: &mut Tx,
    org: OrgId,
    asker: AccountId,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<(u32, u32)> {
    let (by_asker, for_account): (i64, i64) = on!(tx, |c| {
        sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM resets WHERE org = $1 AND asked_by = $2 AND asked_at > $4 AND import IS NULL), \
             (SELECT COUNT(*) FROM resets WHERE org = $1 AND account = $3 AND asked_at > $4 AND import IS NULL)",
        )
        .bind(org.uuid())
        .bind(asker.uuid())
        .bind(account.uuid())
        .bind(since)
        .fetch_one(c)
        .await
    })?;
    Ok((count("resets", by_asker)?, count("resets", for_account)?))
}

/// Notes the confirmation with the hash of the second half. False if the reset is no longer waiting for it.
///
/// # Errors
/// What the database says.
pub async fn confirm(
    tx: &mut Tx,
    org: OrgId,
    id: ResetId,
    by: AccountId,
    second_half: &str,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let confirmed = Statement::with(
        "UPDATE resets SET stage = 'confirmed', confirmed_by = $3, second_half = $4, expires_at = $5 \
         WHERE org = $1 AND id = $2 AND stage = 'asked'",
        [
            org.into(),
            id.into(),
            by.into(),
            second_half.into(),
            expires_at.into(),
        ],
    );
    Ok(confirmed.execute(tx).await? == 1)
}

/// Ends an open reset and forgets its halves. False if it was not open any more.
///
/// # Errors
/// What the database says.
pub async fn close(
    tx: &mut Tx,
    org: OrgId,
    id: ResetId,
    stage: Stage,
    at: DateTime<Utc>,
) -> Result<bool> {
    let closed = Statement::with(
        "UPDATE resets SET stage = $3, closed_at = $4, first_half = NULL, second_half = NULL \
         WHERE org = $1 AND id = $2 AND stage IN ('asked', 'confirmed')",
        [org.into(), id.into(), stage.word().into(), at.into()],
    );
    Ok(closed.execute(tx).await? == 1)
}

/// Notes how many wrong tries there have been.
///
/// # Errors
/// What the database says.
pub async fn note_tries(tx: &mut Tx, org: OrgId, id: ResetId, tries: u32) -> Result<()> {
    Statement::with(
        "UPDATE resets SET tries = $3 WHERE org = $1 AND id = $2",
        [org.into(), id.into(), tries.into()],
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Ends what time has ended, and forgets its halves.
///
/// # Errors
/// What the database says.
pub async fn lapse(tx: &mut Tx, org: OrgId, now: DateTime<Utc>) -> Result<u64> {
    Statement::with(
        "UPDATE resets SET stage = 'lapsed', closed_at = expires_at, first_half = NULL, second_half = NULL \
         WHERE org = $1 AND stage IN ('asked', 'confirmed') AND expires_at <= $2",
        [org.into(), now.into()],
    )
    .execute(tx)
    .await
}
