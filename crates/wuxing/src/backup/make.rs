//! Writing a backup, from one consistent state of the database, while others go on writing.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use store::backup::{Keeping, StoredRow, TABLES, Table};
use store::{Store, Tx};
use tokio::sync::mpsc;

use super::format::{
    EndLine, Head, Line, OrganisationHead, TableLine, VERSION, WholeLine, word, written,
};
use super::wrap::Wrapped;
use super::{Fault, Lock, Result};

/// Batches of lines that wait for the disk.
const WAITING: usize = 4;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The file.
    pub file: PathBuf,
    /// Its head.
    pub head: Head,
    /// Rows in it.
    pub rows: u64,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Writes a backup. The file is complete or not there: it is written under another name, made to last, and renamed.
///
/// `progress` hears the table and how many rows have been written in all.
///
/// # Errors
/// What the database or the file system says; nothing is left behind then.
pub async fn make(
    store: &Store,
    to: &Path,
    lock: Lock,
    now: DateTime<Utc>,
    progress: impl Fn(&str, u64),
) -> Result<Made> {
    let part = part_of(to);
    let file = private(&part)?;
    let guard = Unfinished(Some(&part));
    let (lines, waiting) = mpsc::channel(WAITING);
    let writing = tokio::task::spawn_blocking(move || write(file, lock, waiting));
    let read = all(store, now, &lines, progress).await;
    drop(lines);
    // The writer knows best why lines were not taken any more.
    let bytes = writing
        .await
        .map_err(|error| Fault::Broken(error.to_string()))??;
    let (head, rows) = read?;
    std::fs::rename(&part, to)?;
    if let Some(folder) = to.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        File::open(folder)?.sync_all()?;
    }
    guard.finished();
    Ok(Made {
        file: to.to_owned(),
        head,
        rows,
        bytes,
    })
}

/// A batch of lines; whether it is the last.
struct Batch {
    lines: Vec<u8>,
    count: u64,
    last: bool,
}

async fn all(
    store: &Store,
    now: DateTime<Utc>,
    lines: &mpsc::Sender<Batch>,
    progress: impl Fn(&str, u64),
) -> Result<(Head, u64)> {
    let mut tx = store.read().await?;
    let head = head(&mut tx, now).await?;
    send(lines, &[&head]).await?;
    let mut written_rows = 0;
    for table in TABLES.iter().filter(|table| table.keeping == Keeping::Kept) {
        let columns = table.columns.iter();
        let opening = Line::Table(TableLine {
            table: table.name.to_owned(),
            columns: columns
                .map(|column| (column.name.to_owned(), word(column.kind).to_owned()))
                .collect(),
        });
        send(lines, &[opening]).await?;
        let rows = rows_of(&mut tx, table, lines, |rows| {
            progress(table.name, written_rows + rows);
        })
        .await?;
        written_rows += rows;
        let end = Line::End(EndLine {
            end: table.name.to_owned(),
            rows,
        });
        send(lines, &[end]).await?;
    }
    let last = Batch {
        lines: Vec::new(),
        count: 0,
        last: true,
    };
    lines.send(last).await.map_err(|_| stopped())?;
    Ok((head, written_rows))
}

async fn rows_of(
    tx: &mut Tx,
    table: &Table,
    lines: &mpsc::Sender<Batch>,
    progress: impl Fn(u64),
) -> Result<u64> {
    let mut after: Option<StoredRow> = None;
    let mut count = 0;
    loop {
        let key = after.as_deref().map(|row| table.key_of(row));
        let rows = store::backup::rows(tx, table, key).await?;
        let Some(last) = rows.last() else {
            return Ok(count);
        };
        let some: Vec<Line> = rows.iter().map(|row| Line::Row(written(row))).collect();
        after = Some(last.clone());
        count += some.len() as u64;
        send(lines, &some).await?;
        progress(count);
    }
}

async fn head(tx: &mut Tx, now: DateTime<Utc>) -> Result<Head> {
    let mut organisations = Vec::new();
    for organisation in store::organisations::all(tx).await? {
        let chain = store::audit::head(tx, organisation.id).await?;
        organisations.push(OrganisationHead {
            org: organisation.id.uuid(),
            seq: chain.seq,
            digest: chain
                .digest
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        });
    }
    Ok(Head {
        format: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: store::backup::schema(tx).await?,
        made_at: now,
        organisations,
    })
}

async fn send(lines: &mpsc::Sender<Batch>, some: &[impl serde::Serialize]) -> Result<()> {
    let mut bytes = Vec::new();
    for line in some {
        serde_json::to_writer(&mut bytes, line)
            .map_err(|error| Fault::Broken(error.to_string()))?;
        bytes.push(b'\n');
    }
    let batch = Batch {
        lines: bytes,
        count: some.len() as u64,
        last: false,
    };
    lines.send(batch).await.map_err(|_| stopped())
}

fn stopped() -> Fault {
    Fault::Broken("the file could not be written".to_owned())
}

/// Takes batches until the last one, and only then ends the file: without it, it is no backup.
fn write(file: File, lock: Lock, mut waiting: mpsc::Receiver<Batch>) -> Result<u64> {
    let mut out = Wrapped::new(file, lock)?;
    let mut digest = Sha256::new();
    let mut lines = 0;
    while let Some(batch) = waiting.blocking_recv() {
        if batch.last {
            let sha256 = digest.finalize();
            let whole = WholeLine {
                lines,
                sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            };
            serde_json::to_writer(&mut out, &whole).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
            return Ok(out.finish()?);
        }
        digest.update(&batch.lines);
        lines += batch.count;
        out.write_all(&batch.lines)?;
    }
    Err(Fault::Broken("the database could not be read".to_owned()))
}

/// The name a backup has while it is being written.
fn part_of(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// A new file that only its owner reads.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Removes what was begun, unless it was finished.
struct Unfinished<'p>(Option<&'p Path>);

impl Unfinished<'_> {
    fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            drop(std::fs::remove_file(path));
        }
    }
}
