//! Who is there to owe and to receive: people in groups whose members a charter treats alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Serialize, Serializer};

use super::OnPerson;
use crate::charter::{Charter, Counterpart, Duty, Receiver, Selector};
use crate::people::Role;

/// How many people there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staffing {
    /// Ministers: mostly one.
    pub ministers: u32,
    /// Deputies; the sections are in their charge.
    pub deputies: u32,
    /// Heads of sections, the office's included.
    pub heads: u32,
    /// Other members of sections, the office's included.
    pub staff: u32,
    /// Members of the office, its head included; they are among `heads` and `staff`.
    pub office_members: u32,
    /// Sections, the office included.
    pub sections: u32,
    /// Members, the head included, of sections that the charter names; the average if missing.
    pub members_of: BTreeMap<String, u32>,
    /// Holders of posts that the charter names; 1 if missing.
    pub holders_of: BTreeMap<String, u32>,
}

impl Staffing {
    /// The reference department: one minister, three deputies, six sections among them an office of three, 24 in all.
    pub const fn reference() -> Self {
        Self {
            ministers: 1,
            deputies: 3,
            heads: 6,
            staff: 14,
            office_members: 3,
            sections: 6,
            members_of: BTreeMap::new(),
            holders_of: BTreeMap::new(),
        }
    }
}

/// Which section somebody is in, as far as a charter tells sections apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// One that the charter does not name.
    Any,
    /// The office.
    Office,
    /// The section of this name.
    Section(String),
}

/// A kind of person whom the charter asks the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// The minister.
    Minister,
    /// A deputy.
    Deputy,
    /// A head of a section.
    Head(Place),
    /// Another member of a section.
    Staff(Place),
    /// Whoever holds the post of this title: what the post adds to what the person owes anyway.
    Post(String),
}

impl fmt::Display for Position {
    /// `minister`, `deputy`, `head`, `staff`, `office-head`, `office-staff`, `head:SECTION`, `staff:SECTION`, `post:TITLE`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (role, place) = match self {
            Self::Minister => return f.write_str("minister"),
            Self::Deputy => return f.write_str("deputy"),
            Self::Post(title) => return write!(f, "post:{title}"),
            Self::Head(place) => ("head", place),
            Self::Staff(place) => ("staff", place),
        };
        match place {
            Place::Any => f.write_str(role),
            Place::Office => write!(f, "office-{role}"),
            Place::Section(name) => write!(f, "{role}:{name}"),
        }
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Position {
    /// The role; none for what a post adds.
    pub const fn role(&self) -> Option<Role> {
        match self {
            Self::Minister => Some(Role::Minister),
            Self::Deputy => Some(Role::Deputy),
            Self::Head(_) => Some(Role::Head),
            Self::Staff(_) => Some(Role::Staff),
            Self::Post(_) => None,
        }
    }

    const fn place(&self) -> Option<&Place> {
        match self {
            Self::Head(place) | Self::Staff(place) => Some(place),
            Self::Minister | Self::Deputy | Self::Post(_) => None,
        }
    }
}

/// People whom the charter treats alike.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) position: Position,
    pub(super) people: u32,
}

impl Group {
    fn owes(&self, duty: &Duty) -> bool {
        duty.who.iter().any(|selector| match selector {
            // A post's holder is in a group already; what everybody owes is not owed twice.
            Selector::Everyone => self.position.role().is_some(),
            Selector::Role(role) => self.position.role() == Some(*role),
            Selector::Office => self.position.place() == Some(&Place::Office),
            Selector::Section(name) => {
                matches!(self.position.place(), Some(Place::Section(own)) if own == name)
            }
            Selector::Post(title) => {
                matches!(&self.position, Position::Post(own) if own == title)
                    && !duty.who.contains(&Selector::Everyone)
            }
        })
    }

    const fn in_a_section(&self) -> bool {
        self.position.place().is_some()
    }

    /// Whether what these people do reaches `receiver`: a head reads the section's, not the own.
    pub(super) const fn sends_to(&self, receiver: Receiver) -> bool {
        match receiver {
            Receiver::Office => true,
            Receiver::SectionHead => matches!(self.position, Position::Staff(_)),
            Receiver::DeputyInCharge => self.in_a_section(),
            Receiver::Minister => !matches!(self.position, Position::Minister),
            Receiver::Counterpart => false,
        }
    }

    /// Whether these people are `receiver`.
    pub(super) const fn receives_as(&self, receiver: Receiver) -> bool {
        match receiver {
            Receiver::Office => matches!(
                self.position,
                Position::Head(Place::Office) | Position::Staff(Place::Office)
            ),
            Receiver::SectionHead => matches!(self.position, Position::Head(_)),
            Receiver::DeputyInCharge => matches!(self.position, Position::Deputy),
            Receiver::Minister => matches!(self.position, Position::Minister),
            // Everybody can be: counted by counterpart, not shared out.
            Receiver::Counterpart => false,
        }
    }
}

/// Everybody.
#[derive(Clone, Debug)]
pub(super) struct People {
    pub(super) groups: Vec<Group>,
    sections: u32,
}

