//! Statements whose text depends on what is asked: still one text for both engines, with its values beside it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::Id;
use sqlx::encode::Encode;
use sqlx::postgres::PgRow;
use sqlx::query::Query;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Type;
use sqlx::{AssertSqlSafe, Database, FromRow};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::{Tx, on};

/// The most values of a list in one statement; whoever has more asks several times. Both engines take far more, but a
/// statement of this length is still prepared quickly.
pub(crate) const LONGEST_LIST: usize = 512;

/// A value to bind.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Date(Option<NaiveDate>),
    Time(DateTime<Utc>),
    Count(i64),
    Flag(bool),
}

impl From<Uuid> for Value {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(Some(uuid))
    }
}
impl<Kind> From<Id<Kind>> for Value {
    fn from(id: Id<Kind>) -> Self {
        Self::Uuid(Some(id.uuid()))
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
        Self::Time(time)
    }
}
impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// A statement being put together. Only literals of this crate become its text; everything else is bound.
#[derive(Debug)]
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
        Ok(on!(tx, |c| match self.query().fetch_all(c).await {
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

    fn query<Engine: Database>(&self) -> Query<'_, Engine, Engine::Arguments>
    where
        for<'q> Option<Uuid>: Encode<'q, Engine> + Type<Engine>,
        for<'q> Option<NaiveDate>: Encode<'q, Engine> + Type<Engine>,
        for<'q> Option<&'q str>: Encode<'q, Engine> + Type<Engine>,
        for<'q> DateTime<Utc>: Encode<'q, Engine> + Type<Engine>,
        for<'q> i64: Encode<'q, Engine> + Type<Engine>,
        for<'q> bool: Encode<'q, Engine> + Type<Engine>,
    {
        let query = sqlx::query(AssertSqlSafe(self.text.as_str()));
        self.values.iter().fold(query, |query, value| match value {
            Value::Uuid(uuid) => query.bind(*uuid),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Date(date) => query.bind(*date),
            Value::Time(time) => query.bind(*time),
            Value::Count(count) => query.bind(*count),
            Value::Flag(flag) => query.bind(*flag),
        })
    }
}
