//! Rosters as offices keep them: titles, blank rows, spaces, full-width digits, dates of every kind.

use chrono::NaiveDate;
use documents::Language;
use documents::roster::{
    Column, RosterError, RosterRow, RosterSheet, column_letter, parse_date, read_roster,
    roster_template,
};
use documents::table::{Table, read_table};
use domain::people::Role;
use domain::roster_import::{Circumstances, SinceCell, check};
use encoding_rs::GBK;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format};

use crate::{read, workbook};

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

fn csv(text: &str) -> Table {
    read_table(text.as_bytes(), "名册.csv").unwrap()
}

fn roster(text: &str) -> RosterSheet {
    read_roster(&csv(text)).unwrap()
}

fn names(sheet: &RosterSheet) -> Vec<&str> {
    sheet.rows.iter().map(|row| row.name.as_str()).collect()
}

/// The workbook of the issue: a title merged across, blank rows, full-width digits, trailing spaces, two namesakes, one
/// true duplicate, a date as text, a section that does not exist.
fn office_workbook() -> Vec<u8> {
    workbook(|sheet| {
        let plain = Format::new();
        let date = Format::new().set_num_format("yyyy/m/d");
        sheet.merge_range(0, 0, 0, 7, "人员名册（２０２６年）", &plain)?;
        for (column, title) in (0..).zip([
            "序号",
            "姓　名",
            "账 号",
            "科室",
            "职务",
            "角色*",
            "任职日期（必填）",
            "手机",
        ]) {
            sheet.write_string(2, column, title)?;
        }
        let people = [
            (3, "张　三", "ｚｓ００１", "办公室 ", "主 任", "科室负责人"),
            (
                4,
                "李四 ",
                "lisi\u{200b}",
                "组织\u{a0}一科",
                "科员",
                "工作人员",
            ),
            (
                6,
                "\u{feff}王  五",
                "wangwu",
                "组织一科",
                "科员",
                "工作人员",
            ),
            (7, "王五", "ww2", "干部科", "科员", "工作人员"),
            (8, "李四", "lisi", "组织一科", "科员", "工作人员"),
            (9, "赵六", "zl", "不存在的科", "科员", "工作人员"),
        ];
        for (row, name, account, section, post, role) in people {
            sheet.write_number(row, 0, f64::from(row))?;
            for (column, text) in (1..).zip([name, account, section, post, role]) {
                sheet.write_string(row, column, text)?;
            }
        }
        sheet.write_datetime_with_format(3, 6, ExcelDateTime::from_ymd(2026, 3, 1)?, &date)?;
        sheet.write_string(4, 6, "２０２６．３．１")?;
        sheet.write_string(6, 6, "2026年3月1日 ")?;
        sheet.write_number(7, 6, 46_082)?;
        sheet.write_number(8, 6, 20_260_301)?;
        sheet.write_string(9, 6, "去年春天")?;
        sheet.write_number(3, 7, 13_800_000_000_f64)?;
        sheet.write_number(11, 0, 7)?;
        sheet.merge_range(13, 0, 13, 7, "注：本表为虚构数据。", &plain)?;
        Ok(())
    })
}

