//! Charter versions and drafts, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use fixtures::{day, moment, uuid};
use store::charter::{self, Adoption, StoredVersion};
use store::charter_drafts::{self, KEPT_REVISIONS, Revision};

fn version(number: u32) -> StoredVersion {
    StoredVersion {
        number,
        effective: day(2026, number, 1),
        toml: format!("# {number}"),
        adopted_at: moment(day(2026, number, 1), 9, 0),
        adopted_by: None,
        reason: None,
    }
}

#[tokio::test]
async fn r1_a_draft_moves_from_revision_to_revision_and_keeps_the_latest() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let author = cast.person("wangfang");
        let draft = uuid(0x7001);
        let revision = |number: u32| Revision {
            revision: number,
            toml: format!("# 第{number}稿"),
            author,
            at: moment(day(2026, 9, 14), 9, number % 60),
            what: "text".to_owned(),
        };
        let mut tx = store.write().await.unwrap();
        charter::insert_version(&mut tx, cast.org, &version(1))
            .await
            .unwrap();
        charter_drafts::insert(&mut tx, cast.org, draft, 1, &revision(1))
            .await
            .unwrap();
        // Only the next one fits.
        for (number, fits) in [(1, false), (3, false), (2, true), (2, false)] {
            let saved = charter_drafts::save(&mut tx, cast.org, draft, 1, &revision(number))
                .await
                .unwrap();
            assert_eq!(saved, fits, "{number}");
        }
        for number in 3..=KEPT_REVISIONS + 5 {
            assert!(
                charter_drafts::save(&mut tx, cast.org, draft, 1, &revision(number))
                    .await
                    .unwrap()
            );
        }
        tx.commit().await.unwrap();

        let mut tx = store.write().await.unwrap();
        let kept = charter_drafts::revisions(&mut tx, cast.org, draft)
            .await
            .unwrap();
        assert_eq!(kept.len(), KEPT_REVISIONS as usize);
        assert_eq!(
            (kept[0].revision, kept[kept.len() - 1].revision),
            (KEPT_REVISIONS + 5, 6)
        );
        assert_eq!(
            charter_drafts::revision(&mut tx, cast.org, draft, 5)
                .await
                .unwrap(),
            None
        );
        let seventh = charter_drafts::revision(&mut tx, cast.org, draft, 7)
            .await
            .unwrap();
        assert_eq!(seventh, Some(revision(7)));
        // Of another organisation there is nothing.
        assert_eq!(
            charter_drafts::get(&mut tx, other, draft).await.unwrap(),
            None
        );
        assert_eq!(charter_drafts::list(&mut tx, other).await.unwrap(), []);
        assert!(
            !charter_drafts::save(&mut tx, other, draft, 1, &revision(KEPT_REVISIONS + 6))
                .await
                .unwrap()
        );

        // What is thrown away is not changed, and comes back.
        let gone = Some(moment(day(2026, 9, 15), 9, 0));
        assert_eq!(
            charter_drafts::count_open(&mut tx, cast.org).await.unwrap(),
            1
        );
        assert!(
            charter_drafts::set_discarded(&mut tx, cast.org, draft, gone)
                .await
                .unwrap()
        );
        assert_eq!(
            charter_drafts::count_open(&mut tx, cast.org).await.unwrap(),
            0
        );
        let next = revision(KEPT_REVISIONS + 6);
        assert!(
            !charter_drafts::save(&mut tx, cast.org, draft, 1, &next)
                .await
                .unwrap()
        );
        assert!(
            charter_drafts::set_discarded(&mut tx, cast.org, draft, None)
                .await
                .unwrap()
        );
        assert!(
            charter_drafts::save(&mut tx, cast.org, draft, 1, &next)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a7_a_version_taken_back_rules_nothing_and_keeps_its_number() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (author, account) = (cast.person("wangfang"), cast.account("zhoumingyuan").id);
        let draft = uuid(0x7002);
        let first = Revision {
            revision: 1,
            toml: "# 稿".to_owned(),
            author,
            at: moment(day(2026, 1, 2), 9, 0),
            what: "created".to_owned(),
        };
        let mut tx = store.write().await.unwrap();
        charter::insert_version(&mut tx, cast.org, &version(1))
            .await
            .unwrap();
        charter_drafts::insert(&mut tx, cast.org, draft, 1, &first)
            .await
            .unwrap();
        let second = StoredVersion {
            adopted_by: Some(account),
            reason: Some("试行".to_owned()),
            ..version(2)
        };
        charter::insert_version(&mut tx, cast.org, &second)
            .await
            .unwrap();
        let adoption = Adoption {
            number: 2,
            draft,
            drafted_by: author,
            salt: vec![1, 2, 3],
        };
        charter::insert_adoption(&mut tx, cast.org, &adoption)
            .await
            .unwrap();
        assert!(
            !charter_drafts::set_discarded(&mut tx, cast.org, draft, None)
                .await
                .unwrap()
        );
        let rules = charter::versions(&mut tx, cast.org).await.unwrap();
        assert_eq!(rules, [version(1), second.clone()]);
        assert_eq!(
            charter::salts(&mut tx, cast.org).await.unwrap(),
            [(2, vec![1, 2, 3])]
        );
        let notes = charter::notes(&mut tx, cast.org).await.unwrap();
        assert_eq!((notes[0].drafted_by, notes[0].adopted_by), (None, None));
        assert_eq!(
            (notes[1].drafted_by, notes[1].adopted_by),
            (Some(author), Some(cast.person("zhoumingyuan")))
        );

        let at = moment(day(2026, 1, 9), 9, 0);
        // What came with the organisation is not taken back.
        assert!(
            !charter::withdraw_version(&mut tx, cast.org, 1, at, account)
                .await
                .unwrap()
        );
        assert!(
            charter::withdraw_version(&mut tx, cast.org, 2, at, account)
                .await
                .unwrap()
        );
        assert!(
            !charter::withdraw_version(&mut tx, cast.org, 2, at, account)
                .await
                .unwrap()
        );
        assert_eq!(
            charter::versions(&mut tx, cast.org).await.unwrap(),
            [version(1)]
        );
        assert_eq!(
            charter::version_file(&mut tx, cast.org, 2).await.unwrap(),
            Some(second)
        );
        let notes = charter::notes(&mut tx, cast.org).await.unwrap();
        assert_eq!(notes[1].withdrawn_at, Some(at));
        let open = charter_drafts::get(&mut tx, cast.org, draft)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(open.adopted_as, None);
        tx.commit().await.unwrap();
    }
}
