//! Search by character pairs, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use std::collections::BTreeSet;

use domain::identity::{OrgId, PersonId, RecordId};
use domain::records::{Kind, Record};
use domain::search::{index_text, is_beginning, question};
use fixtures::{day, id, record, uuid};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::records::{self, RecordQuery};
use store::{Tx, search};

/// A record with its words in the index.
async fn write(tx: &mut Tx, org: OrgId, number: u64, author: PersonId, text: &str) -> RecordId {
    let record: Record = record(number, author, Kind::Reflection, day(2026, 9, 16));
    assert!(
        records::insert(tx, org, &record, b"salt", uuid(0x7000 + number))
            .await
            .unwrap()
    );
    search::add(tx, org, record.id, author, text);
    record.id
}

async fn find(
    tx: &mut Tx,
    org: OrgId,
    author: Option<PersonId>,
    asked: &str,
) -> BTreeSet<RecordId> {
    let query = RecordQuery {
        author,
        search: Some(asked),
        limit: 500,
        ..RecordQuery::default()
    };
    let found = records::list(tx, org, &query).await.unwrap();
    let found: BTreeSet<RecordId> = found.into_iter().map(|record| record.id).collect();
    let count = records::count(tx, org, &query).await.unwrap();
    assert_eq!(count, u64::try_from(found.len()).unwrap(), "{asked}");
    found
}

#[tokio::test]
async fn words_of_two_characters_single_characters_and_latin_words_are_found() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (me, you) = (cast.person("liuyang"), cast.person("wangfang"));
        let mut tx = store.write().await.unwrap();
        let report = write(&mut tx, cast.org, 1, me, "基层调研报告，ＡＢＣ科 v2").await;
        let other = write(&mut tx, cast.org, 2, you, "调查研究；报到 abcd").await;
        write(&mut tx, cast.org, 3, you, "").await;
        let table = [
            ("调研", vec![report]),
            ("报", vec![report, other]),
            ("告", vec![report]),
            ("调研报告", vec![report]),
            ("报告调研", vec![]),
            ("研究 调查", vec![other]),
            ("abc", vec![report]),
            ("ABCD", vec![other]),
            ("ab", vec![]),
            ("V2 基层", vec![report]),
        ];
        for (asked, expected) in table {
            assert_eq!(
                find(&mut tx, cast.org, None, asked).await,
                BTreeSet::from_iter(expected),
                "{asked}"
            );
        }
        assert_eq!(
            find(&mut tx, cast.org, Some(you), "报").await,
            BTreeSet::from([other])
        );
        assert_eq!(
            find(&mut tx, cast.org, None, "？！").await.len(),
            3,
            "nothing to look for does not narrow"
        );
    }
}

#[tokio::test]
async fn nothing_is_found_in_another_organisation_nor_after_it_is_taken_out() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, stranger) = furnish::neighbour(store).await;
        let mut tx = store.write().await.unwrap();
        let mine = write(&mut tx, cast.org, 1, cast.cadre(), "营商环境").await;
        let theirs = write(&mut tx, other, 2, stranger, "营商环境").await;
        assert_eq!(
            find(&mut tx, cast.org, None, "营商").await,
            BTreeSet::from([mine])
        );
        assert_eq!(
            find(&mut tx, other, None, "营商").await,
            BTreeSet::from([theirs])
        );

        search::remove(&mut tx, cast.org, mine);
        search::add(&mut tx, cast.org, mine, cast.cadre(), "改过的文字");
        assert!(find(&mut tx, cast.org, None, "营商").await.is_empty());
        assert_eq!(
            find(&mut tx, cast.org, None, "改过").await,
            BTreeSet::from([mine])
        );
        search::remove(&mut tx, cast.org, mine);
        assert!(find(&mut tx, cast.org, None, "改过").await.is_empty());
        assert_eq!(
            find(&mut tx, other, None, "营商").await,
            BTreeSet::from([theirs])
        );
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        assert_eq!(
            find(&mut tx, other, None, "环境").await,
            BTreeSet::from([theirs])
        );
    }
}

#[tokio::test]
async fn a_text_of_a_hundred_thousand_characters_is_found_by_any_part_of_it() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        // All characters of the basic block, so that every part stands in one place only, five times round with marks between.
        let block: Vec<char> = ('\u{4e00}'..='\u{9fff}').collect();
        let text: Vec<char> = block.iter().cycle().copied().take(100_000).collect();
        let mut tx = store.write().await.unwrap();
        let long = write(
            &mut tx,
            cast.org,
            1,
            cast.cadre(),
            &text.iter().collect::<String>(),
        )
        .await;
        for border in (4_000 - 40..100_000).step_by(3_968 / 4) {
            let part: String = text[border..border + 16].iter().collect();
            assert_eq!(
                find(&mut tx, cast.org, None, &part).await,
                BTreeSet::from([long]),
                "at {border}"
            );
        }
        let reversed: String = text[500..510].iter().rev().collect();
        assert!(find(&mut tx, cast.org, None, &reversed).await.is_empty());
    }
}

/// The longest words there can be, all different, in letters of four bytes: a row of the index is as large as it gets.
#[tokio::test]
async fn the_largest_words_fit_into_the_index() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let letters: Vec<char> = ('\u{10428}'..='\u{1044f}').collect();
        let word = |number: usize| -> String {
            (0..64_u32)
                .map(|place| letters[(number / 40_usize.pow(place % 3)) % 40])
                .collect()
        };
        let text = (0..5_000).map(word).collect::<Vec<_>>().join(" ");
        let mut tx = store.write().await.unwrap();
        let largest = write(&mut tx, cast.org, 1, cast.cadre(), &text).await;
        assert_eq!(
            find(&mut tx, cast.org, None, &word(4_321)).await,
            BTreeSet::from([largest])
        );
    }
}

/// Whether `asked` occurs in `text`: pieces of a phrase next to each other, without any index.
fn occurs(text: &str, asked: &str) -> bool {
    let indexed = index_text(text);
    let pieces: Vec<&str> = indexed.split(' ').collect();
    question(asked).iter().all(|phrase| {
        if is_beginning(phrase) {
            return pieces
                .iter()
                .any(|piece| piece.starts_with(phrase[0].as_str()));
        }
        pieces
            .windows(phrase.len())
            .any(|window| window.iter().zip(phrase).all(|(a, b)| a == b))
    })
}

#[test]
fn law_both_engines_find_what_occurs_and_nothing_else() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in runtime.block_on(common::engines()) {
        let store = &engine.store;
        let cast = runtime.block_on(furnish::department(store));
        // Few characters, so that much is found; hostile ones among them.
        let text = "[调研报告ab1 '\"*():&|!<>\\\\-]{0,14}";
        let asked = (
            prop::collection::vec(text, 1..6),
            prop::collection::vec(text, 1..6),
        );
        let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
        let outcome = runner.run(&asked, |(texts, questions)| {
            runtime.block_on(async {
                let mut tx = store.write().await.unwrap();
                for (number, text) in (0..).zip(&texts) {
                    write(&mut tx, cast.org, number, cast.cadre(), text).await;
                }
                for asked in &questions {
                    let expected: BTreeSet<RecordId> = (0..)
                        .zip(&texts)
                        .filter(|(_, text)| occurs(text, asked))
                        .map(|(number, _)| id(0x10_0000 + number))
                        .collect();
                    prop_assert_eq!(
                        find(&mut tx, cast.org, None, asked).await,
                        expected,
                        "{}",
                        asked
                    );
                }
                tx.rollback().await;
                Ok(())
            })
        });
        outcome.unwrap();
    }
}
