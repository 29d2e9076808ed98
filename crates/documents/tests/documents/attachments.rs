//! Files that people attach: what they are, and what is left of a picture's notes.

use documents::attachment::{LONGEST_SIDE, look};
use domain::attachments::{Found, Kind, Other};
use fixtures::files;
use proptest::prelude::*;

fn found(bytes: &[u8]) -> Found {
    let looked = look(bytes.to_vec());
    if !matches!(looked.found, Found::Kind(kind) if kind.is_picture()) {
        assert_eq!(
            looked.bytes, bytes,
            "what is no picture comes out as it went in"
        );
    }
    looked.found
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn files_of_every_kind_are_told_by_their_bytes() {
    let ofd = files::archive(&[(
        "OFD.xml",
        b"<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"/>",
    )]);
    let xlsx = files::office(files::XLSX, &[]);
    let pptx = files::office(files::PPTX, &[]);
    let cases = [
        (files::pdf(), Kind::Pdf),
        (files::PNG.to_vec(), Kind::Png),
        (files::jpeg(), Kind::Jpeg),
        (files::webp_with_place(), Kind::Webp),
        (files::docx(), Kind::Docx),
        (xlsx, Kind::Xlsx),
        (pptx, Kind::Pptx),
        (ofd, Kind::Ofd),
        ("走访三个社区。".as_bytes().to_vec(), Kind::Text),
    ];
    for (bytes, kind) in cases {
        assert_eq!(found(&bytes), Found::Kind(kind));
    }
    // What the house writes itself can be attached.
    let list = documents::ListDocument {
        title: "清单".to_owned(),
        headers: vec!["姓名".to_owned()],
        rows: vec![vec![documents::CellValue::from("王芳")]],
        notes: Vec::new(),
    };
    let at = chrono::NaiveDate::from_ymd_opt(2026, 9, 14)
        .unwrap()
        .and_hms_opt(8, 0, 0)
        .unwrap();
    assert_eq!(found(&list.to_xlsx(at).unwrap()), Found::Kind(Kind::Xlsx));
    assert_eq!(found(&list.to_csv()), Found::Kind(Kind::Text));
}

#[test]
fn nothing_of_the_place_is_left_in_a_picture() {
    let cases = [
        files::jpeg_with_place(),
        files::png_with_place(),
        files::webp_with_place(),
    ];
    for bytes in cases {
        assert!(contains(&bytes, files::PLACE.as_bytes()));
        // The degrees, minutes and seconds as numbers.
        let numbers = [39_u32, 1, 54, 1].map(u32::to_be_bytes).concat();
        assert!(contains(&bytes, &numbers));
        let looked = look(bytes.clone());
        assert!(matches!(looked.found, Found::Kind(kind) if kind.is_picture()));
        let kept = &looked.bytes;
        for gone in [
            files::PLACE.as_bytes(),
            &numbers,
            &[0x88, 0x25],
            b"xmpmeta",
            b"8BIM",
            b"MPF",
            b"JFXX",
            b"tIME",
            b"<script>",
        ] {
            assert!(!contains(kept, gone), "{:?}: {gone:?}", looked.found);
        }
        // Which way up it is, is kept, and nothing else changes when it is looked at again.
        assert!(contains(kept, &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]));
        assert_eq!(look(kept.clone()).bytes, *kept);
    }
}

#[test]
fn a_picture_ends_where_it_ends() {
    let looked = look(files::jpeg_with_place());
    assert!(looked.bytes.ends_with(&[0xff, 0xd9]));
    assert_eq!(
        looked
            .bytes
            .windows(2)
            .filter(|two| *two == [0xff, 0xd8])
            .count(),
        1,
        "neither preview nor second picture"
    );
    // The picture itself is untouched.
    let scan = |bytes: &[u8]| {
        let at = bytes
            .windows(2)
            .rposition(|two| two == [0xff, 0xda])
            .unwrap();
        bytes[at..].to_vec()
    };
    assert_eq!(scan(&looked.bytes), scan(&files::jpeg()));
    let png = look(files::PNG.to_vec());
    assert_eq!(png.bytes, files::PNG);
    assert!(
        look(files::png_with_place())
            .bytes
            .ends_with(&files::PNG[files::PNG.len() - 12..])
    );
}

