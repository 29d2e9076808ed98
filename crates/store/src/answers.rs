//! What was answered to requests that carried an idempotency key, kept for a day or two.

use chrono::{DateTime, Utc};
use domain::identity::{AccountId, OrgId};
use sqlx::FromRow;

use crate::error::{Error, Result};
use crate::statement::{Statement, Value};
use crate::tx::{Tx, on};

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Digest of the request that it was given to.
    pub request: [u8; 32],
    /// Its status.
    pub status: u16,
    /// Where what was made is found.
    pub location: Option<String>,
    /// The version that was made.
    pub etag: Option<String>,
    /// The rest of it, as JSON. It repeats nothing that was written.
    pub body: String,
}

#[derive(FromRow)]
struct Row {
    request: Vec<u8>,
    status: i64,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

/// What was answered when this account sent this key.
///
/// # Errors
/// [`Error::Corrupt`] for what is no digest or no status; otherwise what the database says.
pub async fn find(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    key: &[u8; 32],
) -> Result<Option<Answer>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT request, status, location, etag, body FROM answers WHERE org = $1 AND account = $2 AND key = $3",
        )
        .bind(org.uuid())
        .bind(account.uuid())
        .bind(key.as_slice())
        .fetch_optional(c)
        .await
    })?;
    let answer = |row: Row| {
        Ok(Answer {
            request: row
                .request
                .try_into()
                .map_err(|_| corrupt("a digest of another length"))?,
            status: u16::try_from(row.status).map_err(|_| corrupt("no status"))?,
            location: row.location,
            etag: row.etag,
            body: row.body,
        })
    };
    row.map(answer).transpose()
}

/// Keeps an answer, with the next statement.
pub fn keep(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    key: &[u8; 32],
    answer: &Answer,
    at: DateTime<Utc>,
) {
    Statement::with(
        "INSERT INTO answers (org, account, key, request, status, location, etag, body, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            org.into(),
            account.into(),
            key.as_slice().into(),
            answer.request.as_slice().into(),
            Value::from(u32::from(answer.status)),
            answer.location.as_deref().into(),
            answer.etag.as_deref().into(),
            answer.body.as_str().into(),
            at.into(),
        ],
    )
    .later(tx);
}

/// Forgets the answers given before `then`.
///
/// # Errors
/// What the database says.
pub async fn delete_before(tx: &mut Tx, org: OrgId, then: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM answers WHERE org = $1 AND at < $2")
            .bind(org.uuid())
            .bind(then)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

fn corrupt(what: &str) -> Error {
    Error::Corrupt {
        table: "answers",
        what: what.to_owned(),
    }
}
