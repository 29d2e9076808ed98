//! Reading a table out of an uploaded file, whatever it turns out to be.
//!
//! The content decides what a file is, never its name: a page of HTML saved as `roster.xlsx` is told apart from a
//! workbook, and a workbook without its ending is read. Every step has a limit that is checked *while* reading, because
//! the sizes that a file declares about itself may be lies.

mod archive;
mod kind;
mod text;
mod workbook;

use std::collections::BTreeMap;

pub use kind::FoundKind;

/// The largest file that is looked at, in bytes: 10 MiB. A roster of some thousand people is far below one.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// The most that a workbook may unpack to, in bytes: 64 MiB.
pub const LARGEST_UNPACKED: u64 = 64 * 1024 * 1024;
/// The most rows with content that are read.
pub const MOST_ROWS: u32 = 20_000;
/// The most columns that may hold content.
pub const MOST_COLUMNS: u32 = 100;
/// The longest text of one cell in characters: what spreadsheet programs allow themselves.
pub const LONGEST_CELL: usize = 32_767;
/// The most text in all cells together, in bytes: 16 MiB. A workbook stores a text once and may point at it from every
/// cell, so a small file can hold more text than any machine has memory for.
pub const MOST_TEXT: usize = 16 * 1024 * 1024;

/// The rows of the first visible sheet with content, or of a csv file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The sheet's name; a csv file has none.
    pub sheet: Option<String>,
    /// Further visible sheets of the workbook, which were not read.
    pub other_sheets: Vec<String>,
    /// The rows that have content, in their order. Blank rows are left out but counted.
    pub rows: Vec<Row>,
}

/// One row that has content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The row's number, from 1, as the person sees it in the spreadsheet program.
    pub number: u32,
    /// The cells from column A on; cells after the last one with content are left out.
    pub cells: Vec<String>,
    /// Whether some of its cells are merged across columns, as those of a title are.
    pub merged_across: bool,
}

/// Why a file could not be read as a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableFile {
    /// The file is larger than what is looked at.
    #[error("the file has {bytes} bytes, more than the {limit} that are accepted")]
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// [`LARGEST_FILE`].
        limit: u64,
    },
    /// There is nothing in it: no bytes, or no cell with content.
    #[error("the file is empty")]
    Empty,
    /// It is something else than an .xlsx workbook or a csv file.
    #[error("the file is no .xlsx workbook and no csv file but {}", found.word())]
    NotASpreadsheet {
        /// What it is.
        found: FoundKind,
    },
    /// It unpacks to more than is accepted, or in a proportion that no real workbook has.
    #[error("the workbook unpacks to {bytes} bytes or more; {limit} are accepted")]
    ZipBomb {
        /// Bytes unpacked when reading stopped, or declared by the file.
        bytes: u64,
        /// How many were accepted.
        limit: u64,
    },
    /// More rows with content than are read.
    #[error("the table has more than {limit} rows")]
    TooManyRows {
        /// [`MOST_ROWS`].
        limit: u32,
    },
    /// Content further to the right than is read.
    #[error("the table has more than {limit} columns")]
    TooManyColumns {
        /// [`MOST_COLUMNS`].
        limit: u32,
    },
    /// One cell holds more text than a spreadsheet program would let it.
    #[error("a cell in row {row} has more than {limit} characters")]
    CellTooLong {
        /// The row's number.
        row: u32,
        /// [`LONGEST_CELL`].
        limit: usize,
    },
    /// All cells together hold too much text.
    #[error("the cells hold more than {limit} bytes of text")]
    TooMuchText {
        /// [`MOST_TEXT`].
        limit: usize,
    },
    /// The text is neither UTF-8 nor GB18030 (of which GBK and GB2312 are parts).
    #[error("line {line} is neither UTF-8 nor GB18030")]
    BrokenEncoding {
        /// The line, from 1, of the first byte that makes no sense.
        line: u32,
    },
    /// It began like a workbook and turned out broken.
    #[error("the workbook is damaged: {detail}")]
    Damaged {
        /// What the reader stumbled over, in English, for whoever helps the person. It may quote the file, so it does
        /// not belong into a log.
        detail: String,
    },
}

impl UnreadableFile {
    fn damaged(detail: impl ToString) -> Self {
        Self::Damaged {
            detail: detail.to_string(),
        }
    }
}

/// Reads the table in `bytes`. The worst file there is takes some seconds of computing and 256 MiB of memory, so call it
/// where blocking is allowed, and not for many files at once.
///
/// Accepted are .xlsx workbooks (of which the first visible sheet with content is read) and csv files in UTF-8, UTF-16
/// with its mark, or GB18030, separated by commas, semicolons or tabs. Texts stay as they are; whole numbers have no
/// decimals, dates are `2026-03-01`, truth values `TRUE` and `FALSE`, failed formulas `#N/A` and the like. A text that was
/// merged down several rows stands in each of them.
///
/// `file_name` is asked only where the content is silent: text without any separator is a one-column table when the
/// name does not speak against it.
///
/// # Errors
/// [`UnreadableFile`] says what the file is and why it was not read; nothing of it is kept.
pub fn read_table(bytes: &[u8], file_name: &str) -> Result<Table, UnreadableFile> {
    if bytes.len() > LARGEST_FILE {
        return Err(UnreadableFile::TooLarge {
            bytes: bytes.len() as u64,
            limit: LARGEST_FILE as u64,
        });
    }
    if bytes.is_empty() {
        return Err(UnreadableFile::Empty);
    }
    let table = match kind::of_bytes(bytes) {
        kind::Container::Zip => workbook::read(bytes)?,
        kind::Container::Text => text::read(bytes, file_name)?,
        kind::Container::Other(found) => return Err(UnreadableFile::NotASpreadsheet { found }),
    };
    if table.rows.is_empty() {
        Err(UnreadableFile::Empty)
    } else {
        Ok(table)
    }
}

/// Cells as they are read, with everything that is limited counted on the way.
#[derive(Debug, Default)]
struct Cells {
    rows: BTreeMap<u32, Vec<String>>,
    text: usize,
}

impl Cells {
    /// Puts `text` into the cell; both numbers count from 0. A cell of nothing but spaces is no content.
    fn put(&mut self, row: u32, column: u32, text: &str) -> Result<(), UnreadableFile> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if column >= MOST_COLUMNS {
            return Err(UnreadableFile::TooManyColumns {
                limit: MOST_COLUMNS,
            });
        }
        // A text of so few bytes cannot have too many characters, and most have.
        if text.len() > LONGEST_CELL && text.chars().count() > LONGEST_CELL {
            return Err(UnreadableFile::CellTooLong {
                row: row.saturating_add(1),
                limit: LONGEST_CELL,
            });
        }
        self.text += text.len();
        if self.text > MOST_TEXT {
            return Err(UnreadableFile::TooMuchText { limit: MOST_TEXT });
        }
        let full = self.rows.len() >= MOST_ROWS as usize;
        let cells = match self.rows.entry(row) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(_) if full => {
                return Err(UnreadableFile::TooManyRows { limit: MOST_ROWS });
            }
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(Vec::new()),
        };
        let column = column as usize;
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text.to_owned();
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn into_rows(self) -> Vec<Row> {
        let numbered = self.rows.into_iter();
        numbered
            .map(|(row, cells)| Row {
                number: row.saturating_add(1),
                cells,
                merged_across: false,
            })
            .collect()
    }
}
