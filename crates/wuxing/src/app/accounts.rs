//! Accounts, as the system administrator sees them: names and locks, never content.

use domain::access::SystemRoles;
use domain::access::{Action, Resource};
use domain::identity::{AccountId, Id, OrgId};
use domain::security_log::SecurityEvent;
use domain::system_roles::{RoleRefusal, may_close};
use store::accounts::Account;

use super::people::{NewAccount, one_time_password};
use super::security::note;
use super::{
    Cx, Error, Identity, Program, Refusal, Result, resets, setup, sign_in, system_roles, tokens,
};

/// An account with the person behind it.
#[derive(Clone, Debug)]
pub struct AccountLine {
    /// The account.
    pub account: Account,
    /// The person's name.
    pub person: Option<String>,
    /// Whether it is locked now.
    pub locked: bool,
}

/// All accounts, by name.
pub async fn list(cx: &mut Cx) -> Result<Vec<AccountLine>> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    let accounts = store::accounts::list(&mut cx.tx, cx.org).await?;
    let line = |account: Account| AccountLine {
        person: account
            .person
            .and_then(|id| cx.house.roster.person(id))
            .map(|person| person.name.clone()),
        locked: account.locked_until.is_some_and(|until| until > cx.now),
        account,
    };
    Ok(accounts.into_iter().map(line).collect())
}

/// Lifts a lock; the owner is told.
pub async fn unlock(cx: &mut Cx, id: AccountId) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    note(cx, id, SecurityEvent::Unlocked).await?;
    store::accounts::clear_failures(&mut cx.tx, cx.org, id).await?;
    cx.audit("account.unlocked", "account", id.uuid(), None)
        .await
}

/// Ends every session of an account and its access tokens, for somebody whose device was lost; the owner is told.
pub async fn sign_out(cx: &mut Cx, id: AccountId) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    store::sessions::delete_of_account(&mut cx.tx, cx.org, id).await?;
    tokens::revoke_all(cx, id).await?;
    note(cx, id, SecurityEvent::SessionsEnded).await?;
    cx.audit("account.sessions-ended", "account", id.uuid(), None)
        .await
}

/// Closes an account or opens it again; the owner is told. Nobody closes his own, and the last account that can act as
/// administrator or security administrator stays open. What was under way to replace its password ends.
pub async fn set_disabled(cx: &mut Cx, id: AccountId, disabled: bool) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    if cx.actor.as_ref().is_some_and(|actor| actor.account == id) {
        return Err(Error::Forbidden);
    }
    let account = store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    if disabled {
        let holders = system_roles::holders(cx).await?;
        if let Err(RoleRefusal::Last(role)) = may_close(&system_roles::holder(&account), &holders) {
            return Err(Refusal::LastHolder(role).into());
        }
        resets::end_all(cx, id).await?;
    }
    let event = if disabled {
        SecurityEvent::Closed
    } else {
        SecurityEvent::Opened
    };
    note(cx, id, event).await?;
    store::accounts::set_disabled(&mut cx.tx, cx.org, id, disabled).await?;
    store::sessions::delete_of_account(&mut cx.tx, cx.org, id).await?;
    // They do not come back with the account.
    tokens::revoke_all(cx, id).await?;
    cx.audit(
        if disabled {
            "account.closed"
        } else {
            "account.opened"
        },
        "account",
        id.uuid(),
        None,
    )
    .await
}

/// Remembers the language that one's account reads in: `zh-CN` or `en`.
pub async fn set_language(cx: &mut Cx, language: &str) -> Result<()> {
    let id = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    if !["zh-CN", "en"].contains(&language) {
        return Err(Error::NotFound);
    }
    store::accounts::set_language(&mut cx.tx, cx.org, id, Some(language)).await?;
    Ok(())
}

/// The language that one's account reads in, if one was chosen.
pub async fn language(cx: &mut Cx) -> Result<Option<String>> {
    let id = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    Ok(store::accounts::language(&mut cx.tx, cx.org, id).await?)
}

/// Makes an account with roles of the system, as whoever runs the machine may (`wuxing user create`). Its one-time password
/// is shown once.
pub async fn create_system(
    program: &Program,
    org: OrgId,
    name: String,
    system: SystemRoles,
) -> Result<NewAccount> {
    if !setup::is_account_name(&name) {
        return Err(Refusal::AccountName.into());
    }
    let password = one_time_password(program);
    let password_hash = sign_in::hash_one_time(program, password.clone()).await?;
    let id: AccountId = Id::new(program.randomness.uuid(program.clock.now()));
    let account = Account {
        id,
        name: name.clone(),
        person: None,
        password_hash,
        must_change: true,
        system,
        disabled: false,
        failed: 0,
        locked_until: None,
    };
    let who = Identity { org, account: None };
    program
        .write(who, move |cx| {
            let account = account.clone();
            Box::pin(async move {
                if store::accounts::by_name(&mut cx.tx, cx.org, &account.name)
                    .await?
                    .is_some()
                {
                    return Err(Refusal::AccountName.into());
                }
                store::accounts::insert(&mut cx.tx, cx.org, &account).await?;
                cx.audit("account.created", "account", id.uuid(), None)
                    .await
            })
        })
        .await?;
    Ok(NewAccount {
        name: String::new(),
        section: String::new(),
        account: name,
        password,
    })
}

/// Sets a one-time password for an account, as whoever runs the machine may (`wuxing user reset-password`): the way where nobody
/// else can confirm a reset. All sessions end, what was under way to replace the password ends, and the owner is told.
pub async fn reset_as_operator(program: &Program, org: OrgId, name: String) -> Result<NewAccount> {
    let password = one_time_password(program);
    let hash = sign_in::hash_one_time(program, password.clone()).await?;
    let who = Identity { org, account: None };
    let found = name.trim().to_lowercase();
    program
        .write(who, move |cx| {
            let (hash, found) = (hash.clone(), found.clone());
            Box::pin(async move {
                let account = store::accounts::by_name(&mut cx.tx, cx.org, &found)
                    .await?
                    .ok_or(Error::NotFound)?;
                let id = account.id;
                resets::end_all(cx, id).await?;
                store::accounts::set_password(&mut cx.tx, cx.org, id, &hash, true).await?;
                store::sessions::delete_of_account(&mut cx.tx, cx.org, id).await?;
                tokens::revoke_all(cx, id).await?;
                note(cx, id, SecurityEvent::OperatorReset).await?;
                cx.audit("account.reset-by-operator", "account", id.uuid(), None)
                    .await
            })
        })
        .await?;
    Ok(NewAccount {
        name: String::new(),
        section: String::new(),
        account: name,
        password,
    })
}
