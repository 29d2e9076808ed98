//! Organisations, sessions and imports, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use chrono::TimeDelta;
use fixtures::{day, id, moment, uuid};
use store::imports::{self, StoredImport};
use store::organisations;
use store::sessions::{self, Session};

#[tokio::test]
async fn an_organisation_is_founded_found_and_changed() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let mut tx = store.write().await.unwrap();
        let founded = organisations::load(&mut tx, cast.org)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (founded.name.as_str(), founded.time_zone.as_str()),
            (cast.name, "Asia/Shanghai")
        );
        assert!(founded.demo && founded.horizon.is_none());
        organisations::bump_rules(&mut tx, cast.org).await.unwrap();
        organisations::set_horizon(&mut tx, cast.org, day(2026, 12, 31))
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.read().await.unwrap();
        let changed = organisations::find_by_name(&mut tx, cast.name)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(changed.rules_stamp, founded.rules_stamp + 1);
        assert_eq!(changed.horizon, Some(day(2026, 12, 31)));
        let neighbour = organisations::load(&mut tx, other).await.unwrap().unwrap();
        assert_eq!(
            (neighbour.rules_stamp, neighbour.horizon),
            (founded.rules_stamp, None)
        );
        assert_eq!(organisations::all(&mut tx).await.unwrap().len(), 2);
        assert_eq!(organisations::load(&mut tx, id(404)).await.unwrap(), None);
        assert_eq!(
            organisations::find_by_name(&mut tx, "没有这个部")
                .await
                .unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn a_name_belongs_to_one_organisation() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let mut tx = store.write().await.unwrap();
        let taken = organisations::NewOrganisation {
            name: cast.name.to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            demo: false,
            created_at: moment(day(2026, 1, 1), 9, 0),
        };
        assert!(
            organisations::create(&mut tx, id(77), &taken)
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn a_session_lasts_until_it_ends_and_is_known_by_its_digest_alone() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let account = cast.accounts[0].id;
        let now = moment(day(2026, 9, 16), 9, 0);
        let soon = now + TimeDelta::minutes(30);
        let mut tx = store.write().await.unwrap();
        sessions::create(&mut tx, &[1; 32], b"first", soon, None)
            .await
            .unwrap();
        sessions::save(
            &mut tx,
            &[1; 32],
            b"signed in",
            soon,
            Some((cast.org, account)),
        )
        .await
        .unwrap();
        sessions::create(
            &mut tx,
            &[2; 32],
            b"nobody",
            soon + TimeDelta::minutes(1),
            None,
        )
        .await
        .unwrap();
        sessions::create(&mut tx, &[3; 32], b"also", soon, Some((cast.org, account)))
            .await
            .unwrap();
        let expected = Session {
            data: b"signed in".to_vec(),
            expires_at: soon,
        };
        assert_eq!(
            sessions::load(&mut tx, &[1; 32], now).await.unwrap(),
            Some(expected)
        );
        assert_eq!(
            sessions::load(&mut tx, &[1; 32], soon).await.unwrap(),
            None,
            "it has run out"
        );
        assert_eq!(sessions::load(&mut tx, &[9; 32], now).await.unwrap(), None);

        sessions::delete_expired(&mut tx, soon).await.unwrap();
        assert_eq!(sessions::load(&mut tx, &[1; 32], now).await.unwrap(), None);
        assert!(
            sessions::load(&mut tx, &[2; 32], now)
                .await
                .unwrap()
                .is_some()
        );
        sessions::delete(&mut tx, &[2; 32]).await.unwrap();
        assert_eq!(sessions::load(&mut tx, &[2; 32], now).await.unwrap(), None);

        for digest in [[4; 32], [5; 32]] {
            sessions::create(&mut tx, &digest, b"", soon, Some((cast.org, account)))
                .await
                .unwrap();
        }
        let (somebody, elsewhere) = (
            Some((cast.org, cast.accounts[1].id)),
            Some((id(404), account)),
        );
        sessions::create(&mut tx, &[6; 32], b"", soon, somebody)
            .await
            .unwrap();
        sessions::create(&mut tx, &[7; 32], b"", soon, elsewhere)
            .await
            .unwrap();
        sessions::delete_of_account(&mut tx, cast.org, account)
            .await
            .unwrap();
        for (digest, there) in [(4, false), (5, false), (6, true), (7, true)] {
            let found = sessions::load(&mut tx, &[digest; 32], now).await.unwrap();
            assert_eq!(found.is_some(), there, "{digest}");
        }
    }
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_brought_back_by_a_request_under_way() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (account, other) = (cast.accounts[0].id, cast.accounts[1].id);
        let now = moment(day(2026, 9, 16), 9, 0);
        let soon = now + TimeDelta::minutes(30);
        let mut tx = store.write().await.unwrap();
        for (digest, of) in [(1, account), (2, account), (3, account), (4, other)] {
            let of = Some((cast.org, of));
            sessions::create(&mut tx, &[digest; 32], &[digest], soon, of)
                .await
                .unwrap();
        }
        let listed = sessions::of_account(&mut tx, cast.org, account, now, 10)
            .await
            .unwrap();
        let mut data: Vec<u8> = listed.iter().map(|(_, data)| data[0]).collect();
        data.sort_unstable();
        assert_eq!(data, [1, 2, 3]);
        // One of another account, and of another organisation, is not ended this way.
        for (org, of, digest, gone) in [
            (cast.org, account, 4, false),
            (id(404), account, 1, false),
            (cast.org, account, 1, true),
            (cast.org, account, 1, false),
        ] {
            let ended = sessions::delete_one(&mut tx, org, of, &[digest; 32]).await;
            assert_eq!(ended.unwrap(), gone);
        }
        let ended = sessions::delete_others(&mut tx, cast.org, account, &[2; 32]).await;
        assert_eq!(ended.unwrap(), 1);
        for digest in [1, 3] {
            let of = Some((cast.org, account));
            sessions::save(&mut tx, &[digest; 32], b"again", soon, of)
                .await
                .unwrap();
        }
        let left = [1, 2, 3, 4].map(|digest| ([digest; 32], digest == 2 || digest == 4));
        for (digest, there) in left {
            let found = sessions::load(&mut tx, &digest, now).await.unwrap();
            assert_eq!(found.is_some(), there, "{}", digest[0]);
        }
    }
}

