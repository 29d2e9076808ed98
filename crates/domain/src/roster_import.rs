//! Checks a roster before it is imported: each line's faults at the line and field where they are, and what would be taken.
//!
//! Pure: whoever reads the workbook brings the lines, whoever knows the organisation brings what exists. Nothing is stored
//! here; the application takes all lines or none.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::people::Role;

mod accounts;
mod checking;
mod faults;
mod reading;

pub use faults::{Field, LineProblem, LineWarning, RosterProblem, RosterWarning};

use checking::Checking;
use reading::Draft;

/// Most lines of one import.
pub const MOST_LINES: usize = 10_000;

/// The longest name of a person, a section or a post, in characters.
pub const LONGEST_NAME: usize = 40;

/// Years in which somebody can have taken up a post.
pub const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// A line of the workbook, as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterLine {
    /// Row in the workbook, from 1: where the fault is shown.
    pub number: usize,
    /// The person's name.
    pub name: String,
    /// The account to sign in with; proposed if empty.
    pub account: String,
    /// The section; leaders need none.
    pub section: String,
    /// The post's title; the role's word if empty.
    pub post: String,
    /// What the post stands for, in Chinese or English; read from the post if empty.
    pub role: String,
    /// Since when.
    pub since: SinceCell,
    /// The sections that a deputy is in charge of.
    pub in_charge_of: Vec<String>,
    /// Address for mails; may be empty.
    pub email: String,
}

/// The cell that says since when somebody holds the post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SinceCell {
    /// Nothing in it.
    #[default]
    Empty,
    /// A day.
    Day(NaiveDate),
    /// Something that could not be read as a day.
    Text(String),
}

/// Somebody who is on the roster already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// Name.
    pub name: String,
    /// Account, if there is one.
    pub account: Option<String>,
    /// Section's name; none for leaders.
    pub section: Option<String>,
    /// Post's title.
    pub post: String,
    /// What the post stands for.
    pub role: Role,
    /// Sections that the person is in charge of.
    pub in_charge_of: Vec<String>,
}

/// What exists, and what the person who imports has decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Names of the sections that exist.
    pub sections: Vec<String>,
    /// Accounts that exist, of people who are not on the roster too.
    pub accounts: BTreeSet<String>,
    /// Who is on the roster.
    pub people: Vec<KnownPerson>,
    /// Sections that the person who imports says are new; all others must exist.
    pub create_sections: BTreeSet<String>,
    /// The day for lines without one; without it such a line is a fault.
    pub since_if_empty: Option<NaiveDate>,
}

/// A line that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterEntry {
    /// Row in the workbook.
    pub number: usize,
    /// Name.
    pub name: String,
    /// Account: as given or as proposed.
    pub account: String,
    /// Whether the account is proposed.
    pub account_proposed: bool,
    /// Section's name; none for leaders.
    pub section: Option<String>,
    /// Post's title.
    pub post: String,
    /// What the post stands for.
    pub role: Role,
    /// Since when.
    pub since: NaiveDate,
    /// Sections in charge of.
    pub in_charge_of: Vec<String>,
    /// Address for mails.
    pub email: Option<String>,
}

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterCheck {
    /// The lines without a fault, in the order given. All of the roster only if `problems` is empty.
    pub accepted: Vec<RosterEntry>,
    /// Faults, by line.
    pub problems: Vec<LineProblem>,
    /// What is taken but worth a look, by line.
    pub warnings: Vec<LineWarning>,
    /// Sections that the import would create, in order of appearance.
    pub new_sections: Vec<String>,
    /// Sections that do not exist and that nobody has said are new, in order of appearance.
    pub unknown_sections: Vec<String>,
}

/// Checks the lines. `propose_account` turns a name into an account (e.g. by pinyin); what it gives is made well-formed and
/// unique by numbering. Lines in which nothing is entered are passed over.
pub fn check(
    lines: &[RosterLine],
    circumstances: &Circumstances,
    propose_account: &dyn Fn(&str) -> String,
) -> RosterCheck {
    let mut check = Checking::new(circumstances);
    if let Some(line) = lines.get(MOST_LINES) {
        check.complain(
            line.number,
            Field::Name,
            RosterProblem::TooManyLines { found: lines.len() },
        );
        return check.found;
    }
    let drafts: Vec<Draft> = lines
        .iter()
        .filter(|line| !reading::is_blank(line))
        .map(|line| check.read(line))
        .collect();
    check.same_people(&drafts);
    check.accounts(&drafts);
    check.leaders(&drafts);
    check.heads(&drafts);
    check.accept(drafts, propose_account)
}
