//! Access tokens, found by the digest of the whole token. What is revoked is gone.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::{AccountId, OrgId};
use domain::tokens::Scopes;
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::statement::Statement;
use crate::tx::{Tx, on};

/// The most tokens listed of one account; fewer may be made.
const MOST_LISTED: i64 = 100;

/// A token, without its secret, of which only a digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Identifier.
    pub id: Uuid,
    /// In whose name it acts.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The last day of the organisation's on which it was used.
    pub last_used_on: Option<NaiveDate>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    account: Uuid,
    name: String,
    scopes: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    last_used_on: Option<NaiveDate>,
}

impl From<Row> for Token {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            account: AccountId::new(row.account),
            name: row.name,
            scopes: Scopes::stored(&row.scopes),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_on: row.last_used_on,
        }
    }
}

/// Stores a new token.
///
/// # Errors
/// If its digest is taken or the account unknown, or what the database says.
pub async fn insert(tx: &mut Tx, org: OrgId, token: &Token, digest: &[u8; 32]) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO tokens (org, id, account, name, scopes, digest, created_at, expires_at, last_used_on) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(org.uuid())
        .bind(token.id)
        .bind(token.account.uuid())
        .bind(token.name.as_str())
        .bind(token.scopes.to_string())
        .bind(digest.as_slice())
        .bind(token.created_at)
        .bind(token.expires_at)
        .bind(token.last_used_on)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The tokens of an account, the last made first, those included that have run out lately.
///
/// # Errors
/// What the database says.
pub async fn of_account(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<Vec<Token>> {
    let mut asked = select(org);
    asked
        .push(" AND account = ")
        .bind(account)
        .push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .bind(MOST_LISTED);
    fetch(tx, asked).await
}

/// The token with this digest, if it has not run out.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut Tx,
    org: OrgId,
    digest: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Token>> {
    let mut asked = select(org);
    asked
        .push(" AND digest = ")
        .bind(digest.as_slice())
        .push(" AND expires_at > ")
        .bind(now);
    Ok(fetch(tx, asked).await?.pop())
}

/// Notes the day on which a token was used.
///
/// # Errors
/// What the database says.
pub async fn note_use(tx: &mut Tx, org: OrgId, id: Uuid, day: NaiveDate) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE tokens SET last_used_on = $3 WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id)
            .bind(day)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Revokes a token of the account's; `false` if it has none of this identifier.
///
/// # Errors
/// What the database says.
pub async fn revoke(tx: &mut Tx, org: OrgId, account: AccountId, id: Uuid) -> Result<bool> {
    let revoked = on!(tx, |c| {
        sqlx::query("DELETE FROM tokens WHERE org = $1 AND id = $2 AND account = $3")
            .bind(org.uuid())
            .bind(id)
            .bind(account.uuid())
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(revoked > 0)
}

/// Revokes every token of an account; gives how many there were.
///
/// # Errors
/// What the database says.
pub async fn revoke_of_account(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query("DELETE FROM tokens WHERE org = $1 AND account = $2")
            .bind(org.uuid())
            .bind(account.uuid())
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?)
}

/// Forgets the tokens that ran out before `then`.
///
/// # Errors
/// What the database says.
pub async fn delete_expired(tx: &mut Tx, org: OrgId, then: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM tokens WHERE org = $1 AND expires_at < $2")
            .bind(org.uuid())
            .bind(then)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

fn select(org: OrgId) -> Statement {
    let mut asked = Statement::new(
        "SELECT id, account, name, scopes, created_at, expires_at, last_used_on FROM tokens WHERE org = ",
    );
    asked.bind(org);
    asked
}

async fn fetch(tx: &mut Tx, asked: Statement) -> Result<Vec<Token>> {
    let rows: Vec<Row> = asked.fetch_all(tx).await?;
    Ok(rows.into_iter().map(Token::from).collect())
}
