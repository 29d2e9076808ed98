//! The check itself: first each line alone, then the lines among one another and beside those on the roster.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::accounts::{self, Accounts};
use super::reading::{self, Draft, clean, nearest};
use super::{
    Circumstances, Field, LONGEST_NAME, LineProblem, LineWarning, RosterCheck, RosterEntry,
    RosterLine, RosterProblem, RosterWarning, SinceCell, YEARS,
};
use crate::people::Role;

/// A check under way.
pub(super) struct Checking<'c> {
    circumstances: &'c Circumstances,
    existing_sections: BTreeSet<String>,
    create_sections: BTreeSet<String>,
    nearest: BTreeMap<String, Vec<String>>,
    /// Lines with a fault.
    faulty: BTreeSet<usize>,
    /// Lines about somebody who is known already; one fault is enough for them.
    repeated: BTreeSet<usize>,
    pub(super) found: RosterCheck,
}

impl<'c> Checking<'c> {
    pub(super) fn new(circumstances: &'c Circumstances) -> Self {
        Self {
            circumstances,
            existing_sections: circumstances
                .sections
                .iter()
                .map(|name| clean(name))
                .collect(),
            create_sections: circumstances
                .create_sections
                .iter()
                .map(|name| clean(name))
                .collect(),
            nearest: BTreeMap::new(),
            faulty: BTreeSet::new(),
            repeated: BTreeSet::new(),
            found: RosterCheck::default(),
        }
    }

    pub(super) fn complain(&mut self, number: usize, field: Field, problem: RosterProblem) {
        self.faulty.insert(number);
        self.found.problems.push(LineProblem {
            number,
            field,
            problem,
        });
    }

    fn warn(&mut self, number: usize, field: Field, warning: RosterWarning) {
        self.found.warnings.push(LineWarning {
            number,
            field,
            warning,
        });
    }

    /// What can be said of a line without looking at others.
    pub(super) fn read(&mut self, line: &RosterLine) -> Draft {
        let number = line.number;
        let name = clean(&line.name);
        if name.is_empty() {
            self.complain(number, Field::Name, RosterProblem::Missing);
        } else if !name.chars().any(char::is_alphabetic) {
            self.complain(
                number,
                Field::Name,
                RosterProblem::NotAName {
                    found: reading::shorten(&name),
                },
            );
        }
        self.length(number, Field::Name, &name);
        let (role_word, title) = (clean(&line.role), clean(&line.post));
        self.length(number, Field::Post, &title);
        let (word, field) = if role_word.is_empty() {
            (&title, Field::Post)
        } else {
            (&role_word, Field::Role)
        };
        let role = reading::role(word);
        match role {
            Some(_) => {}
            None if word.is_empty() => self.complain(number, Field::Role, RosterProblem::Missing),
            None => self.complain(
                number,
                field,
                RosterProblem::UnknownRole {
                    found: reading::shorten(word),
                },
            ),
        }
        let leader = matches!(role, Some(Role::Minister | Role::Deputy));
        let entered = clean(&line.section);
        let section = self.section(number, &entered, role);
        let account = reading::account(&line.account);
        if let Some(account) = &account
            && !accounts::is_well_formed(account)
        {
            self.complain(
                number,
                Field::Account,
                RosterProblem::MalformedAccount {
                    found: reading::shorten(account),
                },
            );
        }
        let in_charge_of = self.charges(line, leader || role.is_none());
        let email = clean(&line.email);
        if !email.is_empty() && !reading::is_email(&email) {
            self.complain(
                number,
                Field::Email,
                RosterProblem::MalformedEmail {
                    found: reading::shorten(&email),
                },
            );
        }
        Draft {
            number,
            name,
            account,
            section,
            place: if leader { String::new() } else { entered },
            post: if title.is_empty() { role_word } else { title },
            role,
            since: self.since(number, &line.since),
            in_charge_of,
            email: (!email.is_empty()).then_some(email),
        }
    }

    fn length(&mut self, number: usize, field: Field, text: &str) {
        let found = text.chars().count();
        if found > LONGEST_NAME {
            self.complain(number, field, RosterProblem::TooLong { found });
        }
    }

