//! Committing an import: everybody or nobody.

use std::collections::BTreeMap;

use domain::access::SystemRoles;
use domain::identity::{AccountId, Id, PersonId, PostId, SectionId};
use domain::people::{Appointment, Charge, Person, Post, Role, Section};
use domain::roster_import::RosterEntry;
use domain::time::Span;
use store::accounts::Account;
use store::ledger::Whose;
use store::people::NewPerson;
use uuid::Uuid;

use super::{examine, kept};
use crate::app::system_roles::NO_PASSWORD;
use crate::app::{
    Cx, Error, Identity, Program, Refusal, Result, ledger, resets, sign_in, system_roles,
};
use domain::access::{Action, Resource};
use domain::system_roles::has_second_hand;

/// Names by which a section is taken for the office (O).
const OFFICE_NAMES: [&str; 5] = ["办公室", "部办公室", "综合科", "Office", "General Office"];
/// Characters of one-time passwords: none that look alike.
pub(crate) const ONE_TIME_ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Characters of a one-time password: 60 bits.
const ONE_TIME_LENGTH: usize = 12;

/// An account that was made, with its one-time password. The password is stored nowhere and shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The person's name.
    pub name: String,
    /// The section's name; empty for leaders.
    pub section: String,
    /// The account.
    pub account: String,
    /// The one-time password, or the half of it that whoever asks is shown.
    pub password: String,
}

/// What an import brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// How many people.
    pub people: usize,
    /// Their accounts.
    pub accounts: Vec<NewAccount>,
    /// Whether the passwords are halves, and the security administrator makes the others. As long as nobody else can, they are
    /// whole (the founding), and that is audited.
    pub halves: bool,
}

/// Commits a preview that has no fault left. Passwords are made and hashed first, outside the transaction.
pub async fn commit(program: &Program, who: Identity, id: Uuid) -> Result<Committed> {
    let (expected, halves) = program
        .read(who, move |cx| {
            Box::pin(async move { Ok((entries(cx, id).await?, in_halves(cx).await?)) })
        })
        .await?;
    let mut accounts = Vec::new();
    let mut hashes = BTreeMap::new();
    for entry in &expected {
        let (password, hash) = if halves {
            resets::first_half(program).await?
        } else {
            let password = one_time_password(program);
            let hash = sign_in::hash_one_time(program, password.clone()).await?;
            (password, hash)
        };
        hashes.insert(entry.account.clone(), hash);
        accounts.push(NewAccount {
            name: entry.name.clone(),
            section: entry.section.clone().unwrap_or_default(),
            account: entry.account.clone(),
            password,
        });
    }
    program
        .write(who, move |cx| {
            let hashes = hashes.clone();
            Box::pin(async move {
                if in_halves(cx).await? != halves {
                    // A security administrator was named meanwhile: what was made is of no use.
                    return Err(Refusal::PreviewGone.into());
                }
                save(cx, id, &hashes, halves).await
            })
        })
        .await?;
    Ok(Committed {
        people: accounts.len(),
        accounts,
        halves,
    })
}

/// Whether first passwords are made in two halves: whenever somebody else can make the second.
pub(crate) async fn in_halves(cx: &mut Cx) -> Result<bool> {
    let holders = system_roles::holders(cx).await?;
    let actor = cx.actor.as_ref().ok_or(Error::NotFound)?;
    Ok(has_second_hand(&holders, actor.account, actor.person))
}

async fn entries(cx: &mut Cx, id: Uuid) -> Result<Vec<RosterEntry>> {
    cx.authorize(Action::Administer, Resource::RosterImport)?;
    let (_, kept) = kept(cx, id).await?;
    let found = examine(cx, &kept).await?;
    if !found.problems.is_empty() {
        return Err(Refusal::RowsToCorrect(found.problems.len()).into());
    }
    Ok(found.accepted)
}

