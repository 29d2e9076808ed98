//! Where a mistake is: the part of the charter and the field, so that an editor can say it there.

use super::parse::Mistakes;
use super::problem::{CharterError, CharterProblem};
use super::raw::{Complaint, Outcome};
use crate::calendar::line_and_column;

/// A part of a charter's text. Entries are counted from 0 in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Title, preamble, topics, notes and the cap on the load.
    Frame,
    /// An entry `[[pillar]]`.
    Pillar(usize),
    /// An entry `[[article]]`.
    Article(usize),
    /// An entry `[[duty]]`.
    Duty(usize),
}

impl Part {
    /// What an address calls it: `frame`, `pillar-0`, `article-3`, `duty-12`.
    pub fn word(self) -> String {
        match self {
            Self::Frame => "frame".to_owned(),
            Self::Pillar(index) => format!("pillar-{index}"),
            Self::Article(index) => format!("article-{index}"),
            Self::Duty(index) => format!("duty-{index}"),
        }
    }

    /// The part that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "frame" {
            return Some(Self::Frame);
        }
        let (kind, index) = word.split_once('-')?;
        // A charter has no more entries of a kind than four digits tell.
        let index = index.parse().ok().filter(|_| index.len() <= 4)?;
        match kind {
            "pillar" => Some(Self::Pillar(index)),
            "article" => Some(Self::Article(index)),
            "duty" => Some(Self::Duty(index)),
            _ => None,
        }
    }

    /// The key under which such entries are written; none for the frame.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Frame => None,
            Self::Pillar(_) => Some("pillar"),
            Self::Article(_) => Some("article"),
            Self::Duty(_) => Some("duty"),
        }
    }
}

/// A mistake and the field it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The part.
    pub part: Part,
    /// The field's key; none if the part as a whole cannot be read.
    pub key: Option<&'static str>,
    /// What is wrong, with line and column.
    pub error: CharterError,
}

/// Mistakes as they are found.
#[derive(Debug)]
pub struct Faults<'t> {
    source: &'t str,
    file: &'t str,
    part: Part,
    found: Vec<Fault>,
}

impl<'t> Faults<'t> {
    /// The most mistakes that are told; what has more is another kind of file.
    pub const MOST: usize = 100;

    pub(super) const fn new(source: &'t str, file: &'t str) -> Self {
        Self {
            source,
            file,
            part: Part::Frame,
            found: Vec::new(),
        }
    }

    /// What is found from now on is in this part.
    pub(super) const fn begin(&mut self, part: Part) {
        self.part = part;
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The value, or none after the complaint is noted.
    pub(super) fn note<T>(&mut self, key: Option<&'static str>, outcome: Outcome<T>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(Complaint { offset, problem }) => {
                if self.found.len() < Self::MOST {
                    self.push(key, offset, problem);
                }
                None
            }
        }
    }

    fn push(&mut self, key: Option<&'static str>, offset: usize, problem: CharterProblem) {
        let (line, column) = line_and_column(self.source, offset);
        self.found.push(Fault {
            part: self.part,
            key,
            error: CharterError {
                file: self.file.to_owned(),
                line,
                column,
                problem,
            },
        });
    }

    pub(super) fn into_mistakes(self) -> Option<Mistakes> {
        let first = self.found.first()?.error.clone();
        Some(Mistakes {
            first,
            all: self.found,
        })
    }
}
