//! The audit chain (A2), on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use chrono::TimeDelta;
use domain::audit::{Break, Digest, Entry, Head, Verifier, commitment};
use domain::identity::OrgId;
use fixtures::{day, id, moment, uuid};
use store::audit::{self, MOST_ENTRIES, NewEntry};
use store::{Store, Tx};

fn entry(number: u64) -> NewEntry<'static> {
    NewEntry {
        // Finer than either engine keeps: the digest must not depend on what is lost.
        at: moment(day(2026, 9, 16), 9, 0) + TimeDelta::nanoseconds(1_234_567_891),
        actor: number.is_multiple_of(2).then(|| id(number)),
        action: "record.submitted",
        subject_kind: "clipping",
        subject: uuid(number),
        commitment: (number.is_multiple_of(3)).then(|| commitment(b"salt", b"body")),
    }
}

async fn chain(tx: &mut Tx, org: OrgId) -> Vec<(Entry, Digest)> {
    audit::entries(tx, org, 0, MOST_ENTRIES).await.unwrap()
}

fn verify(chain: &[(Entry, Digest)]) -> Result<Head, Break> {
    let mut verifier = Verifier::default();
    chain
        .iter()
        .try_for_each(|(entry, digest)| verifier.follow(entry, digest))?;
    Ok(verifier.head())
}

#[tokio::test]
async fn a2_what_is_appended_comes_back_as_a_chain_of_each_organisation() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let mut tx = store.write().await.unwrap();
        assert_eq!(audit::head(&mut tx, cast.org).await.unwrap(), Head::EMPTY);
        let mut last = Head::EMPTY;
        for number in 1..=12 {
            last = audit::append(&mut tx, cast.org, entry(number))
                .await
                .unwrap();
            audit::append(&mut tx, other, entry(number)).await.unwrap();
        }
        tx.commit().await.unwrap();

        let mut tx = store.read().await.unwrap();
        let found = chain(&mut tx, cast.org).await;
        assert_eq!(verify(&found), Ok(last));
        assert_eq!(audit::head(&mut tx, cast.org).await.unwrap(), last);
        let (second, _) = &found[1];
        let asked = entry(2);
        assert_eq!(second.actor, asked.actor.map(|actor| actor.uuid()));
        assert_eq!(
            (second.action.as_str(), second.subject),
            (asked.action, asked.subject)
        );
        assert_eq!(
            second.at.timestamp_subsec_nanos(),
            234_567_000,
            "microseconds"
        );
        assert!(found[2].0.commitment.is_some() && found[3].0.commitment.is_none());

        let page = audit::entries(&mut tx, cast.org, 4, 3).await.unwrap();
        let numbers: Vec<u64> = page.iter().map(|(entry, _)| entry.seq).collect();
        assert_eq!(numbers, [5, 6, 7]);
        assert!(
            audit::entries(&mut tx, cast.org, u64::MAX, 3)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

async fn append(store: &Store, org: OrgId, number: u64) -> store::Result<()> {
    loop {
        let attempt = async {
            let mut tx = store.write_for(org).await?;
            audit::append(&mut tx, org, entry(number)).await?;
            tx.commit().await
        };
        match attempt.await {
            Err(error) if error.is_conflict() => tokio::task::yield_now().await,
            outcome => return outcome,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a2_those_who_append_at_once_make_one_chain_without_gaps() {
    for engine in common::engines().await {
        let cast = furnish::department(&engine.store).await;
        // A second program on the same database: its writers do not stand in the same queue.
        let options = store::Options::default();
        let second = Store::open(&engine.address, options).await.unwrap();
        let tasks: Vec<_> = (0..40)
            .map(|number| {
                let from = if number % 4 == 0 {
                    &second
                } else {
                    &engine.store
                };
                let (store, org) = (from.clone(), cast.org);
                tokio::spawn(async move { append(&store, org, number).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        second.close().await;
        let mut tx = engine.store.read().await.unwrap();
        let found = chain(&mut tx, cast.org).await;
        assert_eq!(verify(&found).unwrap().seq, 40);
    }
}

#[tokio::test]
async fn a2_an_append_that_is_undone_leaves_the_chain_as_it_was() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        append(store, cast.org, 1).await.unwrap();
        let mut tx = store.write().await.unwrap();
        audit::append(&mut tx, cast.org, entry(2)).await.unwrap();
        tx.rollback().await;
        append(store, cast.org, 3).await.unwrap();
        let mut tx = store.read().await.unwrap();
        let found = chain(&mut tx, cast.org).await;
        assert_eq!(verify(&found).unwrap().seq, 2);
        assert_eq!(found[1].0.subject, uuid(3));
    }
}