impl People {
    pub(super) fn of(charter: &Charter, staffing: &Staffing) -> Self {
        let selectors = || charter.duties.iter().flat_map(|duty| &duty.who);
        let named: BTreeSet<&String> = selectors()
            .filter_map(|s| {
                if let Selector::Section(name) = s {
                    Some(name)
                } else {
                    None
                }
            })
            .collect();
        let titles: BTreeSet<&String> = selectors()
            .filter_map(|s| {
                if let Selector::Post(title) = s {
                    Some(title)
                } else {
                    None
                }
            })
            .collect();
        let sections = staffing.sections.max(1);
        let average = staffing
            .heads
            .saturating_add(staffing.staff)
            .div_ceil(sections);
        let (mut heads, mut staff) = (staffing.heads, staffing.staff);
        let mut placed = Vec::new();
        // The office and the sections that the charter names are taken out of the rest, each with one head if there is one.
        let office = (Place::Office, staffing.office_members);
        let others = named.into_iter().map(|name| {
            (
                Place::Section(name.clone()),
                staffing.members_of.get(name).copied().unwrap_or(average),
            )
        });
        for (place, members) in std::iter::once(office).chain(others) {
            let head = heads.min(members).min(1);
            let rest = staff.min(members - head);
            heads -= head;
            staff -= rest;
            placed.push(Group {
                position: Position::Head(place.clone()),
                people: head,
            });
            placed.push(Group {
                position: Position::Staff(place),
                people: rest,
            });
        }
        let mut groups = vec![
            Group {
                position: Position::Minister,
                people: staffing.ministers,
            },
            Group {
                position: Position::Deputy,
                people: staffing.deputies,
            },
            Group {
                position: Position::Head(Place::Any),
                people: heads,
            },
            Group {
                position: Position::Staff(Place::Any),
                people: staff,
            },
        ];
        groups.extend(placed);
        groups.extend(titles.into_iter().map(|title| {
            let people = staffing.holders_of.get(title).copied().unwrap_or(1);
            Group {
                position: Position::Post(title.clone()),
                people,
            }
        }));
        Self { groups, sections }
    }

    /// How many people share what `receiver` receives.
    pub(super) fn sharing(&self, receiver: Receiver) -> u32 {
        let counterpart = receiver == Receiver::Counterpart;
        self.count(|group| {
            if counterpart {
                group.position.role().is_some()
            } else {
                group.receives_as(receiver)
            }
        })
    }

    /// Towards how many one person of each group owes the duty, and how many owe it towards that person.
    pub(super) fn sides(&self, duty: &Duty) -> Vec<OnPerson> {
        let owners = self.groups.iter().map(|group| {
            let owed_towards = if group.owes(duty) {
                self.counterparts(duty, group)
            } else {
                0
            };
            OnPerson {
                owed_towards,
                ..OnPerson::default()
            }
        });
        let mut sides: Vec<OnPerson> = owners.collect();
        let owed_by: Vec<u64> = self
            .groups
            .iter()
            .map(|group| self.owners_towards(duty, group, &sides))
            .collect();
        for (side, owed_by) in sides.iter_mut().zip(owed_by) {
            side.owed_by = owed_by;
        }
        sides
    }

    /// Towards how many somebody of `owner` owes the duty; 1 if it is owed towards nobody in particular.
    fn counterparts(&self, duty: &Duty, owner: &Group) -> u64 {
        let in_sections = self.count(Group::in_a_section);
        let share = |people: u32| u64::from(in_sections.div_ceil(people.max(1)));
        match duty.counterpart {
            None => 1,
            Some(Counterpart::Everyone) => self
                .count(|group| group.position.role().is_some())
                .saturating_sub(1)
                .into(),
            // The sections are in the deputies' charge; in the minister's or a named post's only where no deputy owes the duty.
            Some(Counterpart::InCharge) => {
                let responsible = self
                    .groups
                    .iter()
                    .filter(|group| group.people > 0 && group.owes(duty));
                let rank = |group: &Group| match group.position {
                    Position::Deputy => 0,
                    Position::Minister => 1,
                    Position::Post(_) => 2,
                    Position::Head(_) | Position::Staff(_) => 3,
                };
                let first = responsible.map(rank).min().unwrap_or(3);
                if rank(owner) == first && first < 3 {
                    share(owner.people)
                } else {
                    0
                }
            }
            Some(Counterpart::OwnSection)
                if owner.in_a_section() || owner.position.role().is_none() =>
            {
                in_sections
                    .saturating_sub(self.sections)
                    .div_ceil(self.sections)
                    .into()
            }
            Some(Counterpart::OwnSection) => 0,
        }
    }

    /// How many owe the duty towards somebody of `group`.
    fn owners_towards(&self, duty: &Duty, group: &Group, sides: &[OnPerson]) -> u64 {
        let Some(counterpart) = duty.counterpart else {
            return 0;
        };
        if group.position.role().is_none() {
            return 0;
        }
        let owners = || {
            self.groups
                .iter()
                .zip(sides)
                .filter(|(_, side)| side.owed_towards > 0)
                .map(|(owner, _)| owner)
        };
        let count = |owners: &mut dyn Iterator<Item = &Group>| {
            owners.map(|owner| u64::from(owner.people)).sum::<u64>()
        };
        let oneself = u64::from(group.owes(duty));
        match counterpart {
            Counterpart::Everyone => count(&mut owners()).saturating_sub(oneself),
            Counterpart::InCharge => {
                u64::from(group.in_a_section() && owners().any(|owner| owner.people > 0))
            }
            Counterpart::OwnSection if group.in_a_section() => {
                let sections = u64::from(self.sections);
                let inside = count(&mut owners().filter(|owner| owner.in_a_section()));
                inside.saturating_sub(oneself * sections).div_ceil(sections)
            }
            Counterpart::OwnSection => 0,
        }
    }

    fn count(&self, wanted: impl Fn(&Group) -> bool) -> u32 {
        self.groups
            .iter()
            .filter(|group| wanted(group))
            .fold(0, |sum, group| sum.saturating_add(group.people))
    }
}
