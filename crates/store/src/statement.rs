//! Statements whose text depends on what is asked: still one text for both engines, with its values beside it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::Id;
use sqlx::encode::Encode;
use sqlx::postgres::PgRow;
use sqlx::query::Query;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Type;
use sqlx::{AssertSqlSafe, Database, FromRow, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::{Engine, Tx, on};

/// The most values of a list in one statement; whoever has more asks several times. Both engines take far more, but a
/// statement of this length is still prepared quickly.
pub(crate) const LONGEST_LIST: usize = 512;

/// A value to bind, or one that was stored; each may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An identifier.
    Uuid(Option<Uuid>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// Text.
    Text(Option<String>),
    /// A calendar day.
    Date(Option<NaiveDate>),
    /// A moment.
    Time(Option<DateTime<Utc>>),
    /// A whole number.
    Count(Option<i64>),
    /// Yes or no.
    Flag(Option<bool>),
}

impl From<Uuid> for Value {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(Some(uuid))
    }
}
impl From<Option<Uuid>> for Value {
    fn from(uuid: Option<Uuid>) -> Self {
        Self::Uuid(uuid)
    }
}
impl<Kind> From<Id<Kind>> for Value {
    fn from(id: Id<Kind>) -> Self {
        Self::Uuid(Some(id.uuid()))
    }
}
impl<Kind> From<Option<Id<Kind>>> for Value {
    fn from(id: Option<Id<Kind>>) -> Self {
        Self::Uuid(id.map(Id::uuid))
    }
}
impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}
impl From<Option<&[u8]>> for Value {
    fn from(bytes: Option<&[u8]>) -> Self {
        Self::Bytes(bytes.map(<[u8]>::to_vec))
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}
impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}
impl From<NaiveDate> for Value {
    fn from(date: NaiveDate) -> Self {
        Self::Date(Some(date))
    }
}
impl From<Option<NaiveDate>> for Value {
    fn from(date: Option<NaiveDate>) -> Self {
        Self::Date(date)
    }
}
impl From<DateTime<Utc>> for Value {
    fn from(time: DateTime<Utc>) -> Self {
        Self::Time(Some(time))
    }
}
impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(Some(count.into()))
    }
}
impl From<i64> for Value {
    fn from(count: i64) -> Self {
        Self::Count(Some(count))
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(Some(flag))
    }
}

/// A statement being put together. Only literals of this crate become its text; everything else is bound.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    text: String,
    values: Vec<Value>,
}

impl Statement {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// A fixed text with `$1`, `$2` … for its values.
    pub(crate) fn with(text: &str, values: impl IntoIterator<Item = Value>) -> Self {
        Self {
            text: text.to_owned(),
            values: values.into_iter().collect(),
        }
    }

    /// Adds text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder for `value`.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Adds `(value, value, …)`.
    pub(crate) fn row(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let mut separator = "(";
        for value in values {
            self.push(separator).bind(value);
            separator = ", ";
        }
        self.push(")")
    }

    /// Adds a list for `IN`. The last value is repeated up to a power of two, so that lists of all lengths share a few
    /// prepared statements. A list without values contains nothing, on both engines.
    pub(crate) fn list(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let mut values: Vec<Value> = values.into_iter().collect();
        match values.last().cloned() {
            Some(last) => {
                values.resize(values.len().next_power_of_two(), last);
                self.row(values)
            }
            None => self.push("(NULL)"),
        }
    }