#[test]
fn what_runs_is_refused_under_every_guise() {
    let html: &[u8] = b"<!DOCTYPE html><html><script>alert(1)</script>";
    let exe = [&b"MZ\x90\0\x03\0\0\0"[..], &[0; 64]].concat();
    let elf = [&b"\x7fELF\x02\x01\x01\0"[..], &[0; 64]].concat();
    let cases: [(&[u8], Other); 6] = [
        (files::SVG, Other::Markup),
        (html, Other::Markup),
        (&exe, Other::Program),
        (&elf, Other::Program),
        (b"#!/bin/sh\ntrue", Other::Program),
        (b"\0\x01\x02\x03", Other::Unknown),
    ];
    for (bytes, other) in cases {
        assert_eq!(found(bytes), Found::Other(other), "{bytes:?}");
    }
}

#[test]
fn documents_with_macros_are_refused_however_they_hide_them() {
    let macro_enabled = "application/vnd.ms-word.document.macroEnabled.main+xml";
    let spelled = "application/vnd.ms-word.document.macro&#69;nabled.main+xml";
    let remote = b"<Relationships><Relationship Id=\"a\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" \
        Target=\"http://evil.example/t.dotm\" TargetMode=\"External\"/></Relationships>";
    let hidden = b"<Relationships><Relationship Id=\"a\" \
        Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"notes.bin\"/></Relationships>";
    let cases = [
        files::office(files::DOCX, &[("word/vbaProject.bin", b"x")]),
        files::office(files::DOCX, &[("WORD/VBAPROJECT.BIN", b"x")]),
        files::office(files::DOCX, &[("word/activeX/activeX1.xml", b"<x/>")]),
        files::office(files::XLSX, &[("xl/macrosheets/sheet1.xml", b"<x/>")]),
        files::office(files::DOCX, &[("word/_rels/settings.xml.rels", remote)]),
        files::office(files::DOCX, &[("word/_rels/document.xml.rels", hidden)]),
        files::office(macro_enabled, &[]),
        files::office(spelled, &[]),
        files::office(
            &format!(
                "{}\"/><Override PartName=\"/a\" ContentType=\"application/vnd.ms-office.vbaProject",
                files::DOCX
            ),
            &[],
        ),
    ];
    for (number, bytes) in cases.iter().enumerate() {
        assert_eq!(found(bytes), Found::Other(Other::Macros), "case {number}");
    }
    let program = files::office(files::DOCX, &[("word/embeddings/setup.exe", b"MZ")]);
    assert_eq!(found(&program), Found::Other(Other::Program));
    // A link to a page is no template.
    let link = b"<Relationships><Relationship Id=\"a\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" \
        Target=\"https://example.org\" TargetMode=\"External\"/></Relationships>";
    let linked = files::office(files::DOCX, &[("word/_rels/document.xml.rels", link)]);
    assert_eq!(found(&linked), Found::Kind(Kind::Docx));
}

#[test]
fn other_formats_are_named() {
    let ole = |text: &str| {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &wide].concat()
    };
    let odt = files::archive(&[("mimetype", b"application/vnd.oasis.opendocument.text")]);
    let heic = [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &[0; 32]].concat();
    let gif = [&b"GIF89a\x01\0\x01\0\x80"[..], &[0; 32]].concat();
    let mp4 = [&b"\0\0\0\x18ftypisom\0\0\0\0isomiso2"[..], &[0; 32]].concat();
    let rar = [&b"Rar!\x1a\x07\x01\0"[..], &[0; 32]].concat();
    let cases = [
        (ole("WordDocument"), Other::OtherOffice),
        (ole("EncryptedPackage"), Other::Encrypted),
        (odt, Other::OtherOffice),
        (heic, Other::OtherPicture),
        (gif, Other::OtherPicture),
        (mp4, Other::Media),
        (rar, Other::Archive),
        (files::archive(&[("a.txt", b"x")]), Other::Archive),
        (
            files::archive(&[("META-INF/MANIFEST.MF", b"x"), ("A.class", b"x")]),
            Other::Archive,
        ),
        (files::webp_that_moves(), Other::Animated),
        (
            files::office("application/x-other", &[]),
            Other::OtherOffice,
        ),
    ];
    for (bytes, other) in cases {
        assert_eq!(
            found(&bytes),
            Found::Other(other),
            "{:?}",
            &bytes[..bytes.len().min(40)]
        );
    }
}

