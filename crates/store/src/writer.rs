//! The one writer of a SQLite database. Actions that wait for each other are committed together: each has a savepoint of
//! its own, and the last of a batch pays for all of them with one `COMMIT`.
//!
//! Whoever holds the [`Desk`] (a fair lock) has the turn and runs alone. When its action is done and others wait, it hands
//! the turn on and waits for the end of the batch; when nobody waits, or the batch is large or old, it ends the batch.
//!
//! Any task may vanish at any await. Three rules keep that harmless. The desk always says what was last sent, so the next
//! turn can find out how far it came ([`Desk::clear_away`]). A `COMMIT` runs in a task of its own that nobody can cancel, so
//! those who wait for it always hear its true outcome. And whoever hands the turn on counts on those who wait: when the last
//! of them vanishes, a task of our own takes the turn and ends the batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use crate::error::{Error, Result};
use crate::statement::Statement;

/// Most actions in one commit.
const LARGEST_BATCH: usize = 64;
/// What opens an action in its batch.
pub(crate) const SAVEPOINT: &str = "SAVEPOINT action";
/// How old a batch may grow before whoever is done ends it although others wait.
const OLDEST_BATCH: Duration = Duration::from_millis(20);

/// How a batch ended.
#[derive(Clone, Debug)]
enum Ending {
    Written,
    NotWritten(Arc<str>),
    Lost,
}

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
    stage: Stage,
    batch: Option<Batch>,
}

/// Where the connection stands. The stage is set before a statement is sent: if the answer is never seen, it says what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No transaction.
    Idle,
    /// `BEGIN`, `COMMIT` or `ROLLBACK` was sent.
    Turning,
    /// In a transaction, between two actions.
    Between,
    /// An action's savepoint is open, or about to be opened or released.
    Inside,
}

/// Actions that will be committed together.
struct Batch {
    members: usize,
    since: Instant,
    ending: watch::Sender<Option<Ending>>,
}

impl Writer {
    pub(crate) async fn open(options: &SqliteConnectOptions) -> Result<Self> {
        let connection = options.connect().await?;
        let desk = Desk {
            connection: Some(connection),
            stage: Stage::Idle,
            batch: None,
        };
        Ok(Self {
            desk: Arc::new(Mutex::new(desk)),
            waiting: Arc::new(AtomicUsize::new(0)),
        })
    }

    /// Brings the tables up to migration number `schema`.
    pub(crate) async fn migrate(
        &self,
        migrator: &Migrator,
        schema: i64,
    ) -> std::result::Result<(), MigrateError> {
        let mut desk = self.desk.lock().await;
        desk.clear_away().await;
        desk.finish().await;
        match &mut desk.connection {
            Some(connection) => migrator.run_direct(Some(schema), connection, false).await,
            None => Err(MigrateError::Execute(sqlx::Error::PoolClosed)),
        }
    }

    /// Waits for those who came before, ends their batch and closes the connection.
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

    /// Waits for the turn in a batch. [`SAVEPOINT`] goes before the first statement.
    pub(crate) async fn take_turn(&self) -> Result<Seat> {
        let waiting = Waiting::new(self);
        let guard = Arc::clone(&self.desk).lock_owned().await;
        // Held by a seat from here on: whoever vanishes, the seat sees to what is left.
        let mut seat = Seat {
            desk: Some(guard),
            open: false,
            writer: self.clone(),
        };
        waiting.arrive();
        let desk = seat.desk()?;
        desk.clear_away().await;
        if desk.batch.is_none() {
            desk.send("BEGIN IMMEDIATE", Stage::Turning, Stage::Between)
                .await?;
            desk.batch = Some(Batch {
                members: 0,
                since: Instant::now(),
                ending: watch::Sender::new(None),
            });
        }
        Ok(seat)
    }

