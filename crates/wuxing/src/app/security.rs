//! One's own account: what one may do today and through which post, where one is signed in, what happened to the account. Nobody
//! else sees it.

use chrono::{Days, NaiveDate};
use domain::identity::AccountId;
use domain::people::Role;
use domain::security_log::SecurityEvent;
use domain::system_roles::SystemRole;
pub use store::security_log::Noted;

use super::resets::{self, ResetLine};
use super::sessions::{self, SessionLine, Token};
use super::system_roles::{self, Label};
use super::{Cx, Error, Result, tokens};

/// Events and resets that the page shows.
const SHOWN: u32 = 60;
/// For how many days an account's events are kept.
const KEPT: Days = Days::new(400);

/// A post held today, and what it lets one read and do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// The post's title.
    pub post: String,
    /// The section's name; empty for leaders.
    pub section: String,
    /// What the post stands for.
    pub role: Role,
    /// Whether the section is the office.
    pub office: bool,
    /// Sections that the post is in charge of today.
    pub in_charge_of: Vec<String>,
    /// Since when it is held.
    pub since: NaiveDate,
    /// The last day, if one is set.
    pub until: Option<NaiveDate>,
}

/// Everything on the page of one's own account.
#[derive(Clone, Debug)]
pub struct OwnAccount {
    /// The account's name.
    pub name: String,
    /// What one may do today, post by post.
    pub rights: Vec<Right>,
    /// Roles of the system that the account holds.
    pub roles: Vec<SystemRole>,
    /// Where one is signed in, this session first.
    pub sessions: Vec<SessionLine>,
    /// Resets of this account, the latest first.
    pub resets: Vec<ResetLine>,
    /// What happened to the account, the latest first.
    pub log: Vec<Noted>,
    /// Who holds the roles of the system in this organisation.
    pub holders: Vec<(SystemRole, Vec<Label>)>,
}

impl OwnAccount {
    /// Whether there is something that the owner has not been told of yet.
    pub fn has_news(&self) -> bool {
        self.log.iter().any(|noted| !noted.told)
    }
}

/// The account that acts.
fn own_id(cx: &Cx) -> Result<AccountId> {
    Ok(cx.actor.as_ref().ok_or(Error::NotFound)?.account)
}

/// One's own account. `here` is the session that asks.
pub async fn own(cx: &mut Cx, here: Option<Token>) -> Result<OwnAccount> {
    let id = own_id(cx)?;
    let account = store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    let holders = system_roles::holders_by_role(cx).await?;
    Ok(OwnAccount {
        name: account.name,
        rights: rights(cx),
        roles: account.system.held().collect(),
        sessions: sessions::of_account(cx, id, here).await?,
        resets: resets::of_account(cx, id, SHOWN).await?,
        log: store::security_log::of_account(&mut cx.tx, cx.org, id, SHOWN).await?,
        holders,
    })
}

/// What the actor's posts let him do today (rights follow the dates of the posts).
fn rights(cx: &Cx) -> Vec<Right> {
    let roster = &cx.house.roster;
    let Some(person) = cx.actor.as_ref().and_then(|actor| actor.person) else {
        return Vec::new();
    };
    let right = |posting: &domain::people::Posting| {
        let in_charge_of = roster
            .sections()
            .iter()
            .filter(|section| roster.in_charge_on(posting.post, section.id, cx.today))
            .map(|section| section.name.clone());
        Right {
            post: roster
                .post(posting.post)
                .map(|post| post.title.clone())
                .unwrap_or_default(),
            section: posting
                .section
                .and_then(|id| roster.section(id))
                .map(|section| section.name.clone())
                .unwrap_or_default(),
            role: posting.role,
            office: posting.office,
            in_charge_of: in_charge_of.collect(),
            since: posting.span.first,
            until: posting.span.last,
        }
    };
    roster.postings_on(person, cx.today).map(right).collect()
}

/// Notes that one has read what happened to one's account.
pub async fn acknowledge(cx: &mut Cx) -> Result<()> {
    let id = own_id(cx)?;
    store::security_log::acknowledge(&mut cx.tx, cx.org, id).await?;
    Ok(())
}

/// Whether there is something that the actor has not been told of yet.
pub async fn has_news(cx: &mut Cx) -> Result<bool> {
    let id = own_id(cx)?;
    Ok(store::security_log::has_news(&mut cx.tx, cx.org, id).await?)
}

/// Ends one of one's own sessions.
pub async fn end_session(cx: &mut Cx, token: Token) -> Result<()> {
    let id = own_id(cx)?;
    if !store::sessions::delete_one(&mut cx.tx, cx.org, id, &token.0).await? {
        return Err(Error::NotFound);
    }
    ended(cx, id).await
}

/// Ends all of one's own sessions but the one that asks, and one's access tokens.
pub async fn end_other_sessions(cx: &mut Cx, here: Token) -> Result<()> {
    let id = own_id(cx)?;
    store::sessions::delete_others(&mut cx.tx, cx.org, id, &here.0).await?;
    tokens::revoke_all(cx, id).await?;
    ended(cx, id).await
}

async fn ended(cx: &mut Cx, id: AccountId) -> Result<()> {
    note(cx, id, SecurityEvent::SessionsEnded).await?;
    cx.audit("account.sessions-ended", "account", id.uuid(), None)
        .await
}

/// Notes for the owner what happened to an account.
pub(crate) async fn note(cx: &mut Cx, account: AccountId, event: SecurityEvent) -> Result<()> {
    let by_owner = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.account == account);
    let told = !event.is_told(by_owner);
    let (day, at) = (cx.today, cx.now);
    store::security_log::note(&mut cx.tx, cx.org, account, event, day, at, told).await?;
    Ok(())
}

/// Forgets what happened long ago.
pub(crate) async fn forget_old(cx: &mut Cx, account: AccountId) -> Result<()> {
    if let Some(day) = cx.today.checked_sub_days(KEPT) {
        store::security_log::forget_before(&mut cx.tx, cx.org, account, day).await?;
    }
    Ok(())
}