#[tokio::test]
async fn an_import_waits_until_it_is_committed_or_forgotten() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let mut import = StoredImport {
            id: uuid(1),
            account: cast.accounts[0].id,
            file_name: "花名册 2026.xlsx".to_owned(),
            rows_json: "[]".to_owned(),
            created_at: moment(day(2026, 9, 16), 9, 0),
        };
        let mut tx = store.write().await.unwrap();
        imports::put(&mut tx, cast.org, &import).await.unwrap();
        import.rows_json = "[{\"name\":\"王芳\"}]".to_owned();
        imports::put(&mut tx, cast.org, &import).await.unwrap();
        assert_eq!(
            imports::get(&mut tx, cast.org, import.id).await.unwrap(),
            Some(import.clone())
        );
        assert_eq!(imports::get(&mut tx, other, import.id).await.unwrap(), None);
        imports::delete_before(&mut tx, cast.org, import.created_at)
            .await
            .unwrap();
        assert!(
            imports::get(&mut tx, cast.org, import.id)
                .await
                .unwrap()
                .is_some()
        );
        imports::delete_before(&mut tx, cast.org, import.created_at + TimeDelta::seconds(1))
            .await
            .unwrap();
        assert_eq!(
            imports::get(&mut tx, cast.org, import.id).await.unwrap(),
            None
        );
        imports::put(&mut tx, cast.org, &import).await.unwrap();
        imports::delete(&mut tx, cast.org, import.id).await.unwrap();
        assert_eq!(
            imports::get(&mut tx, cast.org, import.id).await.unwrap(),
            None
        );
    }
}
