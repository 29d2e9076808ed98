//! First passwords of imported people, in halves: the system administrator takes away the first ones with the import, the security
//! administrator makes the second.

use domain::access::{Action, Resource};
use domain::identity::AccountId;
use domain::resets::{Credential, FIRST_LASTS, Reset, ResetId, ResetRefusal, Stage};
use uuid::Uuid;

use super::{begun, grouped, half, second_hand};
use crate::app::people::NewAccount;
use crate::app::{Cx, Error, Identity, Program, Refusal, Result, sign_in};

/// A first half for somebody who is being imported, and its hash.
pub(crate) async fn first_half(program: &Program) -> Result<(String, String)> {
    let half = half(program);
    let hash = sign_in::hash_one_time(program, half.clone()).await?;
    Ok((grouped(&half), hash))
}

/// Keeps the first half of an imported account's first password.
pub(crate) async fn begin_first(
    cx: &mut Cx,
    account: AccountId,
    import: Uuid,
    hash: &str,
) -> Result<()> {
    let asked_by = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    let reset = begun(cx, account, Credential::Password, asked_by, Some(import));
    store::resets::insert(&mut cx.tx, cx.org, &reset, hash).await?;
    Ok(())
}

/// Makes the second halves of an import's first passwords, for the security administrator to hand out. They are given once.
pub async fn second_halves(
    program: &Program,
    who: Identity,
    import: Uuid,
) -> Result<Vec<NewAccount>> {
    let expected = program
        .read(who, move |cx| Box::pin(waiting(cx, import)))
        .await?;
    let mut made = Vec::new();
    let mut hashes = Vec::new();
    for (reset, mut account) in expected {
        let (half, hash) = first_half(program).await?;
        account.password = half;
        made.push(account);
        hashes.push((reset, hash));
    }
    program
        .write(who, move |cx| {
            let hashes = hashes.clone();
            Box::pin(async move {
                let by = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
                let still = waiting(cx, import).await?;
                let same = still.len() == hashes.len()
                    && still.iter().zip(&hashes).all(|((a, _), (b, _))| a == b);
                if !same {
                    // Somebody else made them meanwhile, or took one back.
                    return Err(Refusal::Reset(ResetRefusal::NotFromHere(Stage::Confirmed)).into());
                }
                let until = cx.now + FIRST_LASTS;
                for (id, hash) in &hashes {
                    store::resets::confirm(&mut cx.tx, cx.org, *id, by, hash, until).await?;
                }
                cx.audit("roster.second-halves", "import", import, None)
                    .await
            })
        })
        .await?;
    Ok(made)
}

/// The accounts of an import that wait for their second half, for whoever may make them.
async fn waiting(cx: &mut Cx, import: Uuid) -> Result<Vec<(ResetId, NewAccount)>> {
    cx.authorize(Action::Administer, Resource::Resets)?;
    let resets = store::resets::open_of_import(&mut cx.tx, cx.org, import).await?;
    let waiting: Vec<Reset> = resets
        .into_iter()
        .filter(|reset| reset.stage_at(cx.now) == Stage::Asked)
        .collect();
    let first = waiting.first().ok_or(Error::NotFound)?;
    second_hand(cx, first).await?;
    let ids: Vec<AccountId> = waiting.iter().map(|reset| reset.account).collect();
    let accounts = store::accounts::by_ids(&mut cx.tx, cx.org, &ids).await?;
    let roster = &cx.house.roster;
    let line = |reset: &Reset| {
        let account = accounts
            .iter()
            .find(|account| account.id == reset.account && !account.disabled)?;
        let person = account.person.and_then(|id| roster.person(id))?;
        let section = roster.section_on(person.id, cx.today);
        Some((
            reset.id,
            NewAccount {
                name: person.name.clone(),
                section: section
                    .map(|section| section.name.clone())
                    .unwrap_or_default(),
                account: account.name.clone(),
                password: String::new(),
            },
        ))
    };
    Ok(waiting.iter().filter_map(line).collect())
}
