//! Accounts, as the system administrator sees them: names and locks, never content.

use domain::access::{Action, Resource};
use domain::identity::AccountId;
use store::accounts::Account;

use super::{Cx, Error, Result};

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
        person: account.person.and_then(|id| cx.house.roster.person(id)).map(|person| person.name.clone()),
        locked: account.locked_until.is_some_and(|until| until > cx.now),
        account,
    };
    Ok(accounts.into_iter().map(line).collect())
}

/// Lifts a lock.
pub async fn unlock(cx: &mut Cx, id: AccountId) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    store::accounts::clear_failures(&mut cx.tx, cx.org, id).await?;
    cx.audit("account.unlocked", "account", id.uuid(), None).await
}

/// Closes an account or opens it again. Nobody closes his own.
pub async fn set_disabled(cx: &mut Cx, id: AccountId, disabled: bool) -> Result<()> {
    cx.authorize(Action::Administer, Resource::Accounts)?;
    if cx.actor.as_ref().is_some_and(|actor| actor.account == id) {
        return Err(Error::Forbidden);
    }
    store::accounts::by_id(&mut cx.tx, cx.org, id).await?.ok_or(Error::NotFound)?;
    store::accounts::set_disabled(&mut cx.tx, cx.org, id, disabled).await?;
    cx.audit(if disabled { "account.closed" } else { "account.opened" }, "account", id.uuid(), None).await
}

/// Remembers the language that one's account reads in: `zh-CN` or `en`.
pub async fn set_language(cx: &mut Cx, language: &str) -> Result<()> {
    let id = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    if !["zh-CN", "en"].contains(&language) {
        return Err(Error::NotFound);
    }
    store::accounts::set_language(&mut cx.tx, cx.org, id, language).await?;
    Ok(())
}
