//! The owner's part: whoever has both halves of a code uses it, without being signed in.

use chrono::{DateTime, Utc};
use domain::identity::{AccountId, OrgId};
use domain::notices::Notice;
use domain::resets::{Credential, HALF, MOST_TRIES, Reset, ResetId, Stage};
use domain::security_log::SecurityEvent;

use super::end;
use crate::app::notices::{Whom, tell};
use crate::app::security::note;
use crate::app::sign_in::{self, count_failure, find, verify, weakness};
use crate::app::{Cx, Identity, Program, Refusal, Result, tokens};

/// What typing the two halves came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// Done.
    Done,
    /// Something does not fit, or nothing can be used; which of it is not told.
    Wrong,
    /// Too many failures.
    Locked {
        /// Until when.
        until: DateTime<Utc>,
    },
}

/// What an owner types who has both halves.
#[derive(Clone)]
pub struct Owner {
    /// The organisation's name; may be empty where there is one only.
    pub organisation: String,
    /// The account's name.
    pub account: String,
    /// The half that came from the system administrator.
    pub first: String,
    /// The half that came from the security administrator.
    pub second: String,
}

/// Sets a new password with both halves. All sessions of the account and its access tokens end.
pub async fn set_password(
    program: &Program,
    owner: Owner,
    new: String,
    again: String,
) -> Result<Joined> {
    let name = owner.account.trim().to_lowercase();
    if let Some(problem) = weakness(&new, &again, "", &name) {
        return Err(Refusal::Password(problem).into());
    }
    let (org, account, reset) = match join(program, &owner, Credential::Password).await? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let hash = sign_in::hash(program, new).await?;
    program
        .write(Identity { org, account: None }, move |cx| {
            let hash = hash.clone();
            Box::pin(async move {
                let Some(used) = redeem(cx, account, reset, Credential::Password).await? else {
                    return Ok(Joined::Wrong);
                };
                store::accounts::set_password(&mut cx.tx, cx.org, account, &hash, false).await?;
                store::sessions::delete_of_account(&mut cx.tx, cx.org, account).await?;
                tokens::revoke_all(cx, account).await?;
                if used.import.is_some() {
                    // The first password: nothing was reset.
                    note(cx, account, SecurityEvent::PasswordChanged).await?;
                } else {
                    note(cx, account, SecurityEvent::ResetUsed).await?;
                    let request = reset.uuid();
                    let done = Notice::PasswordResetDone { request };
                    tell(cx, Whom::Account(account), done).await?;
                }
                cx.audit("account.reset-used", "account", account.uuid(), None)
                    .await?;
                Ok(Joined::Done)
            })
        })
        .await
}

/// Whether the halves fit a reset that can be used now; a failure counts against the account and against the code.
async fn join(
    program: &Program,
    owner: &Owner,
    credential: Credential,
) -> Result<std::result::Result<(OrgId, AccountId, ResetId), Joined>> {
    let found = find(program, owner.organisation.trim(), owner.account.trim()).await?;
    let now = program.clock.now();
    if let Some((_, account)) = &found
        && let Some(until) = account.locked_until.filter(|until| *until > now)
    {
        return Ok(Err(Joined::Locked { until }));
    }
    let open = match &found {
        Some((org, account)) => {
            let mut tx = program.store.read().await?;
            store::resets::open(&mut tx, *org, account.id, credential).await?
        }
        None => None,
    };
    let usable = open.filter(|(reset, _)| reset.stage_at(now) == Stage::Confirmed);
    // Both are compared whatever there is, so that the time tells nothing.
    let (first, second) = match &usable {
        Some((_, halves)) => (Some(halves.first.clone()), halves.second.clone()),
        None => (None, None),
    };
    let fits = (
        verify(typed(&owner.first), first).await?,
        verify(typed(&owner.second), second).await?,
    );
    let Some((org, account)) = found else {
        return Ok(Err(Joined::Wrong));
    };
    match usable {
        Some((reset, _)) if fits == (true, true) && !account.disabled => {
            Ok(Ok((org, account.id, reset.id)))
        }
        usable => {
            let reset = usable.map(|(reset, _)| reset.id);
            let counted = failed(program, org, account.id, reset).await?;
            Ok(Err(counted))
        }
    }
}

/// Counts a failure.
async fn failed(
    program: &Program,
    org: OrgId,
    account: AccountId,
    reset: Option<ResetId>,
) -> Result<Joined> {
    program
        .write(Identity { org, account: None }, move |cx| {
            Box::pin(async move {
                let until = count_failure(cx, account).await?;
                let tried = match reset {
                    Some(id) => store::resets::by_id(&mut cx.tx, cx.org, id).await?,
                    None => None,
                };
                if let Some(reset) = tried.filter(|reset| reset.stage.is_open()) {
                    let tries = reset.tries.saturating_add(1);
                    store::resets::note_tries(&mut cx.tx, cx.org, reset.id, tries).await?;
                    if tries >= MOST_TRIES {
                        end(cx, &reset, Stage::Spent, SecurityEvent::ResetSpent).await?;
                    }
                }
                Ok(until.map_or(Joined::Wrong, |until| Joined::Locked { until }))
            })
        })
        .await
}

/// Uses the code up, if it still can be used: of two who come at once the second finds it used.
async fn redeem(
    cx: &mut Cx,
    account: AccountId,
    reset: ResetId,
    credential: Credential,
) -> Result<Option<Reset>> {
    let open = store::resets::open(&mut cx.tx, cx.org, account, credential).await?;
    let usable = open
        .map(|(open, _)| open)
        .filter(|open| open.id == reset && open.stage_at(cx.now) == Stage::Confirmed);
    let closed = store::accounts::by_id(&mut cx.tx, cx.org, account)
        .await?
        .is_none_or(|account| account.disabled);
    let Some(usable) = usable.filter(|_| !closed) else {
        return Ok(None);
    };
    let used = store::resets::close(&mut cx.tx, cx.org, reset, Stage::Used, cx.now).await?;
    Ok(used.then_some(usable))
}

/// What was typed without what people put between the groups.
fn typed(half: &str) -> String {
    half.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(2 * HALF)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::resets::grouped;

    #[test]
    fn a_half_is_read_as_it_is_written_on_the_slip() {
        assert_eq!(grouped("abcdefghjk"), "abcde-fghjk");
        for written in ["abcde-fghjk", " ABCDE fghjk ", "abcdefghjk", "abcde—fghjk"] {
            assert_eq!(typed(written), "abcdefghjk", "{written}");
        }
    }
}
