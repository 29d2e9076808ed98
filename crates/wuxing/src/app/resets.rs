//! A lost password is replaced by two (see `domain::resets`): the system administrator asks and is shown the first half of a code,
//! the security administrator confirms and is shown the second, and only the owner has both. Each half is made when it is shown and
//! kept as a hash, so that nobody but those two ever sees it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::access::{Action, Resource};
use domain::identity::AccountId;
use domain::notices::Notice;
use domain::resets::{
    Circumstances, Credential, FIRST_LASTS, HALF, LASTS, Reset, ResetId, ResetRefusal, Stage,
    WAITS, may_ask, may_cancel, may_confirm,
};
use domain::security_log::SecurityEvent;
use domain::system_roles::Holder;
pub use store::resets::WaitingImport;
use uuid::Uuid;

use super::notices::{Whom, tell};
use super::people::ONE_TIME_ALPHABET;
use super::security::note;
use super::system_roles::{Label, holder, holders};
use super::{Cx, Error, Identity, Program, Refusal, Result, sign_in};

mod first;
mod join;

pub use first::second_halves;
pub(crate) use first::{begin_first, first_half};
pub use join::{Joined, Owner, set_password};

/// Resets on one page.
pub const PAGE: u32 = 30;

/// A half of a code that was just made. It is shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The half, in two groups.
    pub half: String,
    /// Whose account it is for.
    pub of: Label,
    /// Until when the reset waits, or the code can be used.
    pub until: DateTime<Utc>,
}

/// A reset on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetLine {
    /// The reset.
    pub reset: Reset,
    /// How far it has come now.
    pub stage: Stage,
    /// Whose account it is.
    pub of: Label,
    /// Who asked.
    pub asked_by: Label,
    /// Who confirmed.
    pub confirmed_by: Option<Label>,
    /// Whether the actor may confirm it.
    pub may_confirm: bool,
    /// Whether the actor may take it back.
    pub may_cancel: bool,
}

/// The page of all resets.
#[derive(Clone, Debug)]
pub struct ResetsPage {
    /// The resets, the latest first.
    pub lines: Vec<ResetLine>,
    /// Where the next page begins, if there is one.
    pub older: Option<ResetId>,
    /// Imports whose people wait for the second half of their first password, with who imported.
    pub imports: Vec<(WaitingImport, Label)>,
    /// Whether the actor makes second halves.
    pub may_confirm: bool,
}

