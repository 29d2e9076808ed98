//! The roster: who works where, in which post, since when; who is in charge of whom; who is away.
//!
//! All of it is dated, because "who reported to whom then" decides what was due then.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::identity::{PersonId, PostId, SectionId};
use crate::time::{HalfDay, Span};

/// What a post stands for in a charter. The reference charter's letters: M, D, H, C.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 部长 (M): heads the organisation.
    Minister,
    /// 副部长 (D): in charge of sections.
    Deputy,
    /// 科室负责人 (H).
    Head,
    /// 工作人员: everybody else.
    Staff,
}

impl Role {
    /// All roles, the highest first.
    pub const ALL: [Self; 4] = [Self::Minister, Self::Deputy, Self::Head, Self::Staff];

    /// The word for it in charters and stored rows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Minister => "minister",
            Self::Deputy => "deputy",
            Self::Head => "head",
            Self::Staff => "staff",
        }
    }

    /// The role that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// A person on the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Identifier.
    pub id: PersonId,
    /// Name as written.
    pub name: String,
    /// Place in roster order; lists of people stand in this order and in no other (A4).
    pub rank: u32,
}

/// A section (科室).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Identifier.
    pub id: SectionId,
    /// Name, unique in the organisation.
    pub name: String,
    /// Whether it is the office (部办公室, O), which collates and publishes.
    pub office: bool,
    /// Place in roster order.
    pub rank: u32,
}

/// A post (职务): held by one or several persons, one after the other or together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Identifier.
    pub id: PostId,
    /// Title, e.g. 科长.
    pub title: String,
    /// What it stands for in the charter.
    pub role: Role,
    /// The section it belongs to; the leaders' posts belong to none.
    pub section: Option<SectionId>,
}

/// A person holds a post for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Who.
    pub person: PersonId,
    /// Which post.
    pub post: PostId,
    /// From when until when.
    pub span: Span,
}

/// A deputy's post is in charge of a section (分管) for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The deputy's post.
    pub post: PostId,
    /// The section.
    pub section: SectionId,
    /// From when until when.
    pub span: Span,
}

/// Why somebody is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AbsenceKind {
    /// 休假.
    Leave,
    /// 病假.
    Illness,
    /// 跟班锻炼.
    Secondment,
    /// 学习考察.
    StudyVisit,
}

impl AbsenceKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Leave,
        Self::Illness,
        Self::Secondment,
        Self::StudyVisit,
    ];

    /// The word for it in stored rows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Illness => "illness",
            Self::Secondment => "secondment",
            Self::StudyVisit => "study-visit",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Somebody is away from one half-day to another, both included (R71: duties are suspended by themselves).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Who.
    pub person: PersonId,
    /// First half-day away.
    pub first: HalfDay,
    /// Last half-day away.
    pub last: HalfDay,
    /// Why.
    pub kind: AbsenceKind,
}

impl Absence {
    /// Whether the person is away in `half_day`.
    pub fn contains(&self, half_day: HalfDay) -> bool {
        self.first <= half_day && half_day <= self.last
    }
}

/// An appointment seen from the person: the post's facts beside its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The post.
    pub post: PostId,
    /// Its role.
    pub role: Role,
    /// Its section.
    pub section: Option<SectionId>,
    /// Whether that section is the office.
    pub office: bool,
    /// From when until when.
    pub span: Span,
}

/// What a roster is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterFacts {
    /// Everybody, past members included.
    pub people: Vec<Person>,
    /// All sections.
    pub sections: Vec<Section>,
    /// All posts.
    pub posts: Vec<Post>,
    /// All appointments, past ones included. One that names an unknown post is left out of the roster.
    pub appointments: Vec<Appointment>,
    /// Who was and is in charge of which section.
    pub charges: Vec<Charge>,
    /// All absences.
    pub absences: Vec<Absence>,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    position: usize,
    postings: Vec<Posting>,
    absences: Vec<Absence>,
}

/// The roster with its history, indexed for asking.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    people: Vec<Person>,
    sections: Vec<Section>,
    posts: BTreeMap<PostId, Post>,
    holders: BTreeMap<PostId, Vec<(PersonId, Span)>>,
    charges: Vec<Charge>,
    entries: BTreeMap<PersonId, Entry>,
}

