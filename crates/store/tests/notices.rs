//! Notices, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::SystemRoles;
use domain::identity::{AccountId, Id, OrgId};
use domain::notices::Notice;
use fixtures::{day, id, moment, uuid};
use store::accounts::Account;
use store::notices::{self, NewNotice, NoticeQuery, Office, Told};
use store::{Store, Tx, organisations};
use uuid::Uuid;

fn noon() -> DateTime<Utc> {
    moment(day(2026, 9, 16), 12, 0)
}

fn commented(record: u64, comment: u64) -> Notice {
    Notice::Commented {
        record: id(record),
        comment: uuid(comment),
        by: id(0x99),
    }
}

/// Tells an account something; the number is the notice's identifier.
async fn tell(store: &Store, org: OrgId, account: AccountId, number: u64, notice: &Notice) {
    let mut tx = store.write().await.unwrap();
    let new = NewNotice {
        id: uuid(number),
        account,
        notice,
        created_at: noon() + TimeDelta::minutes(i64::try_from(number).unwrap()),
    };
    notices::insert(&mut tx, org, &[new]).unwrap();
    tx.commit().await.unwrap();
}

async fn listed(tx: &mut Tx, org: OrgId, account: AccountId, query: NoticeQuery) -> Vec<Uuid> {
    let told = notices::list(tx, org, account, query).await.unwrap();
    told.iter().map(|told| told.id).collect()
}

/// No notices.
const NONE: [Uuid; 0] = [];
const ALL: NoticeQuery = NoticeQuery {
    unread: false,
    before: None,
    limit: 10,
};
const UNREAD: NoticeQuery = NoticeQuery {
    unread: true,
    ..ALL
};

async fn unread(store: &Store, org: OrgId, account: AccountId) -> u32 {
    let mut tx = store.read().await.unwrap();
    let entered = organisations::enter(&mut tx, org, Some(account))
        .await
        .unwrap();
    entered.unwrap().1.unwrap().unread
}

#[tokio::test]
async fn b7_nobody_is_told_the_same_twice_and_everybody_has_a_list_of_his_own() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, one, other) = (cast.org, cast.accounts[0].id, cast.accounts[1].id);
        tell(store, org, one, 1, &commented(11, 21)).await;
        tell(store, org, one, 2, &commented(11, 22)).await;
        tell(store, org, one, 3, &commented(11, 21)).await;
        tell(store, org, other, 4, &commented(11, 21)).await;
        let mut tx = store.read().await.unwrap();
        assert_eq!(listed(&mut tx, org, one, ALL).await, [uuid(2), uuid(1)]);
        assert_eq!(listed(&mut tx, org, other, ALL).await, [uuid(4)]);
        let found = notices::get(&mut tx, org, one, uuid(1)).await.unwrap();
        let expected = Told {
            id: uuid(1),
            notice: Some(commented(11, 21)),
            created_at: noon() + TimeDelta::minutes(1),
            read_at: None,
        };
        assert_eq!(found, Some(expected));
        // Not the account's, and not the organisation's.
        assert_eq!(
            notices::get(&mut tx, org, one, uuid(4)).await.unwrap(),
            None
        );
        let elsewhere = id(0x9000);
        assert_eq!(
            notices::get(&mut tx, elsewhere, one, uuid(1))
                .await
                .unwrap(),
            None
        );
        assert_eq!(listed(&mut tx, elsewhere, one, ALL).await, NONE);
        drop(tx);
        assert_eq!(
            (
                unread(store, org, one).await,
                unread(store, org, other).await
            ),
            (2, 1)
        );
    }
}

#[tokio::test]
async fn the_list_goes_page_by_page_and_can_leave_out_what_was_read() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, account) = (cast.org, cast.accounts[0].id);
        for number in 1..=7 {
            tell(store, org, account, number, &commented(number, 20 + number)).await;
        }
        let mut tx = store.write().await.unwrap();
        let third = notices::get(&mut tx, org, account, uuid(3))
            .await
            .unwrap()
            .unwrap();
        let marked = notices::mark_read(&mut tx, org, account, &third, noon())
            .await
            .unwrap();
        assert_eq!(marked, 1);
        let page = |before: Option<u64>| NoticeQuery {
            before: before.map(uuid),
            limit: 3,
            ..UNREAD
        };
        assert_eq!(
            listed(&mut tx, org, account, page(None)).await,
            [uuid(7), uuid(6), uuid(5)]
        );
        assert_eq!(
            listed(&mut tx, org, account, page(Some(5))).await,
            [uuid(4), uuid(2), uuid(1)]
        );
        assert_eq!(listed(&mut tx, org, account, page(Some(1))).await, NONE);
        let greedy = NoticeQuery {
            limit: u32::MAX,
            ..ALL
        };
        assert_eq!(listed(&mut tx, org, account, greedy).await.len(), 7);
    }
}

