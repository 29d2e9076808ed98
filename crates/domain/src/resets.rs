//! A lost password or a lost second factor is replaced by two: the system administrator asks, the security administrator
//! confirms, each is shown one half of a one-time code, and only the owner, who gets both halves, can use it. Neither gets in alone.
//!
//! The first passwords of imported people go the same way, a whole import at a time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::Actor;
use crate::identity::{AccountId, Id};
use crate::system_roles::{Holder, has_second_hand};

/// Kind of a reset's identifier.
pub enum OfReset {}
/// A reset.
pub type ResetId = Id<OfReset>;

/// How long a reset waits for its confirmation.
pub const WAITS: TimeDelta = TimeDelta::hours(24);
/// How long the code can be used once both halves exist.
pub const LASTS: TimeDelta = TimeDelta::hours(24);
/// How long the first password of an import waits for its second half, and then for its owner.
pub const FIRST_LASTS: TimeDelta = TimeDelta::days(30);
/// Wrong tries after which a code is spent.
pub const MOST_TRIES: u32 = 20;
/// Resets that one administrator may ask for in [`WAITS`].
pub const MOST_ASKED: u32 = 20;
/// Resets that may be asked for one account in [`WAITS`].
pub const MOST_FOR_ONE: u32 = 5;
/// Characters of one half.
pub const HALF: usize = 10;

/// What is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credential {
    /// The password.
    Password,
    /// The second factor with its recovery codes.
    SecondFactor,
}

impl Credential {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Password, Self::SecondFactor];

    /// The word for it in stored rows and keys of messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
        }
    }

    /// What `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|credential| credential.word() == word)
    }
}

/// How far a reset has come, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Asked for; one half exists.
    Asked,
    /// Confirmed; both halves exist.
    Confirmed,
    /// The owner used it.
    Used,
    /// Somebody took it back.
    Cancelled,
    /// It ended after too many wrong tries.
    Spent,
    /// It ended by time, and another took its place.
    Lapsed,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 6] = [
        Self::Asked,
        Self::Confirmed,
        Self::Used,
        Self::Cancelled,
        Self::Spent,
        Self::Lapsed,
    ];

    /// The word for it in stored rows and keys of messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Confirmed => "confirmed",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
            Self::Spent => "spent",
            Self::Lapsed => "lapsed",
        }
    }

    /// The stage that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// Whether something can still come of it, time permitting.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Confirmed)
    }
}

/// A reset, without its halves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reset {
    /// Identifier.
    pub id: ResetId,
    /// Whose credential it replaces.
    pub account: AccountId,
    /// Which.
    pub credential: Credential,
    /// The import whose first password this is; none for a reset that somebody asked for.
    pub import: Option<uuid::Uuid>,
    /// How far it has come.
    pub stage: Stage,
    /// Who asked.
    pub asked_by: AccountId,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Who confirmed.
    pub confirmed_by: Option<AccountId>,
    /// When it was used, cancelled or spent.
    pub closed_at: Option<DateTime<Utc>>,
    /// Until when it waits, or can be used.
    pub expires_at: DateTime<Utc>,
    /// Wrong tries so far.
    pub tries: u32,
}

impl Reset {
    /// How far it has come at a moment: what is open and past its time has lapsed.
    pub fn stage_at(&self, now: DateTime<Utc>) -> Stage {
        if self.stage.is_open() && now >= self.expires_at {
            Stage::Lapsed
        } else {
            self.stage
        }
    }
}

/// Why a step of a reset is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetRefusal {
    /// Nobody resets his own account; another account of the same person neither.
    Own,
    /// Asking and confirming are two different people's.
    SamePerson,
    /// The account is closed.
    Closed,
    /// There is one that waits or can still be used.
    Open,
    /// Too many have been asked for today.
    TooMany,
    /// Nobody else can confirm it: whoever runs the server helps out.
    NoSecondHand,
    /// There is no second factor to take away.
    NoSecondFactor,
    /// It is not at this step any more.
    NotFromHere(Stage),
    /// Whoever asked is no system administrator any more, or his account is closed.
    AskerLost,
}

/// What is known when somebody asks for a reset.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The account whose credential is lost.
    pub of: &'a Holder,
    /// All accounts with roles of the system.
    pub holders: &'a [Holder],
    /// Whether a reset of this credential waits or can be used.
    pub open: bool,
    /// Resets that the actor asked for in the last [`WAITS`].
    pub asked_by_actor: u32,
    /// Resets asked for this account in the last [`WAITS`].
    pub asked_for_account: u32,
}

/// Whether a system administrator may ask for a reset.
///
/// # Errors
/// Why not.
pub fn may_ask(actor: &Actor, asked: &Circumstances<'_>) -> Result<(), ResetRefusal> {
    if asked.of.same_person(actor.account, actor.person) {
        return Err(ResetRefusal::Own);
    }
    if asked.of.closed {
        return Err(ResetRefusal::Closed);
    }
    if asked.open {
        return Err(ResetRefusal::Open);
    }
    // The second hand is neither the asker nor the one whose account it is.
    let others: Vec<Holder> = asked
        .holders
        .iter()
        .filter(|holder| !holder.same_person(asked.of.account, asked.of.person))
        .copied()
        .collect();
    if !has_second_hand(&others, actor.account, actor.person) {
        return Err(ResetRefusal::NoSecondHand);
    }
    if asked.asked_by_actor >= MOST_ASKED || asked.asked_for_account >= MOST_FOR_ONE {
        return Err(ResetRefusal::TooMany);
    }
    Ok(())
}

/// Whether a security administrator may confirm a reset: another account and another person than who asked and than whose it is.
/// Whoever asked must still be a system administrator.
///
/// # Errors
/// Why not.
pub fn may_confirm(
    actor: &Actor,
    reset: &Reset,
    of: &Holder,
    asker: &Holder,
    now: DateTime<Utc>,
) -> Result<(), ResetRefusal> {
    let stage = reset.stage_at(now);
    if stage != Stage::Asked {
        return Err(ResetRefusal::NotFromHere(stage));
    }
    if asker.same_person(actor.account, actor.person) {
        return Err(ResetRefusal::SamePerson);
    }
    if of.same_person(actor.account, actor.person) {
        return Err(ResetRefusal::Own);
    }
    if of.closed {
        return Err(ResetRefusal::Closed);
    }
    if !asker.roles.administrator || asker.closed {
        return Err(ResetRefusal::AskerLost);
    }
    Ok(())
}

/// Whether a reset may be taken back: by either administrator and by the owner, as long as it is open.
///
/// # Errors
/// Why not.
pub fn may_cancel(reset: &Reset, now: DateTime<Utc>) -> Result<(), ResetRefusal> {
    match reset.stage_at(now) {
        stage if stage.is_open() => Ok(()),
        stage => Err(ResetRefusal::NotFromHere(stage)),
    }
}
