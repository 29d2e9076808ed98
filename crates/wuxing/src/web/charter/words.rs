//! What is wrong with a charter, what is said against a change of it, and its fields, in words.

use domain::charter::adoption::{Kept, Refusal};
use domain::charter::{
    CharterProblem, CharterWarning, Counterpart, Duty, Fault, Part, Pillar, Selector, Shape, Text,
    Thing,
};

use super::super::text::{Language, date, tr, tr_with};
use super::super::wording;
use crate::app::CharterRefusal;

/// What is said against a change of the charter.
pub fn refusal(language: Language, refusal: &CharterRefusal) -> String {
    match refusal {
        CharterRefusal::Stale { .. } => tr(language, "charter-stale").to_owned(),
        CharterRefusal::Moved => tr(language, "charter-moved").to_owned(),
        CharterRefusal::TooLarge { most } => {
            tr_with(language, "charter-too-large", &[("kib", &(most / 1024))])
        }
        CharterRefusal::Unreadable => tr(language, "charter-unreadable").to_owned(),
        CharterRefusal::TooManyDrafts { most } => {
            tr_with(language, "charter-too-many-drafts", &[("n", most)])
        }
        CharterRefusal::Closed => tr(language, "charter-closed").to_owned(),
        CharterRefusal::Mistakes { count } => {
            tr_with(language, "charter-mistakes", &[("n", count)])
        }
        CharterRefusal::NotAdopted(refusal) => not_adopted(language, refusal),
        CharterRefusal::NotWithdrawn(Kept::InForce) => {
            tr(language, "charter-kept-in-force").to_owned()
        }
        CharterRefusal::NotWithdrawn(Kept::NotNewest) => {
            tr(language, "charter-kept-not-newest").to_owned()
        }
    }
}

fn not_adopted(language: Language, refusal: &Refusal) -> String {
    match refusal {
        Refusal::OutdatedBase { base, newest } => tr_with(
            language,
            "charter-outdated-base",
            &[("base", base), ("newest", newest)],
        ),
        Refusal::NothingChanged => tr(language, "charter-nothing-changed").to_owned(),
        Refusal::TooEarly { earliest } => tr_with(
            language,
            "charter-too-early",
            &[("day", &date(language, *earliest))],
        ),
        Refusal::TooLate { latest } => tr_with(
            language,
            "charter-too-late",
            &[("day", &date(language, *latest))],
        ),
        Refusal::ReasonMissing => tr(language, "charter-reason-missing").to_owned(),
        Refusal::ReasonTooLong { limit } => {
            tr_with(language, "charter-reason-too-long", &[("limit", limit)])
        }
    }
}

/// Which field of the adoption form a refusal is about: `effective`, `reason`, or none.
pub const fn field_of(refusal: &CharterRefusal) -> &'static str {
    match refusal {
        CharterRefusal::NotAdopted(Refusal::TooEarly { .. } | Refusal::TooLate { .. }) => {
            "effective"
        }
        CharterRefusal::NotAdopted(Refusal::ReasonMissing | Refusal::ReasonTooLong { .. }) => {
            "reason"
        }
        _ => "",
    }
}

/// A mistake in words, without its place.
pub fn problem(language: Language, problem: &CharterProblem) -> String {
    let say = |key: &str| tr(language, key).to_owned();
    let list = |words: &[&str]| {
        words.join(if language == Language::Chinese {
            "、"
        } else {
            ", "
        })
    };
    match problem {
        CharterProblem::TooLarge { most, .. } => {
            tr_with(language, "charter-too-large", &[("kib", &(most / 1024))])
        }
        CharterProblem::Syntax(told) => {
            tr_with(language, "charter-problem-syntax", &[("told", told)])
        }
        CharterProblem::UnknownKey { expected, found } => tr_with(
            language,
            "charter-problem-unknown-key",
            &[("found", found), ("expected", &list(expected))],
        ),
        CharterProblem::MissingKey { expected } => tr_with(
            language,
            "charter-problem-missing",
            &[("field", &field(language, expected))],
        ),
        CharterProblem::WrongType { expected, found } => tr_with(
            language,
            "charter-problem-type",
            &[
                ("expected", &shape(language, *expected)),
                ("found", &found_type(language, found)),
            ],
        ),
        CharterProblem::UnknownWord { expected, found } => tr_with(
            language,
            "charter-problem-word",
            &[("found", found), ("expected", &list(expected))],
        ),
        CharterProblem::OutOfRange { least, most, found } => tr_with(
            language,
            "charter-problem-range",
            &[("least", least), ("most", most), ("found", found)],
        ),
        CharterProblem::EmptyText => say("charter-problem-empty"),
        CharterProblem::LongText { most, found } => tr_with(
            language,
            "charter-problem-long",
            &[("most", most), ("found", found)],
        ),
        CharterProblem::TooMany { most, found } => tr_with(
            language,
            "charter-problem-many",
            &[("most", most), ("found", found)],
        ),
        CharterProblem::MalformedName { found } => {
            tr_with(language, "charter-problem-name", &[("found", found)])
        }
        CharterProblem::MalformedRule { found } => {
            tr_with(language, "charter-problem-rule", &[("found", found)])
        }
        CharterProblem::Twice {
            what,
            found,
            first_line,
        } => tr_with(
            language,
            "charter-problem-twice",
            &[
                ("what", &thing(language, *what)),
                ("found", found),
                ("line", first_line),
            ],
        ),
        CharterProblem::NoPillars => say("charter-problem-no-pillars"),
        CharterProblem::AbsentPillar { found } => tr_with(
            language,
            "charter-problem-absent-pillar",
            &[("found", &pillar_word(language, found))],
        ),
        CharterProblem::AbsentArticle { found } => {
            tr_with(language, "charter-problem-absent-article", &[("n", found)])
        }
        CharterProblem::NobodyOwes => say("charter-problem-nobody"),
        CharterProblem::NoCounterparts { .. } => say("charter-problem-no-counterparts"),
        CharterProblem::ReceiverWithoutCounterpart => say("charter-problem-receiver"),
        CharterProblem::LonelyExclusive { group } => {
            tr_with(language, "charter-problem-lonely", &[("group", group)])
        }
    }
}

