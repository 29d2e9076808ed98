//! Who holds the roles of the system: the security administrator gives and takes them, at the founding the system
//! administrator names the first (see `domain::system_roles`).

use domain::access::{Action, Resource, SystemRoles};
use domain::identity::{AccountId, OrgId};
use domain::security_log::SecurityEvent;
use domain::system_roles::{
    Change, Hand, Holder, RoleRefusal, SystemRole, decide, is_founding, overlaps,
};
use store::accounts::Account;

use super::security::note;
use super::{Cx, Error, Identity, Program, Refusal, Result, RoleProblem};

/// A hash that no password has.
pub(crate) const NO_PASSWORD: &str = "-";

/// How an account is named on pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub account: String,
    /// The person's name.
    pub person: Option<String>,
    /// Whether it is closed.
    pub closed: bool,
}

impl Label {
    pub(crate) fn of(cx: &Cx, account: &Account) -> Self {
        Self {
            id: account.id,
            account: account.name.clone(),
            person: account
                .person
                .and_then(|id| cx.house.roster.person(id))
                .map(|person| person.name.clone()),
            closed: account.disabled,
        }
    }
}

/// An account as the rules of separation see it.
pub(crate) fn holder(account: &Account) -> Holder {
    Holder {
        account: account.id,
        person: account.person,
        roles: account.system,
        closed: account.disabled,
        first_password: account.must_change || account.password_hash == NO_PASSWORD,
    }
}

/// All accounts with roles of the system, as the rules see them.
pub(crate) async fn holders(cx: &mut Cx) -> Result<Vec<Holder>> {
    let accounts = store::accounts::with_roles(&mut cx.tx, cx.org).await?;
    Ok(accounts.iter().map(holder).collect())
}

/// How many people are in service today.
fn in_service(cx: &Cx) -> usize {
    let roster = &cx.house.roster;
    roster
        .people()
        .iter()
        .filter(|person| roster.serves_on(person.id, cx.today))
        .count()
}

/// A person who holds more roles than he may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlapLine {
    /// The person's accounts.
    pub accounts: Vec<Label>,
    /// Their roles.
    pub roles: Vec<SystemRole>,
}

/// The page of the roles.
#[derive(Clone, Debug)]
pub struct RolesPage {
    /// Who holds which role.
    pub holders: Vec<(SystemRole, Vec<Label>)>,
    /// What has to be mended: people with two roles in an organisation that has grown.
    pub overlaps: Vec<OverlapLine>,
    /// How many people are in service.
    pub in_service: usize,
    /// Whether the actor gives and takes roles.
    pub may_change: bool,
    /// Whether the actor names the first security administrator.
    pub founds: bool,
    /// Accounts whose first password has not been replaced by its owner.
    pub first_passwords: usize,
}

/// Who holds which role, for everybody who is signed in: one ought to know who looks after one's account.
pub(crate) async fn holders_by_role(cx: &mut Cx) -> Result<Vec<(SystemRole, Vec<Label>)>> {
    let accounts = store::accounts::with_roles(&mut cx.tx, cx.org).await?;
    Ok(by_role(cx, &accounts))
}

fn by_role(cx: &Cx, accounts: &[Account]) -> Vec<(SystemRole, Vec<Label>)> {
    let of = |role: SystemRole| {
        let held = accounts.iter().filter(|account| account.system.has(role));
        (role, held.map(|account| Label::of(cx, account)).collect())
    };
    SystemRole::ALL.map(of).to_vec()
}

/// The page of the roles, for those who hold one.
pub async fn page(cx: &mut Cx) -> Result<RolesPage> {
    cx.authorize(Action::Read, Resource::SystemRoles)?;
    let accounts = store::accounts::with_roles(&mut cx.tx, cx.org).await?;
    let first_passwords = store::accounts::first_passwords(&mut cx.tx, cx.org).await?;
    let holders: Vec<Holder> = accounts.iter().map(holder).collect();
    Ok(RolesPage {
        overlaps: overlap_lines(cx, &accounts, &holders),
        holders: by_role(cx, &accounts),
        in_service: in_service(cx),
        may_change: cx.may(Action::Administer, Resource::SystemRoles),
        founds: cx.may(Action::Create, Resource::SystemRoles) && is_founding(&holders),
        first_passwords: first_passwords.len(),
    })
}

fn overlap_lines(cx: &Cx, accounts: &[Account], holders: &[Holder]) -> Vec<OverlapLine> {
    let lines = overlaps(holders, in_service(cx)).into_iter().map(|found| {
        let own = accounts
            .iter()
            .filter(|account| found.accounts.contains(&account.id));
        OverlapLine {
            accounts: own.map(|account| Label::of(cx, account)).collect(),
            roles: found.roles,
        }
    });
    lines.collect()
}