    /// All rows.
    pub(crate) async fn fetch_all<Row>(&self, tx: &mut Tx) -> Result<Vec<Row>>
    where
        Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        let joined;
        let asked = match tx.engine() {
            // What waits gives no rows, so all rows are the last one's.
            Engine::Sqlite => {
                joined = Self::joined(tx.waiting(), Some(self));
                joined.as_ref().unwrap_or(self)
            }
            Engine::Postgres => self,
        };
        Ok(on!(tx, |c| match asked.query().fetch_all(c).await {
            Ok(rows) => rows
                .iter()
                .map(Row::from_row)
                .collect::<std::result::Result<_, _>>(),
            Err(error) => Err(error),
        })?)
    }

    /// Runs it; says how many rows it touched.
    pub(crate) async fn execute(&self, tx: &mut Tx) -> Result<u64> {
        Ok(on!(tx, |c| self
            .query()
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// Runs it with the next statement, at the latest with the commit; what goes wrong with it goes wrong there. On SQLite they
    /// travel together to the thread that works for the connection, and the way there takes longer than most statements.
    pub(crate) fn later(self, tx: &mut Tx) {
        tx.wait(self);
    }

    /// Several statements as one text; none for none. sqlx 0.9 still takes such a text on SQLite and means to stop: then they go
    /// one after the other, as on PostgreSQL, and nothing else changes.
    pub(crate) fn joined(first: Vec<Self>, last: Option<&Self>) -> Option<Self> {
        let mut first = first.into_iter();
        let mut all = first.next()?;
        for next in first {
            all.append(&next);
        }
        if let Some(last) = last {
            all.append(last);
        }
        Some(all)
    }

    /// Puts `next` behind, its placeholders counted on from the last value.
    fn append(&mut self, next: &Self) {
        let before = self.values.len();
        self.text.push_str("; ");
        let mut parts = next.text.split('$');
        self.text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let end = part
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(part.len());
            let (number, rest) = part.split_at(end);
            let number: usize = number.parse().unwrap_or(0);
            self.text.push_str(&format!("${}{rest}", number + before));
        }
        self.values.extend_from_slice(&next.values);
    }

    /// Runs them all on SQLite, one after the other.
    pub(crate) async fn run_together(
        statements: Vec<Self>,
        connection: &mut SqliteConnection,
    ) -> std::result::Result<(), sqlx::Error> {
        match Self::joined(statements, None) {
            Some(all) => all.query().execute(connection).await.map(drop),
            None => Ok(()),
        }
    }

    /// Runs them all on PostgreSQL, one after the other.
    pub(crate) async fn run_in_turn(
        statements: Vec<Self>,
        connection: &mut PgConnection,
    ) -> std::result::Result<(), sqlx::Error> {
        for statement in statements {
            statement.query().execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// For a driver.
    pub(crate) fn query<Driver: Database>(&self) -> Query<'_, Driver, Driver::Arguments>
    where
        for<'q> Option<Uuid>: Encode<'q, Driver> + Type<Driver>,
        for<'q> Option<NaiveDate>: Encode<'q, Driver> + Type<Driver>,
        for<'q> Option<&'q [u8]>: Encode<'q, Driver> + Type<Driver>,
        for<'q> Option<&'q str>: Encode<'q, Driver> + Type<Driver>,
        for<'q> Option<DateTime<Utc>>: Encode<'q, Driver> + Type<Driver>,
        for<'q> Option<i64>: Encode<'q, Driver> + Type<Driver>,
        for<'q> Option<bool>: Encode<'q, Driver> + Type<Driver>,
    {
        let query = sqlx::query(AssertSqlSafe(self.text.as_str()));
        self.values.iter().fold(query, |query, value| match value {
            Value::Uuid(uuid) => query.bind(*uuid),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Date(date) => query.bind(*date),
            Value::Time(time) => query.bind(*time),
            Value::Count(count) => query.bind(*count),
            Value::Flag(flag) => query.bind(*flag),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_travel_together_keep_their_values() {
        let first = Statement::with(
            "DELETE FROM a WHERE x = $1 AND y = $2",
            ["one".into(), "two".into()],
        );
        let mut second = Statement::new("INSERT INTO b VALUES ");
        second.row(["three".into(), "four".into()]);
        // A value that stands twice, and no value at all.
        let third = Statement::with(
            "UPDATE c SET v = $1 WHERE w = $1 OR v = $2",
            ["five".into(), "six".into()],
        );
        let last = Statement::new("SELECT 1");
        let joined = Statement::joined(vec![first, second, third], Some(&last));
        let Some(joined) = joined else {
            panic!("four statements make one")
        };
        assert_eq!(
            joined.text,
            "DELETE FROM a WHERE x = $1 AND y = $2; INSERT INTO b VALUES ($3, $4); \
             UPDATE c SET v = $5 WHERE w = $5 OR v = $6; SELECT 1"
        );
        let values: Vec<_> = joined
            .values
            .iter()
            .map(|value| match value {
                Value::Text(Some(text)) => text.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(values, ["one", "two", "three", "four", "five", "six"]);
        assert!(Statement::joined(Vec::new(), None).is_none());
    }
}
