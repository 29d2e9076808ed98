//! Who may do what (part C of the product page). Deny by default: what no line below allows is refused, and what one may
//! not know of does not exist.

use chrono::NaiveDate;

use crate::identity::{AccountId, PersonId, SectionId};
use crate::people::{Role, Roster};
use crate::records::{Kind, State};

/// Roles of the system itself; they give no access to content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SystemRoles {
    /// 系统管理员: accounts, settings, roster import.
    pub administrator: bool,
    /// 安全管理员: roles and policies.
    pub security: bool,
    /// 审计员: reads the audit chain.
    pub auditor: bool,
}

/// Who acts: an account, and what the roster says of its person today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The person behind it; an administrator's account may have none.
    pub person: Option<PersonId>,
    /// The highest role held today.
    pub role: Option<Role>,
    /// The section one belongs to today.
    pub section: Option<SectionId>,
    /// Sections one heads today.
    pub heads: Vec<SectionId>,
    /// Sections one is in charge of today (分管).
    pub in_charge_of: Vec<SectionId>,
    /// Whether one belongs to the office (O) today.
    pub office: bool,
    /// Roles of the system.
    pub system: SystemRoles,
}

impl Actor {
    /// The actor as the roster has the person on `day`.
    pub fn of(
        account: AccountId,
        person: Option<PersonId>,
        system: SystemRoles,
        roster: &Roster,
        day: NaiveDate,
    ) -> Self {
        let postings: Vec<_> = person
            .map(|id| roster.postings_on(id, day).collect())
            .unwrap_or_default();
        let heads = postings
            .iter()
            .filter(|posting| posting.role == Role::Head)
            .filter_map(|posting| posting.section);
        Self {
            account,
            person,
            role: postings.iter().map(|posting| posting.role).min(),
            section: postings.iter().find_map(|posting| posting.section),
            heads: heads.collect(),
            in_charge_of: person
                .map(|id| roster.sections_in_charge_of(id, day).collect())
                .unwrap_or_default(),
            office: postings.iter().any(|posting| posting.office),
            system,
        }
    }

    /// Whether the person holds a post today; who does not is no member of the department.
    pub const fn serves(&self) -> bool {
        self.role.is_some()
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// See it.
    Read,
    /// Make a new one.
    Create,
    /// Change it.
    Edit,
    /// Take it back or put it back.
    Withdraw,
    /// Write a comment on it.
    Comment,
    /// Decide on or administer it.
    Administer,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 6] = [
        Self::Read,
        Self::Create,
        Self::Edit,
        Self::Withdraw,
        Self::Comment,
        Self::Administer,
    ];
}

/// What a record is to access: everything that decides who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordFacts {
    /// Kind.
    pub kind: Kind,
    /// Author.
    pub author: PersonId,
    /// The author's section when it was written.
    pub section: Option<SectionId>,
    /// With whom, for duties done with somebody.
    pub counterpart: Option<PersonId>,
    /// Where it stands.
    pub state: State,
}

/// What it is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A record that a person wrote.
    Record(RecordFacts),
    /// A draft: nobody's but its author's.
    Draft {
        /// The author.
        author: PersonId,
    },
    /// Everything in a person's ledger, encouraged duties and what was not done of them included.
    OwnLedger {
        /// Whose.
        person: PersonId,
    },
    /// Counts of required duties, and of encouraged ones what was done.
    SharedLedger,
    /// The charter, its articles and the load meter.
    Charter,
    /// Drafts of the charter: the office writes them, the minister adopts (R1–R2).
    CharterDraft,
    /// The roster as members see it: names, posts, sections.
    Roster,
    /// Importing people and their accounts.
    RosterImport,
    /// Who is away, when and why.
    Absences,
    /// Accounts: unlocking, disabling, ending sessions.
    Accounts,
    /// Who holds the roles of the system, and the security policies.
    SystemRoles,
    /// Resets of passwords and second factors by two.
    Resets,
    /// The audit chain.
    Audit,
    /// Access tokens, with which a program acts in the account's name: nobody's but its own.
    Tokens {
        /// Whose.
        account: AccountId,
    },
}

/// Whether `actor` may do `action` to `resource`.
pub fn can(actor: &Actor, action: Action, resource: Resource) -> bool {
    match (action, resource) {
        (Action::Read, Resource::Record(record)) => reads_record(actor, &record),
        (Action::Create, Resource::Record(record)) => {
            actor.serves() && actor.person == Some(record.author)
        }
        (Action::Edit | Action::Withdraw, Resource::Record(record)) => {
            actor.serves() && actor.person == Some(record.author)
        }
        // R23–R26: heads and the office comment; the author answers.
        (Action::Comment, Resource::Record(record)) => {
            record.state == State::Submitted && reads_record(actor, &record)
        }
        (
            Action::Read | Action::Create | Action::Edit | Action::Withdraw,
            Resource::Draft { author },
        )
        | (Action::Read, Resource::OwnLedger { person: author }) => actor.person == Some(author),
        (Action::Read, Resource::SharedLedger | Resource::Roster) => actor.serves(),
        (Action::Read, Resource::Charter) => {
            actor.serves() || actor.system.administrator || actor.system.auditor
        }
        // R1–R2: drafted by the office, adopted by the minister's meeting, whose decision the minister enters.
        (Action::Read, Resource::CharterDraft) => {
            actor.office || actor.role == Some(Role::Minister)
        }
        (Action::Create | Action::Edit | Action::Withdraw, Resource::CharterDraft) => actor.office,
        (Action::Administer, Resource::CharterDraft) => actor.role == Some(Role::Minister),
        (Action::Administer, Resource::RosterImport | Resource::Accounts) => {
            actor.system.administrator
        }
        // Separate hands: the security administrator gives and takes roles, the others see who holds them. At the founding the
        // system administrator names the first ones; `system_roles::decide` knows when that is over.
        (Action::Read, Resource::SystemRoles | Resource::Resets) => {
            actor.system.administrator || actor.system.security || actor.system.auditor
        }
        (Action::Administer, Resource::SystemRoles | Resource::Resets) => actor.system.security,
        (Action::Create, Resource::SystemRoles | Resource::Resets) => actor.system.administrator,
        // Either of the two takes a reset back.
        (Action::Withdraw, Resource::Resets) => actor.system.administrator || actor.system.security,
        // The office keeps the list of who is away.
        (Action::Administer, Resource::Absences) => actor.office,
        (Action::Read, Resource::Audit) => actor.system.auditor,
        (Action::Read | Action::Create | Action::Withdraw, Resource::Tokens { account }) => {
            actor.account == account
        }
        _ => false,
    }
}

/// Part C: clippings, reflections, articles, book notes: the author, the head of the section, the office. A duty entered as
/// done: also the deputy in charge; one done with somebody: only the two. A withdrawn record is its author's alone.
fn reads_record(actor: &Actor, record: &RecordFacts) -> bool {
    if !actor.serves() {
        return false;
    }
    if actor.person == Some(record.author) {
        return true;
    }
    if record.state == State::Withdrawn {
        return false;
    }
    if record.counterpart.is_some() {
        return actor.person == record.counterpart;
    }
    let of = |sections: &[SectionId]| {
        record
            .section
            .is_some_and(|section| sections.contains(&section))
    };
    actor.office || of(&actor.heads) || (record.kind == Kind::Entry && of(&actor.in_charge_of))
}
