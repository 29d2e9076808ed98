//! Restoring a backup: everything or nothing, into an empty database of either engine, on any machine.

use std::path::Path;

use store::Store;
use store::backup::{self, StoredRow};
use tokio::sync::mpsc;

use super::format::Head;
use super::read::{Heading, Taker, read_into};
use super::{Fault, Key, Result};
use crate::app::{Error, Identity, Program, audit, ledger, records};
use crate::jobs;

/// Pieces that wait for the database.
const WAITING: usize = 4;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The backup's head.
    pub head: Head,
    /// Rows written.
    pub rows: u64,
}

/// A piece of the backup on its way to the database.
enum Piece {
    Head(Head),
    Rows(Heading, Vec<StoredRow>),
    Whole,
}

/// Writes a backup into an empty database and brings its tables up to date. Until [`made_anew`] has run, the database is marked
/// as being restored and no program serves it.
///
/// # Errors
/// What is wrong with the file or the database; nothing is written then.
pub async fn restore(
    store: &Store,
    from: &Path,
    key: Key,
    progress: impl Fn(&str, u64),
) -> Result<Restored> {
    let (pieces, mut coming) = mpsc::channel(WAITING);
    let from = from.to_owned();
    let reading =
        tokio::task::spawn_blocking(move || read_into(&from, &key, &mut Sender(pieces)).map(drop));
    let written = write(store, &mut coming, progress).await;
    // The reader, if it still has something to say, finds nobody and ends.
    drop(coming);
    let read = reading
        .await
        .map_err(|error| Fault::Broken(error.to_string()))?;
    match (written, read) {
        (Ok(Some(restored)), Ok(())) => {
            store.migrate().await?;
            Ok(restored)
        }
        // The reader stopped in the middle and knows why.
        (Ok(None), Err(fault)) => Err(fault),
        (Ok(_), Ok(())) => Err(Fault::NotABackup),
        (Ok(Some(_)), Err(fault)) | (Err(fault), _) => Err(fault),
    }
}

/// Gives `None` if the pieces end too early.
async fn write(
    store: &Store,
    coming: &mut mpsc::Receiver<Piece>,
    progress: impl Fn(&str, u64),
) -> Result<Option<Restored>> {
    let Some(Piece::Head(head)) = coming.recv().await else {
        return Ok(None);
    };
    prepare(store, &head).await?;
    let outcome = load(store, coming, progress).await;
    match outcome {
        Ok(Some(rows)) => Ok(Some(Restored { head, rows })),
        other => {
            // Nothing of it was kept.
            let mut tx = store.write().await?;
            backup::end_restoring(&mut tx).await?;
            tx.commit().await?;
            other.map(|_| None)
        }
    }
}