/// Who holds more roles than he may, told to those who hold roles themselves until it is mended.
pub async fn to_mend(cx: &mut Cx) -> Result<Vec<OverlapLine>> {
    if !cx.may(Action::Read, Resource::SystemRoles) {
        return Ok(Vec::new());
    }
    let accounts = store::accounts::with_roles(&mut cx.tx, cx.org).await?;
    let holders: Vec<Holder> = accounts.iter().map(holder).collect();
    Ok(overlap_lines(cx, &accounts, &holders))
}

/// Gives a role to the account of this name.
pub async fn grant(cx: &mut Cx, name: &str, role: SystemRole) -> Result<()> {
    permitted(cx)?;
    let account = named(cx, name, role).await?;
    change(cx, &account, role, Change::Grant).await
}

/// Whoever has no role of the system does not learn which accounts there are; the operator of the server may ask.
fn permitted(cx: &Cx) -> Result<()> {
    match &cx.actor {
        Some(_) => cx.authorize(Action::Read, Resource::SystemRoles),
        None => Ok(()),
    }
}

/// Takes a role from an account.
pub async fn revoke(cx: &mut Cx, id: AccountId, role: SystemRole) -> Result<()> {
    permitted(cx)?;
    let account = store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    change(cx, &account, role, Change::Revoke).await
}

/// The founding's last act: names the first security administrator and, if wished, the auditor, in one step. Afterwards roles are
/// the security administrator's business.
pub async fn name_first(cx: &mut Cx, security: &str, auditor: &str) -> Result<()> {
    // The auditor first: with the security administrator the founding is over.
    for (name, role) in [
        (auditor, SystemRole::Auditor),
        (security, SystemRole::Security),
    ] {
        if role == SystemRole::Auditor && name.trim().is_empty() {
            continue;
        }
        grant(cx, name, role).await?;
    }
    Ok(())
}

async fn named(cx: &mut Cx, name: &str, role: SystemRole) -> Result<Account> {
    let name = name.trim().to_lowercase();
    store::accounts::by_name(&mut cx.tx, cx.org, &name)
        .await?
        .ok_or_else(|| Refusal::Role(role, RoleProblem::NoSuchAccount).into())
}

async fn change(cx: &mut Cx, account: &Account, role: SystemRole, change: Change) -> Result<()> {
    let of = holder(account);
    let holders = holders(cx).await?;
    let hand = match &cx.actor {
        Some(actor) => Hand::Account(actor),
        None => Hand::Operator,
    };
    let system = match decide(hand, change, role, &of, &holders, in_service(cx)) {
        Ok(system) => system,
        Err(RoleRefusal::NotYours) => return Err(Error::Forbidden),
        Err(refused) => {
            return Err(Refusal::Role(role, RoleProblem::Refused(refused)).into());
        }
    };
    store::accounts::set_system(&mut cx.tx, cx.org, account.id, system).await?;
    let (event, action) = match change {
        Change::Grant => (SecurityEvent::RoleGranted, "account.role-granted"),
        Change::Revoke => (SecurityEvent::RoleRevoked, "account.role-revoked"),
    };
    note(cx, account.id, event).await?;
    // Which role it was is part of the word: an entry holds no other text.
    cx.audit(
        &format!("{action}-{}", role.word()),
        "account",
        account.id.uuid(),
        None,
    )
    .await
}

/// Makes first passwords void that their owners have not used yet: at the founding the system administrator has seen them. Whoever
/// had one gets another through a reset by two.
pub async fn void_first_passwords(cx: &mut Cx) -> Result<usize> {
    cx.authorize(Action::Administer, Resource::SystemRoles)?;
    let accounts = store::accounts::first_passwords(&mut cx.tx, cx.org).await?;
    for id in &accounts {
        store::accounts::set_password(&mut cx.tx, cx.org, *id, NO_PASSWORD, false).await?;
        store::sessions::delete_of_account(&mut cx.tx, cx.org, *id).await?;
        note(cx, *id, SecurityEvent::FirstPasswordVoid).await?;
        cx.audit("account.first-password-void", "account", id.uuid(), None)
            .await?;
    }
    Ok(accounts.len())
}

/// Gives or takes a role as whoever runs the machine may (`wuxing user grant`, `wuxing user revoke`). The rules of separation hold
/// here too.
pub async fn change_as_operator(
    program: &Program,
    org: OrgId,
    name: String,
    role: SystemRole,
    wanted: Change,
) -> Result<SystemRoles> {
    let who = Identity { org, account: None };
    program
        .write(who, move |cx| {
            let name = name.clone();
            Box::pin(async move {
                let account = named(cx, &name, role).await?;
                change(cx, &account, role, wanted).await?;
                Ok(account.system.with(role, wanted == Change::Grant))
            })
        })
        .await
}
