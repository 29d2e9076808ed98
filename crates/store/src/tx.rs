//! The one transaction type. Which engine is behind it is nobody's business outside this crate.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::error::{Error, Result};
use crate::writer::{Seat, Writer};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

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
        Self { durability: Durability::Full, connections: 8 }
    }
}

/// A database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Pools {
    Sqlite { readers: SqlitePool, writer: Writer },
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine()).finish_non_exhaustive()
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
            let connect = PgConnectOptions::from_str(address)?.disable_statement_logging();
            let pool = PgPoolOptions::new().max_connections(options.connections).connect_with(connect).await?;
            Pools::Postgres(pool)
        } else {
            // Only the beginning: an address can carry a password.
            return Err(Error::Address(address.split(':').next().unwrap_or_default().chars().take(20).collect()));
        };
        Ok(Self { pools, statements: Arc::new(AtomicU64::new(0)) })
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// [`Error::NewerSchema`] for a database of a newer program; otherwise what the database says.
    pub async fn migrate(&self) -> Result<()> {
        let done = match &self.pools {
            Pools::Sqlite { writer, .. } => writer.migrate(&SQLITE_MIGRATIONS).await,
            Pools::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        };
        match done {
            Err(MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..)) => Err(Error::NewerSchema),
            other => Ok(other?),
        }
    }

    /// A transaction that reads one consistent state.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::Reading(readers.begin().await?),
            Pools::Postgres(pool) => {
                Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(Tx { inner, statements: Arc::clone(&self.statements) })
    }

    /// A transaction that writes. On SQLite it waits for its turn; on PostgreSQL it is serializable and may lose a race
    /// (see [`Error::is_conflict`]).
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Writing(writer.take_turn().await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?),
        };
        Ok(Tx { inner, statements: Arc::clone(&self.statements) })
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
        let mut tx = self.read().await?;
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
        .pragma("cache_size", "-16000")
        .statement_cache_capacity(256)
        .disable_statement_logging();
    // The writer first: it makes the file.
    let writer = Writer::open(&connect).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections)
        .connect_with(connect.read_only(true).create_if_missing(false))
        .await?;
    Ok(Pools::Sqlite { readers, writer })
}

/// An open transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx {
    inner: Inner,
    statements: Arc<AtomicU64>,
}

enum Inner {
    Reading(Transaction<'static, Sqlite>),
    Writing(Seat),
    Postgres(Transaction<'static, Postgres>),
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
    /// What the database says; nothing was kept then.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            Inner::Reading(_) => Err(Error::ReadOnly),
            Inner::Writing(seat) => seat.commit().await,
            Inner::Postgres(transaction) => Ok(transaction.commit().await?),
        }
    }

    /// Undoes the changes. A failure to do so is the database's own: what was not committed does not last.
    pub async fn rollback(self) {
        let undone = match self.inner {
            Inner::Reading(transaction) => transaction.rollback().await.map_err(Error::from),
            Inner::Writing(seat) => seat.rollback().await,
            Inner::Postgres(transaction) => transaction.rollback().await.map_err(Error::from),
        };
        if let Err(error) = undone {
            tracing::warn!(%error, "a rollback failed");
        }
    }

    /// Which engine it runs on.
    pub(crate) const fn engine(&self) -> Engine {
        match self.inner {
            Inner::Reading(_) | Inner::Writing(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    pub(crate) fn connection(&mut self) -> Connection<'_> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &mut self.inner {
            Inner::Reading(transaction) => Connection::Sqlite(transaction),
            Inner::Writing(seat) => Connection::Sqlite(seat.connection()),
            Inner::Postgres(transaction) => Connection::Postgres(transaction),
        }
    }
}

/// Runs one statement on whichever engine the transaction has: the body is compiled once for each driver, with the
/// connection under the name given.
macro_rules! on {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx.connection() {
            $crate::tx::Connection::Sqlite($connection) => $body,
            $crate::tx::Connection::Postgres($connection) => $body,
        }
    };
}
pub(crate) use on;
