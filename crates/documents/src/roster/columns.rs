//! The columns of a roster and the titles people give them.

use unicode_normalization::UnicodeNormalization;

use super::clean;

/// What a column of a roster gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 姓名.
    Name,
    /// 账号: the name to sign in with.
    Account,
    /// 科室.
    Section,
    /// 职务: the post's title.
    Post,
    /// 角色: what the post stands for in the charter.
    Role,
    /// 任职日期: since when the post is held.
    Since,
    /// 分管科室: sections a deputy is in charge of.
    InChargeOf,
    /// 邮箱.
    Email,
}

impl Column {
    /// All columns in the order of the template.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Account,
        Self::Section,
        Self::Post,
        Self::Role,
        Self::Since,
        Self::InChargeOf,
        Self::Email,
    ];

    /// The titles that are known, in lower case and without spaces; the first Chinese and the first English one are
    /// those of the template.
    const fn titles(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Name => (
                &["姓名", "名字", "人员姓名", "干部姓名", "职工姓名"],
                &["name", "fullname"],
            ),
            Self::Account => (
                &[
                    "账号",
                    "帐号",
                    "工号",
                    "登录名",
                    "登录账号",
                    "用户名",
                    "职工号",
                    "职工编号",
                    "员工编号",
                    "人员编号",
                ],
                &[
                    "account",
                    "accountname",
                    "username",
                    "login",
                    "staffnumber",
                    "staffno",
                    "employeenumber",
                    "employeeid",
                ],
            ),
            Self::Section => (
                &[
                    "科室",
                    "部门",
                    "处室",
                    "所在科室",
                    "所属科室",
                    "科室名称",
                    "所在部门",
                    "所属部门",
                    "部门名称",
                    "科室部门",
                ],
                &["section", "department", "unit", "division", "team"],
            ),
            Self::Post => (
                &[
                    "职务",
                    "岗位",
                    "职位",
                    "职务名称",
                    "岗位名称",
                    "现任职务",
                    "现任岗位",
                ],
                &["post", "position", "title", "posttitle", "jobtitle"],
            ),
            Self::Role => (&["角色", "身份", "人员身份"], &["role"]),
            Self::Since => (
                &[
                    "任职日期",
                    "任职时间",
                    "到岗日期",
                    "到岗时间",
                    "任现职日期",
                    "任现职时间",
                    "上岗日期",
                    "上岗时间",
                    "到任日期",
                    "起始日期",
                    "开始日期",
                ],
                &[
                    "since",
                    "startdate",
                    "start",
                    "from",
                    "startedon",
                    "inpostsince",
                ],
            ),
            Self::InChargeOf => (
                &["分管科室", "分管部门", "分管处室", "分管"],
                &[
                    "sectionsincharge",
                    "inchargeof",
                    "sectionsinchargeof",
                    "incharge",
                    "oversees",
                ],
            ),
            Self::Email => (
                &["邮箱", "电子邮箱", "电子邮件", "邮箱地址", "邮件地址"],
                &["email", "e-mail", "mail", "emailaddress", "e-mailaddress"],
            ),
        }
    }

    /// The usual titles, Chinese first, to name the column to a person.
    pub fn usual_titles(self) -> [&'static str; 2] {
        let english = match self {
            Self::InChargeOf => "sections in charge",
            Self::Name => "name",
            Self::Account => "account",
            Self::Section => "section",
            Self::Post => "post",
            Self::Role => "role",
            Self::Since => "since",
            Self::Email => "email",
        };
        [self.titles().0[0], english]
    }

    /// The column that a header cell titles, however it is spaced, widened, starred, explained in brackets, or given
    /// twice (职务/岗位, 姓名 Name).
    pub fn of_title(cell: &str) -> Option<Self> {
        let folded: String = clean::text(cell)
            .nfkc()
            .flat_map(char::to_lowercase)
            .collect();
        let title = folded
            .split(['(', '[', '【', ':'])
            .next()
            .unwrap_or_default();
        let mut column = None;
        for part in title.split(['/', '、', '|']) {
            let ignored = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '.');
            let bare: String = part
                .chars()
                .filter(|character| !ignored(*character))
                .collect();
            let of_part = Self::of_bare_title(&bare).or_else(|| {
                let (chinese, english) = bare.split_at(bare.find(|c: char| c.is_ascii())?);
                Self::of_bare_title(chinese)
                    .filter(|column| Self::of_bare_title(english) == Some(*column))
            })?;
            if column.is_some_and(|column| column != of_part) {
                return None;
            }
            column = Some(of_part);
        }
        column
    }

    fn of_bare_title(title: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| {
            let (chinese, english) = column.titles();
            chinese.contains(&title) || english.contains(&title)
        })
    }
}

/// Where a column was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundColumn {
    /// What it gives.
    pub column: Column,
    /// Its title as written, cleaned.
    pub title: String,
    /// Its place, from 0.
    pub index: usize,
    /// Its letter in the spreadsheet program.
    pub letter: String,
}

/// The known columns of a header and the titles that are not known.
pub(super) fn of_header(cells: &[String]) -> (Vec<FoundColumn>, Vec<String>) {
    let (mut columns, mut ignored) = (Vec::new(), Vec::new());
    for (index, cell) in cells.iter().enumerate() {
        let title = clean::text(cell);
        match Column::of_title(cell) {
            Some(column) => columns.push(FoundColumn {
                column,
                title,
                index,
                letter: column_letter(index),
            }),
            None if !title.is_empty() => ignored.push(title),
            None => {}
        }
    }
    (columns, ignored)
}

/// The letter of a column in the spreadsheet program, whose place is counted from 0: A … Z, AA …
pub fn column_letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
