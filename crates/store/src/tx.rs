//! The one transaction type. Which engine is behind it is nobody's business outside this crate.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use domain::identity::OrgId;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, PgConnection, PgPool, Postgres, SqliteConnection, Transaction};

use tokio::sync::OwnedMutexGuard;

use crate::error::{Error, Result};
use crate::readers::{Reader, Readers};
use crate::statement::Statement;
use crate::writer::{SAVEPOINT, Seat, Writer};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How many prepared statements a connection keeps: more than the program has.
const STATEMENTS_KEPT: usize = 256;

/// When a commit counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// When it is on disk.
    Full,
    /// When the operating system has it: survives a crash of the program, not of the machine.
    Normal,
}

/// Which engine a store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded database.
    Sqlite,
    /// PostgreSQL, and what speaks its protocol.
    Postgres,
}

/// How to open a store.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// When a commit counts as done (SQLite; PostgreSQL has its own setting).
    pub durability: Durability,
    /// Connections that read (SQLite), or connections in all (PostgreSQL).
    pub connections: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            connections: 8,
        }
    }
}

/// A database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    statements: Arc<AtomicU64>,
    queues: Arc<Queues>,
}

#[derive(Clone)]
enum Pools {
    Sqlite { readers: Readers, writer: Writer },
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens `sqlite:PATH` (made if it is missing) or `postgres://…`.
    ///
    /// # Errors
    /// An address of another kind, or what the database says.
    pub async fn open(address: &str, options: Options) -> Result<Self> {
        let pools = if address.starts_with("sqlite:") {
            open_sqlite(address, options).await?
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            let connect = PgConnectOptions::from_str(address)?
                .application_name("wuxing")
                .statement_cache_capacity(STATEMENTS_KEPT)
                .disable_statement_logging();
            let pool = PgPoolOptions::new()
                .max_connections(options.connections)
                .connect_with(connect)
                .await?;
            Pools::Postgres(pool)
        } else {
            // Only the beginning: an address can carry a password.
            return Err(Error::Address(
                address
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .take(20)
                    .collect(),
            ));
        };
        Ok(Self {
            pools,
            statements: Arc::default(),
            queues: Arc::default(),
        })
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// [`Error::NewerSchema`] for a database of a newer program; otherwise what the database says.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_to(Self::newest_schema()).await
    }

    /// The number of the newest migration that this program knows.
    pub fn newest_schema() -> i64 {
        let numbers = SQLITE_MIGRATIONS.iter().map(|migration| migration.version);
        numbers.max().unwrap_or(0)
    }

