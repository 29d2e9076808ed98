//! What stands beside an editor: mistakes, warnings, and the load of the draft next to the version in force (B7).

use domain::charter::edit::Document;
use domain::charter::{Charter, Fault, Mistakes, Part, warnings};
use domain::load::LoadReport;

use super::super::load::{over_cap, position_name, rounded, trim_view};
use super::super::text::{Language, tr_with};
use super::words;

/// The most proposals shown beside an editor.
const PROPOSALS: usize = 4;

/// A mistake.
#[derive(Clone, Debug)]
pub struct ProblemLine {
    /// The form in which it is mended.
    pub href: String,
    /// Where it is.
    pub place: String,
    /// What is wrong.
    pub text: String,
    /// The field of the form that is shown, if it is one of its.
    pub field: String,
}

/// The load of one person of a kind, in the version and in the draft.
#[derive(Clone, Debug)]
pub struct MeterRow {
    /// The position.
    pub name: String,
    /// Items a year: before and after.
    pub items: (String, String),
    /// Hours a week: before and after.
    pub hours: (String, String),
    /// Whether the draft asks more than its cap.
    pub over: bool,
    /// Whether the draft asks something else than the version.
    pub changed: bool,
}

/// The load meter of a draft.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// For which year.
    pub line: String,
    /// One line per position.
    pub rows: Vec<MeterRow>,
    /// Who is over the cap; empty: nobody.
    pub over: String,
    /// What could be trimmed, and what that saves.
    pub trims: Vec<(String, String)>,
}

/// Everything said of a text.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Mistakes.
    pub problems: Vec<ProblemLine>,
    /// What is only worth a warning.
    pub warnings: Vec<String>,
    /// The load; none while there are mistakes.
    pub meter: Option<Meter>,
    /// The addresses of fields that are shown, for the mistakes above.
    pub draft: String,
}

/// What is said of a text. `shown`: the part whose form is shown, so that its mistakes stand at its fields.
pub fn checked(
    language: Language,
    draft: &str,
    toml: &str,
    charter: &Result<Charter, Box<Mistakes>>,
    loads: Option<(&LoadReport, Option<&LoadReport>)>,
    shown: Option<Part>,
) -> Checked {
    match charter {
        Err(mistakes) => Checked {
            problems: problems(language, draft, toml, &mistakes.all, shown),
            draft: draft.to_owned(),
            ..Checked::default()
        },
        Ok(charter) => {
            let name = |id: &str| {
                let duty = charter.duties.iter().find(|duty| duty.id.as_str() == id);
                duty.map_or_else(
                    || id.to_owned(),
                    |duty| duty.name.reading(language == Language::English).to_owned(),
                )
            };
            Checked {
                warnings: warnings(charter)
                    .iter()
                    .map(|warning| words::warning(language, warning, &name))
                    .collect(),
                meter: loads.map(|(after, before)| meter(language, charter, after, before)),
                draft: draft.to_owned(),
                ..Checked::default()
            }
        }
    }
}

fn problems(
    language: Language,
    draft: &str,
    toml: &str,
    faults: &[Fault],
    shown: Option<Part>,
) -> Vec<ProblemLine> {
    let document = Document::read(toml);
    let line = |fault: &Fault| {
        let name = document
            .as_ref()
            .map(|document| name(language, document, fault.part))
            .unwrap_or_default();
        let field = match fault.key {
            Some(key) if shown == Some(fault.part) => first_input(key),
            _ => String::new(),
        };
        ProblemLine {
            href: if document.is_none() {
                format!("/charter/drafts/{draft}/toml")
            } else {
                format!(
                    "/charter/drafts/{draft}/edit?part={}#{}",
                    fault.part.word(),
                    fault.key.map_or("main".to_owned(), first_input)
                )
            },
            place: words::place(language, fault, &name),
            text: words::problem(language, &fault.error.problem),
            field,
        }
    };
    faults.iter().map(line).collect()
}

/// The form's first input for a field.
pub fn first_input(key: &str) -> String {
    match key {
        "title" | "name" | "text" => format!("{key}.zh"),
        "preamble" | "topics" | "notes" | "clauses" => format!("{key}.0.zh"),
        "cap" => "cap.hours_per_week".to_owned(),
        "receivers" => "receivers.office".to_owned(),
        other => other.to_owned(),
    }
}

/// What a part is called, as far as it says so.
pub fn name(language: Language, document: &Document, part: Part) -> String {
    let fields = document.fields(part).unwrap_or_default();
    let of = |key: &str| fields.get(key).map(String::as_str).unwrap_or_default();
    let text = |key: &str| {
        let english = of(&format!("{key}.en"));
        if language == Language::English && !english.is_empty() {
            english.to_owned()
        } else {
            of(&format!("{key}.zh")).to_owned()
        }
    };
    match part {
        Part::Frame => String::new(),
        Part::Pillar(_) | Part::Duty(_) => text("name"),
        Part::Article(_) => match of("number").parse() {
            Ok(number) => format!(
                "{} {}",
                words::article_label(language, number),
                text("title")
            ),
            Err(_) => text("title"),
        },
    }
}

/// The load of a draft beside that of the version before it.
pub fn meter(
    language: Language,
    charter: &Charter,
    after: &LoadReport,
    before: Option<&LoadReport>,
) -> Meter {
    let rows = after
        .positions
        .iter()
        .filter(|load| load.people > 0)
        .map(|load| {
            let old = before.and_then(|report| {
                let mut positions = report.positions.iter();
                positions.find(|old| old.position == load.position)
            });
            let figure = |report: Option<&domain::load::PositionLoad>| {
                report.map_or_else(
                    || ("—".to_owned(), "—".to_owned()),
                    |load| {
                        (
                            rounded(load.required.items),
                            rounded(load.required.hours_per_week),
                        )
                    },
                )
            };
            let (old_items, old_hours) = figure(old);
            let (items, hours) = figure(Some(load));
            MeterRow {
                name: position_name(language, &load.position),
                changed: old_items != items || old_hours != hours,
                items: (old_items, items),
                hours: (old_hours, hours),
                over: load.over_cap,
            }
        });
    let heaviest = after
        .positions
        .iter()
        .filter(|load| load.over_cap)
        .max_by_key(|load| load.required.minutes);
    let trims = after
        .proposals
        .iter()
        .filter(|_| after.over_cap)
        .take(PROPOSALS)
        .filter_map(|trim| trim_view(language, charter, trim, after.over_cap));
    Meter {
        line: tr_with(
            language,
            "charter-meter-line",
            &[
                ("year", &after.year.to_string()),
                ("cap", &after.cap_hours_per_week),
            ],
        ),
        rows: rows.collect(),
        over: heaviest
            .map(|load| over_cap(language, load, after.cap_hours_per_week))
            .unwrap_or_default(),
        trims: trims.map(|trim| (trim.what, trim.saves)).collect(),
    }
}
