//! The preview of an import in words: every fault at its row and field, and what can be done about it.

use askama::Template;
use documents::roster::{Column, RosterError};
use documents::table::UnreadableFile;
use domain::roster_import::{Field, RosterProblem, RosterWarning};

use crate::app::people::{Preview, PreviewRow};
use crate::web::page::Page;
use crate::web::text::{Language, tr, tr_with};
use crate::web::wording;

#[derive(Template)]
#[template(path = "people/preview.html")]
pub(super) struct PreviewPage {
    page: Page,
    id: String,
    file_name: String,
    summary: String,
    faulty: Vec<Faulty>,
    /// Rows whose only fault is a section that a tick creates.
    by_section: Vec<Faulty>,
    rows: Vec<Row>,
    /// Sections that do not exist: name, and whether they are to be created.
    sections: Vec<(String, bool)>,
    ready: bool,
    people: usize,
}

/// A row that must be corrected or left out.
struct Faulty {
    number: usize,
    name: String,
    wrong: Vec<Cell>,
    right: Vec<Cell>,
}

/// A cell to correct.
struct Cell {
    id: String,
    label: &'static str,
    value: String,
    problem: String,
}

/// A row as the table shows it: what would be taken, or what was read.
struct Row {
    number: usize,
    name: String,
    account: String,
    section: String,
    post: String,
    role: String,
    since: String,
    in_charge_of: String,
    faulty: bool,
    notes: Vec<String>,
}

pub(super) fn page(page: Page, preview: Preview) -> PreviewPage {
    let language = page.language;
    let unknown = &preview.unknown_sections;
    let (by_section, faulty): (Vec<&PreviewRow>, Vec<&PreviewRow>) = preview
        .rows
        .iter()
        .filter(|row| !row.problems.is_empty())
        .partition(|row| {
            row.problems
                .iter()
                .all(|at| is_of_section(&at.problem, unknown))
        });
    let cards = |rows: Vec<&PreviewRow>| {
        rows.into_iter()
            .map(|row| fault(language, row))
            .collect::<Vec<_>>()
    };
    let (by_section, faulty) = (cards(by_section), cards(faulty));
    let wrong = by_section.len() + faulty.len();
    let people = preview.rows.len();
    let ready = wrong == 0 && people > 0;
    let summary = match (people, wrong) {
        (0, _) => page.t("import-nobody-left").to_owned(),
        (_, 0) => page.t_with("import-ready", "n", people),
        (_, rows) => page.t_with_two("import-faulty", ("n", people), ("faulty", rows)),
    };
    let unknown = preview
        .unknown_sections
        .into_iter()
        .map(|name| (name, false));
    let new = preview.new_sections.into_iter().map(|name| (name, true));
    let title = page.t("import-preview-title");
    PreviewPage {
        id: preview.id.to_string(),
        file_name: preview.file_name,
        summary,
        faulty,
        by_section,
        rows: preview
            .rows
            .iter()
            .map(|row| table_row(&page, row))
            .collect(),
        sections: new.chain(unknown).collect(),
        ready,
        people,
        page: page.titled(title).at("/people/import"),
    }
}

/// Whether ticking one of these sections would solve it.
fn is_of_section(problem: &RosterProblem, unknown: &[String]) -> bool {
    matches!(problem, RosterProblem::UnknownSection { found, .. } if unknown.contains(found))
}

fn fault(language: Language, row: &PreviewRow) -> Faulty {
    let number = row.row.number;
    let cells = row.row.fields().map(|(field, value)| {
        let problems = row.problems.iter().filter(|problem| problem.field == field);
        let texts: Vec<String> = problems
            .map(|at| problem_text(language, &at.problem))
            .collect();
        Cell {
            id: format!("row-{number}-{}", field.word()),
            label: tr(language, &format!("field-{}", field.word())),
            value: value.to_owned(),
            problem: texts.join(" "),
        }
    });
    let (right, wrong) = cells.into_iter().partition(|cell| cell.problem.is_empty());
    Faulty {
        number,
        name: row.row.name.clone(),
        wrong,
        right,
    }
}

fn table_row(page: &Page, found: &PreviewRow) -> Row {
    let language = page.language;
    let row = &found.row;
    let warnings = found
        .warnings
        .iter()
        .map(|warning| warning_text(language, &warning.warning));
    let problems = found.problems.iter().map(|problem| {
        let field = tr(language, &format!("field-{}", problem.field.word()));
        tr_with(
            language,
            "import-at-field",
            &[
                ("field", &field),
                ("problem", &problem_text(language, &problem.problem)),
            ],
        )
    });
    let notes = problems.chain(warnings).collect();
    match &found.entry {
        Some(entry) => Row {
            number: row.number,
            name: entry.name.clone(),
            account: entry.account.clone(),
            section: entry.section.clone().unwrap_or_default(),
            post: entry.post.clone(),
            role: tr(language, &format!("role-{}", entry.role.word())).to_owned(),
            since: wording::date(language, entry.since, page.today()),
            in_charge_of: entry.in_charge_of.join("、"),
            faulty: false,
            notes,
        },
        None => Row {
            number: row.number,
            name: row.name.clone(),
            account: row.account.clone(),
            section: row.section.clone(),
            post: row.post.clone(),
            role: row.role.clone(),
            since: row.since.clone(),
            in_charge_of: row.in_charge_of.clone(),
            faulty: !found.problems.is_empty(),
            notes,
        },
    }
}