    /// Brings the tables to the state that an earlier program knew: what is restored goes the way from there on like any other
    /// database.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    pub async fn migrate_to(&self, schema: i64) -> Result<()> {
        let done = match &self.pools {
            Pools::Sqlite { writer, .. } => writer.migrate(&SQLITE_MIGRATIONS, schema).await,
            Pools::Postgres(pool) => POSTGRES_MIGRATIONS.run_to(schema, pool).await,
        };
        match done {
            Err(MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) => {
                Err(Error::NewerSchema)
            }
            other => Ok(other?),
        }
    }

    /// A transaction that reads one consistent state.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::SqliteReads(readers.begin().await?),
            Pools::Postgres(pool) => Inner::PostgresReads(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        Ok(self.tx(inner, None))
    }

    /// For one statement that reads, which is consistent without a transaction around it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn glance(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::SqliteReads(readers.take().await?),
            Pools::Postgres(pool) => Inner::PostgresGlances(pool.acquire().await?),
        };
        Ok(self.tx(inner, None))
    }

    /// A transaction that writes. On SQLite it waits for its turn; on PostgreSQL whoever writes in
    /// an organisation takes it first (see [`crate::organisations::enter`]), so that the facts an
    /// action decides on stay as they were read. It may still lose a race (see
    /// [`Error::is_conflict`]).
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::SqliteWrites(writer.take_turn().await?),
            Pools::Postgres(pool) => Inner::PostgresWrites(
                pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED")
                    .await?,
            ),
        };
        Ok(self.tx(inner, None))
    }

    /// A transaction that writes for one organisation. Its audit chain lets only one writer at a time
    /// succeed, so on PostgreSQL those of this program queue up before they take a connection, and
    /// leave the others to the readers; writers of other programs wait at the organisation's row.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write_for(&self, org: OrgId) -> Result<Tx> {
        let turn = match self.engine() {
            Engine::Sqlite => None,
            Engine::Postgres => Some(self.queues.of(org).lock_owned().await),
        };
        Ok(Tx {
            _turn: turn,
            ..self.write().await?
        })
    }

    fn tx(&self, inner: Inner, turn: Option<OwnedMutexGuard<()>>) -> Tx {
        let waiting = match &inner {
            Inner::SqliteReads(reader) => reader.opening(),
            Inner::SqliteWrites(_) => Some(SAVEPOINT),
            Inner::PostgresReads(_) | Inner::PostgresGlances(_) | Inner::PostgresWrites(_) => None,
        };
        Tx {
            inner,
            waiting: waiting.map(Statement::new).into_iter().collect(),
            under_way: false,
            spoiled: false,
            statements: Arc::clone(&self.statements),
            _turn: turn,
        }
    }

    /// Which engine it runs on.
    pub const fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// How many statements have been sent since the store was opened, those that only begin and end transactions left out.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ping(&self) -> Result<()> {
        let mut tx = self.glance().await?;
        on!(tx, |c| sqlx::query("SELECT 1").execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(address: &str, options: Options) -> Result<Pools> {
    // Every connection would have a database of its own.
    if address.contains(":memory:") || address.contains("mode=memory") {
        return Err(Error::Address("sqlite::memory:".to_owned()));
    }
    let synchronous = match options.durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Normal => SqliteSynchronous::Normal,
    };
    let connect = SqliteConnectOptions::from_str(address)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_secs(10))
        // What is deleted is overwritten, and the schema cannot run functions of ours.
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        // What is undone or sorted is kept in memory: nothing of it reaches a temporary file.
        .pragma("temp_store", "MEMORY")
        // A checkpoint waits for the disk, whatever the durability; four times rarer than by default.
        .pragma("wal_autocheckpoint", "4000")
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging();
    // The writer first: it makes the file.
    let writer = Writer::open(&connect.clone().pragma("cache_size", "-16000")).await?;
    let reading = connect
        .read_only(true)
        .create_if_missing(false)
        .pragma("cache_size", "-4000");
    let readers = Readers::open(reading, options.connections).await?;
    Ok(Pools::Sqlite { readers, writer })
}

/// Those who want to write for an organisation, one queue each. A queue lasts while somebody stands in it.
#[derive(Default)]
struct Queues(Mutex<HashMap<OrgId, Weak<tokio::sync::Mutex<()>>>>);

impl Queues {
    fn of(&self, org: OrgId) -> Arc<tokio::sync::Mutex<()>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(&org).and_then(Weak::upgrade) {
            return queue;
        }
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::default();
        queues.insert(org, Arc::downgrade(&queue));
        queue
    }
}

/// An open transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx {
    inner: Inner,
    /// Statements that run before the next one.
    waiting: Vec<Statement>,
    /// A statement has been sent and its end not been seen: if that stays so, its future was dropped, and with it what waited.
    under_way: bool,
    /// A statement failed: PostgreSQL would take a commit for a rollback and say nothing.
    spoiled: bool,
    statements: Arc<AtomicU64>,
    /// Given back last, when the transaction has ended.
    _turn: Option<OwnedMutexGuard<()>>,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("engine", &self.engine())
            .field("spoiled", &self.spoiled)
            .finish_non_exhaustive()
    }
}

