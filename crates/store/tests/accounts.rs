//! Roles, resets by two and the owner's log, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use chrono::TimeDelta;
use domain::access::SystemRoles;
use domain::resets::{Credential, Reset, Stage, WAITS};
use domain::security_log::SecurityEvent;
use fixtures::{day, id, moment, uuid};
use store::{accounts, resets, security_log};

fn asked(
    number: u64,
    account: domain::identity::AccountId,
    by: domain::identity::AccountId,
) -> Reset {
    let now = moment(day(2026, 9, 16), 9, 0);
    Reset {
        id: domain::identity::Id::new(uuid(number)),
        account,
        credential: Credential::Password,
        import: None,
        stage: Stage::Asked,
        asked_by: by,
        asked_at: now,
        confirmed_by: None,
        closed_at: None,
        expires_at: now + WAITS,
        tries: 0,
    }
}

#[tokio::test]
async fn a_reset_goes_its_way_once_and_forgets_its_halves() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let (org, owner, by) = (cast.org, cast.accounts[0].id, cast.accounts[1].id);
        let now = moment(day(2026, 9, 16), 9, 0);
        let mut tx = store.write().await.unwrap();
        let reset = asked(0x7001, owner, by);
        resets::insert(&mut tx, org, &reset, "hash of the first")
            .await
            .unwrap();
        assert_eq!(
            resets::by_id(&mut tx, org, reset.id).await.unwrap(),
            Some(reset.clone())
        );
        assert_eq!(resets::by_id(&mut tx, other, reset.id).await.unwrap(), None);
        let (found, halves) = resets::open(&mut tx, org, owner, Credential::Password)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (&found, halves.first.as_str(), halves.second),
            (&reset, "hash of the first", None)
        );
        assert!(
            resets::open(&mut tx, org, owner, Credential::SecondFactor)
                .await
                .unwrap()
                .is_none()
        );
        let since = now - TimeDelta::hours(1);
        assert_eq!(
            resets::asked_since(&mut tx, org, by, owner, since)
                .await
                .unwrap(),
            (1, 1)
        );
        assert_eq!(
            resets::asked_since(&mut tx, org, by, owner, now)
                .await
                .unwrap(),
            (0, 0)
        );

        // Of two who confirm, one does; the other finds that it is done.
        let until = now + TimeDelta::hours(3);
        for expected in [true, false] {
            let done =
                resets::confirm(&mut tx, org, reset.id, by, "hash of the second", until).await;
            assert_eq!(done.unwrap(), expected);
        }
        assert!(
            !resets::confirm(&mut tx, other, reset.id, by, "x", until)
                .await
                .unwrap()
        );
        resets::note_tries(&mut tx, org, reset.id, 3).await.unwrap();
        let (found, halves) = resets::open(&mut tx, org, owner, Credential::Password)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.stage, found.tries, found.expires_at),
            (Stage::Confirmed, 3, until)
        );
        assert_eq!(
            (found.confirmed_by, halves.second.as_deref()),
            (Some(by), Some("hash of the second"))
        );

        for expected in [true, false] {
            let done = resets::close(&mut tx, org, reset.id, Stage::Used, now).await;
            assert_eq!(done.unwrap(), expected);
        }
        assert!(
            resets::open(&mut tx, org, owner, Credential::Password)
                .await
                .unwrap()
                .is_none()
        );
        let history = resets::of_account(&mut tx, org, owner, 10).await.unwrap();
        assert_eq!(
            (history.len(), history[0].stage, history[0].closed_at),
            (1, Stage::Used, Some(now))
        );

        // What is past its time lapses, and another can be asked for.
        let second = asked(0x7002, owner, by);
        resets::insert(&mut tx, org, &second, "x").await.unwrap();
        assert_eq!(resets::lapse(&mut tx, org, now).await.unwrap(), 0);
        assert_eq!(resets::lapse(&mut tx, other, now + WAITS).await.unwrap(), 0);
        assert_eq!(resets::lapse(&mut tx, org, now + WAITS).await.unwrap(), 1);
        let third = asked(0x7003, owner, by);
        resets::insert(&mut tx, org, &third, "x").await.unwrap();
        let page = resets::asked_for(&mut tx, org, None, 2).await.unwrap();
        assert_eq!([page[0].id, page[1].id], [third.id, second.id]);
        let older = resets::asked_for(&mut tx, org, Some(second.id), 2)
            .await
            .unwrap();
        assert_eq!(older.len(), 1);
        tx.commit().await.unwrap();
        // Two at once for one account cannot be.
        let mut tx = store.write().await.unwrap();
        assert!(
            resets::insert(&mut tx, org, &asked(0x7004, owner, by), "x")
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn an_import_waits_for_its_second_halves() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, by) = (cast.org, cast.accounts[0].id);
        let now = moment(day(2026, 9, 16), 9, 0);
        let mut tx = store.write().await.unwrap();
        for (number, account) in (0x7100..).zip(&cast.accounts[1..4]) {
            let reset = Reset {
                import: Some(uuid(7)),
                ..asked(number, account.id, by)
            };
            resets::insert(&mut tx, org, &reset, "x").await.unwrap();
        }
        let waiting = resets::waiting_imports(&mut tx, org, now).await.unwrap();
        assert_eq!(
            (waiting.len(), waiting[0].accounts, waiting[0].asked_by),
            (1, 3, by)
        );
        assert_eq!(
            resets::waiting_imports(&mut tx, org, now + WAITS)
                .await
                .unwrap(),
            []
        );
        assert_eq!(
            resets::waiting_imports(&mut tx, id(404), now)
                .await
                .unwrap(),
            []
        );
        let open = resets::open_of_import(&mut tx, org, uuid(7)).await.unwrap();
        resets::confirm(&mut tx, org, open[0].id, by, "y", now)
            .await
            .unwrap();
        let waiting = resets::waiting_imports(&mut tx, org, now).await.unwrap();
        assert_eq!(waiting[0].accounts, 2);
        // The list of what was asked for is not flooded by imports, nor is the limit used up.
        assert_eq!(resets::asked_for(&mut tx, org, None, 9).await.unwrap(), []);
        let since = now - TimeDelta::hours(1);
        let asked = resets::asked_since(&mut tx, org, by, cast.accounts[1].id, since).await;
        assert_eq!(asked.unwrap(), (0, 0));
    }
}

