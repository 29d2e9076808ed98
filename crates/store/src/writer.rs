//! The one writer of a SQLite database. Actions that wait for each other are committed together: each has a savepoint of
//! its own, and the last of a batch pays for all of them with one `COMMIT`.
//!
//! Whoever has the turn (the lock on the [`Desk`]) runs alone. When it is done and others wait, it hands the turn on and
//! waits for the batch's end; when nobody waits, it commits. A member that vanishes in the middle (its task was dropped)
//! leaves a mark that the next turn clears away, so no batch waits for ever and no half of an action is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use crate::error::{Error, Result};

/// Most actions in one commit.
const LARGEST_BATCH: usize = 64;
/// How long the first of a batch waits at most for others to join.
const LONGEST_WAIT: Duration = Duration::from_millis(5);

/// How a batch ended: `None` while it is open.
type Ending = Option<std::result::Result<(), Arc<str>>>;

/// Gives turns at the one connection that writes.
#[derive(Clone)]
pub(crate) struct Writer {
    desk: Arc<Mutex<Desk>>,
    waiting: Arc<AtomicUsize>,
}

/// The connection with the state of its transaction.
struct Desk {
    /// `None` once closed.
    connection: Option<SqliteConnection>,
    batch: Option<Batch>,
    /// The last member vanished in the middle: its savepoint is still open.
    abandoned: bool,
    /// A statement that begins or ends something was sent and its answer never seen.
    uncertain: bool,
}

/// Actions that will be committed together.
struct Batch {
    members: usize,
    since: Instant,
    ending: watch::Sender<Ending>,
}

impl Writer {
    pub(crate) async fn open(options: &SqliteConnectOptions) -> Result<Self> {
        let connection = options.connect().await?;
        let desk = Desk { connection: Some(connection), batch: None, abandoned: false, uncertain: false };
        Ok(Self { desk: Arc::new(Mutex::new(desk)), waiting: Arc::new(AtomicUsize::new(0)) })
    }

    pub(crate) async fn migrate(&self, migrator: &Migrator) -> std::result::Result<(), MigrateError> {
        let mut desk = self.desk.lock().await;
        match &mut desk.connection {
            Some(connection) => migrator.run_direct(None, connection, false).await,
            None => Err(MigrateError::Execute(sqlx::Error::PoolClosed)),
        }
    }

    pub(crate) async fn close(&self) {
        let mut desk = self.desk.lock().await;
        desk.clear_away().await;
        desk.finish().await;
        if let Some(connection) = desk.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the writing connection did not close cleanly");
        }
    }

    /// Waits for the turn and opens a savepoint in the batch.
    pub(crate) async fn take_turn(&self) -> Result<Seat> {
        let waiting = Waiting::new(self);
        let guard = Arc::clone(&self.desk).lock_owned().await;
        waiting.arrive();
        // From here on, whoever vanishes leaves a mark.
        let mut seat = Seat { desk: Some(guard), writer: self.clone() };
        let desk = seat.desk()?;
        desk.clear_away().await;
        if desk.batch.is_none() {
            desk.send("BEGIN IMMEDIATE").await?;
            desk.batch = Some(Batch { members: 0, since: Instant::now(), ending: watch::Sender::new(None) });
        }
        desk.send("SAVEPOINT action").await?;
        Ok(seat)
    }

    /// Ends a batch that perhaps nobody is left to end. If somebody is, it ends a little early.
    fn close_later(&self) {
        let writer = self.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut desk = writer.desk.lock().await;
                desk.clear_away().await;
                desk.finish().await;
            });
        }
    }
}

/// Somebody who waits for the turn. Whoever hands the turn on counts on it being taken: if the last one gives up, the batch
/// must still be ended.
struct Waiting {
    writer: Writer,
    arrived: bool,
}

impl Waiting {
    fn new(writer: &Writer) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self { writer: writer.clone(), arrived: false }
    }

    fn arrive(mut self) {
        self.arrived = true;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.writer.waiting.fetch_sub(1, Ordering::SeqCst) == 1 && !self.arrived {
            self.writer.close_later();
        }
    }
}

