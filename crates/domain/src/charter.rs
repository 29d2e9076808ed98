//! A charter as data (B1, B7): preamble, pillars of four clauses, articles, duties; and its versions.

use chrono::NaiveDate;

use crate::identity::DutyId;
use crate::people::Role;
use crate::period::Cadence;

pub mod adoption;
pub mod diff;
pub mod edit;
mod fault;
mod parse;
mod problem;
mod raw;
mod words;

pub use fault::{Fault, Faults, Part};
pub use parse::{Mistakes, check, parse};
pub use problem::{CharterError, CharterProblem, CharterWarning, Shape, Thing, warnings};

/// A text of the charter: as adopted, and in English where the charter gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// As adopted.
    pub original: String,
    /// English rendering.
    pub english: Option<String>,
}

impl Text {
    /// A text in its original language only.
    pub fn plain(original: impl Into<String>) -> Self {
        Self {
            original: original.into(),
            english: None,
        }
    }

    /// The English rendering where asked for and given, otherwise the original.
    pub fn reading(&self, english: bool) -> &str {
        self.english
            .as_deref()
            .filter(|_| english)
            .unwrap_or(&self.original)
    }
}

/// The five pillars (R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pillar {
    /// 学习型.
    Learning,
    /// 知识型.
    Knowledge,
    /// 正派型.
    Integrity,
    /// 干事型.
    Achievement,
    /// 和谐型.
    Harmony,
}

impl Pillar {
    /// All pillars in the charter's order.
    pub const ALL: [Self; 5] = [
        Self::Learning,
        Self::Knowledge,
        Self::Integrity,
        Self::Achievement,
        Self::Harmony,
    ];

    /// The word for it in charters, URLs and style sheets.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::Knowledge => "knowledge",
            Self::Integrity => "integrity",
            Self::Achievement => "achievement",
            Self::Harmony => "harmony",
        }
    }

    /// The pillar that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pillar| pillar.word() == word)
    }
}

/// How a charter words a pillar (R14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PillarText {
    /// Which pillar.
    pub pillar: Pillar,
    /// Its name in this charter, e.g. 学习型.
    pub name: Text,
    /// Its standard, clause by clause; the reference charter has four of four characters.
    pub clauses: Vec<Text>,
}

/// An article (条) of the charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Number, unique, from 1: 第十四条 is 14.
    pub number: u32,
    /// The pillar it belongs to; none for the frame (B1).
    pub pillar: Option<Pillar>,
    /// Heading.
    pub title: Text,
    /// The article's words.
    pub text: Text,
    /// The rules of the product page that it carries, e.g. `R23`; empty for charters that know none.
    pub rules: Vec<String>,
    /// Who keeps it up to date (R41, R44).
    pub owner: Option<Selector>,
    /// The day by which it is to be looked at again (R41, R44).
    pub review: Option<NaiveDate>,
}

impl Article {
    /// Whether it should have been looked at again before `today`.
    pub fn is_review_overdue(&self, today: NaiveDate) -> bool {
        self.review.is_some_and(|day| day < today)
    }
}

/// How binding a duty is (B7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// 规定: owed.
    Required,
    /// 倡导: one sees one's own progress; never missed, never reminded; others may see what was done, never what was not.
    Encouraged,
    /// 已办: standing, done once.
    Standing,
}

impl Force {
    /// The word for it in charters.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Encouraged => "encouraged",
            Self::Standing => "standing",
        }
    }
}

/// Whom a duty falls on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Everybody who holds a post.
    Everyone,
    /// Holders of posts with this role.
    Role(Role),
    /// Members of the office (O).
    Office,
    /// Members of the section of this name.
    Section(String),
    /// Holders of the post of this title.
    Post(String),
}

impl Selector {
    /// Whether the duty rests on a leading post rather than on the person: it is owed by whoever holds the post at the end
    /// of the period, and what a predecessor did in it counts.
    pub const fn rests_on_post(&self) -> bool {
        matches!(
            self,
            Self::Role(Role::Minister | Role::Deputy | Role::Head) | Self::Post(_)
        )
    }
}

/// With whom a duty is to be done; one ledger cell for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counterpart {
    /// Everybody else.
    Everyone,
    /// The people of the sections that the owner is in charge of (分管).
    InCharge,
    /// The other people of the owner's own section.
    OwnSection,
}

/// Which evidence counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceFilter {
    /// Kind of evidence, e.g. `clipping`, `suggestion`, `field-day`.
    pub kind: String,
    /// Only this category of it, e.g. `work`; any if none.
    pub category: Option<String>,
}

impl EvidenceFilter {
    /// Whether evidence of this kind and category counts.
    pub fn accepts(&self, kind: &str, category: Option<&str>) -> bool {
        self.kind == kind
            && self
                .category
                .as_deref()
                .is_none_or(|wanted| category == Some(wanted))
    }
}

