//! Reading a backup: nothing of it is believed before its last line has been seen.

use std::fs::File;
use std::io::BufRead;
use std::path::Path;

use domain::audit::{Entry, Verifier};
use sha2::{Digest as _, Sha256};
use store::Store;
use store::Value;
use store::backup::{ColumnKind, StoredRow};
use uuid::Uuid;

use super::format::{Head, Line, OrganisationHead, VERSION, kind, read};
use super::wrap::open;
use super::{Fault, Key, Result};

/// Longest line, in bytes: a row with a very long text is far below it.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

/// Rows that are handed on together.
const TOGETHER: usize = 500;

/// What the lines are read into, piece by piece.
pub(super) trait Taker {
    /// The first line.
    fn head(&mut self, head: &Head) -> Result<()>;
    /// Some rows of a table.
    fn rows(&mut self, table: &Heading, rows: Vec<StoredRow>) -> Result<()>;
    /// The last line was seen, and all before it is as it was written.
    fn whole(&mut self) -> Result<()>;
}

/// A table as the backup has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) kinds: Vec<ColumnKind>,
}

/// Reads the backup to its end.
pub(super) fn read_into(path: &Path, key: &Key, taker: &mut impl Taker) -> Result<Head> {
    let mut lines = Lines {
        input: open(File::open(path)?, key)?,
        digest: Sha256::new(),
        number: 0,
    };
    let head = lines.head()?;
    taker.head(&head)?;
    let mut open_table: Option<(Heading, u64)> = None;
    let mut waiting = Vec::new();
    loop {
        let before = lines.seen();
        let text = lines.next()?;
        let damaged = |what: &str| Fault::Damaged {
            line: before.0 + 1,
            what: what.to_owned(),
        };
        let Some(text) = text else {
            return Err(damaged("it ends in the middle"));
        };
        let line: Line =
            serde_json::from_slice(&text).map_err(|_| damaged("no line of a backup"))?;
        match (line, &mut open_table) {
            (Line::Table(line), None) => {
                let kinds = line.columns.iter().map(|(_, word)| kind(word)).collect();
                let kinds: Option<Vec<ColumnKind>> = kinds;
                let heading = Heading {
                    table: line.table,
                    columns: line.columns.into_iter().map(|(name, _)| name).collect(),
                    kinds: kinds.ok_or_else(|| damaged("a column of an unknown kind"))?,
                };
                open_table = Some((heading, 0));
            }
            (Line::Row(line), Some((heading, count))) => {
                waiting.push(read(&heading.kinds, line).map_err(|what| damaged(&what))?);
                *count += 1;
                if waiting.len() == TOGETHER {
                    taker.rows(heading, std::mem::take(&mut waiting))?;
                }
            }
            (Line::End(line), Some((heading, count))) => {
                if line.end != heading.table || line.rows != *count {
                    return Err(damaged("rows are missing or too many"));
                }
                taker.rows(heading, std::mem::take(&mut waiting))?;
                open_table = None;
            }
            (Line::Whole(line), None) => {
                if line.lines != before.0 || line.sha256 != before.1 {
                    return Err(damaged("what was read is not what was written"));
                }
                if lines.next()?.is_some() {
                    return Err(damaged("it goes on behind its end"));
                }
                taker.whole()?;
                return Ok(head);
            }
            _ => return Err(damaged("a line in the wrong place")),
        }
    }
}

struct Lines {
    input: Box<dyn BufRead>,
    digest: Sha256,
    number: u64,
}

impl Lines {
    /// How many lines were read, and the digest of them.
    fn seen(&self) -> (u64, String) {
        let digest = self.digest.clone().finalize();
        (
            self.number,
            digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        )
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut bounded = std::io::Read::take(&mut self.input, LONGEST_LINE);
        let read = bounded.read_until(b'\n', &mut line);
        let damaged = |what: String| Fault::Damaged {
            line: self.number + 1,
            what,
        };
        // Broken compression or encryption shows here.
        let length = read.map_err(|error| damaged(error.to_string()))?;
        if length == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Err(damaged("a line without an end".to_owned()));
        }
        self.digest.update(&line);
        self.number += 1;
        Ok(Some(line))
    }

    fn head(&mut self) -> Result<Head> {
        let line = self.next()?.ok_or(Fault::NotABackup)?;
        // Of a newer format only what every format has is read.
        let head: Head = serde_json::from_slice(&line).map_err(|_| Fault::NotABackup)?;
        if head.format > VERSION || head.schema > Store::newest_schema() {
            return Err(Fault::Newer {
                program: head.program,
                schema: head.schema,
                own: env!("CARGO_PKG_VERSION"),
                own_schema: Store::newest_schema(),
            });
        }
        Ok(head)
    }
}

