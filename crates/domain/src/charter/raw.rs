//! Reads TOML tables with the place of each value, so that every complaint can point at it.

use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{CharterProblem, Shape};

/// A complaint and the byte offset of what it is about.
#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) offset: usize,
    pub(super) problem: CharterProblem,
}

pub(super) type Outcome<T> = Result<T, Complaint>;

pub(super) fn complain<T>(offset: usize, problem: CharterProblem) -> Outcome<T> {
    Err(Complaint { offset, problem })
}

/// A value with the byte offset at which it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<T> {
    pub(super) offset: usize,
    pub(super) value: T,
}

/// A value that has not been looked at yet.
pub(super) type Value<'t> = &'t Spanned<DeValue<'t>>;

/// A table all of whose keys the format knows.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    offset: usize,
    entries: &'t DeTable<'t>,
}

impl<'t> Table<'t> {
    /// Refuses a table with a key that is not `known`.
    pub(super) fn new(
        entries: &'t DeTable<'t>,
        offset: usize,
        known: &'static [&'static str],
    ) -> Outcome<Self> {
        for (key, _) in entries {
            if !known.contains(&key.get_ref().as_ref()) {
                let problem = CharterProblem::UnknownKey {
                    expected: known,
                    found: shorten(key.get_ref()),
                };
                return complain(key.span().start, problem);
            }
        }
        Ok(Self { offset, entries })
    }

    pub(super) fn optional(&self, key: &str) -> Option<Value<'t>> {
        self.entries
            .iter()
            .find(|(candidate, _)| candidate.get_ref() == key)
            .map(|(_, value)| value)
    }

    pub(super) fn required(&self, key: &'static str) -> Outcome<Value<'t>> {
        let missing = Complaint {
            offset: self.offset,
            problem: CharterProblem::MissingKey { expected: key },
        };
        self.optional(key).ok_or(missing)
    }

    /// The entries of a list; none if the key is missing.
    pub(super) fn list(&self, key: &str, most: usize) -> Outcome<Vec<Value<'t>>> {
        self.optional(key)
            .map_or(Ok(Vec::new()), |value| entries(value, Shape::List, most))
    }
}

/// The value as a table.
pub(super) fn table<'t>(
    value: Value<'t>,
    shape: Shape,
    known: &'static [&'static str],
) -> Outcome<Table<'t>> {
    match value.get_ref() {
        DeValue::Table(entries) => Table::new(entries, value.span().start, known),
        other => wrong(value.span(), shape, other),
    }
}

pub(super) fn entries<'t>(value: Value<'t>, shape: Shape, most: usize) -> Outcome<Vec<Value<'t>>> {
    let DeValue::Array(found) = value.get_ref() else {
        return wrong(value.span(), shape, value.get_ref());
    };
    let found: Vec<Value<'t>> = found.iter().collect();
    match found.get(most) {
        Some(one_too_many) => complain(
            one_too_many.span().start,
            CharterProblem::TooMany {
                most,
                found: found.len(),
            },
        ),
        None => Ok(found),
    }
}

/// The value as a string without spaces around it: not empty, at most `most` characters.
pub(super) fn string(value: Value<'_>, most: usize) -> Outcome<At<&str>> {
    match value.get_ref() {
        DeValue::String(text) => bounded(text, value.span().start, most),
        other => wrong(value.span(), Shape::String, other),
    }
}

pub(super) fn bounded(text: &str, offset: usize, most: usize) -> Outcome<At<&str>> {
    let value = text.trim();
    let found = value.chars().count();
    if found == 0 {
        complain(offset, CharterProblem::EmptyText)
    } else if found > most {
        complain(offset, CharterProblem::LongText { most, found })
    } else {
        Ok(At { offset, value })
    }
}

/// The value as a whole number in `range`.
pub(super) fn number(value: Value<'_>, range: &Range<u32>) -> Outcome<At<u32>> {
    let offset = value.span().start;
    let DeValue::Integer(found) = value.get_ref() else {
        return wrong(value.span(), Shape::Integer, value.get_ref());
    };
    match u32::from_str_radix(found.as_str(), found.radix()) {
        Ok(number) if range.contains(&number) => Ok(At {
            offset,
            value: number,
        }),
        _ => {
            let (least, most) = (range.start, range.end - 1);
            complain(
                offset,
                CharterProblem::OutOfRange {
                    least,
                    most,
                    found: shorten(found.as_str()),
                },
            )
        }
    }
}

/// The value as a day, written without quotes: `2027-03-01`.
pub(super) fn day(value: Value<'_>) -> Outcome<NaiveDate> {
    let DeValue::Datetime(found) = value.get_ref() else {
        return wrong(value.span(), Shape::Day, value.get_ref());
    };
    let day = match (found.date, found.time) {
        (Some(date), None) => {
            NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        }
        _ => None,
    };
    day.map_or_else(|| wrong(value.span(), Shape::Day, value.get_ref()), Ok)
}

pub(super) fn boolean(value: Value<'_>) -> Outcome<bool> {
    match value.get_ref() {
        DeValue::Boolean(found) => Ok(*found),
        other => wrong(value.span(), Shape::Boolean, other),
    }
}

/// The meaning of a word, or which words may stand here.
pub(super) fn word<T: Copy>(value: Value<'_>, meanings: &[(&'static str, T)]) -> Outcome<At<T>> {
    let found = string(value, LONGEST_SHOWN)?;
    match meanings.iter().find(|(word, _)| *word == found.value) {
        Some((_, meaning)) => Ok(At {
            offset: found.offset,
            value: *meaning,
        }),
        None => {
            let expected = meanings.iter().map(|(word, _)| *word).collect();
            complain(
                found.offset,
                CharterProblem::UnknownWord {
                    expected,
                    found: shorten(found.value),
                },
            )
        }
    }
}

pub(super) fn wrong<T>(span: Range<usize>, expected: Shape, found: &DeValue<'_>) -> Outcome<T> {
    complain(
        span.start,
        CharterProblem::WrongType {
            expected,
            found: found.type_str(),
        },
    )
}

/// Words longer than this are no slip of the pen; a message does not repeat them whole.
const LONGEST_SHOWN: usize = 200;

/// What was found, fit to stand in a one-line message: short, and without characters that would turn or break the line.
pub(super) fn shorten(found: &str) -> String {
    let disturbing =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut shown: String = found
        .chars()
        .take(LONGEST_SHOWN)
        .map(|c| {
            if disturbing(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect();
    if found.chars().nth(LONGEST_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