    fn section(&mut self, number: usize, name: &str, role: Option<Role>) -> Option<String> {
        match role {
            Some(Role::Minister | Role::Deputy) => {
                if !name.is_empty() {
                    self.warn(number, Field::Section, RosterWarning::SectionOfLeader);
                }
                None
            }
            // Without a role it is not known whether a section is needed; the missing role is the fault.
            None if name.is_empty() => None,
            _ if name.is_empty() => {
                self.complain(number, Field::Section, RosterProblem::Missing);
                None
            }
            _ => self.known_section(number, Field::Section, name),
        }
    }

    /// The section if it exists or is to be created; otherwise a fault with what is near it.
    fn known_section(&mut self, number: usize, field: Field, name: &str) -> Option<String> {
        let before = self.found.problems.len();
        self.length(number, field, name);
        if self.found.problems.len() > before {
            return None;
        }
        if self.existing_sections.contains(name) {
            return Some(name.to_owned());
        }
        let is_new = self.create_sections.contains(name);
        let list = if is_new {
            &mut self.found.new_sections
        } else {
            &mut self.found.unknown_sections
        };
        if !list.iter().any(|known| known == name) {
            list.push(name.to_owned());
        }
        if is_new {
            return Some(name.to_owned());
        }
        let nearest = self.nearest(name);
        self.complain(
            number,
            field,
            RosterProblem::UnknownSection {
                found: name.to_owned(),
                nearest,
            },
        );
        None
    }

    /// Among the sections that exist and those that are to be created. Looked up once for each name, and not at all after a
    /// hundred of them: then the column is another one.
    fn nearest(&mut self, name: &str) -> Vec<String> {
        if self.nearest.len() >= 100 && !self.nearest.contains_key(name) {
            return Vec::new();
        }
        let (existing, created) = (&self.existing_sections, &self.create_sections);
        self.nearest
            .entry(name.to_owned())
            .or_insert_with(|| nearest(name, &(existing | created)))
            .clone()
    }

    fn charges(&mut self, line: &RosterLine, may: bool) -> Vec<String> {
        let mut charges = Vec::new();
        let names = line
            .in_charge_of
            .iter()
            .map(|name| clean(name))
            .filter(|name| !name.is_empty());
        let names: BTreeSet<String> = names.collect();
        if !may && !names.is_empty() {
            self.complain(line.number, Field::InChargeOf, RosterProblem::NotALeader);
            return charges;
        }
        for name in names {
            charges.extend(self.known_section(line.number, Field::InChargeOf, &name));
        }
        charges
    }

    fn since(&mut self, number: usize, cell: &SinceCell) -> Option<NaiveDate> {
        let problem = match cell {
            SinceCell::Day(day) if YEARS.contains(&day.year()) => return Some(*day),
            SinceCell::Day(day) => RosterProblem::DayOutOfRange { found: *day },
            SinceCell::Text(text) => RosterProblem::NotADay {
                found: reading::shorten(&clean(text)),
            },
            SinceCell::Empty => match self.circumstances.since_if_empty {
                Some(day) => return Some(day),
                None => RosterProblem::Missing,
            },
        };
        self.complain(number, Field::Since, problem);
        None
    }

    /// One person on two lines is a fault; two people of one name are not, as long as something tells them apart.
    pub(super) fn same_people(&mut self, drafts: &[Draft]) {
        let mut known: BTreeMap<String, Vec<Draft>> = BTreeMap::new();
        for person in &self.circumstances.people {
            let draft = Draft::known(person);
            known.entry(draft.name.clone()).or_default().push(draft);
        }
        let mut earlier: BTreeMap<&str, Vec<&Draft>> = BTreeMap::new();
        for draft in drafts.iter().filter(|draft| !draft.name.is_empty()) {
            let on_roster = known.get(&draft.name).map_or(&[][..], Vec::as_slice);
            let before = earlier.entry(&draft.name).or_default();
            if on_roster.iter().any(|other| draft.is_same_as(other)) {
                self.repeated.insert(draft.number);
                self.complain(draft.number, Field::Name, RosterProblem::OnRosterAlready);
            } else if let Some(other) = before.iter().find(|other| draft.is_same_as(other)) {
                self.repeated.insert(draft.number);
                self.complain(
                    draft.number,
                    Field::Name,
                    RosterProblem::SameAs {
                        number: other.number,
                    },
                );
            } else if let Some(other) = before.first() {
                self.warn(
                    draft.number,
                    Field::Name,
                    RosterWarning::Namesake {
                        number: Some(other.number),
                    },
                );
            } else if !on_roster.is_empty() {
                self.warn(
                    draft.number,
                    Field::Name,
                    RosterWarning::Namesake { number: None },
                );
            }
            before.push(draft);
        }
    }

