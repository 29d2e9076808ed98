//! Files in and out, as people bring and take them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod attachments;
mod csv_files;
mod hostile;
mod lists;
mod rosters;
mod workbooks;

use std::io::{Cursor, Write};

use documents::table::{Table, UnreadableFile, read_table};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A workbook with one sheet that `fill` writes.
fn workbook(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet()).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// An archive with the given parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The workbook with `change` applied to the text of one part.
fn altered(bytes: &[u8], part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = (0..from.len())
        .map(|at| from.by_index_raw(at).unwrap().name().unwrap().into_owned())
        .collect();
    assert!(
        names.iter().any(|name| name == part),
        "{part} is not among {names:?}"
    );
    let mut contents = Vec::new();
    for name in &names {
        let text = std::io::read_to_string(from.by_name(name).unwrap()).unwrap();
        contents.push(if name == part { change(&text) } else { text });
    }
    let parts: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&contents)
        .map(|(name, content)| (name.as_str(), content.as_bytes()))
        .collect();
    archive(&parts)
}

fn read(bytes: &[u8]) -> Result<Table, UnreadableFile> {
    read_table(bytes, "名册.xlsx")
}

/// Row numbers and cells, to compare with.
fn rows(table: &Table) -> Vec<(u32, Vec<&str>)> {
    table
        .rows
        .iter()
        .map(|row| (row.number, row.cells.iter().map(String::as_str).collect()))
        .collect()
}
