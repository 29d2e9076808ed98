//! Access tokens and kept answers, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use chrono::{DateTime, TimeDelta, Utc};
use domain::identity::AccountId;
use domain::tokens::{Scope, Scopes};
use fixtures::{day, moment, uuid};
use store::answers::{self, Answer};
use store::tokens::{self, Token};

fn now() -> DateTime<Utc> {
    moment(day(2026, 9, 16), 9, 0)
}

fn token(number: u64, account: AccountId) -> Token {
    Token {
        id: uuid(number),
        account,
        name: format!("程序{number}"),
        scopes: Scopes::from_iter([Scope::RecordsWrite, Scope::LedgerRead]),
        created_at: now() + TimeDelta::seconds(i64::try_from(number).unwrap()),
        expires_at: now() + TimeDelta::days(30),
        last_used_on: None,
    }
}

#[tokio::test]
async fn a_token_is_found_by_its_digest_in_its_organisation_until_it_ends() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let (mine, yours) = (cast.account("liuyang").id, cast.account("wangfang").id);
        let mut tx = store.write().await.unwrap();
        for (number, account) in [(1, mine), (2, mine), (3, yours)] {
            let digest = [u8::try_from(number).unwrap(); 32];
            tokens::insert(&mut tx, cast.org, &token(number, account), &digest)
                .await
                .unwrap();
        }
        tokens::note_use(&mut tx, cast.org, uuid(2), day(2026, 9, 17))
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.read().await.unwrap();
        let found = tokens::find(&mut tx, cast.org, &[1; 32], now())
            .await
            .unwrap();
        assert_eq!(found, Some(token(1, mine)));
        let of_mine = tokens::of_account(&mut tx, cast.org, mine).await.unwrap();
        let listed: Vec<_> = of_mine.iter().map(|t| (t.id, t.last_used_on)).collect();
        assert_eq!(
            listed,
            [(uuid(2), Some(day(2026, 9, 17))), (uuid(1), None)],
            "the last made first"
        );
        let ended = now() + TimeDelta::days(30);
        for (org, digest, at) in [
            (cast.org, [9; 32], now()),
            (other, [1; 32], now()),
            (cast.org, [1; 32], ended),
        ] {
            assert_eq!(tokens::find(&mut tx, org, &digest, at).await.unwrap(), None);
        }
        drop(tx);

        let mut tx = store.write().await.unwrap();
        let revoked = [
            tokens::revoke(&mut tx, cast.org, mine, uuid(3))
                .await
                .unwrap(),
            tokens::revoke(&mut tx, other, mine, uuid(1)).await.unwrap(),
            tokens::revoke(&mut tx, cast.org, mine, uuid(1))
                .await
                .unwrap(),
            tokens::revoke(&mut tx, cast.org, mine, uuid(1))
                .await
                .unwrap(),
        ];
        assert_eq!(revoked, [false, false, true, false]);
        assert_eq!(
            tokens::revoke_of_account(&mut tx, cast.org, mine)
                .await
                .unwrap(),
            1
        );
        tokens::delete_expired(&mut tx, cast.org, ended)
            .await
            .unwrap();
        assert!(
            tokens::find(&mut tx, cast.org, &[3; 32], now())
                .await
                .unwrap()
                .is_some()
        );
        tokens::delete_expired(&mut tx, cast.org, ended + TimeDelta::seconds(1))
            .await
            .unwrap();
        assert_eq!(
            tokens::of_account(&mut tx, cast.org, yours).await.unwrap(),
            []
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_is_kept_once_for_each_account_and_key_and_forgotten_in_time() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (mine, yours) = (cast.account("liuyang").id, cast.account("wangfang").id);
        let answer = Answer {
            request: [7; 32],
            status: 201,
            location: Some("/api/v1/records/1".to_owned()),
            etag: None,
            body: "{}".to_owned(),
        };
        let mut tx = store.write().await.unwrap();
        answers::keep(&mut tx, cast.org, mine, &[1; 32], &answer, now());
        tx.commit().await.unwrap();

        let mut tx = store.read().await.unwrap();
        for (account, key, expected) in [
            (mine, [1; 32], Some(answer.clone())),
            (mine, [2; 32], None),
            (yours, [1; 32], None),
        ] {
            let found = answers::find(&mut tx, cast.org, account, &key)
                .await
                .unwrap();
            assert_eq!(found, expected);
        }
        drop(tx);

        // The same key a second time is no second answer: the action that wanted to keep it does not happen either.
        let mut tx = store.write().await.unwrap();
        answers::keep(&mut tx, cast.org, mine, &[1; 32], &answer, now());
        assert!(tx.commit().await.is_err());

        let mut tx = store.write().await.unwrap();
        answers::delete_before(&mut tx, cast.org, now())
            .await
            .unwrap();
        assert!(
            answers::find(&mut tx, cast.org, mine, &[1; 32])
                .await
                .unwrap()
                .is_some()
        );
        answers::delete_before(&mut tx, cast.org, now() + TimeDelta::seconds(1))
            .await
            .unwrap();
        assert_eq!(
            answers::find(&mut tx, cast.org, mine, &[1; 32])
                .await
                .unwrap(),
            None
        );
        tx.commit().await.unwrap();
    }
}
