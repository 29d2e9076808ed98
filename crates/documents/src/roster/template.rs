//! The roster workbook to fill in.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook, Worksheet, XlsxError,
};

use domain::people::Role;

use super::Column;
use crate::{Language, UnwritableFile, shown_width};

/// Names of the example rows, by which they are known when they are left in.
pub(super) const EXAMPLE_NAMES: [&str; 4] = ["示例甲", "示例乙", "Example One", "Example Two"];
/// Rows prepared with the list of roles and the formats.
const PREPARED_ROWS: u32 = 2_000;

/// What the notes say about one column.
struct ColumnNotes {
    title: &'static str,
    required: &'static str,
    takes: &'static str,
    examples: [&'static str; 2],
}

/// All texts of the template in one language.
struct Texts {
    title: &'static str,
    sheet: &'static str,
    notes_sheet: &'static str,
    notes_header: [&'static str; 4],
    role_title: &'static str,
    role_message: &'static str,
    notes: [&'static str; 4],
}

const CHINESE: Texts = Texts {
    title: "人员名册模板",
    sheet: "人员名册",
    notes_sheet: "填写说明",
    notes_header: ["列", "是否必填", "填写内容", "示例"],
    role_title: "角色",
    role_message: "请从列表中选择角色。",
    notes: [
        "“人员名册”中的两行示例仅供参考，导入前请您删除。",
        "一人一行。标题行、空行可以保留，多出的列不会读取。",
        "导入前系统会逐行预览并标出问题；全部改好后才会一次写入，在此之前不会改动任何数据。",
        "本表不得填写国家秘密。",
    ],
};

const ENGLISH: Texts = Texts {
    title: "Roster template",
    sheet: "Roster",
    notes_sheet: "Notes",
    notes_header: ["Column", "Required", "What to enter", "Example"],
    role_title: "Role",
    role_message: "Please choose a role from the list.",
    notes: [
        "The two example rows on the sheet “Roster” only show the form; please delete them before importing.",
        "One person a row. Title rows and blank rows may stay; further columns are not read.",
        "Before anything is imported you see every row with what is wrong in it; all rows are taken in together or none.",
        "Do not enter state secrets into this sheet.",
    ],
};

/// What the template calls a role.
const fn role_word(language: Language, role: Role) -> &'static str {
    match language {
        Language::English => role.word(),
        Language::Chinese => match role {
            Role::Minister => "部长",
            Role::Deputy => "副部长",
            Role::Head => "科室负责人",
            Role::Staff => "工作人员",
        },
    }
}

/// Title (starred when required), whether required, what it takes, and the two examples.
const fn column_notes(language: Language, column: Column) -> ColumnNotes {
    let (title, required, takes, examples) = match language {
        Language::Chinese => match column {
            Column::Name => (
                "姓名*",
                "必填",
                "姓名。重名的人员各占一行，以账号区分。",
                ["示例甲", "示例乙"],
            ),
            Column::Account => (
                "账号",
                "选填",
                "登录用的账号：2 至 40 个小写字母、数字、点或连字符，在本单位内不能重复。不填则由系统拟定。",
                ["shili.jia", "shili.yi"],
            ),
            Column::Section => (
                "科室*",
                "必填",
                "科室名称，与系统中的写法一致。不属于任何科室的领导可留空。",
                ["", "示例科室"],
            ),
            Column::Post => ("职务*", "必填", "职务名称。", ["副部长", "科长"]),
            Column::Role => (
                "角色",
                "建议填写",
                "在列表中选择：部长、副部长、科室负责人、工作人员。不填则按职务判断。",
                ["副部长", "科室负责人"],
            ),
            Column::Since => (
                "任职日期",
                "建议填写",
                "从哪一天起任职，如 2026-03-01、2026/3/1、2026年3月1日。",
                ["2026-01-05", "2026-03-02"],
            ),
            Column::InChargeOf => (
                "分管科室",
                "选填",
                "副部长分管的科室，用顿号隔开。其他人员留空。",
                ["示例科室、示例办公室", ""],
            ),
            Column::Email => (
                "邮箱",
                "选填",
                "电子邮箱。",
                ["shili.jia@example.org", "shili.yi@example.org"],
            ),
        },
        Language::English => match column {
            Column::Name => (
                "Name*",
                "yes",
                "Full name. Namesakes take a row each and differ by account.",
                ["Example One", "Example Two"],
            ),
            Column::Account => (
                "Account",
                "no",
                "The name to sign in with: 2 to 40 lower-case letters, digits, dots and hyphens, unique in the organisation. Proposed by the system if empty.",
                ["example.one", "example.two"],
            ),
            Column::Section => (
                "Section*",
                "yes",
                "The section's name as the system has it. Leaders who belong to no section leave it empty.",
                ["", "Example section"],
            ),
            Column::Post => (
                "Post*",
                "yes",
                "The post's title.",
                ["Deputy director", "Head of section"],
            ),
            Column::Role => (
                "Role",
                "advised",
                "Chosen from the list: minister, deputy, head, staff. Read from the post if empty.",
                ["deputy", "head"],
            ),
            Column::Since => (
                "Since",
                "advised",
                "The first day in the post, such as 2026-03-01 or 2026/3/1.",
                ["2026-01-05", "2026-03-02"],
            ),
            Column::InChargeOf => (
                "Sections in charge",
                "no",
                "The sections a deputy is in charge of, separated by semicolons. Empty for everybody else.",
                ["Example section; Example office", ""],
            ),
            Column::Email => (
                "E-mail",
                "no",
                "E-mail address.",
                ["one@example.org", "two@example.org"],
            ),
        },
    };
    ColumnNotes {
        title,
        required,
        takes,
        examples,
    }
}

/// The workbook to download and fill in: a sheet with the header, the list of roles to choose from and two example
/// rows, and a sheet that says what each column takes. The same language gives the same bytes.
///
/// # Errors
/// [`UnwritableFile`] if the workbook could not be made, which would be a mistake in this program.
pub fn roster_template(language: Language) -> Result<Vec<u8>, UnwritableFile> {
    let texts = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    let mut workbook = Workbook::new();
    // Any fixed day will do; without one the file would differ from second to second.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(texts.title)
            .set_creation_datetime(&created),
    );
    roster_sheet(
        workbook.add_worksheet().set_name(texts.sheet)?,
        language,
        texts,
    )?;
    notes_sheet(
        workbook.add_worksheet().set_name(texts.notes_sheet)?,
        language,
        texts,
    )?;
    Ok(workbook.save_to_buffer()?)
}

fn head_format() -> Format {
    Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border(FormatBorder::Thin)
        .set_background_color(0x00E7_ECF2)
}

fn roster_sheet(sheet: &mut Worksheet, language: Language, texts: &Texts) -> Result<(), XlsxError> {
    // Accounts such as 007 keep their zeros in a column of texts.
    let text = Format::new().set_num_format("@");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (at, column) in (0..).zip(Column::ALL) {
        let notes = column_notes(language, column);
        let format = if column == Column::Since { &day } else { &text };
        sheet.set_column_format(at, format)?;
        let widest = notes
            .examples
            .map(shown_width)
            .into_iter()
            .fold(shown_width(notes.title), u16::max);
        sheet.set_column_width(at, widest.saturating_add(4).max(12))?;
        sheet.write_string_with_format(0, at, notes.title, &head_format())?;
        for (row, example) in (1..).zip(notes.examples) {
            match super::parse_date(example) {
                Some(_) if column == Column::Since => {
                    sheet.write_datetime_with_format(
                        row,
                        at,
                        ExcelDateTime::parse_from_str(example)?,
                        &day,
                    )?;
                }
                _ if example.is_empty() => {}
                _ => {
                    sheet.write_string_with_format(row, at, example, &text)?;
                }
            }
        }
        if column == Column::Role {
            // A warning and no more: an organisation may call its roles otherwise.
            let choice = DataValidation::new()
                .allow_list_strings(&Role::ALL.map(|role| role_word(language, role)))?
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_title(texts.role_title)?
                .set_error_message(texts.role_message)?;
            sheet.add_data_validation(1, at, PREPARED_ROWS, at, &choice)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn notes_sheet(sheet: &mut Worksheet, language: Language, texts: &Texts) -> Result<(), XlsxError> {
    let plain = Format::new()
        .set_align(FormatAlign::Top)
        .set_text_wrap()
        .set_border(FormatBorder::Thin);
    for ((at, title), width) in (0..).zip(texts.notes_header).zip([20, 12, 64, 34]) {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(0, at, title, &head_format())?;
    }
    let mut row = 0;
    for column in Column::ALL {
        row += 1;
        let notes = column_notes(language, column);
        let example = notes
            .examples
            .into_iter()
            .find(|example| !example.is_empty())
            .unwrap_or_default();
        for (at, text) in (0..).zip([
            notes.title.trim_end_matches('*'),
            notes.required,
            notes.takes,
            example,
        ]) {
            sheet.write_string_with_format(row, at, text, &plain)?;
        }
    }
    row += 1;
    for note in texts.notes {
        row += 1;
        sheet.write_string(row, 0, note)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}