#[tokio::test]
async fn opening_one_reads_all_that_is_about_the_same_thing() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, account, other) = (cast.org, cast.accounts[0].id, cast.accounts[1].id);
        tell(store, org, account, 1, &commented(11, 21)).await;
        tell(store, org, account, 2, &commented(11, 22)).await;
        tell(store, org, account, 3, &commented(12, 23)).await;
        tell(store, org, other, 4, &commented(11, 21)).await;
        // A version of the charter has no identifier: it is about itself alone.
        for (number, version) in [(5, 2), (6, 3)] {
            let adopted = Notice::CharterAdopted {
                version,
                effective: day(2026, 10, 1),
            };
            tell(store, org, account, number, &adopted).await;
        }
        let mut tx = store.write().await.unwrap();
        for (opened, marked) in [(2, 2), (2, 0), (5, 1)] {
            let told = notices::get(&mut tx, org, account, uuid(opened))
                .await
                .unwrap()
                .unwrap();
            let count = notices::mark_read(&mut tx, org, account, &told, noon())
                .await
                .unwrap();
            assert_eq!(count, marked, "{opened}");
        }
        assert_eq!(
            listed(&mut tx, org, account, UNREAD).await,
            [uuid(6), uuid(3)]
        );
        assert_eq!(listed(&mut tx, org, other, UNREAD).await, [uuid(4)]);
        assert!(
            notices::mark_unread(&mut tx, org, account, uuid(1))
                .await
                .unwrap()
        );
        assert!(
            !notices::mark_unread(&mut tx, org, account, uuid(1))
                .await
                .unwrap()
        );
        assert!(
            !notices::mark_unread(&mut tx, org, other, uuid(2))
                .await
                .unwrap()
        );
        assert_eq!(
            listed(&mut tx, org, account, UNREAD).await,
            [uuid(6), uuid(3), uuid(1)]
        );
    }
}

#[tokio::test]
async fn reading_all_can_be_undone_and_brings_back_only_what_it_took() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, account, other) = (cast.org, cast.accounts[0].id, cast.accounts[1].id);
        for number in 1..=3 {
            tell(store, org, account, number, &commented(number, 20 + number)).await;
        }
        tell(store, org, other, 9, &commented(1, 21)).await;
        let mut tx = store.write().await.unwrap();
        let first = notices::get(&mut tx, org, account, uuid(1))
            .await
            .unwrap()
            .unwrap();
        notices::mark_read(&mut tx, org, account, &first, noon())
            .await
            .unwrap();
        let together = uuid(0x77);
        let marked = notices::mark_all_read(&mut tx, org, account, together, noon())
            .await
            .unwrap();
        assert_eq!(marked, 2);
        assert_eq!(
            notices::read_together(&mut tx, org, account, together)
                .await
                .unwrap(),
            2
        );
        assert_eq!(
            notices::read_together(&mut tx, org, other, together)
                .await
                .unwrap(),
            0
        );
        assert_eq!(listed(&mut tx, org, account, UNREAD).await, NONE);
        assert_eq!(listed(&mut tx, org, other, UNREAD).await, [uuid(9)]);
        assert_eq!(
            notices::undo_all_read(&mut tx, org, other, together)
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            notices::undo_all_read(&mut tx, org, account, together)
                .await
                .unwrap(),
            2
        );
        assert_eq!(
            listed(&mut tx, org, account, UNREAD).await,
            [uuid(3), uuid(2)]
        );
        assert_eq!(
            notices::undo_all_read(&mut tx, org, account, together)
                .await
                .unwrap(),
            0
        );
    }
}

