//! The context of an action: who acts, for which organisation, when, with which randomness, in which open transaction.
//!
//! Every action's first argument is `cx: &mut Cx`. A [`Program`] opens one per request, job or command, and closes it with
//! the transaction.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Actor, Resource, can};
use domain::identity::{AccountId, Id, OrgId, PersonId};
use futures_util::future::BoxFuture;
use store::{Store, Tx};

mod charter;
mod clock;
mod randomness;
mod rules;

pub use charter::CharterRefusal;
pub use clock::Clock;
pub use randomness::Randomness;
use rules::Keep;
pub use rules::{House, Houses, horizon};

/// How often an action is run again after losing a race against another before its caller is told.
const TRIES: u32 = 8;

/// Why an action did not happen.
#[derive(Debug)]
pub enum Error {
    /// The rules say no, and the person is told why and what to do.
    Refused(Refusal),
    /// The actor may know of the thing, but not do this to it.
    Forbidden,
    /// There is no such thing, or none the actor may know of.
    NotFound,
    /// Something broke; nothing was changed.
    Broken(anyhow::Error),
}

/// Refusals that concern more than one form field, each told in the person's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Fields that need another look; what was typed is kept.
    Fields(Vec<domain::records::FieldProblem>),
    /// Somebody (perhaps the same person in another window) changed the record since the form was opened.
    Stale {
        /// The record as it now is.
        current: Box<domain::records::Record>,
    },
    /// The record's state does not allow the step.
    NotFromHere(domain::records::State),
    /// The draft is larger than a draft may be.
    DraftTooLarge,
    /// The charter is not changed, or a version not adopted.
    Charter(CharterRefusal),
    /// The comment is empty or too long.
    Comment {
        /// Longest comment, in characters.
        limit: usize,
    },
    /// The new password is too short, too common, or the old one.
    Password(PasswordProblem),
    /// The preview that was to be committed is gone or was made by somebody else.
    PreviewGone,
    /// There are still rows to correct.
    RowsToCorrect(usize),
    /// An organisation of this name exists.
    NameTaken,
    /// The founding form needs another look.
    Founding(FoundingProblem),
    /// It would end before it begins.
    EndBeforeBeginning,
    /// The account's name is malformed or taken.
    AccountName,
    /// The access token cannot be made: too wide a scope, too long a life, …
    Token(Vec<domain::tokens::Problem>),
    /// A role of the system is not given or taken.
    Role(domain::system_roles::SystemRole, RoleProblem),
    /// A step of a reset is not taken.
    Reset(domain::resets::ResetRefusal),
    /// The last account that can act as administrator or security administrator stays open.
    LastHolder(domain::system_roles::SystemRole),
    /// The uploaded file is no spreadsheet that can be read.
    File(documents::UnreadableFile),
    /// The spreadsheet is no roster.
    Roster(documents::RosterError),
}

/// What is wrong with a founding form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundingProblem {
    /// The organisation's name is empty or too long.
    Name,
    /// The administrator's account name is malformed.
    Administrator,
    /// Unknown time zone.
    TimeZone,
    /// Unknown preset.
    Preset,
}

/// Why a role of the system is not given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleProblem {
    /// There is no account of this name.
    NoSuchAccount,
    /// The rules say no.
    Refused(domain::system_roles::RoleRefusal),
}

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer characters than this.
    TooShort(usize),
    /// More characters than this.
    TooLong(usize),
    /// The two entries differ.
    Differ,
    /// The same as before.
    Same,
    /// The current password is wrong.
    WrongCurrent,
    /// Contains the account's name, or is one character repeated.
    TooSimple,
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Broken(anyhow::Error::new(error))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Error {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Broken(error) if error.downcast_ref::<store::Error>().is_some_and(store::Error::is_conflict))
    }
}

/// Result of an action.
pub type Result<T> = std::result::Result<T, Error>;

/// Whose name an action is done in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The organisation.
    pub org: OrgId,
    /// The account; `None` for the program itself (jobs, first run).
    pub account: Option<AccountId>,
}

/// The running program: everything that outlives a request.
#[derive(Clone)]
pub struct Program {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Where random numbers come from.
    pub randomness: Randomness,
    houses: Arc<Houses>,
}

impl Program {
    /// A program on this database.
    pub fn new(store: Store, clock: Clock, randomness: Randomness) -> Self {
        Self {
            store,
            clock,
            randomness,
            houses: Arc::new(Houses::default()),
        }
    }

