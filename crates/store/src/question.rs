//! Questions that are put together. On SQLite they travel to the connection's thread and back in one go, and the way takes longer
//! than most of them; on PostgreSQL they are put one after the other.

use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Either, Executor as _, FromRow, PgConnection, SqliteConnection};

use crate::error::Result;
use crate::statement::Statement;
use crate::tx::{Engine, Tx, on};

/// How rows of one engine become an answer.
type Reading<Row, Answer> = Box<dyn FnOnce(&[Row]) -> Result<Answer> + Send>;

/// A question whose answer is wanted together with others'.
pub struct Question<Answer> {
    statement: Statement,
    on_sqlite: Reading<SqliteRow, Answer>,
    on_postgres: Reading<PgRow, Answer>,
}

impl<Answer> std::fmt::Debug for Question<Answer> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}

impl<Answer> Question<Answer> {
    /// What `statement` asks; `answer` is made of its rows.
    pub(crate) fn new<Row>(
        statement: Statement,
        answer: impl FnOnce(Vec<Row>) -> Result<Answer> + Copy + Send + 'static,
    ) -> Self
    where
        Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        Self {
            statement,
            on_sqlite: Box::new(move |rows| answer(read(rows)?)),
            on_postgres: Box::new(move |rows| answer(read(rows)?)),
        }
    }

    /// The answer to this question alone.
    ///
    /// # Errors
    /// What the database says, or what the answer says of its rows.
    pub async fn alone(self, tx: &mut Tx) -> Result<Answer> {
        enum Rows {
            Sqlite(Vec<SqliteRow>),
            Postgres(Vec<PgRow>),
        }
        let rows = on!(tx,
            sqlite: |connection| self.statement.query().fetch_all(connection).await.map(Rows::Sqlite),
            postgres: |connection| self.statement.query().fetch_all(connection).await.map(Rows::Postgres)
        )?;
        match rows {
            Rows::Sqlite(rows) => (self.on_sqlite)(&rows),
            Rows::Postgres(rows) => (self.on_postgres)(&rows),
        }
    }
}

fn read<'r, From, Row: FromRow<'r, From>>(rows: &'r [From]) -> Result<Vec<Row>>
where
    From: sqlx::Row,
{
    let rows: std::result::Result<_, _> = rows.iter().map(Row::from_row).collect();
    Ok(rows?)
}

/// The rows of three statements.
enum Rows {
    Sqlite([Vec<SqliteRow>; 3]),
    Postgres([Vec<PgRow>; 3]),
}

/// Answers to three questions, all from one state if the transaction reads one.
///
/// # Errors
/// What the database says, or what the answers say of their rows.
pub async fn ask<A, B, C>(
    tx: &mut Tx,
    (a, b, c): (Question<A>, Question<B>, Question<C>),
) -> Result<(A, B, C)> {
    let asked = [&a.statement, &b.statement, &c.statement];
    let waiting = match tx.engine() {
        Engine::Sqlite => tx.waiting(),
        Engine::Postgres => Vec::new(),
    };
    // `on!` counts one of them.
    tx.counted();
    tx.counted();
    let rows = on!(tx,
        sqlite: |connection| in_one_go(waiting, asked, connection).await.map(Rows::Sqlite),
        postgres: |connection| in_turn(asked, connection).await.map(Rows::Postgres)
    )?;
    match rows {
        Rows::Sqlite([x, y, z]) => Ok(((a.on_sqlite)(&x)?, (b.on_sqlite)(&y)?, (c.on_sqlite)(&z)?)),
        Rows::Postgres([x, y, z]) => Ok((
            (a.on_postgres)(&x)?,
            (b.on_postgres)(&y)?,
            (c.on_postgres)(&z)?,
        )),
    }
}

/// Runs what waits, then the three; the driver tells where one ends and the next begins.
async fn in_one_go(
    waiting: Vec<Statement>,
    asked: [&Statement; 3],
    connection: &mut SqliteConnection,
) -> std::result::Result<[Vec<SqliteRow>; 3], sqlx::Error> {
    let mut number = waiting.len();
    let all = waiting.into_iter().chain(asked.into_iter().cloned());
    let mut rows: [Vec<SqliteRow>; 3] = Default::default();
    let Some(all) = Statement::joined(all.collect(), None) else {
        return Ok(rows);
    };
    // Counted backwards: the last three are the questions.
    number += asked.len();
    let mut steps = connection.fetch_many(all.query());
    while let Some(step) = steps.try_next().await? {
        match step {
            Either::Left(_) => number = number.saturating_sub(1),
            Either::Right(row) => {
                if let Some(of) = asked.len().checked_sub(number) {
                    rows[of].push(row);
                }
            }
        }
    }
    if number > 0 {
        return Err(sqlx::Error::WorkerCrashed);
    }
    Ok(rows)
}

async fn in_turn(
    asked: [&Statement; 3],
    connection: &mut PgConnection,
) -> std::result::Result<[Vec<PgRow>; 3], sqlx::Error> {
    let mut rows: [Vec<PgRow>; 3] = Default::default();
    for (rows, statement) in rows.iter_mut().zip(asked) {
        *rows = statement.query().fetch_all(&mut *connection).await?;
    }
    Ok(rows)
}
