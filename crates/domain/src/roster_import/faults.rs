//! What can be wrong with a roster's line, or worth a look.

use chrono::NaiveDate;
use thiserror::Error;

use super::{LONGEST_NAME, MOST_LINES};

/// A column of the workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Name.
    Name,
    /// Account.
    Account,
    /// Section.
    Section,
    /// Post.
    Post,
    /// Role.
    Role,
    /// Since when.
    Since,
    /// In charge of.
    InChargeOf,
    /// Address for mails.
    Email,
}

impl Field {
    /// The word for it in message keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Account => "account",
            Self::Section => "section",
            Self::Post => "post",
            Self::Role => "role",
            Self::Since => "since",
            Self::InChargeOf => "in-charge-of",
            Self::Email => "email",
        }
    }
}

/// A fault at a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// Row in the workbook.
    pub number: usize,
    /// Column.
    pub field: Field,
    /// What is wrong.
    pub problem: RosterProblem,
}

/// Something at a line that is worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineWarning {
    /// Row in the workbook.
    pub number: usize,
    /// Column.
    pub field: Field,
    /// What to look at.
    pub warning: RosterWarning,
}

/// What can be wrong with a line. The English wording is for logs and the command line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RosterProblem {
    /// Nothing where something must be.
    #[error("nothing is entered")]
    Missing,
    /// Longer than a name may be.
    #[error("expected at most {LONGEST_NAME} characters; found {found}")]
    TooLong {
        /// Characters found.
        found: usize,
    },
    /// A name without a single letter.
    #[error("expected a name; found \"{found}\"")]
    NotAName {
        /// The text.
        found: String,
    },
    /// No section of this name.
    #[error("there is no section \"{found}\"; near it: {}", nearest.join(", "))]
    UnknownSection {
        /// The name.
        found: String,
        /// Existing sections with a similar name, the most similar first; at most three.
        nearest: Vec<String>,
    },
    /// A word that stands for no role.
    #[error(
        "expected minister, deputy, head or staff, or a title like 部长, 副部长, 科长, 科员; found \"{found}\""
    )]
    UnknownRole {
        /// The word.
        found: String,
    },
    /// Not a day.
    #[error("expected a day like 2026-3-1; found \"{found}\"")]
    NotADay {
        /// The text.
        found: String,
    },
    /// A day before 1950 or after 2100.
    #[error("expected a day from 1950 to 2100; found {found}")]
    DayOutOfRange {
        /// The day.
        found: NaiveDate,
    },
    /// The same person on two lines.
    #[error("the same person stands on line {number}")]
    SameAs {
        /// The other line.
        number: usize,
    },
    /// On the roster already, in the same section and post.
    #[error("on the roster already")]
    OnRosterAlready,
    /// Not an account name.
    #[error("expected 2 to 40 lower-case letters, digits, dots and hyphens; found \"{found}\"")]
    MalformedAccount {
        /// The text.
        found: String,
    },
    /// An account that exists.
    #[error("the account is taken")]
    AccountTaken,
    /// An account that another line has.
    #[error("line {number} has the same account")]
    AccountTwice {
        /// The other line.
        number: usize,
    },
    /// A second minister; `number` is the other line, none if there is one on the roster.
    #[error("there is a minister already")]
    SecondMinister {
        /// The other line.
        number: Option<usize>,
    },
    /// Somebody in charge of sections who is neither deputy nor minister.
    #[error("only leaders are in charge of sections")]
    NotALeader,
    /// A section in the charge of two people; `number` is the other line, none if it is somebody on the roster.
    #[error("somebody else is in charge of \"{section}\" already")]
    SecondInCharge {
        /// The section.
        section: String,
        /// The other line.
        number: Option<usize>,
    },
    /// Not an address.
    #[error("expected an address like name@example.org; found \"{found}\"")]
    MalformedEmail {
        /// The text.
        found: String,
    },
    /// More lines than one import may have.
    #[error("expected at most {MOST_LINES} lines; found {found}")]
    TooManyLines {
        /// Lines found.
        found: usize,
    },
}

/// What is taken but may be a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterWarning {
    /// The section has another head; `number` is the other line, none if it is somebody on the roster.
    SecondHead {
        /// The other line.
        number: Option<usize>,
    },
    /// A namesake: another line or somebody on the roster has the same name and is taken for another person.
    Namesake {
        /// The other line; none if it is somebody on the roster.
        number: Option<usize>,
    },
    /// Leaders belong to no section; what stands there is left out.
    SectionOfLeader,
}