fn pillar_word(language: Language, word: &str) -> &'static str {
    Pillar::from_word(word).map_or("", |named| pillar(language, named))
}

/// A pillar where the charter does not name it.
pub fn pillar(language: Language, pillar: Pillar) -> &'static str {
    tr(language, &format!("charter-pillar-{}", pillar.word()))
}

const fn shape_word(shape: Shape) -> &'static str {
    match shape {
        Shape::String => "string",
        Shape::Text => "text",
        Shape::Integer => "integer",
        Shape::Boolean => "boolean",
        Shape::List => "list",
        Shape::Table => "table",
        Shape::Tables => "tables",
        Shape::Day => "day",
    }
}

fn shape(language: Language, shape: Shape) -> &'static str {
    tr(language, &format!("charter-shape-{}", shape_word(shape)))
}

/// A type as TOML names it, in words.
fn found_type(language: Language, found: &str) -> &'static str {
    let known = [
        "string", "integer", "float", "boolean", "datetime", "array", "table",
    ];
    let word = known.into_iter().find(|word| *word == found);
    tr(
        language,
        &format!("charter-found-{}", word.unwrap_or("other")),
    )
}

fn thing(language: Language, thing: Thing) -> &'static str {
    let word = match thing {
        Thing::Pillar => "pillar",
        Thing::Article => "article",
        Thing::Duty => "duty",
        Thing::Selector => "selector",
    };
    tr(language, &format!("charter-thing-{word}"))
}

/// The name of a field.
pub fn field(language: Language, key: &str) -> &'static str {
    tr(language, &format!("charter-field-{key}"))
}

/// Where a mistake is: the part, the field, the line.
pub fn place(language: Language, fault: &Fault, name: &str) -> String {
    let mut parts = vec![part(language, fault.part)];
    if !name.is_empty() {
        parts.push(name.to_owned());
    }
    if let Some(key) = fault.key {
        parts.push(field(language, key).to_owned());
    }
    parts.push(tr_with(
        language,
        "charter-line-number",
        &[("line", &fault.error.line)],
    ));
    parts.join(" · ")
}

/// The kind of a part.
pub fn part(language: Language, part: Part) -> String {
    tr(
        language,
        &format!("charter-part-{}", part.key().unwrap_or("frame")),
    )
    .to_owned()
}

/// What whoever adopts the charter should know.
pub fn warning(
    language: Language,
    warning: &CharterWarning,
    names: &dyn Fn(&str) -> String,
) -> String {
    match warning {
        CharterWarning::IrregularStandard {
            pillar: which,
            lengths,
        } => tr_with(
            language,
            "charter-warning-standard",
            &[("pillar", &pillar(language, *which)), ("n", &lengths.len())],
        ),
        CharterWarning::AbsentPillar { pillar: which } => tr_with(
            language,
            "charter-warning-pillar",
            &[("pillar", &pillar(language, *which))],
        ),
        CharterWarning::NoPreamble => tr(language, "charter-warning-preamble").to_owned(),
        CharterWarning::NoMinutes { duty } => tr_with(
            language,
            "charter-warning-minutes",
            &[("duty", &names(duty.as_str()))],
        ),
    }
}

