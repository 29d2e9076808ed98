//! Any list out: the same rows as a workbook or as csv, with the sources under the table.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::{UnwritableFile, shown_width};

/// Narrowest and widest column, in characters.
const COLUMN_WIDTHS: (u16, u16) = (8, 60);
/// Rows that are looked at to find a column's width.
const MEASURED_ROWS: usize = 500;
/// From this many columns on the printed page lies on its side.
const LANDSCAPE_FROM: usize = 7;
/// The longest name of a sheet, in UTF-16 units.
const LONGEST_SHEET_NAME: usize = 31;

/// One cell of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum CellValue {
    /// Text, always written as text: `=1+1` stays what it is.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with decimals; one that is not finite is written as an empty cell.
    Decimal(f64),
    /// A day.
    Date(NaiveDate),
    /// Nothing.
    Empty,
}

impl From<&str> for CellValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<NaiveDate> for CellValue {
    fn from(day: NaiveDate) -> Self {
        Self::Date(day)
    }
}

impl CellValue {
    /// The cell as text, for csv and for measuring.
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => printable(text),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) if number.is_finite() => number.to_string(),
            Self::Date(day) => day.format("%Y-%m-%d").to_string(),
            Self::Decimal(_) | Self::Empty => String::new(),
        }
    }
}

/// A list to take away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListDocument {
    /// The title over the table and of the sheet. A csv file leaves it to the file's name.
    pub title: String,
    /// The columns' titles.
    pub headers: Vec<String>,
    /// The rows, in the order in which they are to stand. A row may be shorter than the header.
    pub rows: Vec<Vec<CellValue>>,
    /// What stands under the table: the source, the charter's version, as of which day.
    pub notes: Vec<String>,
}

impl ListDocument {
    /// The list as .xlsx. The same list and the same `created` give the same bytes.
    ///
    /// There is no filter or sorting on the columns, because lists of people stand in roster order (A4).
    ///
    /// # Errors
    /// [`UnwritableFile`] when a text has more than 32,767 characters or the list more rows or columns than a sheet.
    pub fn to_xlsx(&self, created: NaiveDateTime) -> Result<Vec<u8>, UnwritableFile> {
        let mut workbook = Workbook::new();
        let properties = DocProperties::new()
            .set_title(printable(&self.title))
            .set_creation_datetime(&moment(created)?);
        workbook.set_properties(&properties);
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&self.title))?;
        self.fill(sheet)?;
        Ok(workbook.save_to_buffer()?)
    }

    fn fill(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let columns = self.headers.len().max(1);
        let last_column = u16::try_from(columns - 1).map_err(|_| XlsxError::RowColumnLimitError)?;
        let plain = Format::new()
            .set_align(FormatAlign::Top)
            .set_text_wrap()
            .set_border(FormatBorder::Thin);
        let head = plain
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter);
        let title = Format::new()
            .set_bold()
            .set_font_size(14)
            .set_align(FormatAlign::Center);
        let day = plain.clone().set_num_format("yyyy-mm-dd");

        let mut row = 0;
        if !self.title.is_empty() {
            let text = printable(&self.title);
            if columns > 1 {
                sheet.merge_range(row, 0, row, last_column, &text, &title)?;
            } else {
                sheet.write_string_with_format(row, 0, &text, &title)?;
            }
            row += 1;
        }
        let header_row = row;
        for (column, text) in (0..).zip(&self.headers) {
            sheet.write_string_with_format(row, column, printable(text), &head)?;
            sheet.set_column_width(column, self.column_width(usize::from(column)))?;
        }
        for cells in &self.rows {
            row += 1;
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    CellValue::Integer(number) if number.unsigned_abs() < 1_u64 << 53 => {
                        // Exact below 2^53; larger ones stay exact as text.
                        sheet.write_number_with_format(row, column, *number as f64, &plain)?
                    }
                    CellValue::Decimal(number) if number.is_finite() => {
                        sheet.write_number_with_format(row, column, *number, &plain)?
                    }
                    CellValue::Date(date) => match excel_day(*date) {
                        Some(date) => sheet.write_datetime_with_format(row, column, &date, &day)?,
                        None => {
                            sheet.write_string_with_format(row, column, cell.shown(), &plain)?
                        }
                    },
                    CellValue::Text(_) | CellValue::Integer(_) => {
                        sheet.write_string_with_format(row, column, cell.shown(), &plain)?
                    }
                    CellValue::Decimal(_) | CellValue::Empty => {
                        sheet.write_blank(row, column, &plain)?
                    }
                };
            }
        }
        row += 1;
        for note in &self.notes {
            row += 1;
            sheet.write_string(row, 0, printable(note))?;
        }
        sheet.set_freeze_panes(header_row + 1, 0)?;
        sheet.set_repeat_rows(header_row, header_row)?;
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_paper_size(9);
        if columns >= LANDSCAPE_FROM {
            sheet.set_landscape();
        }
        Ok(())
    }

    fn column_width(&self, column: usize) -> u16 {
        let header = self.headers.get(column).map_or(0, |text| shown_width(text));
        let cells = self
            .rows
            .iter()
            .take(MEASURED_ROWS)
            .filter_map(|row| row.get(column));
        let widest = cells
            .map(|cell| shown_width(&cell.shown()))
            .max()
            .unwrap_or(0);
        header
            .max(widest)
            .saturating_add(2)
            .clamp(COLUMN_WIDTHS.0, COLUMN_WIDTHS.1)
    }

    /// The list as csv: UTF-8 with its mark (so that spreadsheet programs do not guess), lines ended by CR LF, header
    /// first, notes after an empty line. A text that a spreadsheet program would take for a formula gets an apostrophe
    /// in front.
    pub fn to_csv(&self) -> Vec<u8> {
        let mut out = String::from('\u{feff}');
        line(&mut out, self.headers.iter().map(|text| quoted(text)));
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                CellValue::Text(text) => quoted(text),
                other => other.shown(),
            });
            let missing = self.headers.len().saturating_sub(row.len());
            line(
                &mut out,
                cells.chain(std::iter::repeat_n(String::new(), missing)),
            );
        }
        if !self.notes.is_empty() {
            out.push_str("\r\n");
        }
        for note in &self.notes {
            line(&mut out, std::iter::once(quoted(note)));
        }
        out.into_bytes()
    }
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    out.push_str(&cells.collect::<Vec<_>>().join(","));
    out.push_str("\r\n");
}