    /// Runs an action that only looks, on one consistent snapshot.
    pub async fn read<T>(
        &self,
        who: Identity,
        work: impl for<'c> FnOnce(&'c mut Cx) -> BoxFuture<'c, Result<T>> + Send,
    ) -> Result<T> {
        let tx = self.store.read().await?;
        let mut cx = self.open(tx, who, Keep::Yes).await?;
        work(&mut cx).await
    }

    /// Runs an action that changes something: all of it or nothing, run again when it lost a race. It goes on to its end
    /// even if whoever asked has gone away.
    pub async fn write<T, Work>(&self, who: Identity, work: Work) -> Result<T>
    where
        T: Send + 'static,
        Work: for<'c> Fn(&'c mut Cx) -> BoxFuture<'c, Result<T>> + Send + Sync + 'static,
    {
        let program = self.clone();
        let running = tokio::spawn(async move {
            let mut tries = 0;
            loop {
                tries += 1;
                match program.attempt(who, &work).await {
                    Err(error) if error.is_conflict() && tries < TRIES => {
                        tokio::task::yield_now().await
                    }
                    outcome => return outcome,
                }
            }
        });
        running
            .await
            .map_err(|error| Error::Broken(anyhow::Error::new(error)))?
    }

    async fn attempt<T>(
        &self,
        who: Identity,
        work: &(impl for<'c> Fn(&'c mut Cx) -> BoxFuture<'c, Result<T>> + Send + Sync),
    ) -> Result<T> {
        // A writer may not keep what it compiles, so that a program which only writes would compile for every action.
        if !self.houses.knows(who.org) {
            let tx = self.store.read().await?;
            self.open(
                tx,
                Identity {
                    account: None,
                    ..who
                },
                Keep::Yes,
            )
            .await?;
        }
        let tx = self.store.write_for(who.org).await?;
        let mut cx = self.open(tx, who, Keep::No).await?;
        let outcome = work(&mut cx).await;
        match outcome {
            Ok(value) => {
                cx.tx.commit().await?;
                Ok(value)
            }
            Err(error) => {
                cx.tx.rollback().await;
                Err(error)
            }
        }
    }

    async fn open(&self, mut tx: Tx, who: Identity, keep: Keep) -> Result<Cx> {
        let now = self.clock.now();
        let (organisation, acting) = store::organisations::enter(&mut tx, who.org, who.account)
            .await?
            .ok_or(Error::NotFound)?;
        let house = self.houses.open(&mut tx, organisation, now, keep).await?;
        let today = house.day_of(now);
        let unread = acting.map_or(0, |acting| acting.unread);
        let actor = match who.account {
            None => None,
            Some(account) => {
                let acting = acting
                    .filter(|acting| !acting.disabled)
                    .ok_or(Error::NotFound)?;
                Some(Actor::of(
                    account,
                    acting.person,
                    acting.system,
                    &house.roster,
                    today,
                ))
            }
        };
        Ok(Cx {
            tx,
            org: who.org,
            actor,
            now,
            today,
            unread,
            house,
            randomness: self.randomness.clone(),
        })
    }
}

/// The context of one action.
pub struct Cx {
    /// The open transaction.
    pub tx: Tx,
    /// The organisation acted for; first in every query.
    pub org: OrgId,
    /// Who acts; `None`: the program itself.
    pub actor: Option<Actor>,
    /// Now.
    pub now: DateTime<Utc>,
    /// The organisation's calendar day.
    pub today: NaiveDate,
    /// How many notices of the acting account were unread when the context was opened.
    pub unread: u32,
    /// Charter, calendar and roster.
    pub house: Arc<House>,
    randomness: Randomness,
}

impl Cx {
    /// Refuses unless the actor may do this. What one may not even see does not exist.
    pub fn authorize(&self, action: Action, resource: Resource) -> Result<()> {
        let actor = self.actor.as_ref().ok_or(Error::NotFound)?;
        if can(actor, action, resource) {
            Ok(())
        } else if can(actor, Action::Read, resource) {
            Err(Error::Forbidden)
        } else {
            Err(Error::NotFound)
        }
    }

    /// Whether the actor may do this; for showing a button.
    pub fn may(&self, action: Action, resource: Resource) -> bool {
        self.actor
            .as_ref()
            .is_some_and(|actor| can(actor, action, resource))
    }

    /// The acting person; administrators' accounts have none and get [`Error::NotFound`].
    pub fn person(&self) -> Result<PersonId> {
        self.actor
            .as_ref()
            .and_then(|actor| actor.person)
            .ok_or(Error::NotFound)
    }

    /// A new identifier: UUIDv7 of the context's clock and randomness.
    pub fn new_id<Kind>(&self) -> Id<Kind> {
        Id::new(self.randomness.uuid(self.now))
    }

    /// Fresh random bytes.
    pub fn random<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        self.randomness.bytes()
    }

    /// Notes that charter, calendar or roster have changed, and goes on with them as they now are.
    pub async fn rules_changed(&mut self) -> Result<()> {
        store::organisations::bump_rules(&mut self.tx, self.org).await?;
        let found = store::organisations::load(&mut self.tx, self.org)
            .await?
            .ok_or(Error::NotFound)?;
        self.house = Arc::new(rules::load(&mut self.tx, found, self.now).await?);
        Ok(())
    }

    /// Writes what was done into the audit chain, in the same transaction.
    pub async fn audit(
        &mut self,
        action: &str,
        subject_kind: &str,
        subject: uuid::Uuid,
        commitment: Option<domain::audit::Digest>,
    ) -> Result<()> {
        let entry = store::audit::NewEntry {
            at: self.now,
            actor: self.actor.as_ref().map(|actor| actor.account),
            action,
            subject_kind,
            subject,
            commitment,
        };
        store::audit::append(&mut self.tx, self.org, entry).await?;
        Ok(())
    }
}
