//! What can be wrong with a charter's file, and where; and what is only worth a warning.

use std::fmt;

use thiserror::Error;

use super::{Charter, Force, Pillar};
use crate::identity::DutyId;

/// A mistake in a charter's file. Reading stops at the first one; nothing is taken from a faulty file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct CharterError {
    /// The file as the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in the line, in characters, from 1.
    pub column: usize,
    /// What was expected and what was found.
    pub problem: CharterProblem,
}

/// What can be wrong. The variants carry what a translated message needs; the English wording is here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CharterProblem {
    /// The file is longer than a charter may be.
    #[error("expected at most {most} bytes; found {found}")]
    TooLarge {
        /// Bytes in the file.
        found: usize,
        /// Most bytes.
        most: usize,
    },
    /// Not TOML; the text is the TOML reader's own.
    #[error("expected TOML; {0}")]
    Syntax(String),
    /// A key that the format does not know here.
    #[error("expected {}; found the key \"{found}\"", one_of(expected))]
    UnknownKey {
        /// The keys known here.
        expected: &'static [&'static str],
        /// The key.
        found: String,
    },
    /// A key that must be there.
    #[error("expected the key \"{expected}\"; found none")]
    MissingKey {
        /// The key.
        expected: &'static str,
    },
    /// A value of another type.
    #[error("expected {expected}; found {found}")]
    WrongType {
        /// The type.
        expected: Shape,
        /// The type found, as TOML names it.
        found: &'static str,
    },
    /// A word that is none of those that may stand here.
    #[error("expected {}; found \"{found}\"", one_of(expected))]
    UnknownWord {
        /// The words that may stand here.
        expected: Vec<&'static str>,
        /// The word.
        found: String,
    },
    /// A number outside its range.
    #[error("expected a whole number from {least} to {most}; found {found}")]
    OutOfRange {
        /// Smallest number allowed.
        least: u32,
        /// Greatest number allowed.
        most: u32,
        /// The number as written.
        found: String,
    },
    /// A text that is empty or nothing but spaces.
    #[error("expected a text; found an empty one")]
    EmptyText,
    /// A text that is too long.
    #[error("expected at most {most} characters; found {found}")]
    LongText {
        /// Most characters.
        most: usize,
        /// Characters found.
        found: usize,
    },
    /// More entries of a list than a charter may have.
    #[error("expected at most {most}; found {found}")]
    TooMany {
        /// Most entries.
        most: usize,
        /// Entries found.
        found: usize,
    },
    /// An identifier that is not lower-case letters, digits and hyphens.
    #[error(
        "expected at most {longest} lower-case letters, digits and hyphens, a letter first; found \"{found}\"",
        longest = DutyId::LONGEST
    )]
    MalformedName {
        /// The identifier.
        found: String,
    },
    /// A rule that is not written like `R23`.
    #[error("expected a rule like R23; found \"{found}\"")]
    MalformedRule {
        /// The rule.
        found: String,
    },
    /// Something that may stand once stands a second time.
    #[error("expected each {what} once; \"{found}\" stands already on line {first_line}")]
    Twice {
        /// What kind of thing.
        what: Thing,
        /// Its name.
        found: String,
        /// Where it stands first.
        first_line: usize,
    },
    /// A charter without pillars (R9).
    #[error("expected at least one [[pillar]]; found none")]
    NoPillars,
    /// An article or duty of a pillar that the charter does not describe.
    #[error(
        "expected a pillar that the charter describes; there is no [[pillar]] with the key \"{found}\""
    )]
    AbsentPillar {
        /// The pillar's word.
        found: &'static str,
    },
    /// A duty that names an article which the charter does not have.
    #[error("expected the number of an article of this charter; there is no article {found}")]
    AbsentArticle {
        /// The number.
        found: u32,
    },
    /// A duty that falls on nobody.
    #[error(
        "expected at least one of everyone, minister, deputies, heads, staff, office, section:NAME, post:TITLE; found nobody"
    )]
    NobodyOwes,
    /// A counterpart that none of those who owe the duty can have.
    #[error(
        "expected an owner who has such counterparts; with \"{with}\" there is nobody towards whom the duty is owed"
    )]
    NoCounterparts {
        /// The word after `with`.
        with: &'static str,
    },
    /// Minutes of a counterpart where the duty is owed towards nobody.
    #[error(
        "expected a duty with a counterpart; without \"with\" nobody receives it as counterpart"
    )]
    ReceiverWithoutCounterpart,
    /// An exclusive group of one duty has no effect; mostly a slip in its name.
    #[error("expected at least two duties in the exclusive group; \"{group}\" has only this one")]
    LonelyExclusive {
        /// The group.
        group: String,
    },
}