/// A half of a code: so many characters, none that look alike.
fn half(program: &Program) -> String {
    let bytes: [u8; HALF] = program.randomness.bytes();
    bytes
        .iter()
        .map(|byte| char::from(ONE_TIME_ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// In two groups, as it is read out and typed.
pub(crate) fn grouped(half: &str) -> String {
    let (first, second) = half.split_at(half.len() / 2);
    format!("{first}-{second}")
}

/// Asks for a reset; shows the first half, once.
pub async fn ask(
    program: &Program,
    who: Identity,
    id: AccountId,
    credential: Credential,
) -> Result<Shown> {
    // Refused before a hash is made for it; asked again in the transaction.
    program
        .read(who, move |cx| {
            Box::pin(async move { asking(cx, id, credential).await.map(drop) })
        })
        .await?;
    let half = half(program);
    let hash = sign_in::hash(program, half.clone()).await?;
    let (of, until) = program
        .write(who, move |cx| {
            let hash = hash.clone();
            Box::pin(async move {
                store::resets::lapse(&mut cx.tx, cx.org, cx.now).await?;
                let (of, asked_by) = asking(cx, id, credential).await?;
                let reset = begun(cx, id, credential, asked_by, None);
                store::resets::insert(&mut cx.tx, cx.org, &reset, &hash).await?;
                note(cx, id, SecurityEvent::ResetAsked).await?;
                if credential == Credential::Password {
                    let request = reset.id.uuid();
                    let asked = Notice::PasswordResetAsked { request };
                    tell(cx, Whom::Account(id), asked).await?;
                }
                audit(cx, &reset, "asked").await?;
                Ok((of, reset.expires_at))
            })
        })
        .await?;
    Ok(Shown {
        half: grouped(&half),
        of,
        until,
    })
}

/// A reset that is asked for now.
fn begun(
    cx: &Cx,
    account: AccountId,
    credential: Credential,
    asked_by: AccountId,
    import: Option<Uuid>,
) -> Reset {
    let waits = if import.is_some() { FIRST_LASTS } else { WAITS };
    Reset {
        id: cx.new_id(),
        account,
        credential,
        import,
        stage: Stage::Asked,
        asked_by,
        asked_at: cx.now,
        confirmed_by: None,
        closed_at: None,
        expires_at: cx.now + waits,
        tries: 0,
    }
}

/// Whether the actor may ask for this; whose account it is, and who asks.
async fn asking(cx: &mut Cx, id: AccountId, credential: Credential) -> Result<(Label, AccountId)> {
    cx.authorize(Action::Create, Resource::Resets)?;
    let actor = cx.actor.clone().ok_or(Error::NotFound)?;
    let account = store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    let holders = holders(cx).await?;
    let open = store::resets::open(&mut cx.tx, cx.org, id, credential).await?;
    let since = cx.now - WAITS;
    let (asked_by_actor, asked_for_account) =
        store::resets::asked_since(&mut cx.tx, cx.org, actor.account, id, since).await?;
    let asked = Circumstances {
        of: &holder(&account),
        holders: &holders,
        open: open.is_some_and(|(reset, _)| reset.stage_at(cx.now).is_open()),
        asked_by_actor,
        asked_for_account,
    };
    may_ask(&actor, &asked).map_err(Refusal::Reset)?;
    Ok((Label::of(cx, &account), actor.account))
}

/// Confirms a reset; shows the second half, once.
pub async fn confirm(program: &Program, who: Identity, id: ResetId) -> Result<Shown> {
    program
        .read(who, move |cx| {
            Box::pin(async move { confirming(cx, id).await.map(drop) })
        })
        .await?;
    let half = half(program);
    let hash = sign_in::hash(program, half.clone()).await?;
    let (of, until) = program
        .write(who, move |cx| {
            let hash = hash.clone();
            Box::pin(async move {
                let (reset, of, by) = confirming(cx, id).await?;
                let until = cx.now + LASTS;
                let (tx, org) = (&mut cx.tx, cx.org);
                if !store::resets::confirm(tx, org, id, by, &hash, until).await? {
                    return Err(Refusal::Reset(ResetRefusal::NotFromHere(Stage::Confirmed)).into());
                }
                note(cx, reset.account, SecurityEvent::ResetConfirmed).await?;
                audit(cx, &reset, "confirmed").await?;
                Ok((of, until))
            })
        })
        .await?;
    Ok(Shown {
        half: grouped(&half),
        of,
        until,
    })
}

/// Whether the actor may confirm this; the reset, whose account it is, and who confirms.
async fn confirming(cx: &mut Cx, id: ResetId) -> Result<(Reset, Label, AccountId)> {
    cx.authorize(Action::Administer, Resource::Resets)?;
    let reset = store::resets::by_id(&mut cx.tx, cx.org, id)
        .await?
        .filter(|reset| reset.import.is_none())
        .ok_or(Error::NotFound)?;
    let by = second_hand(cx, &reset).await?;
    let account = store::accounts::by_id(&mut cx.tx, cx.org, reset.account)
        .await?
        .ok_or(Error::NotFound)?;
    Ok((reset, Label::of(cx, &account), by))
}

/// Whether the actor may be the second hand in this reset.
async fn second_hand(cx: &mut Cx, reset: &Reset) -> Result<AccountId> {
    let actor = cx.actor.clone().ok_or(Error::NotFound)?;
    let ids = [reset.account, reset.asked_by];
    let accounts = store::accounts::by_ids(&mut cx.tx, cx.org, &ids).await?;
    let of = |id: AccountId| -> Result<Holder> {
        let found = accounts.iter().find(|account| account.id == id);
        found.map(holder).ok_or(Error::NotFound)
    };
    let (of, asker) = (of(reset.account)?, of(reset.asked_by)?);
    may_confirm(&actor, reset, &of, &asker, cx.now).map_err(Refusal::Reset)?;
    Ok(actor.account)
}

/// Whether there is this reset, and it is of the actor's own account.
pub async fn is_own(cx: &mut Cx, id: ResetId) -> Result<bool> {
    let reset = store::resets::by_id(&mut cx.tx, cx.org, id).await?;
    let actor = cx.actor.as_ref().map(|actor| actor.account);
    Ok(reset.is_some_and(|reset| Some(reset.account) == actor))
}

/// Takes a reset back: either of the two administrators, or the owner of the account.
pub async fn cancel(cx: &mut Cx, id: ResetId) -> Result<()> {
    let actor = cx.actor.clone().ok_or(Error::NotFound)?;
    let reset = store::resets::by_id(&mut cx.tx, cx.org, id).await?;
    let own = reset
        .as_ref()
        .is_some_and(|reset| reset.account == actor.account);
    if !own {
        cx.authorize(Action::Withdraw, Resource::Resets)?;
    }
    let reset = reset.ok_or(Error::NotFound)?;
    may_cancel(&reset, cx.now).map_err(Refusal::Reset)?;
    end(cx, &reset, Stage::Cancelled, SecurityEvent::ResetCancelled).await
}

/// Ends everything that is under way to replace a credential of the account.
pub(crate) async fn end_all(cx: &mut Cx, id: AccountId) -> Result<()> {
    for credential in Credential::ALL {
        end_for(cx, id, credential).await?;
    }
    Ok(())
}

/// Ends what is under way to replace this credential.
pub(crate) async fn end_for(cx: &mut Cx, id: AccountId, credential: Credential) -> Result<()> {
    let open = store::resets::open(&mut cx.tx, cx.org, id, credential).await?;
    match open {
        Some((reset, _)) => end(cx, &reset, Stage::Cancelled, SecurityEvent::ResetCancelled).await,
        None => Ok(()),
    }
}

async fn end(cx: &mut Cx, reset: &Reset, stage: Stage, event: SecurityEvent) -> Result<()> {
    if !store::resets::close(&mut cx.tx, cx.org, reset.id, stage, cx.now).await? {
        return Err(Refusal::Reset(ResetRefusal::NotFromHere(Stage::Lapsed)).into());
    }
    note(cx, reset.account, event).await?;
    audit(cx, reset, stage.word()).await
}

/// The chain names the account, and by the word what was reset.
async fn audit(cx: &mut Cx, reset: &Reset, step: &str) -> Result<()> {
    let what = match reset.credential {
        Credential::Password => "account.reset",
        Credential::SecondFactor => "account.second-factor-reset",
    };
    let action = format!("{what}-{step}");
    cx.audit(&action, "account", reset.account.uuid(), None)
        .await
}

/// All resets that were asked for, the latest first.
pub async fn page(cx: &mut Cx, before: Option<ResetId>) -> Result<ResetsPage> {
    cx.authorize(Action::Read, Resource::Resets)?;
    let mut resets = store::resets::asked_for(&mut cx.tx, cx.org, before, PAGE + 1).await?;
    let more = resets.len() > PAGE as usize;
    resets.truncate(PAGE as usize);
    let older = resets.last().filter(|_| more).map(|reset| reset.id);
    let waiting = store::resets::waiting_imports(&mut cx.tx, cx.org, cx.now).await?;
    let importers: Vec<AccountId> = waiting.iter().map(|waiting| waiting.asked_by).collect();
    let labels = labels(cx, &importers).await?;
    let imports = waiting.into_iter().filter_map(|waiting| {
        let by = labels.get(&waiting.asked_by).cloned()?;
        Some((waiting, by))
    });
    let imports = imports.collect();
    Ok(ResetsPage {
        lines: lines(cx, resets).await?,
        older,
        imports,
        may_confirm: cx.may(Action::Administer, Resource::Resets),
    })
}

/// The resets of one account, the latest first.
pub(crate) async fn of_account(
    cx: &mut Cx,
    account: AccountId,
    limit: u32,
) -> Result<Vec<ResetLine>> {
    let resets = store::resets::of_account(&mut cx.tx, cx.org, account, limit).await?;
    lines(cx, resets).await
}

async fn lines(cx: &mut Cx, resets: Vec<Reset>) -> Result<Vec<ResetLine>> {
    let ids: Vec<AccountId> = resets
        .iter()
        .flat_map(|reset| {
            [
                Some(reset.account),
                Some(reset.asked_by),
                reset.confirmed_by,
            ]
        })
        .flatten()
        .collect();
    let labels = labels(cx, &ids).await?;
    let actor = cx.actor.as_ref().map(|actor| actor.account);
    let confirms = cx.may(Action::Administer, Resource::Resets);
    let withdraws = cx.may(Action::Withdraw, Resource::Resets);
    let line = |reset: Reset| {
        let stage = reset.stage_at(cx.now);
        Some(ResetLine {
            of: labels.get(&reset.account)?.clone(),
            asked_by: labels.get(&reset.asked_by)?.clone(),
            confirmed_by: reset.confirmed_by.and_then(|by| labels.get(&by).cloned()),
            may_confirm: confirms && stage == Stage::Asked && reset.import.is_none(),
            may_cancel: stage.is_open() && (withdraws || actor == Some(reset.account)),
            stage,
            reset,
        })
    };
    Ok(resets.into_iter().filter_map(line).collect())
}

async fn labels(cx: &mut Cx, ids: &[AccountId]) -> Result<BTreeMap<AccountId, Label>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let accounts = store::accounts::by_ids(&mut cx.tx, cx.org, &ids).await?;
    Ok(accounts
        .iter()
        .map(|account| (account.id, Label::of(cx, account)))
        .collect())
}
