//! The connections that read on SQLite. A pool of our own, because the driver's asks a connection for a sign of life each time it
//! comes back and announces every transaction with a handshake between threads, which on an embedded database costs more than
//! the reading. There is no wire here that could break.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Result;

/// How long somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// The readers of one file. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Readers {
    how: Arc<SqliteConnectOptions>,
    /// The last one to come back is the first to go out: its cache is warm.
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
    seats: Arc<Semaphore>,
    number: u32,
}

impl Readers {
    /// Up to `number` connections, opened as they are needed; one of them now, to see that it works.
    pub(crate) async fn open(how: SqliteConnectOptions, number: u32) -> Result<Self> {
        let first = how.connect().await?;
        Ok(Self {
            how: Arc::new(how),
            idle: Arc::new(Mutex::new(vec![first])),
            seats: Arc::new(Semaphore::new(number as usize)),
            number,
        })
    }

    /// A connection, as soon as one is free, that sees what is committed at each statement.
    pub(crate) async fn take(&self) -> Result<Reader> {
        let seat = tokio::time::timeout(PATIENCE, Arc::clone(&self.seats).acquire_owned())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.how.connect().await?,
        };
        Ok(Reader {
            connection: Some(connection),
            snapshot: false,
            begun: false,
            running: false,
            home: self.clone(),
            seat: Some(seat),
        })
    }

    /// A connection that sees one state until it is given back. [`Reader::opening`] goes before its first statement.
    pub(crate) async fn begin(&self) -> Result<Reader> {
        let mut reader = self.take().await?;
        reader.snapshot = true;
        Ok(reader)
    }

    /// Waits for all readers to come back and closes them.
    pub(crate) async fn close(&self) {
        let Ok(all) = self.seats.acquire_many(self.number).await else {
            return;
        };
        self.seats.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a reading connection did not close cleanly");
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that reads; goes back when it is dropped.
pub(crate) struct Reader {
    /// `None` once it has gone back.
    connection: Option<SqliteConnection>,
    snapshot: bool,
    /// Whether the opening has perhaps been sent.
    begun: bool,
    /// Whether a statement is perhaps still running.
    running: bool,
    home: Readers,
    seat: Option<OwnedSemaphorePermit>,
}

impl Reader {
    /// What goes before the first statement.
    pub(crate) const fn opening(&self) -> Option<&'static str> {
        if self.snapshot { Some("BEGIN") } else { None }
    }

    /// The connection to run a statement with, until [`Reader::done`].
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        self.begun |= self.snapshot;
        self.running = true;
        #[expect(
            clippy::expect_used,
            reason = "a reader has its connection until it is dropped"
        )]
        self.connection
            .as_mut()
            .expect("a reader keeps its connection")
    }

    /// Notes that the statement has ended well.
    pub(crate) const fn done(&mut self) {
        self.running = false;
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let (Some(mut connection), home, seat) =
            (self.connection.take(), self.home.clone(), self.seat.take())
        else {
            return;
        };
        let end = if self.begun { "ROLLBACK" } else { "SELECT 1" };
        if self.running {
            // Somebody vanished in the middle. Whoever came next would wait for a statement that nobody wants any more, so the
            // connection comes back when it has ended; without a runtime it is closed.
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move {
                    if sqlx::query(end).execute(&mut connection).await.is_ok() {
                        home.idle().push(connection);
                    }
                    drop(seat);
                });
            }
            return;
        }
        if self.begun {
            // Sent and not waited for: the connection's thread takes one command after the other, so whoever comes next finds the
            // transaction ended; and ending one that only reads cannot fail.
            let _ = sqlx::query(end).execute(&mut connection).now_or_never();
        }
        home.idle().push(connection);
        drop(seat);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    async fn readers(name: &str, number: u32) -> (Readers, SqliteConnection) {
        // Made by the build next to the test program itself.
        let folder = std::env::current_exe().unwrap().with_extension("files");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.db"));
        for end in ["db", "db-wal", "db-shm"] {
            let _ = std::fs::remove_file(file.with_extension(end));
        }
        let how = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
        let mut writer = how.connect().await.unwrap();
        run(&mut writer, "CREATE TABLE notes (text TEXT NOT NULL)").await;
        let readers = Readers::open(how.read_only(true).create_if_missing(false), number)
            .await
            .unwrap();
        (readers, writer)
    }

    async fn run(connection: &mut SqliteConnection, statement: &'static str) {
        sqlx::query(statement).execute(connection).await.unwrap();
    }

    async fn count(reader: &mut Reader) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM notes")
            .fetch_one(reader.connection())
            .await
            .inspect(|_| reader.done())
            .unwrap()
    }

    async fn begin(readers: &Readers) -> Reader {
        let mut reader = readers.begin().await.unwrap();
        let opening = reader.opening().unwrap();
        run(reader.connection(), opening).await;
        reader.done();
        reader
    }

    #[tokio::test]
    async fn one_that_has_begun_sees_one_state_and_the_next_sees_what_was_committed_meanwhile() {
        let (readers, mut writer) = readers("snapshot", 1).await;
        let mut begun = begin(&readers).await;
        assert_eq!(count(&mut begun).await, 0);
        run(&mut writer, "INSERT INTO notes VALUES ('a')").await;
        assert_eq!(count(&mut begun).await, 0);
        drop(begun);
        // Nothing was sent, so there is nothing to end.
        drop(readers.begin().await.unwrap());
        // The same connection: there is only one.
        let mut next = begin(&readers).await;
        assert_eq!(count(&mut next).await, 1);
        drop(next);
        let mut once = readers.take().await.unwrap();
        assert_eq!(count(&mut once).await, 1);
        run(&mut writer, "INSERT INTO notes VALUES ('b')").await;
        assert_eq!(count(&mut once).await, 2);
    }

    #[tokio::test]
    async fn whoever_vanishes_in_the_middle_leaves_a_connection_that_can_be_used() {
        let (readers, _writer) = readers("vanish", 1).await;
        for _ in 0..20 {
            let mut reader = begin(&readers).await;
            let long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n";
            let asking = sqlx::query(long).fetch_all(reader.connection());
            // Asked once and never again.
            let mut asking = std::pin::pin!(asking);
            assert!(asking.as_mut().now_or_never().is_none());
        }
        let mut reader = begin(&readers).await;
        assert_eq!(count(&mut reader).await, 0);
    }

    /// A build that does not read `.cargo/config.toml` would be slow without a word.
    #[tokio::test]
    async fn sqlite_is_compiled_as_the_house_wants_it() {
        let (readers, _writer) = readers("compiled", 1).await;
        let mut reader = readers.take().await.unwrap();
        let options: Vec<String> = sqlx::query_scalar("PRAGMA compile_options")
            .fetch_all(reader.connection())
            .await
            .unwrap();
        reader.done();
        let has = |wanted: &str| options.iter().any(|option| option == wanted);
        for wanted in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0"] {
            assert!(has(wanted), "{wanted}: {options:?}");
        }
        for unwanted in [
            "ENABLE_STAT4",
            "ENABLE_MEMORY_MANAGEMENT",
            "ENABLE_LOAD_EXTENSION",
        ] {
            assert!(!has(unwanted), "{unwanted}: {options:?}");
        }
    }

    #[tokio::test]
    async fn no_more_go_out_than_there_are_and_none_after_closing() {
        let (readers, _writer) = readers("number", 2).await;
        let (first, second) = (readers.take().await.unwrap(), begin(&readers).await);
        let mut third = std::pin::pin!(readers.take());
        assert!(third.as_mut().now_or_never().is_none());
        drop(first);
        let third = third.await.unwrap();
        drop((second, third));
        readers.close().await;
        assert!(readers.take().await.is_err());
    }
}
