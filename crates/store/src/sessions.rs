//! Sessions, keyed by the digest of the secret in the cookie. They are looked up before anybody is known, so the key names no
//! organisation; a distributed database shards this table by the digest itself.

use chrono::{DateTime, Utc};
use domain::identity::{AccountId, OrgId};

use crate::error::Result;
use crate::statement::Statement;
use crate::tx::{Tx, on};

/// A session that has not run out.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// What it holds, as the web keeps it.
    pub data: Vec<u8>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Begins a session.
///
/// # Errors
/// What the database says, also when there is one with this digest.
pub async fn create(
    tx: &mut Tx,
    digest: &[u8; 32],
    data: &[u8],
    expires_at: DateTime<Utc>,
    account: Option<(OrgId, AccountId)>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO sessions (digest, data, expires_at, org, account) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(digest.as_slice())
        .bind(data)
        .bind(expires_at)
        .bind(account.map(|(org, _)| org.uuid()))
        .bind(account.map(|(_, account)| account.uuid()))
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Saves a session over what was saved of it before. One that was ended meanwhile stays ended: a request that was under way
/// must not bring it back.
///
/// # Errors
/// What the database says.
pub async fn save(
    tx: &mut Tx,
    digest: &[u8; 32],
    data: &[u8],
    expires_at: DateTime<Utc>,
    account: Option<(OrgId, AccountId)>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE sessions SET data = $2, expires_at = $3, org = $4, account = $5 WHERE digest = $1",
        )
        .bind(digest.as_slice())
        .bind(data)
        .bind(expires_at)
        .bind(account.map(|(org, _)| org.uuid()))
        .bind(account.map(|(_, account)| account.uuid()))
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// The session, if it has not run out.
///
/// # Errors
/// What the database says.
pub async fn load(tx: &mut Tx, digest: &[u8; 32], now: DateTime<Utc>) -> Result<Option<Session>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT data, expires_at FROM sessions WHERE digest = $1 AND expires_at > $2",
        )
        .bind(digest.as_slice())
        .bind(now)
        .fetch_optional(c)
        .await
    })?)
}

/// Ends a session.
///
/// # Errors
/// What the database says.
pub async fn delete(tx: &mut Tx, digest: &[u8; 32]) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE digest = $1")
            .bind(digest.as_slice())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Removes what has run out.
///
/// # Errors
/// What the database says.
pub async fn delete_expired(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Ends every session of an account.
///
/// # Errors
/// What the database says.
pub async fn delete_of_account(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE org = $1 AND account = $2")
            .bind(org.uuid())
            .bind(account.uuid())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// The digests and data of an account's sessions that have not run out, `limit` at most, those that end last first.
///
/// # Errors
/// What the database says.
pub async fn of_account(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT digest, data FROM sessions WHERE org = $1 AND account = $2 AND expires_at > $3 \
             ORDER BY expires_at DESC, digest LIMIT $4",
        )
        .bind(org.uuid())
        .bind(account.uuid())
        .bind(now)
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?)
}

/// Ends one session of an account. False if it has none of this digest.
///
/// # Errors
/// What the database says.
pub async fn delete_one(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    digest: &[u8],
) -> Result<bool> {
    let gone = Statement::with(
        "DELETE FROM sessions WHERE org = $1 AND account = $2 AND digest = $3",
        [org.into(), account.into(), digest.into()],
    );
    Ok(gone.execute(tx).await? == 1)
}

/// Ends every session of an account but the one of this digest.
///
/// # Errors
/// What the database says.
pub async fn delete_others(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    digest: &[u8],
) -> Result<u64> {
    Statement::with(
        "DELETE FROM sessions WHERE org = $1 AND account = $2 AND digest <> $3",
        [org.into(), account.into(), digest.into()],
    )
    .execute(tx)
    .await
}
