//! Organisations: the one table known to everybody; all others begin with the organisation.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::SystemRoles;
use domain::identity::{AccountId, OrgId, PersonId};
use uuid::Uuid;

use crate::dialect::row_lock;
use crate::error::Result;
use crate::statement::Statement;
use crate::tx::{Tx, on};

/// An organisation that is being founded.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Name, unique in the installation.
    pub name: String,
    /// Time zone, e.g. `Asia/Shanghai`.
    pub time_zone: String,
    /// Whether its data is made up for showing.
    pub demo: bool,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Identifier.
    pub id: OrgId,
    /// Name.
    pub name: String,
    /// Time zone.
    pub time_zone: String,
    /// Whether its data is made up for showing.
    pub demo: bool,
    /// Changes with every change of charter, calendar or roster.
    pub rules_stamp: i64,
    /// Last day on which a settled period may begin.
    pub horizon: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    time_zone: String,
    demo: bool,
    rules_stamp: i64,
    horizon: Option<NaiveDate>,
}

impl From<Row> for Organisation {
    fn from(row: Row) -> Self {
        let Row {
            id,
            name,
            time_zone,
            demo,
            rules_stamp,
            horizon,
        } = row;
        Self {
            id: OrgId::new(id),
            name,
            time_zone,
            demo,
            rules_stamp,
            horizon,
        }
    }
}

/// Founds an organisation.
///
/// # Errors
/// What the database says, also when the name is taken.
pub async fn create(tx: &mut Tx, org: OrgId, new: &NewOrganisation) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO organisations (id, name, time_zone, demo, rules_stamp, created_at) \
             VALUES ($1, $2, $3, $4, 1, $5)",
        )
        .bind(org.uuid())
        .bind(&new.name)
        .bind(&new.time_zone)
        .bind(new.demo)
        .bind(new.created_at)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// One organisation.
///
/// # Errors
/// What the database says.
pub async fn load(tx: &mut Tx, org: OrgId) -> Result<Option<Organisation>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, name, time_zone, demo, rules_stamp, horizon FROM organisations WHERE id = $1")
            .bind(org.uuid())
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(Organisation::from))
}

/// An account, as far as every action asks about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    /// The person on the roster; an administrator's account may have none.
    pub person: Option<PersonId>,
    /// Roles of the system.
    pub system: SystemRoles,
    /// Whether nobody can sign in with it.
    pub disabled: bool,
    /// Unread notices, at most [`UNREAD_COUNTED`].
    pub unread: u32,
}

/// Unread notices are counted no further than this: more is many.
pub const UNREAD_COUNTED: u32 = 100;

#[derive(sqlx::FromRow)]
struct EntranceRow {
    #[sqlx(flatten)]
    organisation: Row,
    account: Option<Uuid>,
    person: Option<Uuid>,
    administrator: Option<bool>,
    security: Option<bool>,
    auditor: Option<bool>,
    disabled: Option<bool>,
    unread: i64,
}

/// What every action begins with: its organisation, and the account that acts if there is one, with the number of its unread
/// notices, which every page shows. A transaction that writes keeps
/// the organisation until it ends: whoever else writes in it waits. The audit chain makes an organisation's writers queue anyway;
/// waiting here costs less than losing the race at the end of the work.
///
/// # Errors
/// What the database says.
pub async fn enter(
    tx: &mut Tx,
    org: OrgId,
    account: Option<AccountId>,
) -> Result<Option<(Organisation, Option<Acting>)>> {
    if tx.writes()
        && let Some(lock) = row_lock(tx.engine())
    {
        // In a statement of its own: what the next one reads was committed before the wait ended.
        let mut kept = Statement::with("SELECT 1 FROM organisations WHERE id = $1", [org.into()]);
        kept.push(lock);
        kept.later(tx);
    }
    let asked = Statement::with(
        "SELECT o.id, o.name, o.time_zone, o.demo, o.rules_stamp, o.horizon, a.id AS account, a.person, a.administrator, \
         a.security, a.auditor, a.disabled, (SELECT COUNT(*) FROM (SELECT 1 FROM notices n WHERE n.org = $1 \
         AND n.account = $2 AND n.read_at IS NULL LIMIT $3) AS counted) AS unread \
         FROM organisations o LEFT JOIN accounts a ON a.org = $1 AND a.id = $2 WHERE o.id = $1",
        [org.into(), account.into(), UNREAD_COUNTED.into()],
    );
    let rows: Vec<EntranceRow> = asked.fetch_all(tx).await?;
    let entered = |row: EntranceRow| {
        let acting = row.account.map(|_| Acting {
            person: row.person.map(PersonId::new),
            system: SystemRoles {
                administrator: row.administrator.unwrap_or(false),
                security: row.security.unwrap_or(false),
                auditor: row.auditor.unwrap_or(false),
            },
            disabled: row.disabled.unwrap_or(true),
            unread: u32::try_from(row.unread).unwrap_or(UNREAD_COUNTED),
        });
        (Organisation::from(row.organisation), acting)
    };
    Ok(rows.into_iter().next().map(entered))
}

/// All organisations, by name.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Organisation>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, name, time_zone, demo, rules_stamp, horizon FROM organisations ORDER BY name")
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().map(Organisation::from).collect())
}

/// The organisation of this name.
///
/// # Errors
/// What the database says.
pub async fn find_by_name(tx: &mut Tx, name: &str) -> Result<Option<Organisation>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, name, time_zone, demo, rules_stamp, horizon FROM organisations WHERE name = $1")
            .bind(name)
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(Organisation::from))
}

/// Notes that charter, calendar or roster have changed.
///
/// # Errors
/// What the database says.
pub async fn bump_rules(tx: &mut Tx, org: OrgId) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE organisations SET rules_stamp = rules_stamp + 1 WHERE id = $1")
            .bind(org.uuid())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Sets how far ahead the ledger is settled.
///
/// # Errors
/// What the database says.
pub async fn set_horizon(tx: &mut Tx, org: OrgId, horizon: NaiveDate) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE organisations SET horizon = $2 WHERE id = $1")
            .bind(org.uuid())
            .bind(horizon)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}
