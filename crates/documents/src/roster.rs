//! Finding a roster in a table: which row is the header, which column is what, and every cell cleaned.
//!
//! What the cells *mean* (whether a section exists, who is a namesake of whom) is not judged here.

mod clean;
mod columns;
mod date;
mod template;

pub use columns::{Column, FoundColumn, column_letter};
pub use date::parse_date;
pub use template::roster_template;

use domain::roster_import::{RosterLine, SinceCell};

use crate::table::{Row, Table};

/// Rows with content among which the header is looked for.
const HEADER_WITHIN: usize = 20;
/// Known titles that make a row a header; one alone also stands in ordinary text.
const TITLES_OF_A_HEADER: usize = 2;

/// A roster as read, ready to be checked against the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterSheet {
    /// The header's row number.
    pub header_row: u32,
    /// The columns that are read, from left to right.
    pub columns: Vec<FoundColumn>,
    /// Titles of columns that are not read, such as 手机 or 备注.
    pub ignored: Vec<String>,
    /// Rows below the header that were passed over as titles or notes.
    pub skipped: Vec<SkippedRow>,
    /// One row for each person, in the table's order.
    pub rows: Vec<RosterRow>,
}

impl RosterSheet {
    /// All rows as the domain checks them.
    pub fn lines(&self) -> Vec<RosterLine> {
        self.rows.iter().map(RosterRow::line).collect()
    }
}

/// A row that is no person, so that the preview can say what was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedRow {
    /// The row's number.
    pub number: u32,
    /// Its text, cleaned.
    pub text: String,
}

/// One person's row. A field is empty when its cell is empty or its column does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterRow {
    /// The row's number, from 1, as the person sees it in the spreadsheet program.
    pub number: u32,
    /// Name: without the space that spreads two-character names (张　三), single spaces in Latin names.
    pub name: String,
    /// Account name, with ordinary instead of full-width characters and without spaces.
    pub account: String,
    /// Section.
    pub section: String,
    /// Post title.
    pub post: String,
    /// Role, as the table calls it.
    pub role: String,
    /// Start date: `2026-03-01` when [`parse_date`] can read it, otherwise as it was written.
    pub since: String,
    /// Sections a deputy is in charge of, separated by 、 whatever the table separates them by.
    pub in_charge_of: String,
    /// E-mail address, without spaces.
    pub email: String,
}

impl RosterRow {
    /// The sections in charge one by one.
    pub fn sections_in_charge(&self) -> impl Iterator<Item = &str> {
        self.in_charge_of
            .split('、')
            .filter(|section| !section.is_empty())
    }

    /// The row as the domain checks it.
    pub fn line(&self) -> RosterLine {
        let since = match parse_date(&self.since) {
            Some(day) => SinceCell::Day(day),
            None if self.since.is_empty() => SinceCell::Empty,
            None => SinceCell::Text(self.since.clone()),
        };
        RosterLine {
            number: usize::try_from(self.number).unwrap_or(usize::MAX),
            name: self.name.clone(),
            account: self.account.clone(),
            section: self.section.clone(),
            post: self.post.clone(),
            role: self.role.clone(),
            since,
            in_charge_of: self.sections_in_charge().map(str::to_owned).collect(),
            email: self.email.clone(),
        }
    }

    /// Whether it is one of the template's example rows, left in by mistake.
    pub fn is_example(&self) -> bool {
        template::EXAMPLE_NAMES.contains(&self.name.as_str())
    }

    fn field(&mut self, column: Column) -> &mut String {
        match column {
            Column::Name => &mut self.name,
            Column::Account => &mut self.account,
            Column::Section => &mut self.section,
            Column::Post => &mut self.post,
            Column::Role => &mut self.role,
            Column::Since => &mut self.since,
            Column::InChargeOf => &mut self.in_charge_of,
            Column::Email => &mut self.email,
        }
    }
}

/// Why a table is no roster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// No row among the first ones has at least two titles that are known.
    #[error("no header found; looked for {}", looked_for.join(", "))]
    NoHeader {
        /// The usual Chinese and English titles.
        looked_for: Vec<&'static str>,
    },
    /// Columns without which a roster says too little: name, section, and post or role.
    #[error("the header in row {header_row} lacks {missing:?}")]
    MissingColumns {
        /// The header's row number.
        header_row: u32,
        /// What is missing; [`Column::Post`] stands for "post or role".
        missing: Vec<Column>,
    },
    /// Columns whose titles mean the same, such as 工号 and 账号.
    #[error("more than one column gives {column:?}: {}", found.iter().map(|at| at.letter.as_str()).collect::<Vec<_>>().join(", "))]
    DuplicateColumn {
        /// The header's row number.
        header_row: u32,
        /// What they give.
        column: Column,
        /// All of them, from left to right.
        found: Vec<FoundColumn>,
    },
    /// There is a header and nobody below it.
    #[error("nobody stands below the header in row {header_row}")]
    Nobody {
        /// The header's row number.
        header_row: u32,
    },
}