enum Inner {
    SqliteReads(Reader),
    SqliteWrites(Seat),
    PostgresReads(Transaction<'static, Postgres>),
    PostgresGlances(PoolConnection<Postgres>),
    PostgresWrites(Transaction<'static, Postgres>),
}

/// The connection of a transaction, for [`on!`].
pub(crate) enum Connection<'tx> {
    Sqlite(&'tx mut SqliteConnection),
    Postgres(&'tx mut PgConnection),
}

impl Tx {
    /// Makes the changes permanent; returns when they are.
    ///
    /// # Errors
    /// What the database says, or [`Error::Spoiled`] after a statement that failed; nothing was kept then.
    pub async fn commit(mut self) -> Result<()> {
        self.spoiled |= self.under_way;
        if self.engine() == Engine::Postgres && !self.spoiled {
            self.flush().await?;
        }
        if self.spoiled {
            self.rollback().await;
            return Err(Error::Spoiled);
        }
        match self.inner {
            Inner::SqliteReads(_) | Inner::PostgresReads(_) | Inner::PostgresGlances(_) => {
                Err(Error::ReadOnly)
            }
            Inner::SqliteWrites(seat) => seat.commit(self.waiting).await,
            Inner::PostgresWrites(transaction) => Ok(transaction.commit().await?),
        }
    }

    /// Undoes the changes. A failure to do so is the database's own: what was not committed does not last.
    pub async fn rollback(self) {
        let undone = match self.inner {
            // Nothing was changed.
            Inner::SqliteReads(_) | Inner::PostgresGlances(_) => Ok(()),
            Inner::SqliteWrites(seat) => seat.rollback().await,
            Inner::PostgresReads(transaction) | Inner::PostgresWrites(transaction) => {
                transaction.rollback().await.map_err(Error::from)
            }
        };
        if let Err(error) = undone {
            tracing::warn!(%error, "a rollback failed");
        }
    }

    /// Which engine it runs on.
    pub(crate) const fn engine(&self) -> Engine {
        match self.inner {
            Inner::SqliteReads(_) | Inner::SqliteWrites(_) => Engine::Sqlite,
            Inner::PostgresReads(_) | Inner::PostgresGlances(_) | Inner::PostgresWrites(_) => {
                Engine::Postgres
            }
        }
    }

    /// Whether it can change something.
    pub(crate) const fn writes(&self) -> bool {
        matches!(
            self.inner,
            Inner::SqliteWrites(_) | Inner::PostgresWrites(_)
        )
    }

    /// Lets a statement run with the next one, see [`Statement::later`].
    pub(crate) fn wait(&mut self, statement: Statement) {
        debug_assert!(self.writes(), "what a reader lets wait is never sent");
        self.counted();
        self.waiting.push(statement);
    }

    /// The statements that wait, for whoever sends them along with its own.
    pub(crate) fn waiting(&mut self) -> Vec<Statement> {
        std::mem::take(&mut self.waiting)
    }

    /// Sends the statements that wait. Only [`on!`] calls it, and `commit`.
    pub(crate) async fn flush(&mut self) -> std::result::Result<(), sqlx::Error> {
        if self.under_way {
            self.spoiled = true;
            return Err(sqlx::Error::Protocol(
                "a statement before this one was abandoned".to_owned(),
            ));
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = self.waiting();
        let done = match self.connection() {
            Connection::Sqlite(connection) => Statement::run_together(waiting, connection).await,
            Connection::Postgres(connection) => Statement::run_in_turn(waiting, connection).await,
        };
        self.noted(done.is_ok());
        done
    }

    /// Counts a statement. Only [`on!`] calls it, and `wait`.
    pub(crate) fn counted(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// The connection, for one statement or a few that belong together. Only [`on!`] calls it, and `flush`.
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        self.under_way = true;
        match &mut self.inner {
            Inner::SqliteReads(reader) => Connection::Sqlite(reader.connection()),
            Inner::PostgresGlances(connection) => Connection::Postgres(connection),
            Inner::SqliteWrites(seat) => Connection::Sqlite(seat.connection()),
            Inner::PostgresReads(transaction) | Inner::PostgresWrites(transaction) => {
                Connection::Postgres(transaction)
            }
        }
    }

    /// Notes how a statement ended. Only [`on!`] calls it.
    pub(crate) const fn noted(&mut self, good: bool) {
        self.spoiled |= !good;
        self.under_way = false;
        // After an error it is looked at again before anybody else gets it.
        if good && let Inner::SqliteReads(reader) = &mut self.inner {
            reader.done();
        }
    }
}

/// Runs one statement, after those that wait, on whichever engine the transaction has. The first form compiles its body once for
/// each driver, with the connection under the name given; the second has a body for each, where the engines differ. A body gives
/// a result.
macro_rules! on {
    ($tx:expr, |$connection:ident| $body:expr) => {
        $crate::tx::on!($tx, sqlite: |$connection| $body, postgres: |$connection| $body)
    };
    ($tx:expr, sqlite: |$sqlite:ident| $on_sqlite:expr, postgres: |$postgres:ident| $on_postgres:expr) => {{
        $tx.counted();
        let outcome = match $tx.flush().await {
            Err(error) => Err(error),
            Ok(()) => match $tx.connection() {
                $crate::tx::Connection::Sqlite($sqlite) => $on_sqlite,
                $crate::tx::Connection::Postgres($postgres) => $on_postgres,
            },
        };
        $tx.noted(outcome.is_ok());
        outcome
    }};
}
pub(crate) use on;
