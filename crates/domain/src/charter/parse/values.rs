//! Values of the charter format: texts in two languages, words, identifiers, selectors.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::super::problem::{CharterProblem, Shape, Thing};
use super::super::raw::{self, At, Outcome, Table, Value, complain};
use super::super::{Pillar, Selector, Text};
use super::{LONGEST_NAME, MOST_TEXTS};
use crate::calendar::line_and_column;
use crate::identity::DutyId;

const TEXT_KEYS: &[&str] = &["zh", "en"];

/// What may stand where a selector is expected.
const SELECTORS: [&str; 8] = [
    "everyone",
    "minister",
    "deputies",
    "heads",
    "staff",
    "office",
    "section:NAME",
    "post:TITLE",
];

/// Somebody as `who` names them.
pub(super) fn selector(value: Value<'_>) -> Outcome<At<Selector>> {
    let word = raw::string(value, LONGEST_NAME)?;
    match Selector::from_word(word.value) {
        Some(selector) => Ok(At {
            offset: word.offset,
            value: selector,
        }),
        None => complain(
            word.offset,
            CharterProblem::UnknownWord {
                expected: SELECTORS.to_vec(),
                found: raw::shorten(word.value),
            },
        ),
    }
}

/// Remembers where each name stood first.
pub(super) struct Once<'t> {
    source: &'t str,
    what: Thing,
    seen: BTreeMap<String, usize>,
}

impl<'t> Once<'t> {
    pub(super) const fn new(source: &'t str, what: Thing) -> Self {
        Self {
            source,
            what,
            seen: BTreeMap::new(),
        }
    }

    pub(super) fn check(&mut self, name: &str, offset: usize) -> Outcome<()> {
        match self.seen.insert(name.to_owned(), offset) {
            None => Ok(()),
            Some(first) => {
                let (first_line, _) = line_and_column(self.source, first);
                complain(
                    offset,
                    CharterProblem::Twice {
                        what: self.what,
                        found: raw::shorten(name),
                        first_line,
                    },
                )
            }
        }
    }
}

pub(super) fn texts(table: &Table<'_>, key: &str, longest: usize) -> Outcome<Vec<Text>> {
    table
        .list(key, MOST_TEXTS)?
        .into_iter()
        .map(|value| text(value, longest))
        .collect()
}

pub(super) fn short_text(value: Value<'_>) -> Outcome<Text> {
    text(value, LONGEST_NAME)
}

pub(super) fn text(value: Value<'_>, longest: usize) -> Outcome<Text> {
    match value.get_ref() {
        DeValue::String(original) => Ok(Text::plain(
            raw::bounded(original, value.span().start, longest)?.value,
        )),
        DeValue::Table(_) => {
            let table = raw::table(value, Shape::Text, TEXT_KEYS)?;
            let original = raw::string(table.required("zh")?, longest)?
                .value
                .to_owned();
            // English takes more characters to say the same.
            let english = table
                .optional("en")
                .map(|value| raw::string(value, 3 * longest))
                .transpose()?;
            Ok(Text {
                original,
                english: english.map(|at| at.value.to_owned()),
            })
        }
        other => raw::wrong(value.span(), Shape::Text, other),
    }
}

pub(super) fn pillar_word(value: Value<'_>) -> Outcome<At<Pillar>> {
    raw::word(value, &Pillar::ALL.map(|pillar| (pillar.word(), pillar)))
}

/// A name made like a duty's identifier: kinds and categories of evidence, exclusive groups.
pub(super) fn identifier<'t>(value: Value<'t>) -> Outcome<At<&'t str>> {
    let name = raw::string(value, LONGEST_NAME)?;
    match DutyId::parse(name.value) {
        Some(_) => Ok(name),
        None => complain(
            name.offset,
            CharterProblem::MalformedName {
                found: raw::shorten(name.value),
            },
        ),
    }
}

pub(super) fn duty_id(value: Value<'_>) -> Outcome<At<DutyId>> {
    let name = raw::string(value, LONGEST_NAME)?;
    match DutyId::parse(name.value) {
        Some(id) => Ok(At {
            offset: name.offset,
            value: id,
        }),
        None => complain(
            name.offset,
            CharterProblem::MalformedName {
                found: raw::shorten(name.value),
            },
        ),
    }
}

pub(super) fn rule(value: Value<'_>) -> Outcome<String> {
    let found = raw::string(value, LONGEST_NAME)?;
    let well_formed = found.value.strip_prefix('R').is_some_and(|digits| {
        (1..=3).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    });
    if well_formed {
        Ok(found.value.to_owned())
    } else {
        complain(
            found.offset,
            CharterProblem::MalformedRule {
                found: raw::shorten(found.value),
            },
        )
    }
}
