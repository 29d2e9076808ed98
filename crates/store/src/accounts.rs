//! Accounts: the names people sign in with, their passwords' hashes, lockout and preferences.

use chrono::{DateTime, Utc};
use domain::access::SystemRoles;
use domain::identity::{AccountId, Id, OrgId, PersonId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::people::count;
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::{Tx, on};

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// The name one signs in with, unique in the organisation.
    pub name: String,
    /// The person on the roster; an administrator's account may have none.
    pub person: Option<PersonId>,
    /// The password's hash with its parameters and salt, as argon2 writes it.
    pub password_hash: String,
    /// Whether the password must be changed before anything else is done.
    pub must_change: bool,
    /// Roles of the system.
    pub system: SystemRoles,
    /// Whether nobody can sign in with it.
    pub disabled: bool,
    /// Wrong passwords since the last right one.
    pub failed: u32,
    /// Until when it is locked.
    pub locked_until: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Account {
    /// Without the password's hash: logs carry identifiers only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct AccountRow {
    id: Uuid,
    name: String,
    person: Option<Uuid>,
    password_hash: String,
    must_change: bool,
    administrator: bool,
    security: bool,
    auditor: bool,
    disabled: bool,
    failed: i64,
    locked_until: Option<DateTime<Utc>>,
}

impl AccountRow {
    fn account(self) -> Result<Account> {
        let Self {
            administrator,
            security,
            auditor,
            ..
        } = self;
        Ok(Account {
            id: AccountId::new(self.id),
            name: self.name,
            person: self.person.map(PersonId::new),
            password_hash: self.password_hash,
            must_change: self.must_change,
            system: SystemRoles {
                administrator,
                security,
                auditor,
            },
            disabled: self.disabled,
            failed: count("accounts", self.failed)?,
            locked_until: self.locked_until,
        })
    }
}

/// Adds an account.
///
/// # Errors
/// If the identifier or the name is taken or the person unknown, or what the database says.
pub async fn insert(tx: &mut Tx, org: OrgId, account: &Account) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO accounts (org, id, name, person, password_hash, must_change, administrator, security, auditor, \
             disabled, failed, locked_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(org.uuid())
        .bind(account.id.uuid())
        .bind(account.name.as_str())
        .bind(account.person.map(Id::uuid))
        .bind(account.password_hash.as_str())
        .bind(account.must_change)
        .bind(account.system.administrator)
        .bind(account.system.security)
        .bind(account.system.auditor)
        .bind(account.disabled)
        .bind(i64::from(account.failed))
        .bind(account.locked_until)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The account that one signs in to with `name`.
///
/// # Errors
/// What the database says.
pub async fn by_name(tx: &mut Tx, org: OrgId, name: &str) -> Result<Option<Account>> {
    let mut asked = select(org);
    asked.push(" AND name = ").bind(name);
    Ok(fetch(tx, asked).await?.pop())
}

/// The account with this identifier.
///
/// # Errors
/// What the database says.
pub async fn by_id(tx: &mut Tx, org: OrgId, id: AccountId) -> Result<Option<Account>> {
    let mut asked = select(org);
    asked.push(" AND id = ").bind(id);
    Ok(fetch(tx, asked).await?.pop())
}

/// All accounts in the order of their names.
///
/// # Errors
/// What the database says.
pub async fn list(tx: &mut Tx, org: OrgId) -> Result<Vec<Account>> {
    let mut asked = select(org);
    asked.push(" ORDER BY name");
    fetch(tx, asked).await
}

fn select(org: OrgId) -> Statement {
    let mut asked = Statement::new(
        "SELECT id, name, person, password_hash, must_change, administrator, security, auditor, disabled, failed, \
         locked_until FROM accounts WHERE org = ",
    );
    asked.bind(org);
    asked
}

async fn fetch(tx: &mut Tx, asked: Statement) -> Result<Vec<Account>> {
    let rows: Vec<AccountRow> = asked.fetch_all(tx).await?;
    rows.into_iter().map(AccountRow::account).collect()
}

/// Which of `names` are taken, in the order of the names.
///
/// # Errors
/// What the database says.
pub async fn names_taken(tx: &mut Tx, org: OrgId, names: &[String]) -> Result<Vec<String>> {
    let mut taken = Vec::new();
    for part in names.chunks(LONGEST_LIST) {
        let mut asked = Statement::new("SELECT name FROM accounts WHERE org = ");
        asked
            .bind(org)
            .push(" AND name IN ")
            .list(part.iter().map(|name| Value::from(name.as_str())));
        let rows: Vec<(String,)> = asked.fetch_all(tx).await?;
        taken.extend(rows.into_iter().map(|(name,)| name));
    }
    taken.sort_unstable();
    taken.dedup();
    Ok(taken)
}

/// Stores another password's hash. Failures and lock are forgotten with the old password.
///
/// # Errors
/// What the database says.
pub async fn set_password(
    tx: &mut Tx,
    org: OrgId,
    id: AccountId,
    hash: &str,
    must_change: bool,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE accounts SET password_hash = $3, must_change = $4, failed = 0, locked_until = NULL \
             WHERE org = $1 AND id = $2",
        )
        .bind(org.uuid())
        .bind(id.uuid())
        .bind(hash)
        .bind(must_change)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Notes how many wrong passwords there were in a row, and until when the account is locked for them.
///
/// # Errors
/// What the database says.
pub async fn note_failure(
    tx: &mut Tx,
    org: OrgId,
    id: AccountId,
    failed: u32,
    locked_until: Option<DateTime<Utc>>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE accounts SET failed = $3, locked_until = $4 WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id.uuid())
            .bind(i64::from(failed))
            .bind(locked_until)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Forgets the wrong passwords and the lock.
///
/// # Errors
/// What the database says.
pub async fn clear_failures(tx: &mut Tx, org: OrgId, id: AccountId) -> Result<()> {
    note_failure(tx, org, id, 0, None).await
}

/// Closes an account, or opens it again.
///
/// # Errors
/// What the database says.
pub async fn set_disabled(tx: &mut Tx, org: OrgId, id: AccountId, disabled: bool) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE accounts SET disabled = $3 WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id.uuid())
            .bind(disabled)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Chooses the language of the pages (`zh-CN` or `en`); `None`: as the browser asks.
///
/// # Errors
/// What the database says.
pub async fn set_language(
    tx: &mut Tx,
    org: OrgId,
    id: AccountId,
    language: Option<&str>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE accounts SET language = $3 WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id.uuid())
            .bind(language)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The language chosen for the account, if one was.
///
/// # Errors
/// What the database says.
pub async fn language(tx: &mut Tx, org: OrgId, id: AccountId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = on!(tx, |c| {
        sqlx::query_as("SELECT language FROM accounts WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id.uuid())
            .fetch_optional(c)
            .await
    })?;
    Ok(row.and_then(|(language,)| language))
}

/// Stores which roles of the system an account holds.
///
/// # Errors
/// What the database says.
pub async fn set_system(tx: &mut Tx, org: OrgId, id: AccountId, system: SystemRoles) -> Result<()> {
    Statement::with(
        "UPDATE accounts SET administrator = $3, security = $4, auditor = $5 WHERE org = $1 AND id = $2",
        [
            org.into(),
            id.into(),
            system.administrator.into(),
            system.security.into(),
            system.auditor.into(),
        ],
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The accounts that hold a role of the system, closed ones included, in the order of their names.
///
/// # Errors
/// What the database says.
pub async fn with_roles(tx: &mut Tx, org: OrgId) -> Result<Vec<Account>> {
    let mut asked = select(org);
    asked.push(" AND (administrator = TRUE OR security = TRUE OR auditor = TRUE) ORDER BY name");
    fetch(tx, asked).await
}

/// The accounts with these identifiers, in the order of their names; those that do not exist are left out.
///
/// # Errors
/// What the database says.
pub async fn by_ids(tx: &mut Tx, org: OrgId, ids: &[AccountId]) -> Result<Vec<Account>> {
    let mut found = Vec::new();
    for part in ids.chunks(LONGEST_LIST) {
        let mut asked = select(org);
        asked
            .push(" AND id IN ")
            .list(part.iter().map(|id| Value::from(*id)))
            .push(" ORDER BY name");
        found.extend(fetch(tx, asked).await?);
    }
    Ok(found)
}

/// The open accounts without roles of the system whose owner still has to replace a first password. Those with roles got theirs
/// from whoever runs the server.
///
/// # Errors
/// What the database says.
pub async fn first_passwords(tx: &mut Tx, org: OrgId) -> Result<Vec<AccountId>> {
    let rows: Vec<(Uuid,)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id FROM accounts WHERE org = $1 AND must_change = TRUE AND disabled = FALSE \
             AND administrator = FALSE AND security = FALSE AND auditor = FALSE ORDER BY name",
        )
        .bind(org.uuid())
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(|(id,)| AccountId::new(id)).collect())
}
