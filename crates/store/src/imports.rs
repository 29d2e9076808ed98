//! Imports between preview and commit.

use chrono::{DateTime, Utc};
use domain::identity::{AccountId, OrgId};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::{Tx, on};

/// An import that was read and waits to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredImport {
    /// Identifier.
    pub id: Uuid,
    /// Who uploaded it.
    pub account: AccountId,
    /// The file's name.
    pub file_name: String,
    /// Its rows, as the application keeps them.
    pub rows_json: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account: Uuid,
    file_name: String,
    rows_json: String,
    created_at: DateTime<Utc>,
}

/// Keeps an import over what was kept of it before.
///
/// # Errors
/// What the database says.
pub async fn put(tx: &mut Tx, org: OrgId, import: &StoredImport) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO imports (org, id, account, file_name, rows_json, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (org, id) DO UPDATE SET rows_json = excluded.rows_json",
        )
        .bind(org.uuid())
        .bind(import.id)
        .bind(import.account.uuid())
        .bind(&import.file_name)
        .bind(&import.rows_json)
        .bind(import.created_at)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// One import.
///
/// # Errors
/// What the database says.
pub async fn get(tx: &mut Tx, org: OrgId, id: Uuid) -> Result<Option<StoredImport>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, account, file_name, rows_json, created_at FROM imports WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id)
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(
        |Row {
             id,
             account,
             file_name,
             rows_json,
             created_at,
         }| StoredImport {
            id,
            account: AccountId::new(account),
            file_name,
            rows_json,
            created_at,
        },
    ))
}

/// Forgets an import.
///
/// # Errors
/// What the database says.
pub async fn delete(tx: &mut Tx, org: OrgId, id: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM imports WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Forgets the imports made before `then`: they hold people's names and were never committed.
///
/// # Errors
/// What the database says.
pub async fn delete_before(tx: &mut Tx, org: OrgId, then: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM imports WHERE org = $1 AND created_at < $2")
            .bind(org.uuid())
            .bind(then)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}