#[test]
fn an_office_workbook_is_read_row_by_row() {
    let sheet = read_roster(&read(&office_workbook()).unwrap()).unwrap();
    assert_eq!(sheet.header_row, 3);
    assert_eq!(sheet.ignored, ["序号", "手机"]);
    let letters: Vec<(Column, &str)> = sheet
        .columns
        .iter()
        .map(|found| (found.column, found.letter.as_str()))
        .collect();
    let expected = [
        (Column::Name, "B"),
        (Column::Account, "C"),
        (Column::Section, "D"),
        (Column::Post, "E"),
        (Column::Role, "F"),
        (Column::Since, "G"),
    ];
    assert_eq!(letters, expected);

    let row = |number, name: &str, account: &str, section: &str, since: &str| RosterRow {
        number,
        name: name.into(),
        account: account.into(),
        section: section.into(),
        post: "科员".into(),
        role: "工作人员".into(),
        since: since.into(),
        ..RosterRow::default()
    };
    let mut head = row(4, "张三", "zs001", "办公室", "2026-03-01");
    head.post = "主任".into();
    head.role = "科室负责人".into();
    let expected = [
        head,
        row(5, "李四", "lisi", "组织一科", "2026-03-01"),
        row(7, "王五", "wangwu", "组织一科", "2026-03-01"),
        row(8, "王五", "ww2", "干部科", "2026-03-01"),
        row(9, "李四", "lisi", "组织一科", "2026-03-01"),
        row(10, "赵六", "zl", "不存在的科", "去年春天"),
    ];
    assert_eq!(sheet.rows, expected);
    let skipped: Vec<(u32, &str)> = sheet
        .skipped
        .iter()
        .map(|row| (row.number, row.text.as_str()))
        .collect();
    assert_eq!(
        skipped,
        [(14, "注：本表为虚构数据。")],
        "a serial number beside nobody is not worth a word"
    );
}

#[test]
fn a_gbk_csv_gives_the_same_roster() {
    let text = "姓名,科室,职务,分管科室\r\n张三,办公室,主任,\r\n陈七,,副部长,组织一科；干部科\r\n";
    let bytes = GBK.encode(text).0.into_owned();
    let sheet = read_roster(&read_table(&bytes, "名册.csv").unwrap()).unwrap();
    assert_eq!(sheet, roster(text));
    assert_eq!(
        sheet.rows[1].sections_in_charge().collect::<Vec<_>>(),
        ["组织一科", "干部科"]
    );
}

#[test]
fn english_titles_are_known() {
    let sheet = roster(
        "Full Name,E-Mail,Department (unit),Job title,ROLE,Start date,Sections in charge,Phone\n\
         John  R. Smith , J.Smith@Example.org ,Sales,Clerk,staff,2026-03-01,,555\n",
    );
    let expected = RosterRow {
        number: 2,
        name: "John R. Smith".into(),
        email: "J.Smith@Example.org".into(),
        section: "Sales".into(),
        post: "Clerk".into(),
        role: "staff".into(),
        since: "2026-03-01".into(),
        ..RosterRow::default()
    };
    assert_eq!(sheet.rows, [expected]);
    assert_eq!(sheet.ignored, ["Phone"]);
}