impl Roster {
    /// Indexes the facts. People and sections are put into roster order.
    pub fn new(facts: RosterFacts) -> Self {
        let RosterFacts {
            mut people,
            mut sections,
            posts,
            appointments,
            charges,
            absences,
        } = facts;
        people.sort_by_key(|person| (person.rank, person.id));
        sections.sort_by_key(|section| (section.rank, section.id));
        let posts: BTreeMap<PostId, Post> = posts.into_iter().map(|post| (post.id, post)).collect();
        let mut entries: BTreeMap<PersonId, Entry> = people
            .iter()
            .enumerate()
            .map(|(position, person)| {
                (
                    person.id,
                    Entry {
                        position,
                        ..Entry::default()
                    },
                )
            })
            .collect();
        let mut holders: BTreeMap<PostId, Vec<(PersonId, Span)>> = BTreeMap::new();
        for appointment in appointments {
            let (Some(post), Some(entry)) = (
                posts.get(&appointment.post),
                entries.get_mut(&appointment.person),
            ) else {
                continue;
            };
            let office = sections
                .iter()
                .any(|section| Some(section.id) == post.section && section.office);
            entry.postings.push(Posting {
                post: post.id,
                role: post.role,
                section: post.section,
                office,
                span: appointment.span,
            });
            holders
                .entry(post.id)
                .or_default()
                .push((appointment.person, appointment.span));
        }
        for absence in absences {
            if let Some(entry) = entries.get_mut(&absence.person) {
                entry.absences.push(absence);
            }
        }
        for entry in entries.values_mut() {
            entry
                .postings
                .sort_by_key(|posting| (posting.span, posting.post));
            entry
                .absences
                .sort_by_key(|absence| (absence.first, absence.last));
        }
        Self {
            people,
            sections,
            posts,
            holders,
            charges,
            entries,
        }
    }

    /// Everybody, in roster order.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// One person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.entries
            .get(&id)
            .and_then(|entry| self.people.get(entry.position))
    }

    /// All sections, in roster order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// One section.
    pub fn section(&self, id: SectionId) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// One post.
    pub fn post(&self, id: PostId) -> Option<&Post> {
        self.posts.get(&id)
    }

    /// All posts.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.posts.values()
    }

    /// The person's postings, the earliest first.
    pub fn postings(&self, person: PersonId) -> &[Posting] {
        self.entries
            .get(&person)
            .map_or(&[], |entry| &entry.postings)
    }

    /// The person's absences, the earliest first.
    pub fn absences(&self, person: PersonId) -> &[Absence] {
        self.entries
            .get(&person)
            .map_or(&[], |entry| &entry.absences)
    }

    /// Who has held a post, with the dates.
    pub fn holders(&self, post: PostId) -> &[(PersonId, Span)] {
        self.holders.get(&post).map_or(&[], Vec::as_slice)
    }

    /// The person's postings on `day`.
    pub fn postings_on(&self, person: PersonId, day: NaiveDate) -> impl Iterator<Item = &Posting> {
        self.postings(person)
            .iter()
            .filter(move |posting| posting.span.contains(day))
    }

    /// Whether the person holds any post on `day`.
    pub fn serves_on(&self, person: PersonId, day: NaiveDate) -> bool {
        self.postings_on(person, day).next().is_some()
    }

    /// The section the person belongs to on `day`; leaders belong to none.
    pub fn section_on(&self, person: PersonId, day: NaiveDate) -> Option<&Section> {
        let id = self
            .postings_on(person, day)
            .find_map(|posting| posting.section)?;
        self.section(id)
    }

    /// The members of a section on `day`, in roster order.
    pub fn members_on(&self, section: SectionId, day: NaiveDate) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |p| {
            self.postings_on(p.id, day)
                .any(|posting| posting.section == Some(section))
        })
    }

    /// Whether `post` is in charge of `section` on `day`.
    pub fn in_charge_on(&self, post: PostId, section: SectionId, day: NaiveDate) -> bool {
        self.charges
            .iter()
            .any(|c| c.post == post && c.section == section && c.span.contains(day))
    }

    /// The sections that `person` is in charge of on `day`, through whichever post.
    pub fn sections_in_charge_of(
        &self,
        person: PersonId,
        day: NaiveDate,
    ) -> impl Iterator<Item = SectionId> {
        self.charges
            .iter()
            .filter(move |c| {
                c.span.contains(day) && self.postings_on(person, day).any(|p| p.post == c.post)
            })
            .map(|charge| charge.section)
    }
}