async fn save(
    cx: &mut Cx,
    id: Uuid,
    hashes: &BTreeMap<String, String>,
    halves: bool,
) -> Result<()> {
    // Checked again inside the transaction: somebody may have imported the same people meanwhile.
    let entries = entries(cx, id).await?;
    let mut sections = sections(cx, &entries).await?;
    let mut posts: BTreeMap<(String, Role, Option<SectionId>), PostId> = BTreeMap::new();
    for post in cx.house.roster.posts() {
        posts.insert((post.title.clone(), post.role, post.section), post.id);
    }
    let last = cx
        .house
        .roster
        .people()
        .iter()
        .map(|person| person.rank)
        .max()
        .unwrap_or(0);
    for (rank, entry) in (last + 1..).zip(&entries) {
        let section = entry
            .section
            .as_ref()
            .and_then(|name| sections.get(name).copied());
        let person = Person {
            id: cx.new_id(),
            name: entry.name.clone(),
            rank,
        };
        let new = NewPerson {
            person: &person,
            email: entry.email.as_deref(),
        };
        store::people::insert_person(&mut cx.tx, cx.org, &new).await?;
        let post = post(cx, &mut posts, entry, section).await?;
        let appointment = Appointment {
            person: person.id,
            post,
            span: Span::from(entry.since),
        };
        let appointment_id = cx.new_id::<()>().uuid();
        store::people::insert_appointment(&mut cx.tx, cx.org, appointment_id, &appointment).await?;
        for name in &entry.in_charge_of {
            let section = *sections.get_mut(name).ok_or(Error::NotFound)?;
            let charge = Charge {
                post,
                section,
                span: Span::from(entry.since),
            };
            let charge_id = cx.new_id::<()>().uuid();
            store::people::insert_charge(&mut cx.tx, cx.org, charge_id, &charge).await?;
        }
        // An account that appeared only now has no password that anybody knows; the preview is shown again.
        let hash = hashes.get(&entry.account).ok_or(Refusal::PreviewGone)?;
        let password = if halves { NO_PASSWORD } else { hash };
        let account = account(cx, entry, person.id, password, !halves).await?;
        if halves {
            resets::begin_first(cx, account, id, hash).await?;
        }
    }
    if !halves {
        cx.audit("roster.whole-passwords", "import", id, None)
            .await?;
    }
    store::imports::delete(&mut cx.tx, cx.org, id).await?;
    cx.audit("roster.imported", "import", id, None).await?;
    cx.rules_changed().await?;
    ledger::mark_dirty(cx, Whose::All).await
}

/// Sections by name, the new ones made.
async fn sections(cx: &mut Cx, entries: &[RosterEntry]) -> Result<BTreeMap<String, SectionId>> {
    let house = std::sync::Arc::clone(&cx.house);
    let existing = house.roster.sections();
    let mut sections: BTreeMap<String, SectionId> = existing
        .iter()
        .map(|section| (section.name.clone(), section.id))
        .collect();
    let mut rank = existing
        .iter()
        .map(|section| section.rank)
        .max()
        .unwrap_or(0);
    let mut has_office = existing.iter().any(|section| section.office);
    for name in entries.iter().filter_map(|entry| entry.section.as_ref()) {
        if sections.contains_key(name) {
            continue;
        }
        rank += 1;
        let office = !has_office && OFFICE_NAMES.contains(&name.as_str());
        has_office |= office;
        let section = Section {
            id: cx.new_id(),
            name: name.clone(),
            office,
            rank,
        };
        store::people::insert_section(&mut cx.tx, cx.org, &section).await?;
        cx.audit("section.created", "section", section.id.uuid(), None)
            .await?;
        sections.insert(name.clone(), section.id);
    }
    Ok(sections)
}

/// The post of an entry. People of a section with the same title and role share a post, except leaders and heads: theirs
/// carries duties of its own, so each has one.
async fn post(
    cx: &mut Cx,
    posts: &mut BTreeMap<(String, Role, Option<SectionId>), PostId>,
    entry: &RosterEntry,
    section: Option<SectionId>,
) -> Result<PostId> {
    let key = (entry.post.clone(), entry.role, section);
    let shared = entry.role == Role::Staff;
    if let Some(id) = posts.get(&key).filter(|_| shared) {
        return Ok(*id);
    }
    let post = Post {
        id: Id::new(cx.new_id::<()>().uuid()),
        title: entry.post.clone(),
        role: entry.role,
        section,
    };
    store::people::insert_post(&mut cx.tx, cx.org, &post).await?;
    posts.insert(key, post.id);
    Ok(post.id)
}

async fn account(
    cx: &mut Cx,
    entry: &RosterEntry,
    person: PersonId,
    password_hash: &str,
    must_change: bool,
) -> Result<AccountId> {
    let id: AccountId = cx.new_id();
    let account = Account {
        id,
        name: entry.account.clone(),
        person: Some(person),
        password_hash: password_hash.to_owned(),
        must_change,
        system: SystemRoles::default(),
        disabled: false,
        failed: 0,
        locked_until: None,
    };
    store::accounts::insert(&mut cx.tx, cx.org, &account).await?;
    cx.audit("account.created", "account", id.uuid(), None)
        .await?;
    Ok(id)
}

/// A password that is good for the first sign-in only.
pub(crate) fn one_time_password(program: &Program) -> String {
    let bytes: [u8; ONE_TIME_LENGTH] = program.randomness.bytes();
    bytes
        .iter()
        .map(|byte| char::from(ONE_TIME_ALPHABET[usize::from(byte % 32)]))
        .collect()
}
