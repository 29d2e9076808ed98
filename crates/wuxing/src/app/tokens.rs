//! Access tokens (访问令牌): made by their owner, or by whoever runs the machine; shown once; revoked with whatever else lets
//! somebody in.

use chrono::{Duration, NaiveDate};
use domain::access::{Action, Actor, Resource};
use domain::identity::{AccountId, OrgId};
use domain::tokens::{Granted, Scope, Wish, grant};
use sha2::{Digest as _, Sha256};
pub use store::tokens::Token;
use uuid::Uuid;

use super::{Cx, Error, Identity, Program, Refusal, Result};

/// How every token begins, so that scanners for secrets know one.
pub const PREFIX: &str = "wx_";
/// Random bytes of a token.
const SECRET: usize = 24;

/// A token that was just made.
#[derive(Clone)]
pub struct Made {
    /// The token.
    pub token: Token,
    /// What its owner's program sends. It is told once and kept nowhere.
    pub secret: String,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made")
            .field("token", &self.token.id)
            .finish_non_exhaustive()
    }
}

/// One's own tokens, the last made first, and what a new one can be made for.
pub async fn list(cx: &mut Cx) -> Result<(Vec<Token>, Vec<Scope>)> {
    let actor = own(cx, Action::Read)?;
    let tokens = store::tokens::of_account(&mut cx.tx, cx.org, actor.account).await?;
    let offered = Scope::ALL
        .into_iter()
        .filter(|scope| scope.is_within(&actor));
    Ok((tokens, offered.collect()))
}

/// Makes a token of one's own.
pub async fn create(cx: &mut Cx, wish: Wish) -> Result<Made> {
    let actor = own(cx, Action::Create)?;
    make(cx, &actor, &wish).await
}

/// Makes a token for an account, as whoever runs the machine may (`wuxing token create`). It reaches no further than one that
/// the account makes itself.
pub async fn create_for(
    program: &Program,
    org: OrgId,
    account: String,
    wish: Wish,
) -> Result<Made> {
    let who = Identity { org, account: None };
    program
        .write(who, move |cx| {
            let (name, wish) = (account.clone(), wish.clone());
            Box::pin(async move {
                let account = store::accounts::by_name(&mut cx.tx, cx.org, &name)
                    .await?
                    .filter(|account| !account.disabled)
                    .ok_or(Error::NotFound)?;
                let actor = Actor::of(
                    account.id,
                    account.person,
                    account.system,
                    &cx.house.roster,
                    cx.today,
                );
                make(cx, &actor, &wish).await
            })
        })
        .await
}

async fn make(cx: &mut Cx, actor: &Actor, wish: &Wish) -> Result<Made> {
    let now = cx.now;
    let others = store::tokens::of_account(&mut cx.tx, cx.org, actor.account).await?;
    let lasting = others.into_iter().filter(|token| token.expires_at > now);
    let names: Vec<String> = lasting.map(|token| token.name).collect();
    let Granted { name, scopes, days } = grant(wish, actor, &names).map_err(Refusal::Token)?;
    let token = Token {
        id: cx.new_id::<()>().uuid(),
        account: actor.account,
        name,
        scopes,
        created_at: now,
        expires_at: now + Duration::days(i64::from(days)),
        last_used_on: None,
    };
    let secret = written(cx.org, &cx.random());
    store::tokens::insert(&mut cx.tx, cx.org, &token, &digest(&secret)).await?;
    cx.audit("token.created", "token", token.id, None).await?;
    Ok(Made { token, secret })
}

/// Revokes one's own token.
pub async fn revoke(cx: &mut Cx, id: Uuid) -> Result<()> {
    let actor = own(cx, Action::Withdraw)?;
    if !store::tokens::revoke(&mut cx.tx, cx.org, actor.account, id).await? {
        return Err(Error::NotFound);
    }
    cx.audit("token.revoked", "token", id, None).await
}

/// Revokes every token of an account, in the transaction of whatever puts it out: being closed, a reset of its password, signing
/// out everywhere. The caller answers for the right to.
pub async fn revoke_all(cx: &mut Cx, account: AccountId) -> Result<()> {
    if store::tokens::revoke_of_account(&mut cx.tx, cx.org, account).await? == 0 {
        return Ok(());
    }
    cx.audit("token.all-revoked", "account", account.uuid(), None)
        .await
}

/// Whom a token lets in.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// In whose name actions are done. Whether the account is still open, each action asks.
    pub identity: Identity,
    /// The token.
    pub token: Token,
}

/// Looks up what a program presents; `None` for whatever is no token, or none any more.
pub async fn admit(program: &Program, presented: &str) -> Result<Option<Admitted>> {
    let Some(org) = organisation_in(presented) else {
        return Ok(None);
    };
    let now = program.clock.now();
    let mut tx = program.store.glance().await?;
    let token = store::tokens::find(&mut tx, org, &digest(presented), now).await?;
    Ok(token.map(|token| Admitted {
        identity: Identity {
            org,
            account: Some(token.account),
        },
        token,
    }))
}

/// Notes that a token is in use: the day is enough.
pub async fn note_use(cx: &mut Cx, token: Uuid) -> Result<NaiveDate> {
    store::tokens::note_use(&mut cx.tx, cx.org, token, cx.today).await?;
    Ok(cx.today)
}

fn own(cx: &Cx, action: Action) -> Result<Actor> {
    let actor = cx.actor.clone().ok_or(Error::NotFound)?;
    cx.authorize(
        action,
        Resource::Tokens {
            account: actor.account,
        },
    )?;
    Ok(actor)
}

/// The token as a program sends it: the organisation, by which it is looked up, and the secret.
fn written(org: OrgId, secret: &[u8; SECRET]) -> String {
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{PREFIX}{}{digits}", org.uuid().simple())
}

/// The organisation that a token names, if it has the form of one.
fn organisation_in(presented: &str) -> Option<OrgId> {
    let digits = presented.strip_prefix(PREFIX)?;
    let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != 32 + 2 * SECRET || !digits.bytes().all(plain) {
        return None;
    }
    Uuid::try_parse(digits.get(..32)?).ok().map(OrgId::new)
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_organisation_and_nothing_else_has_its_form() {
        let org = OrgId::new(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001));
        let token = written(org, &[0xab; SECRET]);
        assert_eq!(token.len(), 3 + 32 + 48);
        assert_eq!(organisation_in(&token), Some(org));
        let longer = format!("{token}0");
        let shouting = token.replace("ab", "AB");
        for wrong in ["", "wx_", &token[3..], &token[..82], &longer, &shouting] {
            assert_eq!(organisation_in(wrong), None, "{wrong}");
        }
    }
}