/// What kind of value the format expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    String,
    /// A string, or a table of `zh` and `en`.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List,
    /// A table.
    Table,
    /// A list of tables, written `[[…]]`.
    Tables,
    /// A day, written without quotes.
    Day,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "a string",
            Self::Text => "a string or { zh = \"…\", en = \"…\" }",
            Self::Integer => "a whole number",
            Self::Boolean => "true or false",
            Self::List => "a list",
            Self::Table => "a table",
            Self::Tables => "tables like [[…]]",
            Self::Day => "a day like 2027-03-01, without quotes",
        })
    }
}

/// What may stand only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A pillar.
    Pillar,
    /// An article's number.
    Article,
    /// A duty's identifier.
    Duty,
    /// An entry of `who`.
    Selector,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pillar => "pillar",
            Self::Article => "article number",
            Self::Duty => "duty",
            Self::Selector => "owner",
        })
    }
}

fn one_of(words: &[&str]) -> String {
    match words {
        [only] => (*only).to_owned(),
        several => format!("one of {}", several.join(", ")),
    }
}

/// What a charter may have but whoever adopts it should know.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CharterWarning {
    /// R14: a pillar's standard is not four clauses of four characters.
    #[error("the standard of the pillar {} is not four clauses of four characters", pillar.word())]
    IrregularStandard {
        /// The pillar.
        pillar: Pillar,
        /// How many characters each clause has.
        lengths: Vec<usize>,
    },
    /// R9: a pillar that the charter does not describe.
    #[error("the pillar {} is not described", pillar.word())]
    AbsentPillar {
        /// The pillar.
        pillar: Pillar,
    },
    /// R1, R2: a charter that says neither theme nor core nor style.
    #[error("no preamble: theme, core and style are not said")]
    NoPreamble,
    /// A duty that is counted with no time at all, so that the load is understated.
    #[error("the duty {duty} is counted with no time, so that the load is understated")]
    NoMinutes {
        /// The duty.
        duty: DutyId,
    },
}

/// Everything worth a warning before the charter is adopted, in the charter's order.
pub fn warnings(charter: &Charter) -> Vec<CharterWarning> {
    let mut warnings = Vec::new();
    if charter.preamble.is_empty() {
        warnings.push(CharterWarning::NoPreamble);
    }
    for pillar in charter.pillars_without_four_clauses() {
        let clauses = charter.pillar(pillar).map_or(&[][..], |text| &text.clauses);
        let lengths = clauses
            .iter()
            .map(|clause| clause.original.chars().count())
            .collect();
        warnings.push(CharterWarning::IrregularStandard { pillar, lengths });
    }
    let absent = Pillar::ALL
        .into_iter()
        .filter(|pillar| charter.pillar(*pillar).is_none());
    warnings.extend(absent.map(|pillar| CharterWarning::AbsentPillar { pillar }));
    let unestimated = charter
        .duties
        .iter()
        .filter(|duty| duty.minutes == 0 && duty.force != Force::Standing);
    warnings.extend(unestimated.map(|duty| CharterWarning::NoMinutes {
        duty: duty.id.clone(),
    }));
    warnings
}