#[test]
fn names_are_closed_up_but_never_run_together() {
    let cases = [
        ("张 三", "张三"),
        ("欧阳　修", "欧阳修"),
        ("司 马 相 如", "司马相如"),
        ("张三 李四", "张三 李四"),
        ("买买提 • 吐尔逊", "买买提·吐尔逊"),
        ("John   Smith", "John Smith"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("\u{202e}张三\u{202c}", "张三"),
        ("张\u{200b}三", "张三"),
        ("张\n三", "张三"),
        ("𠮷 野", "𠮷野"),
        ("张三（大）", "张三（大）"),
        ("a\0b", "ab"),
        ("王五👍", "王五👍"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ];
    for (raw, cleaned) in cases {
        let text = format!("姓名,科室,职务\n\"{raw}\",一科,科员\n");
        assert_eq!(names(&roster(&text)), [cleaned], "{raw:?}");
    }
}

#[test]
fn sections_in_charge_are_separated_by_anything_usual() {
    for separator in ["、", "，", ",", "；", ";", " 、 ", "/", "\n"] {
        let text =
            format!("姓名,科室,职务,分管科室\n甲,,副部长,\"一 科{separator}二科{separator}\"\n");
        assert_eq!(
            roster(&text).rows[0].in_charge_of,
            "一科、二科",
            "{separator:?}"
        );
    }
}

#[test]
fn dates_are_read_as_people_write_them() {
    let first = day(2026, 3, 1);
    let written = [
        "2026-3-1",
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "2026.03.01",
        "2026年3月1日",
        "2026年03月01号",
        "2026 年 3 月 1 日",
        "20260301",
        "２０２６－０３－０１",
        "２０２６年３月１日",
        "２０２６０３０１",
        "46082",
        " 2026-3-1　",
        "2026-03-01 00:00:00",
        "2026-03-01T08:30",
        "2026–3–1",
        "\u{200e}2026-3-1",
        "2026/3/1 8:30",
    ];
    for text in written {
        assert_eq!(parse_date(text), first, "{text:?}");
    }
    let not_one_day = [
        "",
        "2026",
        "2026-03",
        "2026年3月",
        "2026-3-1-1",
        "2026-3/1",
        "26-3-1",
        "2026-13-1",
        "2026-2-29",
        "2026-3-0",
        "3/1/2026",
        "1",
        "19999",
        "60001",
        "123456",
        "2026030",
        "202603011",
        "2026-03-01x",
        "2026-03-01 25:00",
        "明天",
        "2026年3月1日起",
        "-2026-3-1",
        "0999-01-01",
        "²026-3-1x",
        "99999999999999999999",
    ];
    for text in not_one_day {
        assert_eq!(parse_date(text), None, "{text:?}");
    }
    assert_eq!(parse_date("20000"), day(1954, 10, 3));
    assert_eq!(parse_date("60000"), day(2064, 4, 8));
    assert_eq!(parse_date("2099-12-31"), day(2099, 12, 31));
    assert_eq!(parse_date("2024-2-29"), day(2024, 2, 29));
}

#[test]
fn without_a_header_it_says_what_was_looked_for() {
    let Err(RosterError::NoHeader { looked_for }) = read_roster(&csv("张三,办公室\n李四,组织科\n"))
    else {
        panic!("found a header")
    };
    assert!(looked_for.contains(&"姓名") && looked_for.contains(&"section"));
    let late = format!("{}姓名,科室,职务\n甲,一科,科员\n", "说明,行\n".repeat(20));
    assert!(matches!(
        read_roster(&csv(&late)),
        Err(RosterError::NoHeader { .. })
    ));
    let in_time = format!("{}姓名,科室,职务\n甲,一科,科员\n", "说明,行\n\n".repeat(19));
    assert_eq!(roster(&in_time).header_row, 39);
}

#[test]
fn a_missing_column_is_named() {
    let missing = |text: &str| match read_roster(&csv(text)) {
        Err(RosterError::MissingColumns {
            header_row: 1,
            missing,
        }) => missing,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing("姓名,职务\n甲,科员\n"), [Column::Section]);
    assert_eq!(missing("科室,职务\n一科,科员\n"), [Column::Name]);
    assert_eq!(missing("姓名,科室,任职日期\n甲,一科,\n"), [Column::Post]);
    assert_eq!(
        missing("工号,邮箱\n1,a@b\n"),
        [Column::Name, Column::Section, Column::Post]
    );
    assert_eq!(
        roster("姓名,科室,角色\n甲,一科,工作人员\n").rows.len(),
        1,
        "the role alone will do"
    );
}

#[test]
fn columns_that_mean_the_same_are_named_with_their_letters() {
    let Err(RosterError::DuplicateColumn {
        header_row: 2,
        column,
        found,
    }) = read_roster(&csv("\n姓名,工号,科室,职务,账号\n甲,1,一科,科员,a\n"))
    else {
        panic!("not refused")
    };
    assert_eq!(column, Column::Account);
    let named: Vec<(&str, &str)> = found
        .iter()
        .map(|at| (at.letter.as_str(), at.title.as_str()))
        .collect();
    assert_eq!(named, [("B", "工号"), ("E", "账号")]);
}

#[test]
fn a_header_without_people_says_so() {
    assert_eq!(
        read_roster(&csv("姓名,科室,职务\n")),
        Err(RosterError::Nobody { header_row: 1 })
    );
}

#[test]
fn incomplete_rows_stay_and_repeated_headers_go() {
    let sheet = roster(
        "名册,,\n序,姓名,科室,职务\n组织科,,,\n1,甲,一科,科员\n序,姓名,科室,职务\n,乙,,\n3,,二科,\n4,,,\n",
    );
    assert_eq!(sheet.header_row, 2);
    let rows: Vec<(u32, &str, &str)> = sheet
        .rows
        .iter()
        .map(|row| (row.number, row.name.as_str(), row.section.as_str()))
        .collect();
    // Row 6 has a name only: somebody whose section was forgotten must not disappear.
    assert_eq!(rows, [(4, "甲", "一科"), (6, "乙", ""), (7, "", "二科")]);
    assert_eq!(
        sheet
            .skipped
            .iter()
            .map(|row| row.number)
            .collect::<Vec<_>>(),
        [3]
    );
}

#[test]
fn a_section_merged_beside_its_people_belongs_to_each() {
    let bytes = workbook(|sheet| {
        let plain = Format::new();
        for (column, title) in (0..).zip(["科室", "姓名", "职务"]) {
            sheet.merge_range(0, column, 1, column, title, &plain)?;
        }
        sheet.merge_range(2, 0, 4, 0, "办公室", &plain)?;
        for (row, name) in [(2, "甲"), (3, "乙"), (4, "丙")] {
            sheet.write_string(row, 1, name)?;
            sheet.write_string(row, 2, "科员")?;
        }
        Ok(())
    });
    let sheet = read_roster(&read(&bytes).unwrap()).unwrap();
    assert_eq!(names(&sheet), ["甲", "乙", "丙"]);
    assert!(sheet.rows.iter().all(|row| row.section == "办公室"));
}

#[test]
fn the_template_reads_back_as_the_roster_it_shows() {
    for (language, sheet_name, first) in [
        (Language::Chinese, "人员名册", "示例甲"),
        (Language::English, "Roster", "Example One"),
    ] {
        let bytes = roster_template(language).unwrap();
        assert_eq!(
            bytes,
            roster_template(language).unwrap(),
            "the same bytes every time"
        );
        let table = read(&bytes).unwrap();
        assert_eq!(table.sheet.as_deref(), Some(sheet_name));
        assert_eq!(table.other_sheets.len(), 1);
        let sheet = read_roster(&table).unwrap();
        let columns: Vec<Column> = sheet.columns.iter().map(|found| found.column).collect();
        assert_eq!(columns, Column::ALL);
        assert!(sheet.ignored.is_empty() && sheet.skipped.is_empty());
        assert_eq!(sheet.rows.len(), 2);
        assert!(sheet.rows.iter().all(RosterRow::is_example));
        assert_eq!(sheet.rows[0].name, first);
        assert_eq!(sheet.rows[0].since, "2026-01-05");
        assert_eq!(sheet.rows[0].sections_in_charge().count(), 2);
        assert_eq!(sheet.rows[1].since, "2026-03-02");
        assert_ne!(sheet.rows[1].section, "");

        let sections = sheet
            .rows
            .iter()
            .flat_map(|row| row.sections_in_charge().chain([row.section.as_str()]));
        let circumstances = Circumstances {
            sections: sections.map(str::to_owned).collect(),
            ..Circumstances::default()
        };
        let checked = check(&sheet.lines(), &circumstances, &|_| "x".to_owned());
        assert_eq!(
            checked.problems,
            [],
            "what the template shows is what is accepted"
        );
        let roles: Vec<Role> = checked.accepted.iter().map(|entry| entry.role).collect();
        assert_eq!(roles, [Role::Deputy, Role::Head]);
    }
}

#[test]
fn the_domain_gets_days_texts_and_sections_one_by_one() {
    let sheet = read_roster(&read(&office_workbook()).unwrap()).unwrap();
    let since: Vec<SinceCell> = sheet.lines().into_iter().map(|line| line.since).collect();
    assert_eq!(
        since[..5],
        vec![SinceCell::Day(day(2026, 3, 1).unwrap()); 5]
    );
    assert_eq!(since[5], SinceCell::Text("去年春天".into()));
    let sheet = roster("姓名,科室,职务,任职日期,分管科室\n甲,,副部长,,一科，二科\n");
    let line = &sheet.lines()[0];
    assert_eq!((line.number, &line.since), (2, &SinceCell::Empty));
    assert_eq!(line.in_charge_of, ["一科", "二科"]);
}

#[test]
fn columns_have_the_letters_of_the_spreadsheet_program() {
    let letters: Vec<String> = [0, 25, 26, 51, 52, 701, 702, 16_383]
        .map(column_letter)
        .to_vec();
    assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
}

#[test]
fn every_usual_title_is_known() {
    for column in Column::ALL {
        for title in column.usual_titles() {
            assert_eq!(Column::of_title(title), Some(column), "{title}");
        }
    }
}

#[test]
fn titles_are_known_however_they_are_written() {
    let written = [
        ("姓　名", Some(Column::Name)),
        ("姓名*", Some(Column::Name)),
        ("姓名（必填）", Some(Column::Name)),
        ("姓名\nName", Some(Column::Name)),
        ("姓名 Name", Some(Column::Name)),
        ("ＮＡＭＥ", Some(Column::Name)),
        ("科室/部门", Some(Column::Section)),
        ("职务、岗位", Some(Column::Post)),
        ("任职日期：", Some(Column::Since)),
        ("Start_Date", Some(Column::Since)),
        ("姓名/科室", None),
        ("手机", None),
        ("", None),
        ("/", None),
    ];
    for (title, column) in written {
        assert_eq!(Column::of_title(title), column, "{title:?}");
    }
}

#[test]
fn an_accent_that_stood_alone_joins_its_letter_at_once() {
    let rows = "姓名,账号,科室,职务\n张三,zhe¨ng,办公室,干部\n李四,zhëng,办公室,干部\n王五,zhe\u{308}ng,办公室,干部\n";
    let sheet = read_roster(&csv(rows)).unwrap();
    for row in &sheet.rows {
        assert_eq!(row.account, "zhëng");
    }
    assert_eq!(sheet.rows.len(), 3);
}

proptest! {
    #[test]
    fn every_day_is_read_back_from_every_way_of_writing(days in 0..80_000_i64) {
        let date = day(1900, 1, 1).unwrap() + chrono::Duration::days(days);
        for format in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y.%-m.%-d", "%Y年%-m月%-d日", "%Y%m%d"] {
            prop_assert_eq!(parse_date(&date.format(format).to_string()), Some(date));
        }
    }

    #[test]
    fn any_date_text_is_answered(text in "\\PC{0,20}") {
        let _ = parse_date(&text);
    }

    #[test]
    fn any_cells_are_answered_and_cleaning_twice_changes_nothing(cells in prop::collection::vec("[\\PC\u{202e}\u{200b}　 ]{0,12}", 7)) {
        let quoted = |cells: &[String]| cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
        let header = "姓名,账号,科室,职务,角色,任职日期,分管科室";
        let Ok(sheet) = read_roster(&csv(&format!("{header}\n{}\n", quoted(&cells)))) else { return Ok(()) };
        let row = sheet.rows[0].clone();
        let fields = [&row.name, &row.account, &row.section, &row.post, &row.role, &row.since, &row.in_charge_of].map(Clone::clone);
        for field in &fields {
            prop_assert_eq!(field.trim(), field);
            let unseen = field.contains(['\u{202e}', '\u{200b}', '\u{3000}']);
            prop_assert!(!unseen);
        }
        let again = read_roster(&csv(&format!("{header}\n{}\n", quoted(&fields)))).unwrap();
        prop_assert_eq!(&again.rows[0], &row);
    }
}