/// A fault in words.
fn problem_text(language: Language, problem: &RosterProblem) -> String {
    let plain = |key| tr(language, key).to_owned();
    let found = |key, found: &String| tr_with(language, key, &[("found", found)]);
    let other = |here, there, number: &Option<usize>| match number {
        Some(number) => tr_with(language, here, &[("row", number)]),
        None => tr(language, there).to_owned(),
    };
    match problem {
        RosterProblem::Missing => plain("roster-missing"),
        RosterProblem::TooLong { found } => {
            tr_with(language, "roster-too-long", &[("found", found)])
        }
        RosterProblem::NotAName { found: text } => found("roster-not-a-name", text),
        RosterProblem::UnknownSection {
            found: text,
            nearest,
        } if nearest.is_empty() => found("roster-unknown-section", text),
        RosterProblem::UnknownSection { found, nearest } => {
            let nearest = wording::names(language, nearest);
            tr_with(
                language,
                "roster-unknown-section-near",
                &[("found", found), ("nearest", &nearest)],
            )
        }
        RosterProblem::UnknownRole { found: text } => found("roster-unknown-role", text),
        RosterProblem::NotADay { found: text } => found("roster-not-a-day", text),
        RosterProblem::DayOutOfRange { .. } => plain("roster-day-out-of-range"),
        RosterProblem::SameAs { number } => tr_with(language, "roster-same-as", &[("row", number)]),
        RosterProblem::OnRosterAlready => plain("roster-already"),
        RosterProblem::MalformedAccount { found: text } => found("roster-malformed-account", text),
        RosterProblem::AccountTaken => plain("roster-account-taken"),
        RosterProblem::AccountTwice { number } => {
            tr_with(language, "roster-account-twice", &[("row", number)])
        }
        RosterProblem::SecondMinister { number } => {
            other("roster-second-minister", "roster-minister-exists", number)
        }
        RosterProblem::NotALeader => plain("roster-not-a-leader"),
        RosterProblem::SecondInCharge {
            section,
            number: Some(number),
        } => tr_with(
            language,
            "roster-second-in-charge",
            &[("section", section), ("row", number)],
        ),
        RosterProblem::SecondInCharge {
            section,
            number: None,
        } => tr_with(language, "roster-in-charge-exists", &[("section", section)]),
        RosterProblem::MalformedEmail { found: text } => found("roster-malformed-email", text),
        RosterProblem::TooManyLines { found } => {
            tr_with(language, "roster-too-many", &[("found", found)])
        }
    }
}

fn warning_text(language: Language, warning: &RosterWarning) -> String {
    let other = |here, there, number: &Option<usize>| match number {
        Some(number) => tr_with(language, here, &[("row", number)]),
        None => tr(language, there).to_owned(),
    };
    match warning {
        RosterWarning::SecondHead { number } => {
            other("roster-second-head", "roster-head-exists", number)
        }
        RosterWarning::Namesake { number } => {
            other("roster-namesake", "roster-namesake-exists", number)
        }
        RosterWarning::SectionOfLeader => tr(language, "roster-section-of-leader").to_owned(),
    }
}

/// Why a file is no table, in words.
pub(in crate::web) fn file_text(language: Language, file: &UnreadableFile) -> String {
    let plain = |key| tr(language, key).to_owned();
    match file {
        UnreadableFile::TooLarge { limit, .. } => tr_with(
            language,
            "file-too-large",
            &[("megabytes", &(limit / (1024 * 1024)))],
        ),
        UnreadableFile::Empty => plain("file-empty"),
        UnreadableFile::NotASpreadsheet { found } => plain(&format!("file-is-{}", found.word())),
        UnreadableFile::ZipBomb { .. } => plain("file-zip-bomb"),
        UnreadableFile::TooManyRows { limit } => {
            tr_with(language, "file-too-many-rows", &[("limit", limit)])
        }
        UnreadableFile::TooManyColumns { limit } => {
            tr_with(language, "file-too-many-columns", &[("limit", limit)])
        }
        UnreadableFile::CellTooLong { row, limit } => tr_with(
            language,
            "file-cell-too-long",
            &[("row", row), ("limit", limit)],
        ),
        UnreadableFile::TooMuchText { .. } => plain("file-too-much-text"),
        UnreadableFile::BrokenEncoding { line } => {
            tr_with(language, "file-broken-encoding", &[("line", line)])
        }
        UnreadableFile::Damaged { .. } => plain("file-damaged"),
    }
}

/// Why a table is no roster, in words.
pub(in crate::web) fn roster_text(language: Language, roster: &RosterError) -> String {
    match roster {
        RosterError::NoHeader { .. } => tr(language, "roster-no-header").to_owned(),
        RosterError::MissingColumns {
            header_row,
            missing,
        } => {
            let names: Vec<String> = missing
                .iter()
                .map(|column| column_name(language, *column).to_owned())
                .collect();
            let names = wording::names(language, &names);
            tr_with(
                language,
                "roster-missing-columns",
                &[("row", header_row), ("columns", &names)],
            )
        }
        RosterError::DuplicateColumn { column, found, .. } => {
            let letters: Vec<String> = found.iter().map(|column| column.letter.clone()).collect();
            let letters = letters.join("、");
            let name = column_name(language, *column);
            tr_with(
                language,
                "roster-duplicate-column",
                &[("column", &name), ("letters", &letters)],
            )
        }
        RosterError::Nobody { header_row } => {
            tr_with(language, "roster-nobody", &[("row", header_row)])
        }
    }
}

fn column_name(language: Language, column: Column) -> &'static str {
    let field = match column {
        Column::Name => Field::Name,
        Column::Account => Field::Account,
        Column::Section => Field::Section,
        Column::Post => Field::Post,
        Column::Role => Field::Role,
        Column::Since => Field::Since,
        Column::InChargeOf => Field::InChargeOf,
        Column::Email => Field::Email,
    };
    tr(language, &format!("field-{}", field.word()))
}
