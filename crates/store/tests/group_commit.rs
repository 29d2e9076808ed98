//! What group commit promises to whoever waits for it, seen from outside: by another connection, at the moment it is promised.
//! (What becomes of writers that are cancelled in all ways at once is a law in `writer.rs`.)
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use common::Engine;
use domain::identity::OrgId;
use fixtures::{day, id, moment};
use store::organisations::{self, NewOrganisation};
use store::{Durability, Options, Store, Tx};
use tokio::sync::{Barrier, Notify, oneshot};

const FULL: Options = Options {
    durability: Durability::Full,
    connections: 8,
};

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

/// Writes and tries again when a race was lost, as the application does.
async fn write(store: &Store, number: u64) {
    loop {
        let attempt = async {
            let mut tx = store.write().await?;
            found(&mut tx, number).await?;
            tx.commit().await
        };
        match attempt.await {
            Ok(()) => return,
            Err(error) if error.is_conflict() => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
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

/// The same database through connections of its own.
async fn outside(engine: &Engine) -> Store {
    Store::open(&engine.address, FULL).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_told_done_is_seen_from_outside_at_that_moment() {
    for engine in common::engines_with(FULL).await {
        let outside = outside(&engine).await;
        let start = Arc::new(Barrier::new(64));
        let writing: Vec<_> = (0..64)
            .map(|number| {
                let (store, outside, start) =
                    (engine.store.clone(), outside.clone(), start.clone());
                tokio::spawn(async move {
                    start.wait().await;
                    write(&store, number).await;
                    assert!(
                        numbers(&outside).await.contains(&id(number)),
                        "{number} was told too early"
                    );
                })
            })
            .collect();
        for writer in writing {
            writer.await.unwrap();
        }
        outside.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_that_are_aborted_while_they_wait_leave_nothing_and_hold_nobody_up() {
    for engine in common::engines_with(FULL).await {
        let store = &engine.store;
        let mut holder = store.write().await.unwrap();
        found(&mut holder, 1).await.unwrap();
        // On SQLite all of these wait behind the holder; on PostgreSQL they come through, and are told so.
        let (waiting, told): (Vec<_>, Vec<_>) = (100..120)
            .map(|number| {
                let store = store.clone();
                let (tell, told) = oneshot::channel();
                let task = tokio::spawn(async move {
                    write(&store, number).await;
                    let _ = tell.send(number);
                });
                (task, told)
            })
            .unzip();
        tokio::task::yield_now().await;
        let behind: Vec<_> = (200..210)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { write(&store, number).await })
            })
            .collect();
        for task in &waiting {
            task.abort();
        }
        for task in waiting {
            drop(task.await);
        }
        holder.commit().await.unwrap();
        for task in behind {
            task.await.unwrap();
        }
        let kept = numbers(store).await;
        assert!(kept.contains(&id(1)) && (200..210).all(|number| kept.contains(&id(number))));
        for told in told {
            if let Ok(number) = told.await {
                assert!(kept.contains(&id(number)));
            }
        }
        if store.engine() == store::Engine::Sqlite {
            assert_eq!(kept.len(), 11, "none of those who waited came to write");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_writer_that_is_aborted_between_two_statements_leaves_nothing() {
    for engine in common::engines_with(FULL).await {
        let store = &engine.store;
        for round in 0..8_u64 {
            let written = Arc::new(Notify::new());
            let broken_off = tokio::spawn({
                let (store, written) = (store.clone(), written.clone());
                async move {
                    let mut tx = store.write().await.unwrap();
                    found(&mut tx, 1_000 + round).await.unwrap();
                    written.notify_one();
                    std::future::pending::<()>().await;
                }
            });
            written.notified().await;
            let behind = tokio::spawn({
                let store = store.clone();
                async move { write(&store, round).await }
            });
            broken_off.abort();
            assert!(broken_off.await.unwrap_err().is_cancelled());
            behind.await.unwrap();
        }
        let outside = outside(&engine).await;
        assert_eq!(numbers(&outside).await, (0..8).map(id).collect());
        outside.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_crowd_in_which_some_fail_and_some_fall_over_the_others_are_all_kept() {
    for engine in common::engines_with(FULL).await {
        write(&engine.store, 0).await;
        let start = Arc::new(Barrier::new(64));
        let crowd: Vec<_> = (1..=64_u64)
            .map(|number| {
                let (store, start) = (engine.store.clone(), start.clone());
                tokio::spawn(async move {
                    start.wait().await;
                    match number % 4 {
                        0 => {
                            let mut tx = store.write().await.unwrap();
                            drop(found(&mut tx, number).await);
                            // The number is taken.
                            assert!(found(&mut tx, 0).await.is_err());
                            assert!(tx.commit().await.is_err());
                        }
                        1 => {
                            let mut tx = store.write().await.unwrap();
                            drop(found(&mut tx, number).await);
                            std::panic::resume_unwind(Box::new("as intended"));
                        }
                        _ => write(&store, number).await,
                    }
                })
            })
            .collect();
        for (number, member) in (1..=64_u64).zip(crowd) {
            assert_eq!(member.await.is_err(), number % 4 == 1);
        }
        let outside = outside(&engine).await;
        let expected = (0..=64)
            .filter(|number| *number == 0 || number % 4 > 1)
            .map(id)
            .collect();
        assert_eq!(numbers(&outside).await, expected);
        outside.close().await;
    }
}
