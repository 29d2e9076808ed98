//! Which fields each part of a charter has, and how they are written.

use super::super::fault::Part;

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spec {
    /// A text, in one language or two: `name.zh`, `name.en`.
    Text(&'static str),
    /// Several such texts: `clauses.0.zh`.
    Texts(&'static str),
    /// A word.
    Word(&'static str),
    /// Words, one a line.
    Words(&'static str),
    /// A whole number.
    Number(&'static str),
    /// `true`, or left out.
    Flag(&'static str),
    /// A day.
    Day(&'static str),
    /// Whole numbers under a common key: `receivers.office`.
    Numbers(&'static str, &'static [&'static str]),
}

const FRAME: &[Spec] = &[
    Spec::Text("title"),
    Spec::Texts("preamble"),
    Spec::Texts("topics"),
    Spec::Texts("notes"),
    Spec::Numbers("cap", &["hours_per_week"]),
];

const PILLAR: &[Spec] = &[
    Spec::Word("key"),
    Spec::Text("name"),
    Spec::Texts("clauses"),
];

const ARTICLE: &[Spec] = &[
    Spec::Number("number"),
    Spec::Word("pillar"),
    Spec::Text("title"),
    Spec::Text("text"),
    Spec::Words("rules"),
    Spec::Word("owner"),
    Spec::Day("review"),
];

const DUTY: &[Spec] = &[
    Spec::Word("id"),
    Spec::Text("name"),
    Spec::Word("pillar"),
    Spec::Number("article"),
    Spec::Word("force"),
    Spec::Words("who"),
    Spec::Word("with"),
    Spec::Word("evidence"),
    Spec::Word("category"),
    Spec::Number("quota"),
    Spec::Word("unit"),
    Spec::Word("every"),
    Spec::Number("grace"),
    Spec::Flag("prorated"),
    Spec::Number("minutes"),
    Spec::Numbers(
        "receivers",
        &[
            "office",
            "section-head",
            "deputy-in-charge",
            "minister",
            "counterpart",
        ],
    ),
    Spec::Word("exclusive"),
];

/// The fields of a part, in the order in which a new one is written.
pub(super) const fn spec(part: Part) -> &'static [Spec] {
    match part {
        Part::Frame => FRAME,
        Part::Pillar(_) => PILLAR,
        Part::Article(_) => ARTICLE,
        Part::Duty(_) => DUTY,
    }
}
