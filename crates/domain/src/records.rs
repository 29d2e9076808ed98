//! Records that people write share one envelope: kind, author, section, date, title, state, version. A kind adds its typed
//! content; [`check`] turns what was typed into content or says, field by field, what is missing.

use chrono::{DateTime, NaiveDate, Utc};

use crate::identity::{DutyId, PersonId, RecordId, SectionId};
use crate::ledger::Evidence;

mod form;

pub use form::{
    DAYS_BACK, FieldProblem, Fields, LARGEST_AMOUNT, LONGEST_TEXT, LONGEST_TITLE, LONGEST_URL,
    Problem, check, clean, fields,
};

/// The kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 剪贴 (R23): a URL or an excerpt, and why it matters (R18).
    Clipping,
    /// 心得体会 (R24).
    Reflection,
    /// 文章 (R25).
    Article,
    /// 读书笔记 (R26).
    BookNote,
    /// 落实登记: that a duty was done for which there is no form of its own.
    Entry,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Clipping,
        Self::Reflection,
        Self::Article,
        Self::BookNote,
        Self::Entry,
    ];

    /// The kinds of one's own material (R23–R26), quick capture's choices.
    pub const CAPTURED: [Self; 4] = [
        Self::Clipping,
        Self::Reflection,
        Self::Article,
        Self::BookNote,
    ];

    /// The word for it in charters, stored rows and URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clipping => "clipping",
            Self::Reflection => "reflection",
            Self::Article => "article",
            Self::BookNote => "book-note",
            Self::Entry => "entry",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where a record stands. A draft is no record: it lives apart and is nobody's but its author's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 已提交: counts as evidence.
    Submitted,
    /// 已撤回: kept, counts no more.
    Withdrawn,
}

impl State {
    /// The word for it in stored rows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Submitted, Self::Withdrawn]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// What an author can do with a record that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Change the text.
    Edit,
    /// Take it back.
    Withdraw,
    /// Put a withdrawn one back (undo).
    Restore,
}

/// The transition table: where a step leads, `None` if it cannot be taken from there.
pub const fn after(state: State, step: Step) -> Option<State> {
    match (state, step) {
        (State::Submitted, Step::Edit) | (State::Withdrawn, Step::Restore) => {
            Some(State::Submitted)
        }
        (State::Submitted, Step::Withdraw) => Some(State::Withdrawn),
        (State::Submitted, Step::Restore) | (State::Withdrawn, Step::Edit | Step::Withdraw) => None,
    }
}

/// A duty that has no form of its own, done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFor {
    /// The duty it was entered for.
    pub duty: DutyId,
    /// Kind of evidence that the duty counts.
    pub evidence: String,
    /// Its category.
    pub category: Option<String>,
    /// With whom.
    pub counterpart: Option<PersonId>,
    /// How often or how many half-days; from 1.
    pub amount: u32,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Kind.
    pub kind: Kind,
    /// Title; made from the text where none was typed.
    pub title: String,
    /// The author's text: why a clipping matters, a reflection, an article, notes.
    pub text: String,
    /// What a clipping quotes.
    pub excerpt: String,
    /// Where a clipping comes from: http or https.
    pub url: Option<String>,
    /// The book that notes are about.
    pub book: Option<String>,
    /// Study topic (R15), as the charter words it.
    pub topic: Option<String>,
    /// The day it counts for.
    pub date: NaiveDate,
    /// Set for [`Kind::Entry`] only.
    pub entry: Option<EntryFor>,
}

/// A record with its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Identifier.
    pub id: RecordId,
    /// Who wrote it.
    pub author: PersonId,
    /// The author's section when it was written.
    pub section: Option<SectionId>,
    /// Where it stands.
    pub state: State,
    /// Counts its changes, from 1; an edit names the version it was made from.
    pub version: u32,
    /// When it was first submitted.
    pub recorded_at: DateTime<Utc>,
    /// The day of that in the organisation's time zone.
    pub recorded_on: NaiveDate,
    /// What it says.
    pub content: Content,
}

impl Record {
    /// What the record proves: every record that counts emits its evidence here. Withdrawn ones prove nothing.
    pub fn evidence(&self) -> Option<Evidence> {
        if self.state == State::Withdrawn {
            return None;
        }
        let entry = self.content.entry.as_ref();
        Some(Evidence {
            record: self.id,
            kind: entry.map_or_else(
                || self.content.kind.word().to_owned(),
                |entry| entry.evidence.clone(),
            ),
            category: entry.and_then(|entry| entry.category.clone()),
            actor: self.author,
            counterpart: entry.and_then(|entry| entry.counterpart),
            date: self.content.date,
            recorded_at: self.recorded_at,
            recorded_on: self.recorded_on,
            amount: entry.map_or(1, |entry| entry.amount),
            words: u32::try_from(
                self.content
                    .text
                    .chars()
                    .filter(|c| !c.is_whitespace())
                    .count(),
            )
            .unwrap_or(u32::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transition_table_of_a_record() {
        use {State::*, Step::*};
        let table = [
            (Submitted, Edit, Some(Submitted)),
            (Submitted, Withdraw, Some(Withdrawn)),
            (Submitted, Restore, None),
            (Withdrawn, Edit, None),
            (Withdrawn, Withdraw, None),
            (Withdrawn, Restore, Some(Submitted)),
        ];
        for (state, step, expected) in table {
            assert_eq!(after(state, step), expected, "{state:?} {step:?}");
        }
    }
}