/// In what a duty's quota is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// 次/篇/条: how often.
    Times,
    /// 半天.
    HalfDays,
    /// 字.
    Words,
}

impl Unit {
    /// The word for it in charters.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Times => "times",
            Self::HalfDays => "half-days",
            Self::Words => "words",
        }
    }
}

/// Time that somebody else spends on one item of a duty (A4: those who receive are counted too).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverMinutes {
    /// Who receives. `Counterpart`'s own time is given by `Receiver::Counterpart`.
    pub receiver: Receiver,
    /// Minutes per item.
    pub minutes: u32,
}

/// Who spends time on what others do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Receiver {
    /// The office as a whole (collates, reads, publishes).
    Office,
    /// The head of the doer's section.
    SectionHead,
    /// The deputy in charge of the doer's section.
    DeputyInCharge,
    /// The minister.
    Minister,
    /// The other side of a duty with counterparts.
    Counterpart,
}

impl Receiver {
    /// All receivers.
    pub const ALL: [Self; 5] = [
        Self::Office,
        Self::SectionHead,
        Self::DeputyInCharge,
        Self::Minister,
        Self::Counterpart,
    ];

    /// The word for it in charters.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::SectionHead => "section-head",
            Self::DeputyInCharge => "deputy-in-charge",
            Self::Minister => "minister",
            Self::Counterpart => "counterpart",
        }
    }
}

/// A duty (任务): who owes what, how often, by which article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Stable across versions.
    pub id: DutyId,
    /// Its name.
    pub name: Text,
    /// Its primary pillar (R9).
    pub pillar: Pillar,
    /// The article behind it.
    pub article: u32,
    /// How binding.
    pub force: Force,
    /// Whom it falls on: anybody whom one of these selects. Never empty.
    pub who: Vec<Selector>,
    /// With whom, if it is owed towards somebody.
    pub counterpart: Option<Counterpart>,
    /// Which evidence counts.
    pub evidence: EvidenceFilter,
    /// How much per period, in `unit`; from 1.
    pub quota: u32,
    /// In what the quota is counted.
    pub unit: Unit,
    /// How often.
    pub cadence: Cadence,
    /// Working days after the period's last day until which a record is not late (default 2).
    pub grace: u32,
    /// Whether the quota shrinks with the time available.
    pub prorated: bool,
    /// Estimated minutes of the doer per item (per half-day where that is the unit).
    pub minutes: u32,
    /// Estimated minutes of those who receive.
    pub receivers: Vec<ReceiverMinutes>,
    /// Duties of the same group do not count the same piece of evidence twice.
    pub exclusive: Option<String>,
}

impl Duty {
    /// Whether the duty rests on a leading post (see [`Selector::rests_on_post`]).
    pub fn rests_on_post(&self) -> bool {
        self.who.iter().all(Selector::rests_on_post)
    }
}

/// The most a charter may ask of one person before adopting it takes a recorded reason (B7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadCap {
    /// Hours per working week.
    pub hours_per_week: u32,
}

/// A charter: the whole text and its duties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
    /// Title.
    pub title: Text,
    /// Preamble: theme, core, style (R1–R2).
    pub preamble: Vec<Text>,
    /// Pillars in the charter's order.
    pub pillars: Vec<PillarText>,
    /// Articles by number.
    pub articles: Vec<Article>,
    /// Duties in the charter's order.
    pub duties: Vec<Duty>,
    /// Study topics (R15).
    pub topics: Vec<Text>,
    /// Cap on the load.
    pub cap: LoadCap,
    /// What a reader must know, e.g. which readings are assumptions.
    pub notes: Vec<Text>,
}

impl Charter {
    /// One duty.
    pub fn duty(&self, id: &DutyId) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.id == *id)
    }

    /// One article.
    pub fn article(&self, number: u32) -> Option<&Article> {
        self.articles
            .iter()
            .find(|article| article.number == number)
    }

    /// How the charter words a pillar.
    pub fn pillar(&self, pillar: Pillar) -> Option<&PillarText> {
        self.pillars.iter().find(|text| text.pillar == pillar)
    }

    /// Pillars whose standard is not four clauses of four characters; adopting such a charter warns (R14).
    pub fn pillars_without_four_clauses(&self) -> Vec<Pillar> {
        let regular = |text: &PillarText| {
            text.clauses.len() == 4
                && text
                    .clauses
                    .iter()
                    .all(|clause| clause.original.chars().count() == 4)
        };
        let irregular = self.pillars.iter().filter(|text| !regular(text));
        irregular.map(|text| text.pillar).collect()
    }
}

/// A charter version in force from a day on (A7: from the next period of each duty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Number, from 1.
    pub number: u32,
    /// First day.
    pub effective: NaiveDate,
    /// The text.
    pub charter: Charter,
}