#[test]
fn two_files_in_one_are_refused() {
    let pdf_with_archive = [
        files::pdf(),
        files::archive(&[("a.txt", b"x")]),
        b"%%EOF".to_vec(),
    ]
    .concat();
    let archive_at_the_end = [files::pdf(), files::archive(&[("a.txt", b"x")])].concat();
    let page_before = files::archive(&[("%PDF-1.4", b"x"), ("[Content_Types].xml", b"<Types/>")]);
    let docx = files::docx();
    let with_tail = [docx.as_slice(), b"<script>"].concat();
    for (what, bytes) in [
        ("an archive in a pdf", pdf_with_archive),
        ("an archive behind a pdf", archive_at_the_end),
        ("a pdf in an archive", page_before),
        ("something behind a document", with_tail),
    ] {
        let found = found(&bytes);
        assert!(
            matches!(found, Found::Other(Other::Mixed | Other::Damaged)),
            "{what}: {found:?}"
        );
    }
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let zeros = vec![0; 64 * 1024 * 1024];
    let one = files::office(files::DOCX, &[("word/media/a.bin", &zeros)]);
    assert_eq!(found(&one), Found::Other(Other::Bomb));
    let list = format!("<Types>{}</Types>", " ".repeat(3 * 1024 * 1024));
    let listed = files::archive(&[("[Content_Types].xml", list.as_bytes())]);
    assert_eq!(found(&listed), Found::Other(Other::Bomb));
    let many: Vec<String> = (0..9_000).map(|number| format!("{number}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(found(&files::archive(&many)), Found::Other(Other::Bomb));
    for (width, height) in [
        (LONGEST_SIDE + 1, 1),
        (20_000, 20_000),
        (u32::MAX, u32::MAX),
    ] {
        assert_eq!(
            found(&files::png_of(width, height)),
            Found::Other(Other::TooManyPixels)
        );
    }
    assert_eq!(found(&files::png_of(0, 5)), Found::Other(Other::Damaged));
}

#[test]
fn what_is_cut_short_is_refused_at_every_place() {
    for whole in [
        files::jpeg_with_place()[..900].to_vec(),
        files::PNG.to_vec(),
        files::docx(),
        files::pdf(),
    ] {
        for length in 8..whole.len() - 6 {
            let looked = look(whole[..length].to_vec());
            // A JPEG that is whole before what was appended stays whole.
            if let Found::Kind(kind) = looked.found {
                assert_eq!(kind, Kind::Jpeg, "cut at {length}");
                assert!(looked.bytes.ends_with(&[0xff, 0xd9]));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn law_no_bytes_make_it_fall_over(
        which in 0..7_usize,
        flips in proptest::collection::vec((any::<u16>(), any::<u8>()), 0..12),
        tail in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let mut bytes = match which {
            0 => files::jpeg_with_place(),
            1 => files::png_with_place(),
            2 => files::webp_with_place(),
            3 => files::docx(),
            4 => files::pdf(),
            5 => b"PK\x03\x04".to_vec(),
            _ => Vec::new(),
        };
        for (at, value) in flips {
            if !bytes.is_empty() {
                let at = usize::from(at) % bytes.len();
                bytes[at] = value;
            }
        }
        bytes.extend(tail);
        let looked = look(bytes);
        if matches!(looked.found, Found::Kind(kind) if kind.is_picture()) {
            // Cleaning is done once for all.
            let again = look(looked.bytes.clone());
            prop_assert_eq!(again.bytes, looked.bytes);
        }
    }
}
