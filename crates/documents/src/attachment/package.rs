//! Files that are archives inside: Office documents, 版式文档, and everything that only pretends to be one.

use std::io::{Cursor, Read as _};

use domain::attachments::{Found, Kind, Other};
use flate2::read::DeflateDecoder;
use quick_xml::Reader;
use quick_xml::events::Event;
use zip::{CompressionMethod, ZipArchive};

/// Parts of a document; one with a picture on every page has some hundreds.
const MOST_PARTS: usize = 8_192;
/// What all parts together may unpack to, in bytes.
const LARGEST_UNPACKED: u64 = 400 * 1024 * 1024;
/// How often larger than its packed form a part may be, if it is large at all.
const LARGEST_RATIO: u64 = 400;
/// Parts below this size are not asked for their ratio, in bytes.
const RATIO_FROM: u64 = 8 * 1024 * 1024;
/// The parts that are read here are lists of the others, in bytes.
const LARGEST_LIST: u64 = 2 * 1024 * 1024;
/// The most bytes of lists that are read of one file.
const LISTS_TOGETHER: u64 = 16 * 1024 * 1024;
/// How far into a file a PDF's beginning is looked for by the programs that show it.
const PDF_WITHIN: usize = 1024;

/// Endings of parts that a document has no business to contain.
const PROGRAMS: [&str; 14] = [
    ".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".msi",
    ".jar", ".lnk",
];

/// The kinds of document, by the type of their main part.
const MAIN_PARTS: [(&str, Kind); 3] = [
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        Kind::Docx,
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        Kind::Xlsx,
    ),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
        Kind::Pptx,
    ),
];

/// Whether a program that looks for an archive from the end finds one.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(66_000)..];
    end.windows(4).any(|window| window == b"PK\x05\x06")
        && ZipArchive::new(Cursor::new(bytes)).is_ok()
}

/// What an archive is.
pub(super) fn look(bytes: &[u8]) -> Found {
    match examine(bytes) {
        Ok(kind) => Found::Kind(kind),
        Err(other) => Found::Other(other),
    }
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn examine(bytes: &[u8]) -> Result<Kind, Other> {
    // Counted in the raw bytes, because opening an archive already makes an entry in memory for each part.
    let parts = bytes
        .windows(4)
        .filter(|window| window == b"PK\x01\x02")
        .count();
    if parts > MOST_PARTS {
        return Err(Other::Bomb);
    }
    let mut archive: Archive<'_> =
        ZipArchive::new(Cursor::new(bytes)).map_err(|_| Other::Damaged)?;
    let names = measure(&mut archive, bytes.len())?;
    let beginning = &bytes[..bytes.len().min(PDF_WITHIN)];
    let pdf = beginning.windows(5).any(|window| window == b"%PDF-");
    // Something before the archive, or behind it, that another program would read instead.
    if pdf || archive.offset() != 0 || !ends_where_it_says(bytes) {
        return Err(Other::Mixed);
    }
    if names.iter().any(|name| runs(name)) {
        return Err(Other::Program);
    }
    let mut left = LISTS_TOGETHER;
    if names.iter().any(|name| name == "[content_types].xml") {
        return office(&mut archive, &names, &mut left);
    }
    if names.iter().any(|name| name == "ofd.xml") {
        let root = list(&mut archive, &names, "ofd.xml", &mut left)?;
        return if root.contains("OFD") {
            Ok(Kind::Ofd)
        } else {
            Err(Other::Archive)
        };
    }
    // OpenDocument and e-books name themselves in their first part.
    Err(if names.first().is_some_and(|name| name == "mimetype") {
        Other::OtherOffice
    } else {
        Other::Archive
    })
}

/// The parts' names, in small letters and with slashes; nothing is unpacked.
fn measure(archive: &mut Archive<'_>, length: usize) -> Result<Vec<String>, Other> {
    let (mut names, mut packed, mut unpacked) = (Vec::with_capacity(archive.len()), 0_u64, 0_u64);
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|_| Other::Damaged)?;
        if part.encrypted() {
            return Err(Other::Encrypted);
        }
        let (small, large) = (part.compressed_size(), part.size());
        packed = packed.saturating_add(small);
        unpacked = unpacked.saturating_add(large);
        if large > RATIO_FROM && large / LARGEST_RATIO > small {
            return Err(Other::Bomb);
        }
        let name = String::from_utf8_lossy(part.name_raw())
            .replace('\\', "/")
            .to_lowercase();
        if name.split('/').any(|folder| folder == "..") {
            return Err(Other::Damaged);
        }
        names.push(name);
    }
    // Parts that lie over each other are how a small file unpacks to a large one while every part looks decent.
    if unpacked > LARGEST_UNPACKED || packed > length as u64 {
        return Err(Other::Bomb);
    }
    Ok(names)
}