    /// Ends a batch that perhaps nobody is left to end. If somebody is, it ends a little early.
    fn finish_later(&self) {
        let writer = self.clone();
        // Without a runtime nobody can be waiting either; the next turn clears away.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut desk = writer.desk.lock().await;
                desk.clear_away().await;
                desk.finish().await;
            });
        }
    }

    fn nobody_waits(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) == 0
    }
}

/// Somebody who waits for the turn.
struct Waiting {
    writer: Writer,
    arrived: bool,
}

impl Waiting {
    fn new(writer: &Writer) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self {
            writer: writer.clone(),
            arrived: false,
        }
    }

    fn arrive(mut self) {
        self.arrived = true;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let was_last = self.writer.waiting.fetch_sub(1, Ordering::SeqCst) == 1;
        // Whoever handed the turn on counted on us.
        if was_last && !self.arrived {
            self.writer.finish_later();
        }
    }
}

impl Desk {
    /// Sends a statement that begins or ends something: `during` until the answer is there, `after` when it is a good one.
    async fn send(&mut self, statement: &'static str, during: Stage, after: Stage) -> Result<()> {
        let connection = self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        self.stage = during;
        sqlx::query(statement).execute(connection).await?;
        self.stage = after;
        Ok(())
    }

    /// Puts the desk in order after somebody who vanished or failed in the middle. Afterwards it is idle or between two actions.
    async fn clear_away(&mut self) {
        match self.stage {
            Stage::Idle | Stage::Between => {}
            Stage::Turning => self.abandon_batch().await,
            Stage::Inside => {
                if self.undo().await.is_err() && !self.still_in_transaction().await {
                    self.abandon_batch().await;
                }
            }
        }
    }

    /// Undoes the open savepoint.
    async fn undo(&mut self) -> Result<()> {
        self.send("ROLLBACK TO action", Stage::Inside, Stage::Inside)
            .await?;
        self.send("RELEASE action", Stage::Inside, Stage::Between)
            .await
    }

    /// After a savepoint was not found: it was never opened, or was just released, and the batch goes on; or SQLite has rolled
    /// the whole transaction back (as it does when the disk is full). A second `BEGIN` is refused inside a transaction only.
    async fn still_in_transaction(&mut self) -> bool {
        let outside = self
            .send("BEGIN", Stage::Turning, Stage::Turning)
            .await
            .is_ok();
        if !outside {
            self.stage = Stage::Between;
        }
        !outside
    }

    async fn abandon_batch(&mut self) {
        // Refused if there is nothing to roll back, which is as well.
        let _ = self.send("ROLLBACK", Stage::Turning, Stage::Idle).await;
        self.stage = Stage::Idle;
        self.end(Ending::Lost);
    }

    /// Commits the batch, if there is one, and tells its members.
    async fn finish(&mut self) {
        let Some(batch) = &self.batch else { return };
        let statement = if batch.members == 0 {
            "ROLLBACK"
        } else {
            "COMMIT"
        };
        let ending = match self.send(statement, Stage::Turning, Stage::Idle).await {
            Ok(()) => Ending::Written,
            Err(error) => {
                tracing::error!(%error, "a batch could not be committed");
                let _ = self.send("ROLLBACK", Stage::Turning, Stage::Idle).await;
                self.stage = Stage::Idle;
                Ending::NotWritten(Arc::from(error.to_string()))
            }
        };
        self.end(ending);
    }

    fn end(&mut self, ending: Ending) {
        if let Some(batch) = self.batch.take() {
            batch.ending.send_replace(Some(ending));
        }
    }
}

/// A turn: the only one to write, in a savepoint of its own.
pub(crate) struct Seat {
    /// `None` once the turn has been given up.
    desk: Option<OwnedMutexGuard<Desk>>,
    /// Whether the savepoint has perhaps been sent.
    open: bool,
    writer: Writer,
}

impl Seat {
    fn desk(&mut self) -> Result<&mut Desk> {
        self.desk
            .as_deref_mut()
            .ok_or(Error::Database(sqlx::Error::PoolClosed))
    }