/// Finds the roster in `table`.
///
/// The header is the row with the most known titles (at least two) among the first 20 rows with content. Below it a
/// row is passed over when it repeats the header (as printed pages do), has nothing in any column that is read, or is
/// a title: its only text is merged across columns or stands outside the name column.
///
/// # Errors
/// [`RosterError`] when there is no header, a column is missing or there twice, or nobody is listed.
pub fn read_roster(table: &Table) -> Result<RosterSheet, RosterError> {
    let (at, header) = find_header(&table.rows)?;
    let header_row = header.number;
    let (columns, ignored) = columns::of_header(&header.cells);
    for column in Column::ALL {
        let found: Vec<FoundColumn> = columns
            .iter()
            .filter(|found| found.column == column)
            .cloned()
            .collect();
        if found.len() > 1 {
            return Err(RosterError::DuplicateColumn {
                header_row,
                column,
                found,
            });
        }
    }
    let has = |column| columns.iter().any(|found| found.column == column);
    let mut missing: Vec<Column> = [Column::Name, Column::Section]
        .into_iter()
        .filter(|column| !has(*column))
        .collect();
    if !has(Column::Post) && !has(Column::Role) {
        missing.push(Column::Post);
    }
    if !missing.is_empty() {
        return Err(RosterError::MissingColumns {
            header_row,
            missing,
        });
    }

    let mut sheet = RosterSheet {
        header_row,
        columns,
        ignored,
        skipped: Vec::new(),
        rows: Vec::new(),
    };
    for row in &table.rows[at + 1..] {
        read_row(row, &mut sheet);
    }
    if sheet.rows.is_empty() {
        Err(RosterError::Nobody { header_row })
    } else {
        Ok(sheet)
    }
}

fn find_header(rows: &[Row]) -> Result<(usize, &Row), RosterError> {
    let known = |row: &Row| columns::of_header(&row.cells).0.len();
    let mut best: Option<(usize, &Row, usize)> = None;
    for (at, row) in rows.iter().take(HEADER_WITHIN).enumerate() {
        let titles = known(row);
        if titles >= TITLES_OF_A_HEADER && best.is_none_or(|(_, _, most)| titles > most) {
            best = Some((at, row, titles));
        }
    }
    let looked_for = || {
        Column::ALL
            .into_iter()
            .flat_map(Column::usual_titles)
            .collect()
    };
    best.map(|(at, row, _)| (at, row))
        .ok_or_else(|| RosterError::NoHeader {
            looked_for: looked_for(),
        })
}

fn read_row(row: &Row, sheet: &mut RosterSheet) {
    let texts: Vec<String> = row.cells.iter().map(|cell| clean::text(cell)).collect();
    let mut filled = texts
        .iter()
        .enumerate()
        .filter(|(_, text)| !text.is_empty());
    let (Some((first, text)), second) = (filled.next(), filled.next()) else {
        return;
    };
    let name_at = sheet
        .columns
        .iter()
        .find(|found| found.column == Column::Name)
        .map(|found| found.index);
    if second.is_none() && (row.merged_across || Some(first) != name_at) {
        // A lone number is the serial number of a line that nobody was entered in.
        if !text.chars().all(|character| character.is_numeric()) {
            sheet.skipped.push(SkippedRow {
                number: row.number,
                text: text.clone(),
            });
        }
        return;
    }
    let cell = |found: &FoundColumn| row.cells.get(found.index).map_or("", String::as_str);
    let repeats = |found: &FoundColumn| Column::of_title(cell(found)) == Some(found.column);
    if sheet.columns.iter().filter(|found| repeats(found)).count() >= TITLES_OF_A_HEADER {
        return;
    }
    let mut person = RosterRow {
        number: row.number,
        ..RosterRow::default()
    };
    for found in &sheet.columns {
        *person.field(found.column) = clean::cell(found.column, cell(found));
    }
    let says_something = sheet
        .columns
        .iter()
        .any(|found| !person.field(found.column).is_empty());
    if says_something {
        sheet.rows.push(person);
    }
}
