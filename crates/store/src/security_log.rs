//! What happened to an account, for its owner: one row for each day and kind of event, so that the log cannot be flooded.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::{AccountId, OrgId};
use domain::security_log::SecurityEvent;

use crate::error::{Error, Result};
use crate::people::count;
use crate::statement::Statement;
use crate::tx::{Tx, on};

/// An event of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The day.
    pub day: NaiveDate,
    /// What happened.
    pub event: SecurityEvent,
    /// How often on that day.
    pub times: u32,
    /// Whether the owner has been told of it, or need not be.
    pub told: bool,
}

/// Notes an event. One that the owner is to be told of stays so until he has been.
///
/// # Errors
/// What the database says.
pub async fn note(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    event: SecurityEvent,
    day: NaiveDate,
    at: DateTime<Utc>,
    told: bool,
) -> Result<()> {
    let noted = Statement::with(
        "INSERT INTO security_log (org, account, day, event, at, times, told) VALUES ($1, $2, $3, $4, $5, 1, $6) \
         ON CONFLICT (org, account, day, event) DO UPDATE SET at = excluded.at, times = security_log.times + 1, \
         told = CASE WHEN excluded.told THEN security_log.told ELSE excluded.told END",
        [
            org.into(),
            account.into(),
            day.into(),
            event.word().into(),
            at.into(),
            told.into(),
        ],
    );
    noted.execute(tx).await?;
    Ok(())
}

/// The account's events, the latest first, `limit` at most.
///
/// # Errors
/// What the database says.
pub async fn of_account(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    limit: u32,
) -> Result<Vec<Noted>> {
    let rows: Vec<(NaiveDate, String, i64, bool)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT day, event, times, told FROM security_log WHERE org = $1 AND account = $2 \
             ORDER BY day DESC, at DESC, event LIMIT $3",
        )
        .bind(org.uuid())
        .bind(account.uuid())
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(day, word, times, told)| {
            let event = SecurityEvent::from_word(&word).ok_or_else(|| Error::Corrupt {
                table: "security_log",
                what: format!("event {word}"),
            })?;
            Ok(Noted {
                day,
                event,
                times: count("security_log", times)?,
                told,
            })
        })
        .collect()
}

/// Whether there is something that the owner has not been told of.
///
/// # Errors
/// What the database says.
pub async fn has_news(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<bool> {
    let (news,): (i64,) = on!(tx, |c| {
        sqlx::query_as(
            "SELECT COUNT(*) FROM security_log WHERE org = $1 AND account = $2 AND told = FALSE",
        )
        .bind(org.uuid())
        .bind(account.uuid())
        .fetch_one(c)
        .await
    })?;
    Ok(news > 0)
}

/// Notes that the owner has been told of everything.
///
/// # Errors
/// What the database says.
pub async fn acknowledge(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<()> {
    Statement::with(
        "UPDATE security_log SET told = TRUE WHERE org = $1 AND account = $2 AND told = FALSE",
        [org.into(), account.into()],
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Removes what is older than a day and was told.
///
/// # Errors
/// What the database says.
pub async fn forget_before(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    day: NaiveDate,
) -> Result<()> {
    Statement::with(
        "DELETE FROM security_log WHERE org = $1 AND account = $2 AND day < $3 AND told = TRUE",
        [org.into(), account.into(), day.into()],
    )
    .execute(tx)
    .await?;
    Ok(())
}
