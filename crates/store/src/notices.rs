//! Notices: what accounts are told in the program. Every statement that reads or changes them names the account.

use chrono::{DateTime, Utc};
use domain::identity::{AccountId, OrgId, PersonId};
use domain::notices::Notice;
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::Tx;

/// How many notices one statement writes.
const AT_ONCE: usize = 64;

/// The most notices in one page; a higher limit is taken as this.
pub const MOST_LISTED: u32 = 100;

/// A notice to be told.
#[derive(Clone, Debug)]
pub struct NewNotice<'a> {
    /// Identifier; identifiers of later notices are greater.
    pub id: Uuid,
    /// Who is told.
    pub account: AccountId,
    /// What.
    pub notice: &'a Notice,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A notice that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Identifier.
    pub id: Uuid,
    /// What; none if a newer program wrote it.
    pub notice: Option<Notice>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    parameters: String,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl From<Row> for Told {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            notice: Notice::read(&row.kind, &row.parameters).ok(),
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// Which notices of an account are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoticeQuery {
    /// Only those that are unread.
    pub unread: bool,
    /// The next page: only what was told before this one, the last of the page before.
    pub before: Option<Uuid>,
    /// At most so many, and at most [`MOST_LISTED`].
    pub limit: u32,
}

/// Writes notices with the next statement. What an account has been told before is not told again.
///
/// # Errors
/// A notice that cannot be put into words of JSON.
pub fn insert(tx: &mut Tx, org: OrgId, notices: &[NewNotice<'_>]) -> Result<()> {
    for part in notices.chunks(AT_ONCE) {
        let mut asked = Statement::new(
            "INSERT INTO notices (org, id, account, kind, subject_kind, subject, parameters, dedupe, created_at) VALUES ",
        );
        for (index, new) in part.iter().enumerate() {
            if index > 0 {
                asked.push(", ");
            }
            let subject = new.notice.subject();
            let parameters = new.notice.parameters().map_err(|error| Error::Corrupt {
                table: "notices",
                what: error.to_string(),
            })?;
            asked.row([
                org.into(),
                new.id.into(),
                new.account.into(),
                new.notice.word().into(),
                subject.word().into(),
                subject.id().into(),
                parameters.into(),
                new.notice.dedupe().into(),
                new.created_at.into(),
            ]);
        }
        asked.push(" ON CONFLICT (org, account, dedupe) DO NOTHING");
        asked.later(tx);
    }
    Ok(())
}

/// The notices of an account, the latest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    query: NoticeQuery,
) -> Result<Vec<Told>> {
    let mut asked = select(org, account);
    if query.unread {
        asked.push(" AND read_at IS NULL");
    }
    if let Some(before) = query.before {
        asked.push(" AND id < ").bind(before);
    }
    asked
        .push(" ORDER BY id DESC LIMIT ")
        .bind(query.limit.min(MOST_LISTED));
    fetch(tx, asked).await
}

/// One notice of the account's.
///
/// # Errors
/// What the database says.
pub async fn get(tx: &mut Tx, org: OrgId, account: AccountId, id: Uuid) -> Result<Option<Told>> {
    let mut asked = select(org, account);
    asked.push(" AND id = ").bind(id);
    Ok(fetch(tx, asked).await?.pop())
}

fn select(org: OrgId, account: AccountId) -> Statement {
    Statement::with(
        "SELECT id, kind, parameters, created_at, read_at FROM notices WHERE org = $1 AND account = $2",
        [org.into(), account.into()],
    )
}

async fn fetch(tx: &mut Tx, asked: Statement) -> Result<Vec<Told>> {
    let rows: Vec<Row> = asked.fetch_all(tx).await?;
    Ok(rows.into_iter().map(Told::from).collect())
}

/// Marks a notice as read, and with it all of the account's that are about the same thing, because whoever opens it sees what
/// they all tell. Says how many were unread.
///
/// # Errors
/// What the database says.
pub async fn mark_read(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    told: &Told,
    now: DateTime<Utc>,
) -> Result<u64> {
    let subject = told.notice.as_ref().map(Notice::subject);
    let mut asked = Statement::with(
        "UPDATE notices SET read_at = $1 WHERE org = $2 AND account = $3 AND read_at IS NULL AND (id = $4",
        [now.into(), org.into(), account.into(), told.id.into()],
    );
    if let Some((subject, id)) = subject.and_then(|subject| Some((subject, subject.id()?))) {
        asked
            .push(" OR (subject_kind = ")
            .bind(subject.word())
            .push(" AND subject = ")
            .bind(id)
            .push(")");
    }
    asked.push(")");
    asked.execute(tx).await
}

