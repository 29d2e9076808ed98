//! Unpacking a workbook under guard.
//!
//! Every part is unpacked here, counted byte by byte, before any workbook reader sees it; what passes is packed again,
//! uncompressed, as an archive of our own making. So the reader cannot unpack more than was counted, whatever the file
//! declares about itself, and two zip readers cannot disagree about what the file contains. Two places where a small
//! part would make the workbook reader take much memory are defused on the way: the declared number of shared texts,
//! and styles, each of which it copies.

use std::io::{Cursor, Read, Write};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{FoundKind, LARGEST_UNPACKED, UnreadableFile, kind};

/// Parts of an archive; a workbook with a photo for everybody has some hundreds.
const MOST_PARTS: usize = 4_096;
/// How often larger than its packed form a part may be. Sheets with thousands of formatted empty rows reach about 100.
const LARGEST_RATIO: u64 = 250;
/// Parts below this size are not asked for their ratio, in bytes.
const RATIO_FROM: u64 = 4 * 1024 * 1024;
/// Cell formats: spreadsheet programs allow 65,490.
const MOST_CELL_FORMATS: usize = 65_536;
/// Number formats may have 255 characters.
const LONGEST_NUMBER_FORMAT: usize = 255 * 4;

/// Checks the archive and gives back what a workbook reader needs of it, packed without compression.
pub(super) fn guarded(bytes: &[u8]) -> Result<Vec<u8>, UnreadableFile> {
    // Counted in the raw bytes, because opening an archive already makes an entry in memory for each part.
    let parts = bytes
        .windows(4)
        .filter(|window| window == b"PK\x01\x02")
        .count();
    if parts > MOST_PARTS {
        return Err(UnreadableFile::damaged(format_args!("{parts} parts")));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(UnreadableFile::damaged)?;
    let mut names = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let part = archive
            .by_index_raw(index)
            .map_err(UnreadableFile::damaged)?;
        names.push(String::from_utf8_lossy(part.name_raw()).into_owned());
    }
    if let Some(found) = kind::of_parts(names.iter().map(String::as_str)) {
        return Err(UnreadableFile::NotASpreadsheet { found });
    }

    let mut total = 0;
    let mut kept = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (index, name) in names.iter().enumerate() {
        let content = unpack(&mut archive, index, &mut total)?;
        let Some(content) = needed(name, content)? else {
            continue;
        };
        kept.start_file(name.as_str(), stored)
            .map_err(UnreadableFile::damaged)?;
        kept.write_all(&content).map_err(UnreadableFile::damaged)?;
    }
    kept.finish()
        .map(Cursor::into_inner)
        .map_err(UnreadableFile::damaged)
}

/// Unpacks one part, but never more than what is left of the limit, whatever the part declares.
fn unpack(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    total: &mut u64,
) -> Result<Vec<u8>, UnreadableFile> {
    // Taken raw and unpacked here: the archive reader itself would believe the declared size.
    let part = archive
        .by_index_raw(index)
        .map_err(UnreadableFile::damaged)?;
    if part.encrypted() {
        return Err(UnreadableFile::NotASpreadsheet {
            found: FoundKind::Protected,
        });
    }
    let (method, sum) = (part.compression(), part.crc32());
    let (packed, declared) = (part.compressed_size(), part.size());
    let limit = packed
        .saturating_mul(LARGEST_RATIO)
        .max(RATIO_FROM)
        .min(LARGEST_UNPACKED - *total);
    let bomb = |bytes: u64| UnreadableFile::ZipBomb {
        bytes: total.saturating_add(bytes),
        limit: *total + limit,
    };
    if declared > limit {
        return Err(bomb(declared));
    }
    let mut content = Vec::new();
    let copied = match method {
        CompressionMethod::Stored => part.take(limit + 1).read_to_end(&mut content),
        CompressionMethod::Deflated => DeflateDecoder::new(part)
            .take(limit + 1)
            .read_to_end(&mut content),
        _ => return Err(UnreadableFile::damaged(format_args!("packed by {method}"))),
    };
    copied.map_err(UnreadableFile::damaged)?;
    let unpacked = content.len() as u64;
    if unpacked > limit {
        return Err(bomb(unpacked));
    }
    let mut crc = Crc::new();
    crc.update(&content);
    if unpacked != declared || crc.sum() != sum {
        return Err(UnreadableFile::damaged(
            "a part does not match its size or checksum",
        ));
    }
    *total += unpacked;
    Ok(content)
}