/// What a backup was found to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Its head.
    pub head: Head,
    /// Its tables, each with how many rows.
    pub tables: Vec<(String, u64)>,
}

/// Reads a backup from end to end: that it is whole, and that the audit chains in it are unbroken up to the heads that it names.
///
/// Blocks; not for an async thread.
///
/// # Errors
/// The first fault that is found.
pub fn examine(path: &Path, key: &Key) -> Result<Examined> {
    let mut taker = Examiner::default();
    let head = read_into(path, key, &mut taker)?;
    Ok(Examined {
        head,
        tables: taker.tables,
    })
}

#[derive(Default)]
struct Examiner {
    heads: Vec<OrganisationHead>,
    tables: Vec<(String, u64)>,
    chains: Vec<(Uuid, Verifier)>,
}

impl Taker for Examiner {
    fn head(&mut self, head: &Head) -> Result<()> {
        self.heads.clone_from(&head.organisations);
        Ok(())
    }

    fn rows(&mut self, heading: &Heading, rows: Vec<StoredRow>) -> Result<()> {
        if self
            .tables
            .last()
            .is_none_or(|(name, _)| *name != heading.table)
        {
            self.tables.push((heading.table.clone(), 0));
        }
        if let Some((_, count)) = self.tables.last_mut() {
            *count += rows.len() as u64;
        }
        if heading.table == "audit_entries" {
            for row in &rows {
                self.follow(heading, row)?;
            }
        }
        Ok(())
    }

    fn whole(&mut self) -> Result<()> {
        for expected in &self.heads {
            let chain = self.chains.iter().find(|(org, _)| *org == expected.org);
            let found = chain.map_or(domain::audit::Head::EMPTY, |(_, chain)| chain.head());
            let digest: String = found
                .digest
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            if (found.seq, &digest) != (expected.seq, &expected.digest) {
                return Err(chain_broken(expected.org, found.seq + 1));
            }
        }
        Ok(())
    }
}

impl Examiner {
    fn follow(&mut self, heading: &Heading, row: &StoredRow) -> Result<()> {
        let (org, entry, digest) = entry(heading, row).ok_or_else(|| Fault::Damaged {
            line: 0,
            what: "an audit entry that cannot be read".to_owned(),
        })?;
        if self.chains.last().is_none_or(|(last, _)| *last != org) {
            self.chains.push((org, Verifier::default()));
        }
        match self.chains.last_mut() {
            Some((_, chain)) => chain
                .follow(&entry, &digest)
                .map_err(|_| chain_broken(org, entry.seq)),
            None => Ok(()),
        }
    }
}

fn chain_broken(org: Uuid, seq: u64) -> Fault {
    Fault::Damaged {
        line: 0,
        what: format!("the audit chain of organisation {org} is broken at entry {seq}"),
    }
}

fn entry(heading: &Heading, row: &StoredRow) -> Option<(Uuid, Entry, domain::audit::Digest)> {
    let cell = |name: &str| {
        let place = heading.columns.iter().position(|column| column == name)?;
        row.get(place)
    };
    let uuid = |name| match cell(name)? {
        Value::Uuid(uuid) => Some(*uuid),
        _ => None,
    };
    let text = |name| match cell(name)? {
        Value::Text(text) => text.clone(),
        _ => None,
    };
    let digest = |name| match cell(name)? {
        Value::Bytes(bytes) => Some(bytes.as_deref().and_then(|bytes| bytes.try_into().ok())),
        _ => None,
    };
    let (Value::Count(Some(seq)), Value::Time(Some(at))) = (cell("seq")?, cell("at")?) else {
        return None;
    };
    let entry = Entry {
        seq: u64::try_from(*seq).ok()?,
        at: *at,
        actor: uuid("actor")?,
        action: text("action")?,
        subject_kind: text("subject_kind")?,
        subject: uuid("subject")??,
        commitment: digest("commitment")?,
        previous: digest("previous")??,
    };
    Some((uuid("org")??, entry, digest("digest")??))
}
