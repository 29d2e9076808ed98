//! The job queue, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::identity::OrgId;
use fixtures::{day, id, moment, uuid};
use store::Store;
use store::jobs::{self, Job, NewJob};
use uuid::Uuid;

fn noon() -> DateTime<Utc> {
    moment(day(2026, 9, 16), 12, 0)
}

fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

fn job(number: u64, run_at: DateTime<Utc>, unique: Option<&str>) -> NewJob<'_> {
    NewJob {
        id: uuid(number),
        kind: "ledger.settle",
        payload: "{\"n\":1}",
        run_at,
        unique,
    }
}

async fn enqueue(store: &Store, org: OrgId, job: NewJob<'_>) {
    let mut tx = store.write().await.unwrap();
    jobs::enqueue(&mut tx, org, &job).await.unwrap();
    tx.commit().await.unwrap();
}

async fn finish(store: &Store, org: OrgId, id: Uuid) {
    let mut tx = store.write().await.unwrap();
    jobs::finish(&mut tx, org, id).await.unwrap();
    tx.commit().await.unwrap();
}

async fn claimed(store: &Store, now: DateTime<Utc>) -> Option<(OrgId, Uuid)> {
    let claimed = jobs::claim(store, now).await.unwrap();
    claimed.map(|(org, job)| (org, job.id))
}

async fn waiting(store: &Store, org: OrgId) -> Vec<Job> {
    let mut tx = store.read().await.unwrap();
    jobs::waiting(&mut tx, org).await.unwrap()
}

#[tokio::test]
async fn a_job_is_taken_when_it_is_due_and_the_one_due_longest_first_whosever_it_is() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        enqueue(store, cast.org, job(1, noon() + minutes(2), None)).await;
        enqueue(store, cast.org, job(2, noon() + minutes(3), None)).await;
        enqueue(store, other, job(3, noon() + minutes(1), None)).await;
        assert_eq!(claimed(store, noon()).await, None, "none is due");
        let later = noon() + minutes(3);
        assert_eq!(claimed(store, later).await, Some((other, uuid(3))));
        assert_eq!(claimed(store, later).await, Some((cast.org, uuid(1))));
        assert_eq!(claimed(store, later).await, Some((cast.org, uuid(2))));
        assert_eq!(claimed(store, later).await, None, "all are taken");
        finish(store, other, uuid(3)).await;
        assert!(waiting(store, other).await.is_empty());
        let left = waiting(store, cast.org).await;
        assert_eq!(
            left.iter().map(|job| job.attempts).collect::<Vec<_>>(),
            [1, 1]
        );
        assert_eq!(
            (left[0].kind.as_str(), left[0].payload.as_str()),
            ("ledger.settle", "{\"n\":1}")
        );
    }
}

#[tokio::test]
async fn of_one_key_one_job_waits_at_a_time_and_runs_at_the_earliest_time_asked_for() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        enqueue(store, cast.org, job(1, noon() + minutes(5), Some("all"))).await;
        enqueue(store, cast.org, job(2, noon() + minutes(9), Some("all"))).await;
        enqueue(store, cast.org, job(3, noon(), Some("all"))).await;
        enqueue(store, cast.org, job(4, noon() + minutes(1), Some("one"))).await;
        enqueue(store, other, job(5, noon() + minutes(1), Some("all"))).await;
        assert_eq!(waiting(store, cast.org).await.len(), 2);
        assert_eq!(claimed(store, noon()).await, Some((cast.org, uuid(1))));
        // What changes while it runs is not seen by it: the next one waits beside it.
        enqueue(store, cast.org, job(6, noon(), Some("all"))).await;
        assert_eq!(claimed(store, noon()).await, Some((cast.org, uuid(6))));
        assert_eq!(claimed(store, noon()).await, None);
    }
}

#[tokio::test]
async fn a_failed_job_comes_back_when_it_is_said_and_is_put_aside_in_the_end() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        enqueue(store, cast.org, job(1, noon(), None)).await;
        claimed(store, noon()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        jobs::fail(
            &mut tx,
            cast.org,
            uuid(1),
            "邮件服务器没有应答",
            Some(noon() + minutes(1)),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claimed(store, noon()).await, None);
        let (_, again) = jobs::claim(store, noon() + minutes(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (again.attempts, again.last_error.as_deref()),
            (2, Some("邮件服务器没有应答"))
        );
        let mut tx = store.write().await.unwrap();
        jobs::fail(&mut tx, cast.org, uuid(1), "仍然没有", None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claimed(store, noon() + minutes(900)).await, None);
        let mut tx = store.read().await.unwrap();
        let dead = jobs::dead(&mut tx, cast.org).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].last_error.as_deref(), Some("仍然没有"));
        assert!(jobs::waiting(&mut tx, cast.org).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_job_whose_worker_is_gone_is_taken_over_but_not_for_ever() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        enqueue(store, cast.org, job(1, noon(), None)).await;
        let mut now = noon();
        claimed(store, now).await.unwrap();
        now += minutes(8);
        let mut tx = store.write().await.unwrap();
        jobs::heartbeat(&mut tx, cast.org, uuid(1), now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        now += minutes(9);
        assert_eq!(claimed(store, now).await, None, "it gave a sign of life");
        let mut taken = 1;
        loop {
            now += minutes(10);
            match claimed(store, now).await {
                Some(_) => taken += 1,
                None => break,
            }
        }
        assert_eq!(taken, 20);
        let mut tx = store.read().await.unwrap();
        assert_eq!(jobs::dead(&mut tx, cast.org).await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_two_workers_take_the_same_job() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        for number in 0..30 {
            let org = if number % 3 == 0 { other } else { cast.org };
            enqueue(store, org, job(number, noon(), None)).await;
        }
        // Half of the workers belong to another program.
        let second = Store::open(&engine.address, store::Options::default())
            .await
            .unwrap();
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let store = if worker % 2 == 0 {
                    store.clone()
                } else {
                    second.clone()
                };
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    // A lost race gives nothing too: only twenty times nothing in a row is the end.
                    let mut nothing = 0;
                    while nothing < 20 {
                        match claimed(&store, noon()).await {
                            Some((_, job)) => mine.push(job),
                            None => nothing += 1,
                        }
                    }
                    mine
                })
            })
            .collect();
        let mut taken = Vec::new();
        for worker in workers {
            taken.extend(worker.await.unwrap());
        }
        second.close().await;
        let different: BTreeSet<Uuid> = taken.iter().copied().collect();
        assert_eq!((taken.len(), different.len()), (30, 30));
        assert!(waiting(store, id(404)).await.is_empty());
    }
}