/// A text in both of its languages, for comparing.
pub fn both(text: &Text) -> String {
    match &text.english {
        Some(english) => format!("{}\n{english}", text.original),
        None => text.original.clone(),
    }
}

/// Somebody as a charter names them.
pub fn selector(language: Language, selector: &Selector) -> String {
    use domain::people::Role;
    match selector {
        Selector::Everyone => tr(language, "whom-everyone").to_owned(),
        Selector::Role(Role::Minister) => tr(language, "position-minister").to_owned(),
        Selector::Role(Role::Deputy) => tr(language, "position-deputy").to_owned(),
        Selector::Role(Role::Head) => tr(language, "position-head").to_owned(),
        Selector::Role(Role::Staff) => tr(language, "position-staff").to_owned(),
        Selector::Office => tr(language, "whom-office").to_owned(),
        Selector::Section(name) | Selector::Post(name) => name.clone(),
    }
}

/// With whom a duty is done.
pub fn counterpart(language: Language, counterpart: Option<Counterpart>) -> String {
    match counterpart {
        None => tr(language, "charter-with-nobody").to_owned(),
        Some(with) => tr(language, &format!("charter-with-{}", with.word())).to_owned(),
    }
}

/// The minutes of those who receive: 部办公室 5、部长 10.
pub fn receivers(language: Language, duty: &Duty) -> String {
    let each: Vec<String> = duty
        .receivers
        .iter()
        .map(|received| {
            let who = tr(language, &format!("receiver-{}", received.receiver.word()));
            format!("{who} {}", received.minutes)
        })
        .collect();
    if each.is_empty() {
        tr(language, "charter-none").to_owned()
    } else {
        each.join(if language == Language::Chinese {
            "、"
        } else {
            ", "
        })
    }
}

/// An article's number as the charter's heading has it: 第十四条, Article 14.
pub fn article_label(language: Language, number: u32) -> String {
    match language {
        Language::Chinese => format!("第{}条", wording::chinese_number(number)),
        Language::English => wording::article(language, number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of mistake, so that a new one is worded in both languages.
    fn every_problem() -> Vec<CharterProblem> {
        let found = || "x".to_owned();
        vec![
            CharterProblem::TooLarge {
                found: 9,
                most: 2048,
            },
            CharterProblem::Syntax(found()),
            CharterProblem::UnknownKey {
                expected: &["id"],
                found: found(),
            },
            CharterProblem::MissingKey { expected: "quota" },
            CharterProblem::WrongType {
                expected: Shape::Day,
                found: "string",
            },
            CharterProblem::UnknownWord {
                expected: vec!["day"],
                found: found(),
            },
            CharterProblem::OutOfRange {
                least: 1,
                most: 2,
                found: found(),
            },
            CharterProblem::EmptyText,
            CharterProblem::LongText { most: 1, found: 2 },
            CharterProblem::TooMany { most: 1, found: 2 },
            CharterProblem::MalformedName { found: found() },
            CharterProblem::MalformedRule { found: found() },
            CharterProblem::Twice {
                what: Thing::Duty,
                found: found(),
                first_line: 3,
            },
            CharterProblem::NoPillars,
            CharterProblem::AbsentPillar { found: "learning" },
            CharterProblem::AbsentArticle { found: 7 },
            CharterProblem::NobodyOwes,
            CharterProblem::NoCounterparts { with: "in-charge" },
            CharterProblem::ReceiverWithoutCounterpart,
            CharterProblem::LonelyExclusive { group: found() },
        ]
    }

    #[test]
    fn every_mistake_and_every_field_is_worded_in_both_languages() {
        for language in Language::ALL {
            for found in every_problem() {
                assert!(!problem(language, &found).contains('…'), "{found:?}");
            }
            let frame = [
                "title", "preamble", "topics", "notes", "cap", "pillar", "duty",
            ];
            let others = [
                "key", "clauses", "number", "text", "rules", "owner", "review", "id", "unit",
            ];
            let duties = domain::charter::diff::DutyField::ALL.map(|field| field.key());
            for key in frame.iter().chain(&others).chain(&duties) {
                assert_ne!(field(language, key), "…", "{key}");
            }
            for shape in [
                Shape::String,
                Shape::Text,
                Shape::Integer,
                Shape::Boolean,
                Shape::List,
                Shape::Table,
                Shape::Tables,
                Shape::Day,
            ] {
                assert_ne!(super::shape(language, shape), "…", "{shape:?}");
            }
            for found in [
                "string", "integer", "float", "boolean", "datetime", "array", "table", "?",
            ] {
                assert_ne!(found_type(language, found), "…", "{found}");
            }
            for thing in [Thing::Pillar, Thing::Article, Thing::Duty, Thing::Selector] {
                assert_ne!(super::thing(language, thing), "…", "{thing:?}");
            }
        }
    }
}