/// A text in quotes. They stand around every text, because a program that separates by semicolons would otherwise cut
/// a text in two and take its second half for a formula.
fn quoted(text: &str) -> String {
    let text = printable(text);
    // Chinese editions of spreadsheet programs take the full-width signs for formulas, too.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if formula { "'" } else { "" };
    if text.is_empty() {
        String::new()
    } else {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    }
}

/// The text without control characters, which no spreadsheet file may hold; tabs and line ends stay.
fn printable(text: &str) -> String {
    let allowed = |character: &char| {
        !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
            || matches!(character, '\t' | '\n' | '\r')
    };
    text.chars().filter(allowed).collect()
}

/// A sheet's name: no characters that its place in formulas forbids, no apostrophe at an end, not too long.
fn sheet_name(title: &str) -> String {
    let mut units = 0;
    let allowed =
        printable(title).replace(['[', ']', ':', '*', '?', '/', '\\', '\t', '\n', '\r'], " ");
    let short: String = allowed
        .chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= LONGEST_SHEET_NAME
        })
        .collect();
    let name = short.trim_matches(|character: char| character == '\'' || character.is_whitespace());
    // The name History is taken by the spreadsheet programs themselves.
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        "List".to_owned()
    } else {
        name.to_owned()
    }
}

/// A day that the file format can hold: from 1900 on, and not after 9999.
fn excel_day(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year())
        .ok()
        .filter(|year| (1900..=9999).contains(year))?;
    ExcelDateTime::from_ymd(
        year,
        u8::try_from(day.month()).ok()?,
        u8::try_from(day.day()).ok()?,
    )
    .ok()
}

pub(crate) fn moment(created: NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let day = excel_day(created.date())
        .ok_or_else(|| XlsxError::ParameterError(format!("date {created}")))?;
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    let hour = u16::try_from(created.hour()).unwrap_or_default();
    day.and_hms(hour, part(created.minute()), part(created.second()))
}
