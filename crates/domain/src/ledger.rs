//! The ledger (B7): for each duty × person (× counterpart) × period what is required, what was done, and why.
//!
//! `Charter(versions) + Calendar + Roster(history) + Absences + Evidence → cells`. Cells carry no time of asking:
//! [`Cell::status`] derives open, done, late, missed or excused as of a day, so nothing changes overnight in the store.

use chrono::{DateTime, NaiveDate, Utc};

use crate::identity::{DutyId, PersonId, RecordId};
use crate::people::AbsenceKind;
use crate::period::Period;

mod availability;
mod explain;
mod reach;
mod rules;
mod settle;

pub use availability::falls_on;
pub use explain::{CountedElsewhere, counted_elsewhere};
pub use reach::{Reach, reach, sources};
pub use rules::{Lane, Rules, Slot, full_requirement};
pub use settle::{PersonFacts, settle, settle_one};

/// Something that happened and can count for duties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The record it comes from.
    pub record: RecordId,
    /// Kind, as charters name it.
    pub kind: String,
    /// Category within the kind.
    pub category: Option<String>,
    /// Who did it.
    pub actor: PersonId,
    /// With whom.
    pub counterpart: Option<PersonId>,
    /// The day it happened; it counts in the period of this day.
    pub date: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The day of `recorded_at` in the organisation's time zone.
    pub recorded_on: NaiveDate,
    /// How often or how many half-days; from 1.
    pub amount: u32,
    /// Characters written, for duties whose quota is in words.
    pub words: u32,
}

/// A piece of evidence as counted in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The record behind it.
    pub record: RecordId,
    /// The day it was recorded.
    pub recorded_on: NaiveDate,
    /// How much.
    pub amount: u32,
}

/// Why nothing is owed in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Excuse {
    /// The period has no working day.
    NoWorkingDay,
    /// Away for all of the working time, mostly for this reason.
    Away(AbsenceKind),
    /// Less than half of the working time was available (new in the post, away, …).
    LittleTime,
    /// Prorated to nothing.
    ProratedToNothing,
}

impl Excuse {
    /// All excuses.
    pub const ALL: [Self; 7] = [
        Self::NoWorkingDay,
        Self::Away(AbsenceKind::Leave),
        Self::Away(AbsenceKind::Illness),
        Self::Away(AbsenceKind::Secondment),
        Self::Away(AbsenceKind::StudyVisit),
        Self::LittleTime,
        Self::ProratedToNothing,
    ];

    /// The word for it in stored rows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoWorkingDay => "no-working-day",
            Self::Away(kind) => kind.word(),
            Self::LittleTime => "little-time",
            Self::ProratedToNothing => "prorated-to-nothing",
        }
    }

    /// The excuse that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|excuse| excuse.word() == word)
    }
}

/// Why a cell requires what it requires (A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Because {
    /// The charter version that rules the period.
    pub version: u32,
    /// The article behind the duty.
    pub article: u32,
    /// Half-days against which the quota is prorated (a week always has 10).
    pub nominal: u32,
    /// Working half-days of the period.
    pub working: u32,
    /// Working half-days on which the person was in scope and not away.
    pub available: u32,
    /// Set when nothing is owed.
    pub excuse: Option<Excuse>,
}

/// What a cell is about. Unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// Whose.
    pub person: PersonId,
    /// Which duty.
    pub duty: DutyId,
    /// Towards whom.
    pub counterpart: Option<PersonId>,
    /// When.
    pub period: Period,
}

/// One cell of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it is about.
    pub key: CellKey,
    /// Owed; 0 when excused.
    pub required: u32,
    /// Last day on which a record is not late: the period's last day plus the duty's grace.
    pub due: NaiveDate,
    /// Whether the duty is owed at all or only encouraged.
    pub binding: bool,
    /// What counted, in the order (date, recorded_at, record).
    pub counted: Vec<Counted>,
    /// Why.
    pub because: Because,
}

/// Where a cell stands as of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 进行中: can still be done in time.
    Open,
    /// 已完成.
    Done,
    /// 补报: done, but recorded after the grace.
    Late,
    /// 未完成: binding, unmet, the grace is over.
    Missed,
    /// 已过: encouraged and over. Never called missed (R23–R26).
    Passed,
    /// 免计: nothing was owed.
    Excused,
}

impl Status {
    /// All statuses.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Done,
        Self::Late,
        Self::Missed,
        Self::Passed,
        Self::Excused,
    ];

    /// The word for it in message keys and style sheets.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Passed => "passed",
            Self::Excused => "excused",
        }
    }
}

impl Cell {
    /// All that counted, whenever it was recorded.
    pub fn done(&self) -> u32 {
        self.counted
            .iter()
            .fold(0, |sum, piece| sum.saturating_add(piece.amount))
    }

    /// What had been recorded by the end of `day`.
    pub fn done_by(&self, day: NaiveDate) -> u32 {
        let by_then = self.counted.iter().filter(|piece| piece.recorded_on <= day);
        by_then.fold(0, |sum, piece| sum.saturating_add(piece.amount))
    }

    /// Where the cell stands at the end of `as_of`.
    pub fn status(&self, as_of: NaiveDate) -> Status {
        if self.because.excuse.is_some() {
            Status::Excused
        } else if self.done_by(as_of.min(self.due)) >= self.required {
            Status::Done
        } else if self.done_by(as_of) >= self.required {
            Status::Late
        } else if as_of <= self.due {
            Status::Open
        } else if self.binding {
            Status::Missed
        } else {
            Status::Passed
        }
    }
}
