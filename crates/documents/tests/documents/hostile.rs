//! Files that are too large, not what they claim to be, or made to do harm.

use documents::table::{
    FoundKind, LARGEST_FILE, LARGEST_UNPACKED, MOST_COLUMNS, MOST_ROWS, MOST_TEXT, UnreadableFile,
    read_table,
};
use flate2::{Compress, Compression, Crc, FlushCompress};
use proptest::prelude::*;

use crate::{altered, archive, read, rows, workbook};

fn small() -> Vec<u8> {
    workbook(|sheet| {
        sheet.write_string(0, 0, "姓名")?;
        sheet.write_string(0, 1, "科室")?;
        sheet.write_string(1, 0, "张三")?;
        sheet.write_number(1, 1, 7).map(|_| ())
    })
}

fn found(bytes: &[u8]) -> FoundKind {
    match read(bytes) {
        Err(UnreadableFile::NotASpreadsheet { found }) => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_nothing() {
    for bytes in [
        b"".as_slice(),
        b"\n\n\n",
        b"\xef\xbb\xbf",
        b"  \r\n",
        b",,,\n,,,\n",
    ] {
        assert_eq!(
            read_table(bytes, "a.csv"),
            Err(UnreadableFile::Empty),
            "{bytes:?}"
        );
    }
}

#[test]
fn fifty_megabytes_are_refused_unread() {
    let limit = LARGEST_FILE as u64;
    for filler in [b'a', b'\n', 0] {
        let bytes = vec![filler; 50 * 1024 * 1024];
        assert_eq!(
            read(&bytes),
            Err(UnreadableFile::TooLarge {
                bytes: 50 * 1024 * 1024,
                limit
            })
        );
    }
}

#[test]
fn other_files_are_told_apart() {
    let compound = |name: &str| -> Vec<u8> {
        let wide = name.encode_utf16().flat_map(u16::to_le_bytes);
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            .iter()
            .copied()
            .chain([0; 504])
            .chain(wide)
            .collect()
    };
    let files: Vec<(Vec<u8>, FoundKind)> = vec![
        (archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>")]), FoundKind::Document),
        (archive(&[("ppt/presentation.xml", b"<p/>")]), FoundKind::Slides),
        (archive(&[("xl/workbook.bin", b"\0")]), FoundKind::BinaryWorkbook),
        (archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<o/>")]), FoundKind::OpenDocument),
        (archive(&[("photo.jpg", b"\xff\xd8\xff")]), FoundKind::Archive),
        (archive(&[]), FoundKind::Archive),
        (compound("Workbook"), FoundKind::OldWorkbook),
        (compound("WordDocument"), FoundKind::Document),
        (compound("EncryptedPackage"), FoundKind::Protected),
        (compound("Something"), FoundKind::Compound),
        (b"%PDF-1.7\n%\xe2\xe3".to_vec(), FoundKind::Pdf),
        (b"\xef\xbb\xbf\r\n<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table>".to_vec(), FoundKind::WebPage),
        (b"<TABLE border=1><tr><td>a</td></tr></TABLE>".to_vec(), FoundKind::WebPage),
        (b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">".to_vec(), FoundKind::XmlWorkbook),
        (b"<?xml version=\"1.0\"?><a/>".to_vec(), FoundKind::Xml),
        (b"{\\rtf1\\ansi}".to_vec(), FoundKind::RichText),
        (b"{\"name\": \"a\", \"b\": 1}".to_vec(), FoundKind::Json),
        (b"\x89PNG\r\n\x1a\n\0\0".to_vec(), FoundKind::Picture),
        ((0..=31).cycle().take(4_000).collect(), FoundKind::Unknown),
    ];
    for (bytes, kind) in files {
        assert_eq!(found(&bytes), kind);
    }
}

#[test]
fn every_kind_has_its_own_word() {
    let mut words: Vec<&str> = FoundKind::ALL.into_iter().map(FoundKind::word).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), FoundKind::ALL.len());
}

const MIB: usize = 1024 * 1024;

/// Deflated zeros: one compressed block of 1 MiB, repeated.
fn deflated_zeros(mebibytes: usize) -> Vec<u8> {
    let mut block = Vec::with_capacity(8_192);
    let mut compressor = Compress::new(Compression::best(), false);
    compressor
        .compress_vec(&vec![0; MIB], &mut block, FlushCompress::Sync)
        .unwrap();
    assert!(
        block.ends_with(b"\0\0\xff\xff"),
        "the block ends at a whole byte, so that it can be repeated"
    );
    // At the end an empty last block.
    [block.repeat(mebibytes), vec![3, 0]].concat()
}

/// An archive made by hand, so that each part may declare any unpacked size. The checksum is that of 3 MiB of zeros.
fn declaring(parts: &[(&str, &[u8], usize)]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(&vec![0; 3 * MIB]);
    let sum = crc.sum();
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, packed, declared) in parts {
        let start = u32::try_from(out.len()).unwrap();
        let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];
        common.extend(sum.to_le_bytes());
        common.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        common.extend(u32::try_from(*declared).unwrap().to_le_bytes());
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        out.extend([b"PK\x03\x04".as_slice(), &common, name.as_bytes(), packed].concat());
        let place = [[0; 10].as_slice(), &start.to_le_bytes()].concat();
        directory.extend(
            [
                b"PK\x01\x02\x14\0".as_slice(),
                &common,
                &place,
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let (start, count) = (
        u32::try_from(out.len()).unwrap(),
        u16::try_from(parts.len()).unwrap().to_le_bytes(),
    );
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let end = [
        b"PK\x05\x06\0\0\0\0".as_slice(),
        &count,
        &count,
        &length,
        &start.to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    [out, directory, end].concat()
}

#[test]
fn a_zip_bomb_is_refused_with_what_it_declares() {
    let bomb = declaring(&[("xl/workbook.xml", &deflated_zeros(200), 200 * MIB)]);
    assert!(bomb.len() < MIB);
    let Err(UnreadableFile::ZipBomb { bytes, limit }) = read(&bomb) else {
        panic!("not refused")
    };
    assert_eq!(bytes, 200 * MIB as u64);
    assert!(limit <= LARGEST_UNPACKED);
}

#[test]
fn a_zip_bomb_that_lies_about_its_size_is_stopped_while_unpacking() {
    for declared in [0, 1_000, 4 * MIB] {
        let bomb = declaring(&[("xl/workbook.xml", &deflated_zeros(200), declared)]);
        let Err(UnreadableFile::ZipBomb { bytes, limit }) = read(&bomb) else {
            panic!("not stopped")
        };
        assert_eq!(
            bytes,
            limit + 1,
            "not a byte more is unpacked than it takes to see"
        );
        assert!(limit <= LARGEST_UNPACKED);
    }
}

#[test]
fn many_parts_are_counted_together() {
    // Each alone is within the limits, also that of the ratio.
    let (small, large) = (deflated_zeros(3), vec![0; MIB]);
    let parts = [
        ("xl/a.bin", small.as_slice(), 3 * MIB),
        ("xl/b.bin", &large, 62 * MIB),
    ];
    let (bytes, limit) = (65 * MIB as u64, LARGEST_UNPACKED);
    assert_eq!(
        read(&declaring(&parts)),
        Err(UnreadableFile::ZipBomb { bytes, limit })
    );
    assert!(
        matches!(
            read(&declaring(&parts[..1])),
            Err(UnreadableFile::Damaged { .. })
        ),
        "no workbook, but no bomb"
    );
    let names: Vec<String> = (0..5_000).map(|at| format!("xl/{at}")).collect();
    let parts: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"".as_slice()))
        .collect();
    assert!(matches!(
        read(&archive(&parts)),
        Err(UnreadableFile::Damaged { .. })
    ));
}

#[test]
fn declared_counts_set_no_memory_aside() {
    for count in [
        "99999999999",
        "18446744073709551615",
        "99999999999999999999999999",
    ] {
        let bytes = altered(&small(), "xl/sharedStrings.xml", |xml| {
            let (before, after) = xml.split_once("uniqueCount=\"").unwrap();
            format!(
                "{before}uniqueCount = '{count}'{}",
                &after[after.find('"').unwrap() + 1..]
            )
        });
        assert!(
            matches!(read(&bytes), Err(UnreadableFile::Damaged { .. })),
            "{count}"
        );
    }
}

#[test]
fn a_long_font_name_is_not_copied_for_every_format() {
    let bytes = altered(&small(), "xl/styles.xml", |xml| {
        let name = "A".repeat(2_000_000);
        let formats = "<xf numFmtId=\"0\" fontId=\"0\"/>".repeat(60_000);
        xml.replace("name val=\"Calibri\"", &format!("name val=\"{name}\""))
            .replace("</cellXfs>", &format!("{formats}</cellXfs>"))
    });
    assert_eq!(rows(&read(&bytes).unwrap())[1].1, ["张三", "7"]);
}

#[test]
fn one_text_in_many_cells_is_counted_each_time() {
    let long = "长".repeat(10_000);
    let bytes = workbook(|sheet| {
        for row in 0..1_000 {
            sheet.write_string(row, 0, &long)?;
        }
        Ok(())
    });
    assert_eq!(
        read(&bytes),
        Err(UnreadableFile::TooMuchText { limit: MOST_TEXT })
    );
}

#[test]
fn too_many_rows_columns_and_characters_are_named() {
    let many_rows = "a,b\n".repeat(MOST_ROWS as usize + 1);
    assert_eq!(
        read(many_rows.as_bytes()),
        Err(UnreadableFile::TooManyRows { limit: MOST_ROWS })
    );
    let just_enough = "a,b\n\n".repeat(MOST_ROWS as usize);
    assert_eq!(
        read(just_enough.as_bytes()).unwrap().rows.len(),
        MOST_ROWS as usize
    );
    let wide = workbook(|sheet| sheet.write_string(0, 16_383, "最右").map(|_| ()));
    assert_eq!(
        read(&wide),
        Err(UnreadableFile::TooManyColumns {
            limit: MOST_COLUMNS
        })
    );
    let long = format!("a,b\nc,{}\n", "长".repeat(40_000));
    assert!(matches!(
        read(long.as_bytes()),
        Err(UnreadableFile::CellTooLong { row: 2, .. })
    ));
}

#[test]
fn hostile_texts_stay_texts() {
    let hostile = [
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "\u{202e}倒\u{200f}",
        "👩‍👩‍👧‍👦",
        "a\0b",
        "'; DROP TABLE people; --",
        "&amp; &#x41;",
        "_x0041_",
    ];
    let bytes = workbook(|sheet| {
        for (row, text) in (0..).zip(hostile) {
            sheet.write_string(row, 0, text)?;
        }
        Ok(())
    });
    let table = read(&bytes).unwrap();
    let texts: Vec<&str> = table.rows.iter().map(|row| row.cells[0].as_str()).collect();
    assert_eq!(texts, hostile);
    let csv: String = hostile
        .iter()
        .map(|text| format!("\"{}\",x\n", text.replace('"', "\"\"")))
        .collect();
    let table = read(csv.as_bytes()).unwrap();
    let texts: Vec<&str> = table.rows.iter().map(|row| row.cells[0].as_str()).collect();
    assert_eq!(texts, hostile);
}

#[test]
fn a_part_cannot_change_its_encoding() {
    let bytes = altered(&small(), "xl/sharedStrings.xml", |xml| {
        xml.replacen("?>", "?><?xml version=\"1.0\" encoding=\"utf-16\"?>", 1)
    });
    assert!(matches!(read(&bytes), Err(UnreadableFile::Damaged { .. })));
}

#[test]
fn cells_at_impossible_places_do_no_harm() {
    for place in [
        "A4294967295",
        "A99999999999999999999",
        "ZZZZZZZZZZZZ1",
        "A0",
        "1",
        "A",
        "",
    ] {
        let bytes = altered(&small(), "xl/worksheets/sheet1.xml", |xml| {
            xml.replace("r=\"B2\"", &format!("r=\"{place}\""))
        });
        let _ = read(&bytes);
    }
    let overlapping = altered(&small(), "xl/worksheets/sheet1.xml", |xml| {
        let merged = "<mergeCell ref=\"A1:A1048576\"/>".repeat(100_000);
        xml.replace(
            "</sheetData>",
            &format!("</sheetData><mergeCells>{merged}</mergeCells>"),
        )
    });
    assert!(read(&overlapping).is_ok());
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..2_000), name in ".{0,12}") {
        let _ = read_table(&bytes, &name);
    }

    #[test]
    fn any_bytes_after_a_known_beginning_are_answered(
        mark in prop::sample::select(vec![b"PK\x03\x04".as_slice(), b"PK\x05\x06", b"\xef\xbb\xbf", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n"]),
        bytes in prop::collection::vec(any::<u8>(), 0..500),
    ) {
        let _ = read(&[mark, &bytes].concat());
    }

    #[test]
    fn any_text_is_answered(text in "[\\PC,;\t\"\r\n]{0,300}") {
        let _ = read(text.as_bytes());
    }

    #[test]
    fn a_workbook_with_damaged_bytes_is_answered(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = small();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn a_workbook_with_damaged_parts_is_answered(
        part in prop::sample::select(vec!["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"]),
        at in any::<prop::sample::Index>(),
        length in 0..40_usize,
        with in prop::sample::select(vec!["", "<", ">", "\"", "'", "<c r=\"ZZZ1\">", "</", "<!--", "<![CDATA[", "&#x0;", "&x;", "99999999999999999999", "-1", "<row r=\"4294967295\">", "<v>1e999</v>", "t=\"s\"", "\u{0}", "<?xml?>"]),
    ) {
        let bytes = altered(&small(), part, |xml| {
            let start = (0..=at.index(xml.len())).rev().find(|at| xml.is_char_boundary(*at)).unwrap();
            let end = (start + length..=xml.len()).find(|at| xml.is_char_boundary(*at)).unwrap_or(xml.len());
            format!("{}{with}{}", &xml[..start], &xml[end..])
        });
        let _ = read(&bytes);
    }
}
