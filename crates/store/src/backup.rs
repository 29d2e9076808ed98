//! All that is stored, table by table, for a backup and back again. A backup belongs to the whole installation, so here alone
//! rows are read whosever they are; nothing but `wuxing backup`, `restore` and `export` asks for them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::decode::Decode;
use sqlx::types::Type;
use sqlx::{ColumnIndex, Row};
use uuid::Uuid;

use crate::error::Result;
use crate::statement::{Statement, Value};
use crate::tx::{Engine, Tx, on};

mod tables;

pub use tables::{Column, ColumnKind, Keeping, TABLES, Table};

/// Most rows of one reading.
pub const MOST_ROWS: u32 = 2_000;

/// Most values of one statement that writes: far below what either engine takes.
const MOST_VALUES: usize = 4_000;

/// A stored row, its values in the order of the table's columns.
pub type StoredRow = Vec<Value>;

impl Table {
    /// The table of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    fn key_names(&self) -> String {
        let names: Vec<&str> = self.columns[..self.key]
            .iter()
            .map(|column| column.name)
            .collect();
        names.join(", ")
    }

    /// The values of a row that say which row it is.
    pub fn key_of<'r>(&self, row: &'r [Value]) -> &'r [Value] {
        row.get(..self.key).unwrap_or(row)
    }
}

/// The rows of a table behind the row with this key, in the order of the key; at most [`MOST_ROWS`]. No key: from the first.
///
/// # Errors
/// What the database says, also of a value of another kind than the table has.
pub async fn rows(tx: &mut Tx, table: &Table, after: Option<&[Value]>) -> Result<Vec<StoredRow>> {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let mut asked = Statement::new(&format!("SELECT {} FROM {}", names.join(", "), table.name));
    if let Some(key) = after {
        asked
            .push(&format!(
                " /* of every org */ WHERE ({}) > ",
                table.key_names()
            ))
            .row(key.iter().cloned());
    }
    asked
        .push(&format!(" ORDER BY {} LIMIT ", table.key_names()))
        .bind(MOST_ROWS);
    Ok(on!(tx, |c| match asked.query().fetch_all(c).await {
        Ok(rows) => rows.iter().map(|row| values(row, table)).collect(),
        Err(error) => Err(error),
    })?)
}

/// Writes rows into a table, in one statement for some of them at a time. The columns may be those of an earlier schema.
///
/// # Errors
/// What the database says.
pub async fn put(tx: &mut Tx, table: &str, columns: &[&str], rows: &[StoredRow]) -> Result<()> {
    let most = (MOST_VALUES / columns.len().max(1)).max(1);
    for some in rows.chunks(most) {
        let mut statement = Statement::new(&format!(
            "INSERT INTO {table} ({}) VALUES ",
            columns.join(", ")
        ));
        let mut separator = "";
        for row in some {
            statement.push(separator).row(row.iter().cloned());
            separator = ", ";
        }
        statement.execute(tx).await?;
    }
    Ok(())
}

/// The columns that a table has in this database, by name; empty if there is no such table. Whoever writes rows of an older
/// schema checks against these what a file calls tables and columns.
///
/// # Errors
/// What the database says.
pub async fn columns(tx: &mut Tx, table: &str) -> Result<Vec<String>> {
    let asked = match tx.engine() {
        Engine::Sqlite => "SELECT name FROM pragma_table_info($1) ORDER BY cid",
        Engine::Postgres => {
            "SELECT CAST(column_name AS text) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    let rows: Vec<(String,)> = Statement::with(asked, [table.into()]).fetch_all(tx).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The number of the newest migration that this database has seen; 0 for a database without tables.
///
/// # Errors
/// What the database says.
pub async fn schema(tx: &mut Tx) -> Result<i64> {
    if columns(tx, "_sqlx_migrations").await?.is_empty() {
        return Ok(0);
    }
    let rows: Vec<(i64,)> =
        Statement::new("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success")
            .fetch_all(tx)
            .await?;
    Ok(rows.first().map_or(0, |(version,)| *version))
}

/// Marks the database as being restored: until [`end_restoring`] no program serves it. The mark is a table of its own, because
/// the tables of an older backup know no such thing.
///
/// # Errors
/// What the database says.
pub async fn begin_restoring(tx: &mut Tx) -> Result<()> {
    Statement::new("CREATE TABLE IF NOT EXISTS _wuxing_restoring (mark bigint)")
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes the mark away, if it is there.
///
/// # Errors
/// What the database says.
pub async fn end_restoring(tx: &mut Tx) -> Result<()> {
    Statement::new("DROP TABLE IF EXISTS _wuxing_restoring")
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether the mark is there: a backup is being restored, or the restoring broke off.
///
/// # Errors
/// What the database says.
pub async fn is_restoring(tx: &mut Tx) -> Result<bool> {
    Ok(!columns(tx, "_wuxing_restoring").await?.is_empty())
}

/// Whether no organisation has been founded: only such a database takes a backup.
///
/// # Errors
/// What the database says.
pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    let rows: Vec<(i64,)> = Statement::new("SELECT COUNT(*) FROM organisations")
        .fetch_all(tx)
        .await?;
    Ok(rows.first().is_none_or(|(count,)| *count == 0))
}

fn values<'r, R: Row>(row: &'r R, table: &Table) -> std::result::Result<StoredRow, sqlx::Error>
where
    usize: ColumnIndex<R>,
    Uuid: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    NaiveDate: Decode<'r, R::Database> + Type<R::Database>,
    DateTime<Utc>: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
{
    let value = |(place, column): (usize, &Column)| {
        Ok(match column.kind {
            ColumnKind::Uuid => Value::Uuid(row.try_get(place)?),
            ColumnKind::Bytes => Value::Bytes(row.try_get(place)?),
            ColumnKind::Text => Value::Text(row.try_get(place)?),
            ColumnKind::Date => Value::Date(row.try_get(place)?),
            ColumnKind::Time => Value::Time(row.try_get(place)?),
            ColumnKind::Count => Value::Count(row.try_get(place)?),
            ColumnKind::Flag => Value::Flag(row.try_get(place)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}