impl Desk {
    fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.connection.as_mut().ok_or(Error::Database(sqlx::Error::PoolClosed))
    }

    /// Sends a statement that begins or ends something.
    async fn send(&mut self, statement: &'static str) -> Result<()> {
        self.uncertain = true;
        let sent = sqlx::query(statement).execute(self.connection()?).await;
        self.uncertain = false;
        sent?;
        Ok(())
    }

    /// Puts the desk in order after a member that vanished.
    async fn clear_away(&mut self) {
        if self.uncertain {
            // Nobody knows what was done: the whole batch is undone and told so.
            let _ = self.send("ROLLBACK").await;
            self.abandoned = false;
            self.end(Err(Arc::from("another change broke off in the middle")));
        } else if self.abandoned {
            self.abandoned = false;
            if self.undo().await.is_err() {
                let _ = self.send("ROLLBACK").await;
                self.end(Err(Arc::from("a change that broke off could not be undone")));
            }
        }
    }

    /// Undoes the open savepoint.
    async fn undo(&mut self) -> Result<()> {
        self.send("ROLLBACK TO action").await?;
        self.send("RELEASE action").await
    }

    /// Commits the batch and tells its members.
    async fn finish(&mut self) {
        let Some(batch) = &self.batch else { return };
        let ending = if batch.members == 0 {
            self.send("ROLLBACK").await
        } else {
            self.send("COMMIT").await
        };
        if let Err(error) = &ending {
            tracing::error!(%error, "a batch could not be committed");
            let _ = self.send("ROLLBACK").await;
        }
        self.end(ending.map_err(|error| Arc::from(error.to_string())));
    }

    fn end(&mut self, ending: std::result::Result<(), Arc<str>>) {
        if let Some(batch) = self.batch.take() {
            batch.ending.send_replace(Some(ending));
        }
    }
}

/// A turn: the only one to write, in a savepoint of its own.
pub(crate) struct Seat {
    /// `None` once the turn has been given up.
    desk: Option<OwnedMutexGuard<Desk>>,
    writer: Writer,
}

impl Seat {
    fn desk(&mut self) -> Result<&mut Desk> {
        self.desk.as_deref_mut().ok_or(Error::Database(sqlx::Error::PoolClosed))
    }

    /// The connection to write with.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        let connection = self.desk.as_deref_mut().and_then(|desk| desk.connection.as_mut());
        #[expect(clippy::expect_used, reason = "a seat has its desk, and an open one, until commit or rollback take it")]
        connection.expect("a seat keeps its desk while it is used")
    }

    /// Keeps the action and returns when its batch is on disk.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let nobody_waits = |writer: &Writer| writer.waiting.load(Ordering::SeqCst) == 0;
        let writer = self.writer.clone();
        let desk = self.desk()?;
        desk.send("RELEASE action").await?;
        let Some(batch) = &mut desk.batch else { return Err(Error::ReadOnly) };
        batch.members += 1;
        let mut ending = batch.ending.subscribe();
        let full = batch.members >= LARGEST_BATCH || batch.since.elapsed() >= LONGEST_WAIT;
        // The desk stays taken until the batch is ended, so that a member that vanishes meanwhile leaves its mark.
        if full || nobody_waits(&writer) {
            desk.finish().await;
        }
        drop(self.desk.take());
        let ended = ending.wait_for(Option::is_some).await;
        match ended.ok().and_then(|ended| ended.clone()) {
            Some(Ok(())) => Ok(()),
            Some(Err(why)) => Err(Error::NotWritten(why)),
            None => Err(Error::NotWritten(Arc::from("the writer is gone"))),
        }
    }

    /// Undoes the action; the rest of its batch goes on.
    pub(crate) async fn rollback(mut self) -> Result<()> {
        let writer = self.writer.clone();
        let desk = self.desk()?;
        desk.undo().await?;
        if writer.waiting.load(Ordering::SeqCst) == 0 {
            desk.finish().await;
        }
        drop(self.desk.take());
        Ok(())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(mut desk) = self.desk.take() {
            desk.abandoned = true;
            drop(desk);
            if self.writer.waiting.load(Ordering::SeqCst) == 0 {
                self.writer.close_later();
            }
        }
    }
}
