//! Lists to take away.

use chrono::{NaiveDate, NaiveDateTime};
use documents::list::{CellValue, ListDocument};

use crate::{read, rows};

fn created() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 1, 5)
        .unwrap()
        .and_hms_opt(8, 30, 0)
        .unwrap()
}

fn list() -> ListDocument {
    let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    ListDocument {
        title: "科室落实情况：三月/2026".into(),
        headers: ["姓名", "完成", "比例", "截止"].map(String::from).to_vec(),
        rows: vec![
            vec![
                "张三".into(),
                CellValue::Integer(3),
                CellValue::Decimal(0.75),
                day.into(),
            ],
            vec![
                "李四".into(),
                CellValue::Integer(-1),
                CellValue::Empty,
                CellValue::Empty,
            ],
            vec!["=1+1".into()],
        ],
        notes: vec!["依据：章程第 1 版。".into(), "截至 2026-03-31。".into()],
    }
}

#[test]
fn a_workbook_reads_back_as_the_list_it_was_made_from() {
    let table = read(&list().to_xlsx(created()).unwrap()).unwrap();
    let expected: Vec<(u32, Vec<&str>)> = vec![
        (1, vec!["科室落实情况：三月/2026"]),
        (2, vec!["姓名", "完成", "比例", "截止"]),
        (3, vec!["张三", "3", "0.75", "2026-03-01"]),
        (4, vec!["李四", "-1"]),
        (5, vec!["=1+1"]),
        (7, vec!["依据：章程第 1 版。"]),
        (8, vec!["截至 2026-03-31。"]),
    ];
    assert_eq!(rows(&table), expected);
    assert_eq!(table.sheet.as_deref(), Some("科室落实情况：三月 2026"));
    assert!(table.rows[0].merged_across);
}

#[test]
fn the_same_list_gives_the_same_bytes() {
    let (first, second) = (
        list().to_xlsx(created()).unwrap(),
        list().to_xlsx(created()).unwrap(),
    );
    assert!(first == second);
    let later = created() + chrono::Duration::days(1);
    assert!(
        first != list().to_xlsx(later).unwrap(),
        "the given moment is the one in the file"
    );
}

#[test]
fn csv_is_what_spreadsheet_programs_open_without_asking() {
    let text = String::from_utf8(list().to_csv()).unwrap();
    let expected = "\u{feff}\"姓名\",\"完成\",\"比例\",\"截止\"\r\n\
                    \"张三\",3,0.75,2026-03-01\r\n\
                    \"李四\",-1,,\r\n\
                    \"'=1+1\",,,\r\n\
                    \r\n\
                    \"依据：章程第 1 版。\"\r\n\
                    \"截至 2026-03-31。\"\r\n";
    assert_eq!(text, expected);
}

#[test]
fn formulas_are_defused_in_csv() {
    let hostile = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "\u{1}=1",
    ];
    for text in hostile {
        let list = ListDocument {
            headers: vec!["a".into()],
            rows: vec![vec![text.into()]],
            ..ListDocument::default()
        };
        let csv = String::from_utf8(list.to_csv()).unwrap();
        assert!(csv.contains("\r\n\"'"), "{text:?} gave {csv:?}");
    }
    for text in ["a=1", "1-2", "'", "<script>", "a\"b"] {
        let list = ListDocument {
            headers: vec!["a".into()],
            rows: vec![vec![text.into()]],
            ..ListDocument::default()
        };
        let csv = String::from_utf8(list.to_csv()).unwrap();
        assert_eq!(
            csv,
            format!("\u{feff}\"a\"\r\n\"{}\"\r\n", text.replace('"', "\"\""))
        );
    }
}

#[test]
fn hostile_texts_are_written_as_texts_and_control_characters_left_out() {
    let texts = [
        "<script>alert(1)</script>",
        "a\0b\u{8}c",
        "\u{202e}倒",
        "👩‍👩‍👧‍👦",
        "&amp;",
        "https://example.org",
        "_x0041_",
    ];
    let rows_in = texts.map(|text| vec![CellValue::from(text)]).to_vec();
    let list = ListDocument {
        title: String::new(),
        headers: vec!["文".into()],
        rows: rows_in,
        notes: vec![],
    };
    let table = read(&list.to_xlsx(created()).unwrap()).unwrap();
    let read_back: Vec<&str> = table.rows[1..]
        .iter()
        .map(|row| row.cells[0].as_str())
        .collect();
    assert_eq!(
        read_back,
        texts.map(|text| if text.starts_with('a') { "abc" } else { text })
    );
}

#[test]
fn any_title_makes_a_sheet() {
    let titles = [
        "",
        "'",
        "History",
        "  ",
        "[:]*?/\\",
        "''a''",
        &"长".repeat(40),
        &"👍".repeat(40),
        "a\0",
        "=1",
    ];
    for title in titles {
        let list = ListDocument {
            title: title.to_owned(),
            headers: vec!["甲".into(), "乙".into()],
            ..ListDocument::default()
        };
        assert!(list.to_xlsx(created()).is_ok(), "{title:?}");
    }
}

#[test]
fn extreme_values_are_written_or_refused() {
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let cells = vec![
        CellValue::Integer(i64::MAX),
        CellValue::Decimal(f64::NAN),
        CellValue::Decimal(f64::INFINITY),
        day(1899).into(),
        day(2099).into(),
        CellValue::Integer(0),
    ];
    let headers = vec!["值".to_owned(); cells.len()];
    let list = ListDocument {
        headers,
        rows: vec![cells],
        ..ListDocument::default()
    };
    let table = read(&list.to_xlsx(created()).unwrap()).unwrap();
    assert_eq!(
        table.rows[1].cells,
        [
            "9223372036854775807",
            "",
            "",
            "1899-01-01",
            "2099-01-01",
            "0"
        ]
    );
    let text = String::from_utf8(list.to_csv()).unwrap();
    assert!(text.contains("9223372036854775807,,,1899-01-01,2099-01-01,0"));
    let long = ListDocument {
        headers: vec!["长".repeat(32_768)],
        ..ListDocument::default()
    };
    assert!(long.to_xlsx(created()).is_err());
    assert!(ListDocument::default().to_xlsx(created()).is_ok());
}
