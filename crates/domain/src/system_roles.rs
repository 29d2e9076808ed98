//! Separate hands (part C): who holds the roles of the system, who may give and take them, and when one person holds too many.
//!
//! The system administrator looks after accounts and settings, the security administrator gives and takes the roles, the auditor
//! reads the chain. In an organisation of more than [`LARGEST_UNSEPARATED`] people in service they are pairwise different people.
//! Nobody gives himself anything, and the last administrator of either kind stays.
//!
//! **Founding.** As long as no account has ever been security administrator, the system administrator names the first one, and
//! with him the auditor; with that his power over roles ends for good, because the last security administrator cannot be removed.

use crate::access::{Actor, SystemRoles};
use crate::identity::{AccountId, PersonId};

/// In an organisation with more people in service than this, nobody holds two roles of the system.
pub const LARGEST_UNSEPARATED: usize = 10;

/// A role of the system itself; none of them gives access to content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SystemRole {
    /// 系统管理员: accounts, settings, roster.
    Administrator,
    /// 安全管理员: roles and policies; the second hand in every reset.
    Security,
    /// 审计员: reads the audit chain.
    Auditor,
}

impl SystemRole {
    /// All roles of the system.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Security, Self::Auditor];

    /// The word for it in forms and keys of messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Security => "security",
            Self::Auditor => "auditor",
        }
    }

    /// The role that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl SystemRoles {
    /// Whether this role is among them.
    pub const fn has(self, role: SystemRole) -> bool {
        match role {
            SystemRole::Administrator => self.administrator,
            SystemRole::Security => self.security,
            SystemRole::Auditor => self.auditor,
        }
    }

    /// The same with this role held or not.
    #[must_use]
    pub const fn with(mut self, role: SystemRole, held: bool) -> Self {
        match role {
            SystemRole::Administrator => self.administrator = held,
            SystemRole::Security => self.security = held,
            SystemRole::Auditor => self.auditor = held,
        }
        self
    }

    /// The roles held, in the order of [`SystemRole::ALL`].
    pub fn held(self) -> impl Iterator<Item = SystemRole> {
        SystemRole::ALL
            .into_iter()
            .filter(move |role| self.has(*role))
    }
}

/// An account as far as the separation of roles asks about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The account.
    pub account: AccountId,
    /// The person behind it. An account without one stands for a person of its own: the program cannot know better.
    pub person: Option<PersonId>,
    /// What it holds.
    pub roles: SystemRoles,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether its owner still has to replace a first password, which somebody else may have seen.
    pub first_password: bool,
}

impl Holder {
    /// Whether both are, as far as one can know, the same human being.
    pub fn same_person(&self, account: AccountId, person: Option<PersonId>) -> bool {
        self.account == account || (self.person.is_some() && self.person == person)
    }

    /// Whether the account can act in this role.
    const fn acts_as(&self, role: SystemRole) -> bool {
        self.roles.has(role) && !self.closed
    }
}

/// A person with more than one role where nobody may have two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The person's accounts.
    pub accounts: Vec<AccountId>,
    /// All roles of these accounts.
    pub roles: Vec<SystemRole>,
}

/// Who holds more than one role in an organisation of `in_service` people; nobody does in a well-ordered one. A closed account
/// counts: it can be opened again.
pub fn overlaps(holders: &[Holder], in_service: usize) -> Vec<Overlap> {
    if in_service <= LARGEST_UNSEPARATED {
        return Vec::new();
    }
    let mut found: Vec<Overlap> = Vec::new();
    for (at, holder) in holders.iter().enumerate() {
        let seen = holders[..at]
            .iter()
            .any(|other| other.same_person(holder.account, holder.person));
        if seen {
            continue;
        }
        let roles = roles_of_person(holders, holder.account, holder.person);
        if roles.held().count() > 1 {
            let accounts = holders
                .iter()
                .filter(|other| other.same_person(holder.account, holder.person))
                .map(|other| other.account);
            found.push(Overlap {
                accounts: accounts.collect(),
                roles: roles.held().collect(),
            });
        }
    }
    found
}