/// The part as the workbook reader may see it; `None` when it has no need of it.
fn needed(name: &str, content: Vec<u8>) -> Result<Option<Vec<u8>>, UnreadableFile> {
    let name = name.replace('\\', "/").to_ascii_lowercase();
    let last = name.rsplit('/').next().unwrap_or_default();
    if !(last.ends_with(".xml") || last.ends_with(".rels")) || name.contains("/theme/") {
        return Ok(None);
    }
    let text = plain_xml(&content)?;
    if last == "styles.xml" {
        return number_formats_only(text).map(Some);
    }
    if last == "sharedstrings.xml" {
        check_declared_count(text)?;
    }
    Ok(Some(text.as_bytes().to_vec()))
}

/// The part without its declaration, so that it cannot be read in another encoding than the one checked here. Every
/// spreadsheet program writes UTF-8.
fn plain_xml(content: &[u8]) -> Result<&str, UnreadableFile> {
    let text = std::str::from_utf8(content).map_err(UnreadableFile::damaged)?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let text = match text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest,
        None => text,
    };
    if text.contains("<?xml") || text.contains('\0') {
        return Err(UnreadableFile::damaged("a part is not well-formed"));
    }
    Ok(text)
}

/// The reader sets memory aside for as many texts as the part declares; each takes at least one byte of the part.
fn check_declared_count(text: &str) -> Result<(), UnreadableFile> {
    for (at, word) in text.match_indices("uniqueCount") {
        let after = text[at + word.len()..]
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let declared = if digits == 0 {
            0
        } else {
            after[..digits].parse::<usize>().unwrap_or(usize::MAX)
        };
        if declared > text.len() {
            return Err(UnreadableFile::damaged(format_args!(
                "{declared} shared texts declared"
            )));
        }
    }
    Ok(())
}

/// Of the styles only what tells a date from a number: the number formats, and which of them each cell format uses.
fn number_formats_only(text: &str) -> Result<Vec<u8>, UnreadableFile> {
    let mut reader = Reader::from_str(text);
    let settings = reader.config_mut();
    settings.check_end_names = false;
    settings.expand_empty_elements = true;
    let (mut formats, mut cells) = (String::new(), String::new());
    let (mut in_cells, mut count) = (false, 0);
    loop {
        match reader.read_event().map_err(UnreadableFile::damaged)? {
            Event::Start(tag) if tag.local_name().as_ref() == "numFmt" => {
                let (id, code) = (attribute(&tag, "numFmtId"), attribute(&tag, "formatCode"));
                if let (Some(id), Some(code)) = (id, code)
                    && code.len() <= LONGEST_NUMBER_FORMAT
                    && is_number(&id)
                {
                    formats.push_str(&format!(
                        "<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>"
                    ));
                }
            }
            Event::Start(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = true,
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Start(tag)
                if in_cells && tag.local_name().as_ref() == "xf" && count < MOST_CELL_FORMATS =>
            {
                let id = attribute(&tag, "numFmtId")
                    .filter(|id| is_number(id))
                    .unwrap_or_else(|| "0".to_owned());
                cells.push_str(&format!("<xf numFmtId=\"{id}\"/>"));
                count += 1;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let styles =
        format!("<styleSheet><numFmts>{formats}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>");
    Ok(styles.into_bytes())
}

fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The attribute's value as written, fit to be written again between double quotes.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    // Looking for repeated names takes quadratic time, which a hostile tag could make long.
    let mut attributes = tag.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.value.replace('"', "&quot;"))
}