#[tokio::test]
async fn what_was_read_long_ago_goes_and_in_the_end_what_nobody_read() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, account) = (cast.org, cast.accounts[0].id);
        for number in 1..=4 {
            tell(store, org, account, number, &commented(number, 20 + number)).await;
        }
        let mut tx = store.write().await.unwrap();
        for (number, read) in [(2, noon()), (3, noon() + TimeDelta::hours(1))] {
            let told = notices::get(&mut tx, org, account, uuid(number))
                .await
                .unwrap()
                .unwrap();
            notices::mark_read(&mut tx, org, account, &told, read)
                .await
                .unwrap();
        }
        let long_ago = noon() - TimeDelta::days(400);
        let soon = noon() + TimeDelta::minutes(30);
        assert_eq!(
            notices::sweep(&mut tx, id(0x9000), soon, soon, 10)
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            notices::sweep(&mut tx, org, soon, long_ago, 10)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            listed(&mut tx, org, account, ALL).await,
            [uuid(4), uuid(3), uuid(1)]
        );
        // So many at a time.
        let later = noon() + TimeDelta::days(1);
        assert_eq!(
            notices::sweep(&mut tx, org, long_ago, later, 2)
                .await
                .unwrap(),
            2
        );
        assert_eq!(
            notices::sweep(&mut tx, org, long_ago, later, 2)
                .await
                .unwrap(),
            1
        );
        assert_eq!(listed(&mut tx, org, account, ALL).await, NONE);
    }
}

#[tokio::test]
async fn unread_notices_are_counted_up_to_many() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (org, account) = (cast.org, cast.accounts[0].id);
        let notices: Vec<Notice> = (0..130).map(|number| commented(1, 1000 + number)).collect();
        let new: Vec<NewNotice<'_>> = notices
            .iter()
            .zip(1..)
            .map(|(notice, number)| NewNotice {
                id: uuid(number),
                account,
                notice,
                created_at: noon(),
            })
            .collect();
        let mut tx = store.write().await.unwrap();
        notices::insert(&mut tx, org, &new).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            unread(store, org, account).await,
            organisations::UNREAD_COUNTED
        );
    }
}

#[tokio::test]
async fn people_and_offices_are_told_through_their_open_accounts() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let mut tx = store.write().await.unwrap();
        let with_person: Vec<_> = cast
            .accounts
            .iter()
            .filter_map(|account| Some((account.id, account.person?)))
            .take(3)
            .collect();
        let people: Vec<_> = with_person.iter().map(|(_, person)| *person).collect();
        let mut expected = with_person.clone();
        expected.sort_unstable_by_key(|(account, _)| account.uuid());
        assert_eq!(
            notices::accounts_of(&mut tx, cast.org, &people)
                .await
                .unwrap(),
            expected
        );
        assert_eq!(
            notices::accounts_of(&mut tx, cast.org, &[]).await.unwrap(),
            []
        );
        assert_eq!(
            notices::accounts_of(&mut tx, id(0x9000), &people)
                .await
                .unwrap(),
            []
        );
        let closed = expected.remove(0).0;
        store::accounts::set_disabled(&mut tx, cast.org, closed, true)
            .await
            .unwrap();
        assert_eq!(
            notices::accounts_of(&mut tx, cast.org, &people)
                .await
                .unwrap(),
            expected
        );

        for (number, office) in [
            (0xa1, Office::Administrators),
            (0xa2, Office::SecurityAdministrators),
        ] {
            let before = notices::accounts_of_office(&mut tx, cast.org, office)
                .await
                .unwrap();
            let system = SystemRoles {
                administrator: office == Office::Administrators,
                security: office == Office::SecurityAdministrators,
                auditor: true,
            };
            let account = Account {
                id: id(number),
                name: format!("a{number}"),
                person: None,
                system,
                ..furnish::stored(&cast.accounts[0])
            };
            store::accounts::insert(&mut tx, cast.org, &account)
                .await
                .unwrap();
            let mut expected = before;
            expected.push(id(number));
            expected.sort_unstable_by_key(|id| Id::uuid(*id));
            let found = notices::accounts_of_office(&mut tx, cast.org, office)
                .await
                .unwrap();
            assert_eq!(found, expected, "{office:?}");
            let elsewhere = notices::accounts_of_office(&mut tx, id(0x9000), office)
                .await
                .unwrap();
            assert_eq!(elsewhere, []);
        }
    }
}
