//! Accounts, as the system administrator sees them: names and locks, never content.

use domain::access::SystemRoles;
use domain::access::{Action, Resource};
use domain::identity::{AccountId, Id, OrgId};
use store::accounts::Account;

use super::people::{NewAccount, one_time_password};
use super::{Cx, Error, Identity, Program, Refusal, Result, setup, sign_in, tokens};

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

/// Lifts a lock.
pub async fn unlock(cx: &mut Cx, id: AccountId) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    store::accounts::clear_failures(&mut cx.tx, cx.org, id).await?;
    cx.audit("account.unlocked", "account", id.uuid(), None)
        .await
}

/// Closes an account or opens it again. Nobody closes his own.
pub async fn set_disabled(cx: &mut Cx, id: AccountId, disabled: bool) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    if cx.actor.as_ref().is_some_and(|actor| actor.account == id) {
        return Err(Error::Forbidden);
    }
    store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
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