    pub(super) fn accounts(&mut self, drafts: &[Draft]) {
        let of_people: BTreeSet<&str> = self
            .circumstances
            .people
            .iter()
            .filter_map(|p| p.account.as_deref())
            .collect();
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for draft in drafts {
            let (Some(account), false) = (
                draft.account.as_deref(),
                self.repeated.contains(&draft.number),
            ) else {
                continue;
            };
            if let Some(number) = first.get(account) {
                self.complain(
                    draft.number,
                    Field::Account,
                    RosterProblem::AccountTwice { number: *number },
                );
            } else if self.circumstances.accounts.contains(account) || of_people.contains(account) {
                self.complain(draft.number, Field::Account, RosterProblem::AccountTaken);
            }
            first.entry(account).or_insert(draft.number);
        }
    }

    /// One minister; one person in charge of each section.
    pub(super) fn leaders(&mut self, drafts: &[Draft]) {
        let known = &self.circumstances.people;
        let mut minister = known
            .iter()
            .any(|person| person.role == Role::Minister)
            .then_some(None);
        let charges = known
            .iter()
            .flat_map(|person| &person.in_charge_of)
            .map(|name| (clean(name), None));
        let mut in_charge: BTreeMap<String, Option<usize>> = charges.collect();
        for draft in drafts {
            if self.repeated.contains(&draft.number) {
                continue;
            }
            if draft.role == Some(Role::Minister) {
                match minister {
                    Some(number) => {
                        self.complain(
                            draft.number,
                            Field::Role,
                            RosterProblem::SecondMinister { number },
                        );
                    }
                    None => minister = Some(Some(draft.number)),
                }
            }
            for section in &draft.in_charge_of {
                match in_charge.get(section) {
                    Some(number) => {
                        let problem = RosterProblem::SecondInCharge {
                            section: section.clone(),
                            number: *number,
                        };
                        self.complain(draft.number, Field::InChargeOf, problem);
                    }
                    None => {
                        in_charge.insert(section.clone(), Some(draft.number));
                    }
                }
            }
        }
    }

    /// Two heads at the same time can be right (one hands over), so that is only a warning.
    pub(super) fn heads(&mut self, drafts: &[Draft]) {
        let known = self
            .circumstances
            .people
            .iter()
            .filter(|person| person.role == Role::Head);
        let known = known.filter_map(|person| Some((clean(person.section.as_deref()?), None)));
        let mut heads: BTreeMap<String, Option<usize>> = known.collect();
        for draft in drafts.iter().filter(|draft| draft.role == Some(Role::Head)) {
            let (Some(section), false) = (&draft.section, self.repeated.contains(&draft.number))
            else {
                continue;
            };
            match heads.get(section) {
                Some(number) => self.warn(
                    draft.number,
                    Field::Role,
                    RosterWarning::SecondHead { number: *number },
                ),
                None => {
                    heads.insert(section.clone(), Some(draft.number));
                }
            }
        }
    }

    pub(super) fn accept(
        mut self,
        drafts: Vec<Draft>,
        propose_account: &dyn Fn(&str) -> String,
    ) -> RosterCheck {
        let of_people = self
            .circumstances
            .people
            .iter()
            .filter_map(|person| person.account.clone());
        let given = drafts.iter().filter_map(|draft| draft.account.clone());
        let mut accounts = Accounts::new(
            self.circumstances
                .accounts
                .iter()
                .cloned()
                .chain(of_people)
                .chain(given),
        );
        for draft in drafts {
            let account_proposed = draft.account.is_none();
            let faulty = self.faulty.contains(&draft.number);
            let (Some(role), Some(since), false) = (draft.role, draft.since, faulty) else {
                continue;
            };
            let account = draft
                .account
                .unwrap_or_else(|| accounts.propose(&propose_account(&draft.name)));
            self.found.accepted.push(RosterEntry {
                number: draft.number,
                name: draft.name,
                account,
                account_proposed,
                section: draft.section,
                post: draft.post,
                role,
                since,
                in_charge_of: draft.in_charge_of,
                email: draft.email,
            });
        }
        self.found
            .problems
            .sort_by_key(|problem| (problem.number, problem.field));
        self.found
            .warnings
            .sort_by_key(|warning| (warning.number, warning.field));
        self.found
    }
}
