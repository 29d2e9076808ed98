//! Bytes in, bytes out.
//!
//! Files that people bring (rosters as .xlsx or .csv) become plain tables, and lists become files that people take away.
//! A file from outside is hostile until it has been measured: everything here has a limit, and what is refused says what
//! the file was and what to do about it. Nothing here knows of the store or the web, and nothing reads a clock.

pub mod attachment;
pub mod list;
pub mod roster;
pub mod table;

pub use list::{CellValue, ListDocument};
pub use roster::{RosterError, RosterRow, RosterSheet, parse_date, read_roster, roster_template};
pub use table::{Row, Table, UnreadableFile, read_table};

/// The two languages that files are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

/// A file could not be written, because something does not fit into its format (for instance more rows than a sheet
/// can have).
#[derive(Debug, thiserror::Error)]
#[error("the file could not be written: {0}")]
pub struct UnwritableFile(#[from] rust_xlsxwriter::XlsxError);

/// Columns that `text` takes when it is shown: two for a wide character, one for any other.
fn shown_width(text: &str) -> u16 {
    let width = |character: char| match u32::from(character) {
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f => {
            2
        }
        0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3ffff => 2,
        _ => 1_u16,
    };
    text.chars().map(width).fold(0, u16::saturating_add)
}