    /// The connection to write with.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        self.open = true;
        let connection = self.desk.as_deref_mut().and_then(|desk| {
            desk.stage = Stage::Inside;
            desk.connection.as_mut()
        });
        #[expect(
            clippy::expect_used,
            reason = "a seat has its desk, and an open one, until commit or rollback take it"
        )]
        connection.expect("a seat keeps its desk while it is used")
    }

    /// Runs what is left of the action, keeps it, and returns when its batch is on disk.
    pub(crate) async fn commit(mut self, mut rest: Vec<Statement>) -> Result<()> {
        rest.push(Statement::new("RELEASE action"));
        Statement::run_together(rest, self.connection()).await?;
        let desk = self.desk()?;
        desk.stage = Stage::Between;
        let Some(batch) = &mut desk.batch else {
            return Err(Error::BatchLost);
        };
        batch.members += 1;
        let mut ending = batch.ending.subscribe();
        let ripe = batch.members >= LARGEST_BATCH || batch.since.elapsed() >= OLDEST_BATCH;
        self.give_up(ripe);
        let ended = ending
            .wait_for(Option::is_some)
            .await
            .map(|ending| ending.clone());
        match ended {
            Ok(Some(Ending::Written)) => Ok(()),
            Ok(Some(Ending::NotWritten(why))) => Err(Error::NotWritten(why)),
            Ok(Some(Ending::Lost) | None) | Err(_) => Err(Error::BatchLost),
        }
    }

    /// Undoes the action; the rest of its batch goes on.
    pub(crate) async fn rollback(mut self) -> Result<()> {
        if self.open {
            self.desk()?.undo().await?;
        }
        self.give_up(false);
        Ok(())
    }

    /// Gives up the turn; ends the batch if it is `ripe` or there is nobody to hand it to.
    fn give_up(&mut self, ripe: bool) {
        let Some(mut desk) = self.desk.take() else {
            return;
        };
        if ripe || self.writer.nobody_waits() {
            tokio::spawn(async move { desk.finish().await });
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // Still there: the action was neither kept nor undone. The stage says how far it came.
        if self.desk.take().is_some() && self.writer.nobody_waits() {
            self.writer.finish_later();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use sqlx::sqlite::SqliteJournalMode;

    use super::*;

    /// A writer on a fresh file with one table, and the options to look at it from outside.
    async fn writer(name: &str) -> (Writer, SqliteConnectOptions) {
        // Made by the build next to the test program itself.
        let folder = std::env::current_exe().unwrap().with_extension("files");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.db"));
        for end in ["db", "db-wal", "db-shm"] {
            let _ = std::fs::remove_file(file.with_extension(end));
        }
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let writer = Writer::open(&options).await.unwrap();
        let mut seat = turn(&writer).await;
        run(&mut seat, "CREATE TABLE notes (text TEXT NOT NULL)")
            .await
            .unwrap();
        seat.commit(Vec::new()).await.unwrap();
        (writer, options)
    }

    async fn turn(writer: &Writer) -> Seat {
        let mut seat = writer.take_turn().await.unwrap();
        run(&mut seat, SAVEPOINT).await.unwrap();
        seat
    }

    async fn run(seat: &mut Seat, statement: &'static str) -> sqlx::Result<()> {
        sqlx::query(statement)
            .execute(seat.connection())
            .await
            .map(|_| ())
    }

    async fn note(writer: &Writer, text: &'static str) -> Result<()> {
        let mut seat = turn(writer).await;
        sqlx::query("INSERT INTO notes VALUES ($1)")
            .bind(text)
            .execute(seat.connection())
            .await?;
        seat.commit(Vec::new()).await
    }

    async fn notes(options: &SqliteConnectOptions) -> Vec<String> {
        let mut connection = options.connect().await.unwrap();
        sqlx::query_scalar("SELECT text FROM notes ORDER BY text")
            .fetch_all(&mut connection)
            .await
            .unwrap()
    }

    /// Lets `first` be released into a batch whose turn `second` then has.
    async fn a_batch_of_two(writer: &Writer) -> (tokio::task::JoinHandle<Result<()>>, Seat) {
        let mut first = turn(writer).await;
        run(&mut first, "INSERT INTO notes VALUES ('first')")
            .await
            .unwrap();
        let next = tokio::spawn({
            let writer = writer.clone();
            async move { turn(&writer).await }
        });
        while writer.nobody_waits() {
            tokio::task::yield_now().await;
        }
        let first = tokio::spawn(first.commit(Vec::new()));
        let second = next.await.unwrap();
        (first, second)
    }

    #[tokio::test]
    async fn actions_that_wait_for_each_other_share_one_commit() {
        let (writer, options) = writer("share").await;
        let (first, mut second) = a_batch_of_two(&writer).await;
        assert!(
            !first.is_finished() && notes(&options).await.is_empty(),
            "released, not yet committed"
        );
        run(&mut second, "INSERT INTO notes VALUES ('second')")
            .await
            .unwrap();
        second.commit(Vec::new()).await.unwrap();
        first.await.unwrap().unwrap();
        assert_eq!(notes(&options).await, ["first", "second"]);
    }

    #[tokio::test]
    async fn the_last_of_a_batch_may_vanish_or_undo_its_action_and_the_others_are_kept() {
        let (writer, options) = writer("vanish").await;
        let (first, mut second) = a_batch_of_two(&writer).await;
        run(&mut second, "INSERT INTO notes VALUES ('second')")
            .await
            .unwrap();
        drop(second);
        first.await.unwrap().unwrap();
        assert_eq!(notes(&options).await, ["first"]);
        let (first, mut second) = a_batch_of_two(&writer).await;
        run(&mut second, "INSERT INTO notes VALUES ('second')")
            .await
            .unwrap();
        second.rollback().await.unwrap();
        first.await.unwrap().unwrap();
        assert_eq!(notes(&options).await, ["first", "first"]);
    }

    /// SQLite undoes the whole transaction of its own accord when, for one, the disk is full.
    #[tokio::test]
    async fn a_batch_that_sqlite_undid_is_told_so_and_the_next_goes_on() {
        for vanishes in [false, true] {
            let (writer, options) = writer(if vanishes {
                "undone-vanishes"
            } else {
                "undone"
            })
            .await;
            let (first, mut second) = a_batch_of_two(&writer).await;
            run(&mut second, "ROLLBACK").await.unwrap();
            if vanishes {
                drop(second);
            } else {
                assert!(second.commit(Vec::new()).await.is_err());
            }
            assert!(matches!(first.await.unwrap(), Err(Error::BatchLost)));
            note(&writer, "later").await.unwrap();
            assert_eq!(notes(&options).await, ["later"]);
        }
    }

    #[tokio::test]
    async fn a_full_disk_costs_only_what_did_not_fit() {
        let (writer, options) = writer("full").await;
        let mut seat = turn(&writer).await;
        run(&mut seat, "PRAGMA max_page_count = 8").await.unwrap();
        seat.commit(Vec::new()).await.unwrap();
        note(&writer, "small").await.unwrap();
        let (first, mut second) = a_batch_of_two(&writer).await;
        assert!(
            run(
                &mut second,
                "INSERT INTO notes VALUES (hex(zeroblob(100000)))"
            )
            .await
            .is_err()
        );
        drop(second);
        let kept = first.await.unwrap().is_ok();
        note(&writer, "third").await.unwrap();
        let mut expected = vec!["small", "third"];
        expected.extend(kept.then_some("first"));
        expected.sort_unstable();
        assert_eq!(notes(&options).await, expected);
    }

    #[tokio::test]
    async fn after_closing_nobody_gets_a_turn() {
        let (writer, options) = writer("closed").await;
        note(&writer, "kept").await.unwrap();
        writer.close().await;
        assert!(writer.take_turn().await.is_err());
        assert_eq!(notes(&options).await, ["kept"]);
    }
}