/// Whether nothing stands behind the archive's own end.
fn ends_where_it_says(bytes: &[u8]) -> bool {
    bytes
        .len()
        .checked_sub(22)
        .is_some_and(|at| bytes[at..].starts_with(b"PK\x05\x06"))
}

fn runs(name: &str) -> bool {
    PROGRAMS.iter().any(|ending| name.ends_with(ending))
}

/// An Office document: of which kind, and whether something in it runs.
fn office(archive: &mut Archive<'_>, names: &[String], left: &mut u64) -> Result<Kind, Other> {
    let suspicious = |name: &String| {
        name.ends_with("vbaproject.bin")
            || name.ends_with("vbadata.xml")
            || name.contains("/activex/")
            || name.contains("/macrosheets/")
    };
    if names.iter().any(suspicious) {
        return Err(Other::Macros);
    }
    let types = list(archive, names, "[content_types].xml", left)?;
    let types = attributes(&types, "ContentType")?;
    let lower = |text: &String| text.to_ascii_lowercase();
    let runs = ["macro", "vba", "activex", "ms-office.intl", "x-msdownload"];
    if types
        .iter()
        .map(lower)
        .any(|kind| runs.iter().any(|word| kind.contains(word)))
    {
        return Err(Other::Macros);
    }
    let mut kinds = MAIN_PARTS
        .iter()
        .filter(|(main, _)| types.iter().any(|kind| kind.eq_ignore_ascii_case(main)));
    let (Some((_, kind)), None) = (kinds.next(), kinds.next()) else {
        return Err(Other::OtherOffice);
    };
    // A template that is fetched when the document is opened brings its macros along.
    for name in names.iter().filter(|name| name.ends_with(".rels")) {
        let relations = list(archive, names, name, left)?;
        let external = attributes(&relations, "TargetMode")?
            .iter()
            .any(|mode| mode.eq_ignore_ascii_case("external"));
        let kinds = attributes(&relations, "Type")?;
        let fetched = kinds
            .iter()
            .map(lower)
            .any(|kind| kind.ends_with("/attachedtemplate") || kind.ends_with("/frame"));
        let runs = kinds.iter().map(lower).any(|kind| {
            kind.ends_with("/vbaproject")
                || kind.ends_with("/xlmacrosheet")
                || kind.ends_with("/control")
        });
        if runs || (external && fetched) {
            return Err(Other::Macros);
        }
    }
    Ok(*kind)
}

/// A part that lists others, as text. Two parts of one name would be two documents to two programs.
fn list(
    archive: &mut Archive<'_>,
    names: &[String],
    wanted: &str,
    left: &mut u64,
) -> Result<String, Other> {
    let mut found = names
        .iter()
        .enumerate()
        .filter(|(_, name)| name.as_str() == wanted);
    let (Some((index, _)), None) = (found.next(), found.next()) else {
        return Err(Other::Damaged);
    };
    let part = archive.by_index_raw(index).map_err(|_| Other::Damaged)?;
    let limit = LARGEST_LIST.min(*left);
    let mut content = Vec::new();
    let read = match part.compression() {
        CompressionMethod::Stored => part.take(limit + 1).read_to_end(&mut content),
        CompressionMethod::Deflated => DeflateDecoder::new(part)
            .take(limit + 1)
            .read_to_end(&mut content),
        _ => return Err(Other::Damaged),
    };
    read.map_err(|_| Other::Damaged)?;
    let length = content.len() as u64;
    if length > limit {
        return Err(Other::Bomb);
    }
    *left -= length;
    // Every program writes these in UTF-8; in another encoding they would be read differently by somebody else.
    String::from_utf8(content).map_err(|_| Other::Damaged)
}

/// The values of all attributes of this name, with what is written in other ways undone.
fn attributes(text: &str, name: &str) -> Result<Vec<String>, Other> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut values = Vec::new();
    loop {
        match reader.read_event().map_err(|_| Other::Damaged)? {
            Event::Start(tag) | Event::Empty(tag) => {
                let mut attributes = tag.attributes();
                for attribute in attributes.with_checks(false) {
                    let attribute = attribute.map_err(|_| Other::Damaged)?;
                    if attribute.key.local_name().as_ref() == name {
                        let value = quick_xml::escape::unescape(&attribute.value)
                            .map_err(|_| Other::Damaged)?;
                        values.push(value.trim().to_owned());
                    }
                }
            }
            // Entities of its own could spell what is looked for in pieces.
            Event::DocType(_) => return Err(Other::Damaged),
            Event::Eof => return Ok(values),
            _ => {}
        }
    }
}