#[tokio::test]
async fn the_owners_log_has_a_row_for_each_day_and_kind() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, owner, somebody) = (cast.org, cast.accounts[0].id, cast.accounts[1].id);
        let mut tx = store.write().await.unwrap();
        let noted = [
            (14, 9, SecurityEvent::Failed, true),
            (16, 8, SecurityEvent::SignedIn, true),
            (16, 9, SecurityEvent::Failed, true),
            (16, 10, SecurityEvent::Failed, true),
            (16, 11, SecurityEvent::Unlocked, false),
            (16, 12, SecurityEvent::Unlocked, true),
        ];
        for (of, hour, event, told) in noted {
            let of = day(2026, 9, of);
            security_log::note(&mut tx, org, owner, event, of, moment(of, hour, 0), told)
                .await
                .unwrap();
        }
        let log = security_log::of_account(&mut tx, org, owner, 10)
            .await
            .unwrap();
        let found: Vec<_> = log
            .iter()
            .map(|n| (n.day, n.event, n.times, n.told))
            .collect();
        let (old, new) = (day(2026, 9, 14), day(2026, 9, 16));
        // What the owner was to be told of stays so, though the same happened again without a need to tell.
        let expected = [
            (new, SecurityEvent::Unlocked, 2, false),
            (new, SecurityEvent::Failed, 2, true),
            (new, SecurityEvent::SignedIn, 1, true),
            (old, SecurityEvent::Failed, 1, true),
        ];
        assert_eq!(found, expected);
        assert_eq!(
            security_log::of_account(&mut tx, org, owner, 2)
                .await
                .unwrap()
                .len(),
            2
        );
        assert!(security_log::has_news(&mut tx, org, owner).await.unwrap());
        assert!(
            !security_log::has_news(&mut tx, org, somebody)
                .await
                .unwrap()
        );
        security_log::forget_before(&mut tx, org, owner, day(2026, 9, 17))
            .await
            .unwrap();
        let left = security_log::of_account(&mut tx, org, owner, 10)
            .await
            .unwrap();
        assert_eq!(left.len(), 1, "what was not told is not forgotten");
        security_log::acknowledge(&mut tx, org, owner)
            .await
            .unwrap();
        assert!(!security_log::has_news(&mut tx, org, owner).await.unwrap());
    }
}

#[tokio::test]
async fn roles_are_stored_and_their_holders_found() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, owner) = (cast.org, cast.account("liuyang").id);
        let mut tx = store.write().await.unwrap();
        let before = accounts::with_roles(&mut tx, org).await.unwrap().len();
        let system = SystemRoles {
            security: true,
            ..SystemRoles::default()
        };
        accounts::set_system(&mut tx, id(404), owner, system)
            .await
            .unwrap();
        assert_eq!(
            accounts::with_roles(&mut tx, org).await.unwrap().len(),
            before
        );
        accounts::set_system(&mut tx, org, owner, system)
            .await
            .unwrap();
        let holders = accounts::with_roles(&mut tx, org).await.unwrap();
        let found = holders.iter().find(|account| account.id == owner).unwrap();
        assert_eq!((holders.len(), found.system), (before + 1, system));
        let both = [owner, cast.account("wangfang").id, id(404)];
        let found = accounts::by_ids(&mut tx, org, &both).await.unwrap();
        let names: Vec<&str> = found.iter().map(|account| account.name.as_str()).collect();
        assert_eq!(names, ["liuyang", "wangfang"]);
        // First passwords: of those with roles the operator knows, not the administrator.
        for account in both {
            accounts::set_password(&mut tx, org, account, "x", true)
                .await
                .unwrap();
        }
        let first = accounts::first_passwords(&mut tx, org).await.unwrap();
        assert!(first.contains(&both[1]) && !first.contains(&owner));
    }
}
