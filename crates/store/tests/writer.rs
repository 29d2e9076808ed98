//! Group commit: what is acknowledged is there, what is not leaves nothing, and nobody waits for ever. Most of this is about
//! SQLite's one writer; the tests run on both engines all the same, because an action may not tell them apart.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod furnish;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use chrono::Days;
use domain::access::SystemRoles;
use domain::identity::OrgId;
use fixtures::{day, id, moment};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::accounts::{self, Account};
use store::organisations::{self, NewOrganisation};
use store::{Durability, Error, Options, Store, Tx};
use tokio::sync::Barrier;

/// What an action in these tests writes: an organisation with this number.
async fn found(tx: &mut Tx, number: u64) -> store::Result<()> {
    let created_at = moment(day(2025, 12, 1), 9, 0);
    let new = NewOrganisation {
        name: format!("第{number}部"),
        time_zone: "Asia/Shanghai".to_owned(),
        demo: true,
        created_at,
    };
    organisations::create(tx, id(number), &new).await
}

async fn numbers(store: &Store) -> BTreeSet<OrgId> {
    let mut tx = store.read().await.unwrap();
    organisations::all(&mut tx)
        .await
        .unwrap()
        .into_iter()
        .map(|organisation| organisation.id)
        .collect()
}

/// The same as seen by a store opened anew: what is on disk, not what a connection remembers.
async fn numbers_on_disk(engine: &common::Engine) -> BTreeSet<OrgId> {
    let store = Store::open(&engine.address, Options::default())
        .await
        .unwrap();
    let numbers = numbers(&store).await;
    store.close().await;
    numbers
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> BTreeSet<OrgId> {
    numbers.into_iter().map(id).collect()
}

/// Writes and tries again when a race was lost, as the application does.
async fn write(store: &Store, number: u64) -> store::Result<()> {
    loop {
        let attempt = async {
            let mut tx = store.write().await?;
            found(&mut tx, number).await?;
            tx.commit().await
        };
        match attempt.await {
            Err(error) if error.is_conflict() => tokio::task::yield_now().await,
            outcome => return outcome,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_writers_at_once_are_all_on_disk() {
    for engine in common::engines_with(Options {
        durability: Durability::Full,
        connections: 8,
    })
    .await
    {
        let start = Arc::new(Barrier::new(64));
        let tasks: Vec<_> = (0..64)
            .map(|number| {
                let (store, start) = (engine.store.clone(), Arc::clone(&start));
                tokio::spawn(async move {
                    start.wait().await;
                    write(&store, number).await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(numbers_on_disk(&engine).await, ids(0..64));
    }
}

#[tokio::test]
async fn what_is_acknowledged_can_be_read_at_once() {
    for engine in common::engines().await {
        for number in 0..20 {
            write(&engine.store, number).await.unwrap();
            assert!(numbers(&engine.store).await.contains(&id(number)));
        }
    }
}

#[tokio::test]
async fn nothing_is_seen_before_the_commit_and_a_reader_keeps_its_moment() {
    for engine in common::engines().await {
        let store = &engine.store;
        let mut before = store.read().await.unwrap();
        assert!(organisations::all(&mut before).await.unwrap().is_empty());
        let mut tx = store.write().await.unwrap();
        found(&mut tx, 1).await.unwrap();
        assert!(numbers(store).await.is_empty());
        tx.commit().await.unwrap();
        assert!(
            organisations::all(&mut before).await.unwrap().is_empty(),
            "one consistent state"
        );
        assert_eq!(numbers(store).await, ids([1]));
        assert!(matches!(before.commit().await, Err(Error::ReadOnly)));
        let mut reading = store.read().await.unwrap();
        assert!(
            found(&mut reading, 2).await.is_err(),
            "a transaction that reads does not write"
        );
    }
}

#[tokio::test]
async fn who_vanishes_without_commit_leaves_nothing_and_holds_nobody_up() {
    for engine in common::engines().await {
        let store = &engine.store;
        let mut tx = store.write().await.unwrap();
        found(&mut tx, 1).await.unwrap();
        drop(tx);
        let mut tx = store.write().await.unwrap();
        found(&mut tx, 2).await.unwrap();
        tx.rollback().await;
        write(store, 3).await.unwrap();
        assert_eq!(numbers_on_disk(&engine).await, ids([3]));
    }
}

#[tokio::test]
async fn a_task_that_panics_takes_nobody_with_it() {
    for engine in common::engines().await {
        let store = engine.store.clone();
        let fallen = tokio::spawn(async move {
            let mut tx = store.write().await.unwrap();
            found(&mut tx, 1).await.unwrap();
            std::panic::resume_unwind(Box::new("as intended"));
        });
        let other = tokio::spawn({
            let store = engine.store.clone();
            async move { write(&store, 2).await }
        });
        assert!(fallen.await.is_err());
        other.await.unwrap().unwrap();
        assert_eq!(numbers_on_disk(&engine).await, ids([2]));
    }
}

#[tokio::test]
async fn after_a_failed_statement_nothing_is_committed_and_the_others_are() {
    for engine in common::engines().await {
        let store = &engine.store;
        write(store, 1).await.unwrap();
        let mut tx = store.write().await.unwrap();
        found(&mut tx, 2).await.unwrap();
        assert!(found(&mut tx, 1).await.is_err(), "the number is taken");
        // PostgreSQL would answer this commit with a silent rollback.
        assert!(matches!(tx.commit().await, Err(Error::Spoiled)));
        write(store, 3).await.unwrap();
        assert_eq!(numbers_on_disk(&engine).await, ids([1, 3]));
    }
}

/// Polls a future `times` times, letting the runtime work in between, then drops it. Says whether it had ended.
async fn give_up_after<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..times {
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
        // Long enough for the connection's own thread to answer sometimes, and sometimes not.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
    None
}

/// What a writer of the law below does.
#[derive(Clone, Copy, Debug)]
enum Manner {
    Commits,
    Fails,
    RollsBack,
    Vanishes,
    /// Is cancelled after so many polls, wherever that is.
    IsCancelled(usize),
}

fn manner() -> impl Strategy<Value = Manner> {
    prop_oneof![
        3 => Just(Manner::Commits),
        1 => Just(Manner::Fails),
        1 => Just(Manner::RollsBack),
        1 => Just(Manner::Vanishes),
        3 => (0..14usize).prop_map(Manner::IsCancelled),
    ]
}

/// Whether the writer was told that its number is kept; `None`: it was told nothing.
async fn behave(store: Store, number: u64, manner: Manner) -> Option<bool> {
    match manner {
        Manner::Commits => Some(write(&store, number).await.is_ok()),
        Manner::Fails => {
            let mut tx = store.write().await.unwrap();
            let _ = found(&mut tx, number).await;
            assert!(found(&mut tx, number).await.is_err());
            Some(tx.commit().await.is_ok())
        }
        Manner::RollsBack => {
            let mut tx = store.write().await.unwrap();
            let _ = found(&mut tx, number).await;
            tx.rollback().await;
            Some(false)
        }
        Manner::Vanishes => {
            let mut tx = store.write().await.unwrap();
            let _ = found(&mut tx, number).await;
            drop(tx);
            Some(false)
        }
        Manner::IsCancelled(polls) => give_up_after(polls, write(&store, number))
            .await
            .map(|outcome| outcome.is_ok()),
    }
}

/// Whatever the writers do, those that were told so are kept, those that were told otherwise are not, everybody comes to an
/// end, and the next writer goes on undisturbed.
#[test]
fn law_the_truth_is_told_to_everybody_who_is_still_there() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    for engine in runtime.block_on(common::engines()) {
        let next = std::cell::Cell::new(1_000_u64);
        let mut runner = TestRunner::new(ProptestConfig::with_cases(48));
        let outcome = runner.run(&prop::collection::vec(manner(), 1..24), |manners| {
            let first = next.get();
            let count = u64::try_from(manners.len()).unwrap();
            next.set(first + count + 1);
            let told = runtime.block_on(async {
                let writers = (first..).zip(manners.iter().copied());
                let tasks: Vec<_> = writers
                    .map(|(number, manner)| {
                        tokio::spawn(behave(engine.store.clone(), number, manner))
                    })
                    .collect();
                let mut told = Vec::new();
                for task in tasks {
                    told.push(task.await.unwrap());
                }
                write(&engine.store, first + count).await.unwrap();
                told
            });
            let kept = runtime.block_on(numbers(&engine.store));
            for (number, told) in (first..).zip(told) {
                if let Some(told) = told {
                    prop_assert_eq!(
                        kept.contains(&id(number)),
                        told,
                        "number {}",
                        number - first
                    );
                }
            }
            prop_assert!(kept.contains(&id(first + count)));
            Ok(())
        });
        outcome.unwrap();
    }
}

/// The one who was handed the turn gives up before taking it, and nobody else comes: the batch is ended all the same.
#[tokio::test]
async fn a_batch_is_ended_when_all_who_waited_give_up() {
    for engine in common::engines().await {
        for polls in 1..12 {
            let mut tx = engine.store.write().await.unwrap();
            found(&mut tx, u64::try_from(polls).unwrap()).await.unwrap();
            // On SQLite it stands in the queue now; PostgreSQL has no queue.
            let mut waiting = Box::pin(engine.store.write());
            let polled = waiting
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            let committing = tokio::spawn(tx.commit());
            if polled.is_pending() {
                give_up_after(polls, waiting).await;
            }
            committing.await.unwrap().unwrap();
        }
        assert_eq!(numbers(&engine.store).await.len(), 11);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_one_organisation_do_not_make_each_other_try_again() {
    for engine in common::engines().await {
        let store = &engine.store;
        write(store, 1).await.unwrap();
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut tx = store.write_for(id(1)).await?;
                    organisations::bump_rules(&mut tx, id(1)).await?;
                    tx.commit().await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let mut tx = store.read().await.unwrap();
        assert_eq!(
            organisations::load(&mut tx, id(1))
                .await
                .unwrap()
                .unwrap()
                .rules_stamp,
            33
        );
    }
}

#[tokio::test]
async fn a_lost_race_is_told_as_a_conflict() {
    for engine in common::engines().await {
        let store = &engine.store;
        if store.engine() == store::Engine::Sqlite {
            // Writers take turns: there is no race to lose.
            continue;
        }
        let mut one = store.write().await.unwrap();
        let mut two = store.write().await.unwrap();
        found(&mut one, 1).await.unwrap();
        let (taken, done) = tokio::join!(found(&mut two, 1), one.commit());
        done.unwrap();
        assert!(taken.unwrap_err().is_conflict());
    }
}

/// Reads the stamp, then writes it one higher, as whoever decides on facts does.
async fn decide(store: &Store, org: OrgId) -> store::Result<()> {
    let mut tx = store.write_for(org).await?;
    let (taken, _) = organisations::enter(&mut tx, org, None).await?.unwrap();
    let day = day(2026, 1, 1) + Days::new(u64::try_from(taken.rules_stamp).unwrap());
    organisations::bump_rules(&mut tx, org).await?;
    organisations::set_horizon(&mut tx, org, day).await?;
    tx.commit().await
}

/// Two programs on one database do not stand in the same queue: they wait for each other in the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_has_taken_an_organisation_decides_on_facts_that_stay() {
    for engine in common::engines().await {
        write(&engine.store, 1).await.unwrap();
        write(&engine.store, 2).await.unwrap();
        let second = Store::open(&engine.address, Options::default())
            .await
            .unwrap();
        let tasks: Vec<_> = (0..32)
            .map(|number| {
                let store = if number % 2 == 0 {
                    engine.store.clone()
                } else {
                    second.clone()
                };
                tokio::spawn(async move { decide(&store, id(1)).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        second.close().await;
        let mut tx = engine.store.read().await.unwrap();
        let found = organisations::load(&mut tx, id(1)).await.unwrap().unwrap();
        assert_eq!(
            (found.rules_stamp, found.horizon),
            (33, Some(day(2026, 2, 2)))
        );
        let other = organisations::load(&mut tx, id(2)).await.unwrap().unwrap();
        assert_eq!((other.rules_stamp, other.horizon), (1, None));
    }
}

/// On PostgreSQL a joined row would be as old as the beginning of the wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_waited_for_an_organisation_sees_an_account_that_was_closed_meanwhile() {
    for engine in common::engines().await {
        write(&engine.store, 1).await.unwrap();
        let account = Account {
            id: id(7),
            name: "lihua".to_owned(),
            person: None,
            password_hash: String::new(),
            must_change: false,
            system: SystemRoles::default(),
            disabled: false,
            failed: 0,
            locked_until: None,
        };
        let mut tx = engine.store.write_for(id(1)).await.unwrap();
        accounts::insert(&mut tx, id(1), &account).await.unwrap();
        tx.commit().await.unwrap();
        let second = Store::open(&engine.address, Options::default())
            .await
            .unwrap();

        let mut closing = engine.store.write_for(id(1)).await.unwrap();
        organisations::enter(&mut closing, id(1), None)
            .await
            .unwrap();
        let waiting = tokio::spawn({
            let second = second.clone();
            async move {
                let mut tx = second.write_for(id(1)).await.unwrap();
                let entered = organisations::enter(&mut tx, id(1), Some(id(7))).await;
                tx.rollback().await;
                entered.unwrap().unwrap().1.unwrap().disabled
            }
        });
        accounts::set_disabled(&mut closing, id(1), id(7), true)
            .await
            .unwrap();
        // Until the other one waits in the database, or it would not be tested that it does; longer does no harm.
        for _ in 0..200 {
            tokio::task::yield_now().await;
            numbers(&second).await;
        }
        assert!(!waiting.is_finished());
        closing.commit().await.unwrap();
        assert!(waiting.await.unwrap(), "closed");
        second.close().await;
    }
}

#[tokio::test]
async fn whoever_goes_on_after_abandoning_a_statement_keeps_nothing() {
    for engine in common::engines().await {
        let mut tx = engine.store.write().await.unwrap();
        found(&mut tx, 1).await.unwrap();
        // A busy machine may answer within the one time that anybody asks; then that one was not abandoned.
        for number in 100.. {
            let mut abandoned = pin!(found(&mut tx, number));
            let mut nobody = Context::from_waker(Waker::noop());
            if abandoned.as_mut().poll(&mut nobody).is_pending() {
                break;
            }
        }
        assert!(found(&mut tx, 3).await.is_err());
        assert!(matches!(tx.commit().await, Err(Error::Spoiled)));
        write(&engine.store, 4).await.unwrap();
        assert_eq!(numbers_on_disk(&engine).await, ids([4]));
    }
}
