//! Reading a csv file: which encoding, which separator, which row.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Cells, FoundKind, Table, UnreadableFile, kind};

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// Lines and characters that are looked at to find the separator.
const SNIFFED_LINES: usize = 50;
const SNIFFED_CHARACTERS: usize = 100_000;

pub(super) fn read(bytes: &[u8], file_name: &str) -> Result<Table, UnreadableFile> {
    let text = decode(bytes)?;
    if let Some(found) = kind::of_text(&text) {
        return Err(UnreadableFile::NotASpreadsheet { found });
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (declared, text) = declared_separator(&text);
    let separator = match declared.or_else(|| sniffed_separator(text)) {
        Some(separator) => separator,
        None if may_be_one_column(file_name) => b',',
        None => {
            return Err(UnreadableFile::NotASpreadsheet {
                found: FoundKind::PlainText,
            });
        }
    };
    let rows = cells(text, separator)?.into_rows();
    Ok(Table {
        sheet: None,
        other_sheets: Vec::new(),
        rows,
    })
}

fn cells(text: &str, separator: u8) -> Result<Cells, UnreadableFile> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut cells = Cells::default();
    let mut row = 0_u32;
    loop {
        let start = usize::try_from(reader.position().byte())
            .unwrap_or(usize::MAX)
            .min(text.len());
        if !reader
            .read_record(&mut record)
            .map_err(UnreadableFile::damaged)?
        {
            return Ok(cells);
        }
        // The csv reader passes over blank lines; a spreadsheet program shows and counts them.
        let blank = text.as_bytes()[start..]
            .iter()
            .take_while(|byte| **byte == b'\n')
            .count();
        row = row.saturating_add(u32::try_from(blank).unwrap_or(u32::MAX));
        for (column, field) in record.iter().enumerate() {
            cells.put(row, u32::try_from(column).unwrap_or(u32::MAX), field)?;
        }
        row = row.saturating_add(1);
    }
}

/// The text in the encoding that its bytes speak for.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, UnreadableFile> {
    let broken = |line_end: usize| UnreadableFile::BrokenEncoding {
        line: line_of(bytes, line_end),
    };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = &bytes[mark..];
        if encoding == UTF_8 {
            return std::str::from_utf8(text)
                .map(Cow::Borrowed)
                .map_err(|error| broken(mark + error.valid_up_to()));
        }
        debug_assert!(
            encoding == UTF_16LE || encoding == UTF_16BE,
            "only these have a mark"
        );
        return encoding
            .decode_without_bom_handling_and_without_replacement(text)
            .ok_or_else(|| broken(0));
    }
    let utf8 = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    // Nearly any bytes can be read as GB18030, damaged UTF-8 too: it would come out as other characters. Where
    // characters of three UTF-8 bytes outnumber the places that fail, the text was meant to be UTF-8.
    if !means_utf8(bytes)
        && let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return Ok(text);
    }
    let gb18030 = if means_utf8(bytes) {
        0
    } else {
        gb18030_valid_up_to(bytes)
    };
    Err(broken(gb18030.max(utf8.valid_up_to())))
}

fn means_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut failed) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk
            .valid()
            .chars()
            .filter(|character| character.len_utf8() >= 3)
            .count();
        failed += usize::from(!chunk.invalid().is_empty());
    }
    whole > failed
}

/// How many bytes are good GB18030.
fn gb18030_valid_up_to(bytes: &[u8]) -> usize {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut good = 0;
    for (at, line) in bytes
        .split_inclusive(|byte| *byte == b'\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
    {
        let longest = decoder
            .max_utf8_buffer_length_without_replacement(line.len())
            .unwrap_or(0);
        let mut text = String::with_capacity(longest);
        let (result, _) = decoder.decode_to_string_without_replacement(line, &mut text, false);
        if result != encoding_rs::DecoderResult::InputEmpty {
            return at;
        }
        good = at;
    }
    good
}

fn line_of(bytes: &[u8], position: usize) -> u32 {
    let before = bytes[..position.min(bytes.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

/// Some programs write `sep=;` in front, a line that spreadsheet programs neither show nor count.
fn declared_separator(text: &str) -> (Option<u8>, &str) {
    let Some((line, rest)) = text.split_once('\n') else {
        return (None, text);
    };
    match line.trim().strip_prefix("sep=").map(str::as_bytes) {
        Some([separator]) if separator.is_ascii() && !separator.is_ascii_alphanumeric() => {
            (Some(*separator), rest)
        }
        _ => (None, text),
    }
}

/// The separator on whose number most lines agree; among equals the one that makes more columns.
fn sniffed_separator(text: &str) -> Option<u8> {
    let mut lines: Vec<[usize; 3]> = vec![[0; 3]];
    let mut quoted = false;
    for character in text.chars().take(SNIFFED_CHARACTERS) {
        match character {
            '"' => quoted = !quoted,
            '\n' if !quoted && lines.len() == SNIFFED_LINES => break,
            '\n' if !quoted => lines.push([0; 3]),
            _ if quoted => {}
            _ => {
                let which = SEPARATORS
                    .iter()
                    .position(|separator| char::from(*separator) == character);
                if let (Some(which), Some(line)) = (which, lines.last_mut()) {
                    line[which] += 1;
                }
            }
        }
    }
    let agreement = |which: usize| {
        let counts = lines
            .iter()
            .map(|line| line[which])
            .filter(|count| *count > 0);
        counts
            .clone()
            .map(|count| {
                (
                    counts.clone().filter(|other| *other == count).count(),
                    count,
                )
            })
            .max()
    };
    let best = (0..SEPARATORS.len())
        .filter_map(|which| agreement(which).map(|found| (found, which)))
        .max_by_key(|(found, which)| (*found, std::cmp::Reverse(*which)));
    best.map(|(_, which)| SEPARATORS[which])
}

/// Text without any separator can be a table of one column, unless its name calls it something else.
fn may_be_one_column(file_name: &str) -> bool {
    let ending = file_name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(
        ending.as_deref(),
        None | Some("csv" | "tsv" | "tab" | "txt" | "xls" | "xlsx")
    )
}
