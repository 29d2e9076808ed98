//! Two who confirm at once, two who use a code at once: one of them does, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod common;

use chrono::NaiveDate;
use common::{Department, department, engines};
use domain::access::SystemRoles;
use domain::resets::{Credential, ResetId, ResetRefusal};
use futures_util::future::join_all;
use wuxing::app::resets::{Joined, Owner, ask, confirm, set_password};
use wuxing::app::{Error, Identity, Refusal};

const NEW: &str = "换了一句更容易记住的话";

/// Gives an account of the cast roles of the system.
async fn give(department: &Department, account: &str, system: SystemRoles) -> Identity {
    let who = department.who(account);
    let mut tx = department.program.store.write().await.unwrap();
    let id = who.account.unwrap();
    store::accounts::set_system(&mut tx, department.org, id, system)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    who
}

async fn newest(department: &Department) -> ResetId {
    let mut tx = department.program.store.read().await.unwrap();
    let found = store::resets::asked_for(&mut tx, department.org, None, 1)
        .await
        .unwrap();
    found[0].id
}

#[tokio::test]
async fn part_c_of_those_who_come_at_once_one_does_it() {
    for engine in engines().await {
        let starts = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let department = department(&engine.store, "wuxing", starts).await;
        let none = SystemRoles::default();
        let administrator = SystemRoles {
            administrator: true,
            ..none
        };
        let security = SystemRoles {
            security: true,
            ..none
        };
        let asker = give(&department, "wangfang", administrator).await;
        let mut hands = Vec::new();
        for account in ["chensiqi", "sunli", "huangjianing"] {
            hands.push(give(&department, account, security).await);
        }
        let owner = department.who("liuyang").account.unwrap();
        let program = &department.program;

        // Two administrators' windows that ask at once: one reset.
        let asked =
            join_all((0..4).map(|_| ask(program, asker, owner, Credential::Password))).await;
        let mut first: Vec<String> = Vec::new();
        for outcome in asked {
            match outcome {
                Ok(shown) => first.push(shown.half),
                Err(Error::Refused(Refusal::Reset(ResetRefusal::Open))) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(first.len(), 1, "{:?}", engine.store);

        let id = newest(&department).await;
        let confirmed = join_all(hands.iter().map(|who| confirm(program, *who, id))).await;
        let mut second: Vec<String> = Vec::new();
        for outcome in confirmed {
            match outcome {
                Ok(shown) => second.push(shown.half),
                Err(Error::Refused(Refusal::Reset(ResetRefusal::NotFromHere(_)))) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(
            second.len(),
            1,
            "one half, shown to one: {:?}",
            engine.store
        );

        let organisation = {
            let mut tx = program.store.read().await.unwrap();
            let found = store::organisations::load(&mut tx, department.org)
                .await
                .unwrap();
            found.unwrap().name
        };
        let joined = join_all((0..4).map(|n| {
            let owner = Owner {
                organisation: organisation.clone(),
                account: "liuyang".to_owned(),
                first: first[0].clone(),
                second: second[0].clone(),
            };
            let new = format!("{NEW}{n}");
            set_password(program, owner, new.clone(), new)
        }))
        .await;
        let done = joined
            .into_iter()
            .filter(|outcome| matches!(outcome, Ok(Joined::Done)))
            .count();
        assert_eq!(done, 1, "{:?}", engine.store);
        department.assert_sound().await;
    }
}
