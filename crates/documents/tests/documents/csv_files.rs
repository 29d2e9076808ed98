//! Csv files in the encodings and with the separators that are met.

use documents::table::{FoundKind, UnreadableFile, read_table};
use encoding_rs::{GB18030, GBK};

use crate::rows;

const TEXT: &str = "姓名,科室\r\n张三,组织科\r\n";

fn expected() -> Vec<(u32, Vec<&'static str>)> {
    vec![(1, vec!["姓名", "科室"]), (2, vec!["张三", "组织科"])]
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(unit)
        .collect()
}

#[test]
fn every_common_encoding_is_read() {
    let with_mark = format!("\u{feff}{TEXT}");
    let files: [(&str, Vec<u8>); 6] = [
        ("UTF-8", TEXT.into()),
        ("UTF-8 with mark", with_mark.into()),
        ("GBK", GBK.encode(TEXT).0.into_owned()),
        ("GB18030", GB18030.encode(TEXT).0.into_owned()),
        ("UTF-16 little-endian", utf16(TEXT, u16::to_le_bytes)),
        ("UTF-16 big-endian", utf16(TEXT, u16::to_be_bytes)),
    ];
    for (name, bytes) in files {
        assert_eq!(
            rows(&read_table(&bytes, "a.csv").expect(name)),
            expected(),
            "{name}"
        );
    }
}

#[test]
fn rare_characters_in_gb18030_are_read() {
    let bytes = GB18030.encode("姓名,科室\n㑇𠮷,一科\n").0.into_owned();
    assert_eq!(
        rows(&read_table(&bytes, "a.csv").unwrap())[1].1,
        ["㑇𠮷", "一科"]
    );
}

#[test]
fn every_common_separator_is_found() {
    for separator in [",", ";", "\t"] {
        let text = TEXT.replace(',', separator);
        assert_eq!(
            rows(&read_table(text.as_bytes(), "a.csv").unwrap()),
            expected(),
            "{separator:?}"
        );
    }
    let declared = format!("sep=|\r\n{}", TEXT.replace(',', "|"));
    assert_eq!(
        rows(&read_table(declared.as_bytes(), "a.csv").unwrap()),
        expected()
    );
}

#[test]
fn separators_inside_cells_do_not_mislead() {
    let text = "姓名,分管科室,备注\n甲,一科;二科;三科,\"a;b;c;d\"\n乙,,\n丙,四科,\"x\n;;;;\ny\"\n";
    let table = read_table(text.as_bytes(), "a.csv").unwrap();
    assert_eq!(rows(&table)[1].1, ["甲", "一科;二科;三科", "a;b;c;d"]);
    assert_eq!(rows(&table)[3].1, ["丙", "四科", "x\n;;;;\ny"]);
}

#[test]
fn blank_lines_are_left_out_but_counted() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["", "a,b", "", "", "\"c\nd\",e", ",", "f,g", ""].join(end);
        let table = read_table(text.as_bytes(), "a.csv").unwrap();
        let numbers: Vec<u32> = table.rows.iter().map(|row| row.number).collect();
        // A cell of two lines is one row, and a row of empty cells is blank.
        assert_eq!(numbers, [2, 5, 7], "{end:?}");
        assert_eq!(table.rows[1].cells, ["c\nd", "e"]);
    }
}

#[test]
fn broken_text_names_the_line() {
    let broken: [(&str, Vec<u8>, u32); 4] = [
        (
            "a byte that is nowhere allowed",
            [b"a,b\nc,d\n".as_slice(), b"\xff,x\n"].concat(),
            3,
        ),
        (
            "UTF-8 cut in the middle",
            [TEXT.as_bytes(), b"\xe5\xbc,x\n"].concat(),
            3,
        ),
        (
            "a broken character in long UTF-8",
            [
                "姓名,科室\n".as_bytes(),
                b"\xe5\xbc\xa0\xe4,x\n",
                TEXT.as_bytes(),
            ]
            .concat(),
            2,
        ),
        (
            "GBK cut at the end of a line",
            [&GBK.encode(TEXT).0, b"\xd5,x\n".as_slice()].concat(),
            3,
        ),
    ];
    for (name, bytes, line) in broken {
        assert_eq!(
            read_table(&bytes, "a.csv"),
            Err(UnreadableFile::BrokenEncoding { line }),
            "{name}"
        );
    }
    let marked = [b"\xef\xbb\xbfa,b\n".as_slice(), b"\xd5\xc5,x\n"].concat();
    assert_eq!(
        read_table(&marked, "a.csv"),
        Err(UnreadableFile::BrokenEncoding { line: 2 }),
        "the mark says UTF-8"
    );
}

#[test]
fn text_without_columns_asks_the_name() {
    let list = "张三\n李四\n".as_bytes();
    assert_eq!(read_table(list, "名单.csv").unwrap().rows.len(), 2);
    let found = FoundKind::PlainText;
    assert_eq!(
        read_table(list, "说明.md"),
        Err(UnreadableFile::NotASpreadsheet { found })
    );
}
