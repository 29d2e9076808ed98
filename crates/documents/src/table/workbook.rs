//! Reading the cells of an .xlsx workbook that has passed the guard.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use super::{Cells, LARGEST_UNPACKED, Row, Table, UnreadableFile, archive};

/// Cells in all rows that may be filled from cells merged downwards, so that overlapping merges cannot take long.
const MOST_FILLED: u32 = 2_000_000;
/// Visible sheets that are looked through for content.
const MOST_SHEETS: usize = 32;
/// Bytes that the workbook reader may read in all. Every part once and the sheet twice is its ordinary way; but many
/// sheets may be made of the same large part.
const MOST_READ: u64 = 3 * LARGEST_UNPACKED;

/// The guarded archive, of which no more than a set number of bytes can be read.
struct Metered {
    bytes: Cursor<Vec<u8>>,
    left: u64,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::other("sheets repeat each other"))?;
        Ok(count)
    }
}

impl Seek for Metered {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Table, UnreadableFile> {
    let guarded = archive::guarded(bytes)?;
    // The workbook reader is not ours; should a file ever make it panic, the person is told that the file is damaged
    // instead of losing the connection.
    let outcome = catch_unwind(AssertUnwindSafe(|| first_sheet(guarded)));
    outcome.unwrap_or_else(|_| Err(UnreadableFile::damaged("the workbook reader gave up")))
}

fn first_sheet(guarded: Vec<u8>) -> Result<Table, UnreadableFile> {
    let mut workbook: Xlsx<_> = Xlsx::new(Metered {
        bytes: Cursor::new(guarded),
        left: MOST_READ,
    })
    .map_err(UnreadableFile::damaged)?;
    let visible = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    let sheets = workbook.sheets_metadata().iter().filter(visible);
    let names: Vec<String> = sheets
        .map(|sheet| sheet.name.clone())
        .take(MOST_SHEETS)
        .collect();
    for name in &names {
        let cells = sheet_cells(&mut workbook, name)?;
        if cells.is_empty() {
            continue;
        }
        let merged = workbook
            .merge_cells_by_sheet_name(name)
            .map_err(UnreadableFile::damaged)?;
        let rows = spread(cells, &merged)?;
        let other_sheets = names
            .iter()
            .filter(|other| *other != name)
            .cloned()
            .collect();
        return Ok(Table {
            sheet: Some(name.clone()),
            other_sheets,
            rows,
        });
    }
    Err(UnreadableFile::Empty)
}

/// Cell by cell: a range of the whole sheet would be set aside in memory even if it held one cell in its last corner.
fn sheet_cells(workbook: &mut Xlsx<Metered>, name: &str) -> Result<Cells, UnreadableFile> {
    let mut reader = workbook
        .worksheet_cells_reader(name)
        .map_err(UnreadableFile::damaged)?;
    let mut cells = Cells::default();
    while let Some(cell) = reader.next_cell().map_err(UnreadableFile::damaged)? {
        let (row, column) = cell.get_position();
        match cell.get_value() {
            DataRef::Empty => {}
            DataRef::SharedString(text) => cells.put(row, column, text)?,
            DataRef::String(text) | DataRef::DurationIso(text) => cells.put(row, column, text)?,
            DataRef::Int(number) => cells.put(row, column, &number.to_string())?,
            DataRef::Float(number) => cells.put(row, column, &number_text(*number))?,
            DataRef::Bool(true) => cells.put(row, column, "TRUE")?,
            DataRef::Bool(false) => cells.put(row, column, "FALSE")?,
            DataRef::DateTime(moment) => cells.put(row, column, &moment_text(moment))?,
            DataRef::DateTimeIso(text) => cells.put(
                row,
                column,
                &text.replace("T00:00:00", "").replace('T', " "),
            )?,
            DataRef::Error(error) => cells.put(row, column, &error.to_string())?,
        }
    }
    Ok(cells)
}

/// Marks rows whose cells are merged across columns, and writes a text that was merged downwards into every row that it
/// covers: a section's name often stands once beside all of its people. Rows without content of their own stay away.
fn spread(mut cells: Cells, merged: &[Dimensions]) -> Result<Vec<Row>, UnreadableFile> {
    let mut filled = 0;
    for area in merged
        .iter()
        .filter(|area| area.start.1 == area.end.1 && area.start.0 < area.end.0)
    {
        let (first, column) = area.start;
        let text = cells
            .rows
            .get(&first)
            .and_then(|row| row.get(column as usize))
            .cloned()
            .unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        let covered: Vec<u32> = cells
            .rows
            .range(first + 1..=area.end.0)
            .map(|(row, _)| *row)
            .collect();
        for row in covered {
            filled += 1;
            if filled > MOST_FILLED {
                return Err(UnreadableFile::damaged("merged cells overlap"));
            }
            cells.put(row, column, &text)?;
        }
    }
    let mut rows = cells.into_rows();
    for area in merged.iter().filter(|area| area.start.1 < area.end.1) {
        if let Ok(at) = rows.binary_search_by_key(&area.start.0.saturating_add(1), |row| row.number)
        {
            rows[at].merged_across = true;
        }
    }
    Ok(rows)
}

/// A number as a person would type it. Spreadsheet programs show at most 15 digits, so 0.1 + 0.2 is 0.3.
fn number_text(number: f64) -> String {
    let shown = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    // Adding zero turns a negative zero into zero.
    (shown + 0.0).to_string()
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        let minutes = (moment.as_f64() * 24.0 * 60.0).round() as i64;
        return format!("{}:{:02}", minutes / 60, (minutes % 60).abs());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    match moment.as_f64() {
        serial if (0.0..1.0).contains(&serial) => time,
        _ if (hour, minute, second) == (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}
