//! The shared cast, put into a database.
#![allow(dead_code, reason = "each test file uses a part of it")]

use domain::identity::{OrgId, PersonId};
use domain::ledger::{Cell, PersonFacts, Rules, settle, sources};
use domain::people::{Person, RosterFacts};
use domain::time::Span;
use fixtures::{Cast, day, id, moment, uuid};
use store::accounts::{self, Account};
use store::ledger::{self, CellScope};
use store::organisations::{self, NewOrganisation};
use store::people::{self, NewPerson};
use store::{Store, Tx};

/// Creates the organisation of the cast with all its people and accounts.
pub async fn department(store: &Store) -> Cast {
    let cast = fixtures::cast();
    let mut tx = store.write().await.unwrap();
    organisation(&mut tx, cast.org, cast.name).await;
    roster(&mut tx, cast.org, &cast.facts).await;
    for account in &cast.accounts {
        accounts::insert(&mut tx, cast.org, &stored(account))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    cast
}

/// A second organisation with one person: nothing of it may ever show up in the first.
pub async fn neighbour(store: &Store) -> (OrgId, PersonId) {
    let (org, person) = (id(0x9000), id(0x9001));
    let mut tx = store.write().await.unwrap();
    organisation(&mut tx, org, "城南区示例部").await;
    let neighbour = Person {
        id: person,
        name: "邻居".to_owned(),
        rank: 1,
    };
    people::insert_person(
        &mut tx,
        org,
        &NewPerson {
            person: &neighbour,
            email: None,
        },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    (org, person)
}

pub async fn organisation(tx: &mut Tx, org: OrgId, name: &str) {
    let created_at = moment(day(2025, 12, 1), 9, 0);
    let new = NewOrganisation {
        name: name.to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        demo: true,
        created_at,
    };
    organisations::create(tx, org, &new).await.unwrap();
}

/// Stores what a roster is made from.
pub async fn roster(tx: &mut Tx, org: OrgId, facts: &RosterFacts) {
    for section in &facts.sections {
        people::insert_section(tx, org, section).await.unwrap();
    }
    for post in &facts.posts {
        people::insert_post(tx, org, post).await.unwrap();
    }
    for person in &facts.people {
        people::insert_person(
            tx,
            org,
            &NewPerson {
                person,
                email: Some("someone@example.org"),
            },
        )
        .await
        .unwrap();
    }
    let mut number = 0x5000;
    let mut next = || {
        number += 1;
        uuid(number)
    };
    for appointment in &facts.appointments {
        people::insert_appointment(tx, org, next(), appointment)
            .await
            .unwrap();
    }
    for charge in &facts.charges {
        people::insert_charge(tx, org, next(), charge)
            .await
            .unwrap();
    }
    for absence in &facts.absences {
        people::insert_absence(tx, org, next(), absence)
            .await
            .unwrap();
    }
}

/// An account of the cast with a password nobody knows.
pub fn stored(account: &fixtures::Account) -> Account {
    Account {
        id: account.id,
        name: account.name.to_owned(),
        person: account.person,
        password_hash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned(),
        must_change: true,
        system: account.system,
        disabled: false,
        failed: 0,
        locked_until: None,
    }
}

/// The small charter on the official calendar, for periods that begin in the first half of 2026.
pub fn rules() -> Rules {
    Rules::compile(
        &[fixtures::small_version()],
        &fixtures::calendar(),
        day(2026, 6, 30),
    )
}

/// All the cells of a person, settled from what is stored.
pub async fn settled(tx: &mut Tx, cast: &Cast, rules: &Rules, person: PersonId) -> Vec<Cell> {
    let roster = cast.roster();
    let actors = sources(rules, &roster, person, None);
    let evidence = ledger::evidence_of(
        tx,
        cast.org,
        &actors,
        day(2025, 1, 1),
        day(2027, 1, 1),
        None,
    )
    .await
    .unwrap();
    let mut cells = Vec::new();
    let range = Span::between(rules.first(), rules.last()).unwrap();
    settle(
        rules,
        &roster,
        PersonFacts {
            person,
            evidence: &evidence,
        },
        range,
        |cell| cells.push(cell),
    );
    cells.sort_by(|a, b| a.key.cmp(&b.key));
    cells
}

/// Stores the whole ledger of the department.
pub async fn settle_all(store: &Store, cast: &Cast, rules: &Rules) {
    let mut tx = store.write().await.unwrap();
    for person in cast.people() {
        let cells = settled(&mut tx, cast, rules, person).await;
        let written = ledger::replace_cells(&mut tx, cast.org, person, &CellScope::All, &cells)
            .await
            .unwrap();
        assert_eq!(written, cells.len());
    }
    tx.commit().await.unwrap();
}