/// Marks a notice as unread again. Says whether it was read.
///
/// # Errors
/// What the database says.
pub async fn mark_unread(tx: &mut Tx, org: OrgId, account: AccountId, id: Uuid) -> Result<bool> {
    let asked = Statement::with(
        "UPDATE notices SET read_at = NULL, read_together = NULL \
         WHERE org = $1 AND account = $2 AND id = $3 AND read_at IS NOT NULL",
        [org.into(), account.into(), id.into()],
    );
    Ok(asked.execute(tx).await? > 0)
}

/// Marks all notices of the account as read, under a name by which it can be undone. Says how many.
///
/// # Errors
/// What the database says.
pub async fn mark_all_read(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    together: Uuid,
    now: DateTime<Utc>,
) -> Result<u64> {
    let asked = Statement::with(
        "UPDATE notices SET read_at = $3, read_together = $4 WHERE org = $1 AND account = $2 AND read_at IS NULL",
        [org.into(), account.into(), now.into(), together.into()],
    );
    asked.execute(tx).await
}

/// Undoes [`mark_all_read`]. Says how many are unread again.
///
/// # Errors
/// What the database says.
pub async fn undo_all_read(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    together: Uuid,
) -> Result<u64> {
    let asked = Statement::with(
        "UPDATE notices SET read_at = NULL, read_together = NULL WHERE org = $1 AND account = $2 AND read_together = $3",
        [org.into(), account.into(), together.into()],
    );
    asked.execute(tx).await
}

/// How many notices were marked as read together under this name.
///
/// # Errors
/// What the database says.
pub async fn read_together(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    together: Uuid,
) -> Result<u64> {
    let asked = Statement::with(
        "SELECT COUNT(*) FROM notices WHERE org = $1 AND account = $2 AND read_together = $3",
        [org.into(), account.into(), together.into()],
    );
    let rows: Vec<(i64,)> = asked.fetch_all(tx).await?;
    Ok(rows
        .first()
        .map_or(0, |(count,)| u64::try_from(*count).unwrap_or(0)))
}

/// Deletes up to `limit` notices that were read before `read`, or told before `told` whether they were read or not. Says how many.
///
/// # Errors
/// What the database says.
pub async fn sweep(
    tx: &mut Tx,
    org: OrgId,
    read: DateTime<Utc>,
    told: DateTime<Utc>,
    limit: u32,
) -> Result<u64> {
    let asked = Statement::with(
        "DELETE FROM notices WHERE org = $1 AND id IN (SELECT id FROM notices \
         WHERE org = $1 AND (read_at < $2 OR created_at < $3) ORDER BY id LIMIT $4)",
        [org.into(), read.into(), told.into(), limit.into()],
    );
    asked.execute(tx).await
}

/// The open accounts of these people, with whose they are.
///
/// # Errors
/// What the database says.
pub async fn accounts_of(
    tx: &mut Tx,
    org: OrgId,
    people: &[PersonId],
) -> Result<Vec<(AccountId, PersonId)>> {
    let mut accounts = Vec::new();
    for part in people.chunks(LONGEST_LIST) {
        let mut asked = Statement::new("SELECT id, person FROM accounts WHERE org = ");
        asked
            .bind(org)
            .push(" AND disabled = ")
            .bind(false)
            .push(" AND person IN ")
            .list(part.iter().map(|id| Value::from(*id)))
            .push(" ORDER BY id");
        let rows: Vec<(Uuid, Uuid)> = asked.fetch_all(tx).await?;
        accounts.extend(
            rows.into_iter()
                .map(|(account, person)| (AccountId::new(account), PersonId::new(person))),
        );
    }
    Ok(accounts)
}

/// The open accounts of the system administrators, or of the security administrators.
///
/// # Errors
/// What the database says.
pub async fn accounts_of_office(tx: &mut Tx, org: OrgId, office: Office) -> Result<Vec<AccountId>> {
    let mut asked = Statement::new("SELECT id FROM accounts WHERE org = ");
    asked
        .bind(org)
        .push(" AND disabled = ")
        .bind(false)
        .push(match office {
            Office::Administrators => " AND administrator = ",
            Office::SecurityAdministrators => " AND security = ",
        })
        .bind(true)
        .push(" ORDER BY id");
    let rows: Vec<(Uuid,)> = asked.fetch_all(tx).await?;
    Ok(rows.into_iter().map(|(id,)| AccountId::new(id)).collect())
}

/// An office of the system itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// 系统管理员.
    Administrators,
    /// 安全管理员.
    SecurityAdministrators,
}
