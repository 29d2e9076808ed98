//! Workbooks as spreadsheet programs write them.

use documents::table::{UnreadableFile, read_table};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::{altered, read, rows, workbook};

#[test]
fn cells_become_the_text_that_a_person_sees() {
    let bytes = workbook(|sheet| {
        let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let hours = Format::new().set_num_format("[h]:mm");
        sheet.write_string(0, 0, " 原样 ")?;
        sheet.write_number(0, 1, 13_800_000_000_f64)?;
        sheet.write_number(0, 2, 2.5)?;
        sheet.write_number(0, 3, 0.1 + 0.2)?;
        sheet.write_number(0, 4, -0.0)?;
        sheet.write_datetime_with_format(1, 0, ExcelDateTime::from_ymd(2026, 3, 1)?, &day)?;
        sheet.write_datetime_with_format(
            1,
            1,
            ExcelDateTime::from_ymd(2026, 3, 1)?.and_hms(8, 30, 0)?,
            &moment,
        )?;
        sheet.write_number_with_format(1, 2, 1.5, &hours)?;
        sheet.write_number_with_format(1, 3, 0.5, &moment)?;
        sheet.write_boolean(2, 0, true)?;
        sheet.write_boolean(2, 1, false)?;
        sheet.write_formula(2, 2, Formula::new("=NA()").set_result("#N/A"))?;
        sheet.write_formula(2, 3, Formula::new("=1+1").set_result("2"))?;
        Ok(())
    });
    let table = read(&bytes).unwrap();
    let expected: Vec<(u32, Vec<&str>)> = vec![
        (1, vec![" 原样 ", "13800000000", "2.5", "0.3", "0"]),
        (2, vec!["2026-03-01", "2026-03-01 08:30", "36:00", "12:00"]),
        (3, vec!["TRUE", "FALSE", "#N/A", "2"]),
    ];
    assert_eq!(rows(&table), expected);
}

#[test]
fn rows_keep_the_numbers_of_the_spreadsheet_program() {
    let bytes = workbook(|sheet| {
        sheet.write_string(2, 1, "第三行")?;
        sheet.write_string(5, 0, "   ")?;
        sheet.write_string(9, 2, "第十行")?;
        Ok(())
    });
    assert_eq!(
        rows(&read(&bytes).unwrap()),
        vec![(3, vec!["", "第三行"]), (10, vec!["", "", "第十行"])]
    );
}

#[test]
fn one_cell_in_the_last_row_takes_no_room_for_the_others() {
    let bytes = workbook(|sheet| {
        sheet.write_string(0, 0, "上")?;
        sheet.write_string(1_048_575, 0, "下")?;
        Ok(())
    });
    assert_eq!(
        rows(&read(&bytes).unwrap()),
        vec![(1, vec!["上"]), (1_048_576, vec!["下"])]
    );
}

#[test]
fn merged_downwards_stands_in_every_row_and_merged_across_marks_a_title() {
    let bytes = workbook(|sheet| {
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 2, "名册", &plain)?;
        sheet.merge_range(1, 0, 3, 0, "组织科", &plain)?;
        for (row, name) in [(1, "甲"), (2, "乙"), (3, "丙"), (5, "丁")] {
            sheet.write_string(row, 1, name)?;
        }
        sheet.merge_range(6, 0, 9, 0, "空行不因合并而出现", &plain)?;
        Ok(())
    });
    let table = read(&bytes).unwrap();
    let expected: Vec<(u32, Vec<&str>)> = vec![
        (1, vec!["名册"]),
        (2, vec!["组织科", "甲"]),
        (3, vec!["组织科", "乙"]),
        (4, vec!["组织科", "丙"]),
        (6, vec!["", "丁"]),
        (7, vec!["空行不因合并而出现"]),
    ];
    assert_eq!(rows(&table), expected);
    assert_eq!(
        table
            .rows
            .iter()
            .map(|row| row.merged_across)
            .collect::<Vec<_>>(),
        [true, false, false, false, false, false]
    );
}

#[test]
fn the_first_visible_sheet_with_content_is_read_and_the_others_are_named() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("空").unwrap();
    let hidden = book.add_worksheet().set_name("藏").unwrap();
    hidden.write_string(0, 0, "不读").unwrap();
    hidden.set_hidden(true);
    book.add_worksheet()
        .set_name("名册")
        .unwrap()
        .write_string(0, 0, "读")
        .unwrap();
    book.add_worksheet()
        .set_name("说明")
        .unwrap()
        .write_string(0, 0, "不读")
        .unwrap();
    let table = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(table.sheet.as_deref(), Some("名册"));
    assert_eq!(table.other_sheets, ["空", "说明"]);
    assert_eq!(rows(&table), vec![(1, vec!["读"])]);
}

#[test]
fn a_workbook_is_known_by_its_content_not_by_its_name() {
    let bytes = workbook(|sheet| sheet.write_string(0, 0, "在").map(|_| ()));
    assert!(read_table(&bytes, "").is_ok());
    assert!(read_table(&bytes, "名册.csv").is_ok());
    assert!(read_table(b"a,b\r\n1,2\r\n", "名册.xlsx").is_ok());
}

#[test]
fn a_workbook_without_content_is_empty() {
    let bytes = workbook(|sheet| sheet.write_string(3, 3, "　 ").map(|_| ()));
    assert_eq!(read(&bytes), Err(UnreadableFile::Empty));
}

#[test]
fn dates_of_the_1904_calendar_come_out_right() {
    let bytes = workbook(|sheet| {
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet
            .write_number_with_format(0, 0, 44_620, &day)
            .map(|_| ())
    });
    let bytes = altered(&bytes, "xl/workbook.xml", |xml| {
        xml.replace("<workbookPr", "<workbookPr date1904=\"1\"")
    });
    assert_eq!(rows(&read(&bytes).unwrap()), vec![(1, vec!["2026-03-01"])]);
}

#[test]
fn the_built_in_chinese_date_formats_are_dates() {
    let bytes = workbook(|sheet| {
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet
            .write_number_with_format(0, 0, 46_082, &day)
            .map(|_| ())
    });
    let bytes = altered(&bytes, "xl/styles.xml", |xml| {
        xml.replace("numFmtId=\"164\" fontId", "numFmtId=\"31\" fontId")
    });
    assert_eq!(rows(&read(&bytes).unwrap()), vec![(1, vec!["2026-03-01"])]);
}