/// The tables of the backup's time, if there are none yet, and the mark.
async fn prepare(store: &Store, head: &Head) -> Result<()> {
    let mut tx = store.read().await?;
    let found = backup::schema(&mut tx).await?;
    drop(tx);
    if found == 0 {
        store.migrate_to(head.schema).await?;
    }
    let mut tx = store.write().await?;
    if !backup::is_empty(&mut tx).await? {
        return Err(Fault::NotEmpty);
    }
    if found != 0 && found != head.schema {
        return Err(Fault::OtherTables {
            found,
            needed: head.schema,
        });
    }
    backup::begin_restoring(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

async fn load(
    store: &Store,
    coming: &mut mpsc::Receiver<Piece>,
    progress: impl Fn(&str, u64),
) -> Result<Option<u64>> {
    let mut tx = store.write().await?;
    let mut known: Option<(String, Vec<String>)> = None;
    let mut rows = 0;
    while let Some(piece) = coming.recv().await {
        match piece {
            Piece::Head(_) => return Err(Fault::NotABackup),
            Piece::Whole => {
                tx.commit().await?;
                return Ok(Some(rows));
            }
            Piece::Rows(heading, some) => {
                if known
                    .as_ref()
                    .is_none_or(|(table, _)| *table != heading.table)
                {
                    let columns = backup::columns(&mut tx, &heading.table).await?;
                    known = Some((heading.table.clone(), columns));
                }
                // Names from a file never become part of a statement before the database has said them itself.
                let there = known.as_ref().is_some_and(|(_, columns)| {
                    heading
                        .columns
                        .iter()
                        .all(|column| columns.contains(column))
                });
                if !there {
                    return Err(Fault::Damaged {
                        line: 0,
                        what: format!(
                            "table {} with columns that this version never had",
                            heading.table
                        ),
                    });
                }
                let columns: Vec<&str> = heading.columns.iter().map(String::as_str).collect();
                backup::put(&mut tx, &heading.table, &columns, &some).await?;
                rows += some.len() as u64;
                progress(&heading.table, rows);
            }
        }
    }
    tx.rollback().await;
    Ok(None)
}

struct Sender(mpsc::Sender<Piece>);

impl Sender {
    fn send(&self, piece: Piece) -> Result<()> {
        self.0
            .blocking_send(piece)
            .map_err(|_| Fault::Broken("the database took no more rows".to_owned()))
    }
}

impl Taker for Sender {
    fn head(&mut self, head: &Head) -> Result<()> {
        self.send(Piece::Head(head.clone()))
    }

    fn rows(&mut self, heading: &Heading, rows: Vec<StoredRow>) -> Result<()> {
        self.send(Piece::Rows(heading.clone(), rows))
    }

    fn whole(&mut self) -> Result<()> {
        self.send(Piece::Whole)
    }
}

/// What follows from the rows, and how the whole compares with what it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anew {
    /// Records that were put into the search index.
    pub indexed: u64,
    /// Cells of the ledger that were settled and compared with a second computation.
    pub cells: usize,
    /// What is not as it should be, in words for the operator.
    pub findings: Vec<String>,
}

/// Makes anew what a backup leaves out (search index, ledger), compares ledger and audit chain, and takes the mark away: from
/// here on the database is served.
///
/// # Errors
/// What broke; the mark stays then.
pub async fn made_anew(program: &Program, head: &Head) -> std::result::Result<Anew, Error> {
    let mut anew = Anew::default();
    for organisation in &head.organisations {
        let who = Identity {
            org: domain::identity::OrgId::new(organisation.org),
            account: None,
        };
        let mut after = None;
        loop {
            let (count, last) = program
                .write(who, move |cx| Box::pin(records::index_anew(cx, after)))
                .await?;
            anew.indexed += count;
            if last.is_none() {
                break;
            }
            after = last;
        }
        program
            .write(who, |cx| {
                Box::pin(ledger::mark_dirty(cx, store::ledger::Whose::All))
            })
            .await?;
    }
    jobs::drain(program).await?;
    for organisation in &head.organisations {
        let org = domain::identity::OrgId::new(organisation.org);
        let who = Identity { org, account: None };
        let found = program.read(who, |cx| Box::pin(ledger::verify(cx))).await?;
        anew.cells += found.cells;
        if !found.differences.is_empty() || found.dirty != 0 {
            anew.findings.push(format!(
                "organisation {org}: {} cells of the ledger differ from a recomputation, {} people are not settled",
                found.differences.len(),
                found.dirty
            ));
        }
        let chain = program.read(who, |cx| Box::pin(audit::verify(cx))).await?;
        let digest: String = chain
            .head
            .digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if !chain.is_good() || (chain.head.seq, &digest) != (organisation.seq, &organisation.digest)
        {
            anew.findings.push(format!(
                "organisation {org}: the audit chain is not what it was; run `wuxing audit verify`"
            ));
        }
    }
    let mut tx = program.store.write().await?;
    backup::end_restoring(&mut tx).await?;
    tx.commit().await?;
    Ok(anew)
}