/// All roles that a person holds through whichever account.
fn roles_of_person(
    holders: &[Holder],
    account: AccountId,
    person: Option<PersonId>,
) -> SystemRoles {
    let own = holders
        .iter()
        .filter(|holder| holder.same_person(account, person));
    own.flat_map(|holder| holder.roles.held())
        .fold(SystemRoles::default(), |roles, role| roles.with(role, true))
}

/// Whether the first system administrator still names the first security administrator: there has never been one.
pub fn is_founding(holders: &[Holder]) -> bool {
    !holders.iter().any(|holder| holder.roles.security)
}

/// Whether somebody other than this person can act as security administrator, so that what needs two has its second.
pub fn has_second_hand(holders: &[Holder], account: AccountId, person: Option<PersonId>) -> bool {
    holders
        .iter()
        .any(|holder| holder.acts_as(SystemRole::Security) && !holder.same_person(account, person))
}

/// In whose name a role is given or taken.
#[derive(Clone, Copy, Debug)]
pub enum Hand<'a> {
    /// Whoever runs the server, at its command line.
    Operator,
    /// Somebody who is signed in.
    Account(&'a Actor),
}

/// What is to be done with a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Give it.
    Grant,
    /// Take it back.
    Revoke,
}

/// Why a role is not given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleRefusal {
    /// Roles are the security administrator's business, and the founding is over.
    NotYours,
    /// Nobody gives himself a role, through another account of his own neither.
    Own,
    /// It is held already, or not held at all.
    AlreadySo,
    /// The account is closed.
    Closed,
    /// The owner has not replaced the first password yet: whoever issued it might sign in with it.
    FirstPassword,
    /// The person holds this other role, and the organisation is too large for that.
    Overlap(SystemRole),
    /// It is the last account that can act in this role.
    Last(SystemRole),
}

/// Decides whether an account's role is given or taken, and what the account then holds.
///
/// `holders` are all accounts of the organisation that hold a role, and the account itself.
///
/// # Errors
/// Why not.
pub fn decide(
    hand: Hand<'_>,
    change: Change,
    role: SystemRole,
    of: &Holder,
    holders: &[Holder],
    in_service: usize,
) -> Result<SystemRoles, RoleRefusal> {
    if let Hand::Account(actor) = hand {
        let founds = change == Change::Grant
            && actor.system.administrator
            && role != SystemRole::Administrator
            && is_founding(holders);
        if !actor.system.security && !founds {
            return Err(RoleRefusal::NotYours);
        }
        if change == Change::Grant && of.same_person(actor.account, actor.person) {
            return Err(RoleRefusal::Own);
        }
    }
    let granting = change == Change::Grant;
    if of.roles.has(role) == granting {
        return Err(RoleRefusal::AlreadySo);
    }
    if granting {
        may_hold(role, of, holders, in_service)?;
    } else {
        stays_held(role, of, holders)?;
    }
    Ok(of.roles.with(role, granting))
}

fn may_hold(
    role: SystemRole,
    of: &Holder,
    holders: &[Holder],
    in_service: usize,
) -> Result<(), RoleRefusal> {
    if of.closed {
        return Err(RoleRefusal::Closed);
    }
    if of.first_password {
        return Err(RoleRefusal::FirstPassword);
    }
    if in_service > LARGEST_UNSEPARATED {
        let held = roles_of_person(holders, of.account, of.person);
        if let Some(other) = held.held().find(|held| *held != role) {
            return Err(RoleRefusal::Overlap(other));
        }
    }
    Ok(())
}

/// The last account that can act as administrator or security administrator keeps the role, and stays open.
///
/// # Errors
/// [`RoleRefusal::Last`].
pub fn stays_held(role: SystemRole, of: &Holder, holders: &[Holder]) -> Result<(), RoleRefusal> {
    let needed = matches!(role, SystemRole::Administrator | SystemRole::Security);
    let others = holders
        .iter()
        .any(|holder| holder.account != of.account && holder.acts_as(role));
    if needed && !others {
        return Err(RoleRefusal::Last(role));
    }
    Ok(())
}

/// Whether an account may be closed: not the last that can act as administrator or security administrator.
///
/// # Errors
/// [`RoleRefusal::Last`].
pub fn may_close(of: &Holder, holders: &[Holder]) -> Result<(), RoleRefusal> {
    of.roles
        .held()
        .try_for_each(|role| stays_held(role, of, holders))
}
