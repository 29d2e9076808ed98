//! Notices (B7): telling them, and the inbox in which they are read.

use std::collections::BTreeSet;

use domain::access::{Action, Actor, Resource, SystemRoles};
use domain::identity::{AccountId, PersonId};
use domain::notices::Notice;
use domain::records::Record;
use store::notices::{NewNotice, Office};

use super::{Cx, Result, records};

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// An account.
    Account(AccountId),
    /// A person, through each open account of hers.
    Person(PersonId),
    /// Several people.
    People(Vec<PersonId>),
    /// Everybody who holds a post today.
    Everybody,
    /// The system administrators.
    Administrators,
    /// The security administrators.
    SecurityAdministrators,
}

/// Tells somebody something, in the transaction of what is told. Nobody is told the same twice (see [`Notice::dedupe`]), nor what
/// he did himself. A notice is no access: what it names is shown to whoever may read it then.
pub async fn tell(cx: &mut Cx, whom: Whom, notice: Notice) -> Result<()> {
    let accounts = accounts(cx, whom).await?;
    let new: Vec<NewNotice<'_>> = accounts
        .into_iter()
        .map(|account| NewNotice {
            id: cx.new_id::<()>().uuid(),
            account,
            notice: &notice,
            created_at: cx.now,
        })
        .collect();
    store::notices::insert(&mut cx.tx, cx.org, &new)?;
    Ok(())
}

/// The accounts meant, without those of whoever acts.
async fn accounts(cx: &mut Cx, whom: Whom) -> Result<BTreeSet<AccountId>> {
    let acts = cx.actor.as_ref().map(|actor| actor.account);
    let person = cx.actor.as_ref().and_then(|actor| actor.person);
    let mut accounts: BTreeSet<AccountId> = match whom {
        Whom::Account(account) => BTreeSet::from([account]),
        Whom::Administrators => office(cx, Office::Administrators).await?,
        Whom::SecurityAdministrators => office(cx, Office::SecurityAdministrators).await?,
        Whom::Person(one) => of_people(cx, vec![one], person).await?,
        Whom::People(people) => of_people(cx, people, person).await?,
        Whom::Everybody => {
            let roster = &cx.house.roster;
            let serving = roster.people().iter().map(|person| person.id);
            let serving = serving
                .filter(|id| roster.serves_on(*id, cx.today))
                .collect();
            of_people(cx, serving, person).await?
        }
    };
    accounts.retain(|account| Some(*account) != acts);
    Ok(accounts)
}

async fn office(cx: &mut Cx, office: Office) -> Result<BTreeSet<AccountId>> {
    let found = store::notices::accounts_of_office(&mut cx.tx, cx.org, office).await?;
    Ok(found.into_iter().collect())
}

async fn of_people(
    cx: &mut Cx,
    mut people: Vec<PersonId>,
    acts: Option<PersonId>,
) -> Result<BTreeSet<AccountId>> {
    people.retain(|person| Some(*person) != acts);
    let found = store::notices::accounts_of(&mut cx.tx, cx.org, &people).await?;
    Ok(found.into_iter().map(|(account, _)| account).collect())
}

/// Tells of a new comment: the author, or, when it is the author who answers, those who had commented and may still read.
pub(super) async fn tell_of_comment(
    cx: &mut Cx,
    record: &Record,
    comment: &store::records::Comment,
) -> Result<()> {
    let (id, by) = (comment.id, comment.author);
    if by != record.author {
        let notice = Notice::Commented {
            record: record.id,
            comment: id,
            by,
        };
        return tell(cx, Whom::Person(record.author), notice).await;
    }
    let resource = Resource::Record(records::facts(record));
    let before = store::records::commentators(&mut cx.tx, cx.org, record.id).await?;
    let readers = before.into_iter().filter(|person| {
        *person != by && domain::access::can(&as_person(cx, *person), Action::Read, resource)
    });
    let readers: Vec<PersonId> = readers.collect();
    let notice = Notice::Answered {
        record: record.id,
        comment: id,
        by,
    };
    tell(cx, Whom::People(readers), notice).await
}

/// A person as access sees her today, whatever account she signs in with.
fn as_person(cx: &Cx, person: PersonId) -> Actor {
    let nobodys = AccountId::new(uuid::Uuid::nil());
    Actor::of(
        nobodys,
        Some(person),
        SystemRoles::default(),
        &cx.house.roster,
        cx.today,
    )
}
