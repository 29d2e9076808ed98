//! Records, their versions and comments, and drafts, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use chrono::Timelike as _;
use domain::identity::{DutyId, PersonId, RecordId};
use domain::records::{EntryFor, Fields, Kind, Record, State};
use fixtures::{clipping, day, id, moment, record, uuid};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::drafts::{self, Draft, LARGEST_DRAFT, Saved};
use store::records::{self, Comment, RecordQuery};
use store::{Store, Tx};

async fn insert(tx: &mut Tx, cast: &fixtures::Cast, record: &Record) {
    let salt = record.id.uuid().into_bytes();
    let key = uuid(record.id.uuid().as_u128() as u64);
    assert!(
        records::insert(tx, cast.org, record, &salt, key)
            .await
            .unwrap()
    );
}

/// Any characters that a record can hold: everything but the NUL, which the domain drops.
fn odd_text(longest: usize) -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        4 => any::<char>(),
        2 => prop::sample::select(vec!['字', '😀', '\u{202E}', '\u{0627}', '\'', '"', '\\', '\n', '%', '_', '$', '\u{10FFFF}']),
    ];
    prop::collection::vec(odd.prop_filter("no NUL", |c| *c != '\0'), 0..longest)
        .prop_map(|characters| characters.into_iter().collect())
}

prop_compose! {
    fn any_record(author: PersonId)(
        number in 1..u64::from(u32::MAX),
        kind in prop::sample::select(Kind::ALL.to_vec()),
        withdrawn in any::<bool>(),
        version in 1..=u32::MAX,
        day_number in 0..3_000u64,
        microsecond in 0..86_400_000_000i64,
        (title, text, excerpt) in (odd_text(60), odd_text(300), odd_text(60)),
        (url, book, topic) in (prop::option::of(odd_text(40)), prop::option::of(odd_text(40)), prop::option::of(odd_text(10))),
        (amount, category, evidence, towards) in (any::<u32>(), prop::option::of(odd_text(10)), odd_text(10), any::<bool>()),
    ) -> Record {
        let date = day(2020, 1, 1) + chrono::Days::new(day_number);
        let mut record = record(number, author, kind, date);
        record.state = if withdrawn { State::Withdrawn } else { State::Submitted };
        record.version = version;
        record.recorded_at = moment(date, 8, 0) + chrono::TimeDelta::microseconds(microsecond);
        let entry = EntryFor {
            duty: DutyId::parse("talk-deputy").unwrap(),
            evidence,
            category,
            counterpart: towards.then_some(author),
            amount,
        };
        let content = &mut record.content;
        (content.title, content.text, content.excerpt) = (title, text, excerpt);
        (content.url, content.book, content.topic) = (url, book, topic);
        content.entry = (kind == Kind::Entry).then_some(entry);
        record
    }
}

#[test]
fn law_what_is_written_comes_back_equal() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in runtime.block_on(common::engines()) {
        let store = &engine.store;
        let cast = runtime.block_on(furnish::department(store));
        let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
        let outcome = runner.run(&any_record(cast.cadre()), |record| {
            let found = runtime.block_on(async {
                let mut tx = store.write().await.unwrap();
                insert(&mut tx, &cast, &record).await;
                let found = records::get(&mut tx, cast.org, record.id).await.unwrap();
                tx.rollback().await;
                found
            });
            prop_assert_eq!(found, Some(record));
            Ok(())
        });
        outcome.unwrap();
    }
}

#[tokio::test]
async fn the_longest_text_comes_back_equal_after_the_commit() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let mut long = clipping(1, cast.cadre(), day(2026, 9, 16));
        long.section = Some(cast.section("组织科"));
        long.content.text = "字😀\u{0627}"
            .chars()
            .cycle()
            .take(domain::records::LONGEST_TEXT)
            .collect();
        let mut tx = store.write().await.unwrap();
        insert(&mut tx, &cast, &long).await;
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        assert_eq!(
            records::get(&mut tx, cast.org, long.id)
                .await
                .unwrap()
                .as_ref(),
            Some(&long)
        );
        let salt = records::salt(&mut tx, cast.org, long.id).await.unwrap();
        assert_eq!(salt.as_deref(), Some(long.id.uuid().as_bytes().as_slice()));
        assert_eq!(
            records::salt(&mut tx, cast.org, id(404)).await.unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_record() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let first = clipping(1, cast.cadre(), day(2026, 9, 16));
        let second = clipping(2, cast.cadre(), day(2026, 9, 16));
        let key = uuid(77);
        let mut tx = store.write().await.unwrap();
        assert_eq!(
            records::by_form_key(&mut tx, cast.org, first.author, key)
                .await
                .unwrap(),
            None
        );
        assert!(
            records::insert(&mut tx, cast.org, &first, b"salt", key)
                .await
                .unwrap()
        );
        assert_eq!(
            records::by_form_key(&mut tx, cast.org, first.author, key)
                .await
                .unwrap(),
            Some(first.clone())
        );
        assert_eq!(
            records::by_form_key(&mut tx, cast.org, cast.minister(), key)
                .await
                .unwrap(),
            None
        );
        tx.commit().await.unwrap();
        let mut tx = store.write().await.unwrap();
        assert!(
            !records::insert(&mut tx, cast.org, &second, b"salt", key)
                .await
                .unwrap()
        );
        // The transaction goes on.
        assert_eq!(
            records::by_form_key(&mut tx, cast.org, second.author, key)
                .await
                .unwrap(),
            Some(first)
        );
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        assert_eq!(
            records::count(&mut tx, cast.org, &RecordQuery::default())
                .await
                .unwrap(),
            1
        );
    }
}

#[tokio::test]
async fn an_edit_keeps_what_was_said_and_a_stale_one_changes_nothing() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let first = record(1, cast.cadre(), Kind::Reflection, day(2026, 9, 16));
        let mut second = first.clone();
        second.version = 2;
        second.content.text = "改过的心得。".to_owned();
        second.content.topic = Some("法律".to_owned());
        let at = moment(day(2026, 9, 17), 9, 0);
        let mut tx = store.write().await.unwrap();
        insert(&mut tx, &cast, &first).await;
        assert!(
            records::update(&mut tx, cast.org, &second, b"second salt", at, 1)
                .await
                .unwrap()
        );
        assert_eq!(
            records::get(&mut tx, cast.org, first.id).await.unwrap(),
            Some(second.clone())
        );

        let mut stale = first.clone();
        stale.version = 2;
        stale.content.text = "另一个窗口里的修改。".to_owned();
        assert!(
            !records::update(&mut tx, cast.org, &stale, b"third salt", at, 1)
                .await
                .unwrap()
        );
        assert!(
            !records::update(&mut tx, id(404), &stale, b"third salt", at, 2)
                .await
                .unwrap()
        );
        assert_eq!(
            records::get(&mut tx, cast.org, first.id).await.unwrap(),
            Some(second.clone())
        );

        assert!(
            records::set_state(&mut tx, cast.org, first.id, State::Withdrawn, 3, 2)
                .await
                .unwrap()
        );
        assert!(
            !records::set_state(&mut tx, cast.org, first.id, State::Submitted, 3, 2)
                .await
                .unwrap()
        );
        let withdrawn = records::get(&mut tx, cast.org, first.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((withdrawn.state, withdrawn.version), (State::Withdrawn, 3));

        let earlier = records::versions(&mut tx, cast.org, first.id)
            .await
            .unwrap();
        assert_eq!(earlier.len(), 1);
        assert_eq!(
            (earlier[0].version, earlier[0].made_at),
            (1, first.recorded_at)
        );
        assert_eq!(earlier[0].content, first.content);
        assert_eq!(earlier[0].salt, first.id.uuid().into_bytes());
        assert_eq!(
            records::salt(&mut tx, cast.org, first.id)
                .await
                .unwrap()
                .unwrap(),
            b"second salt"
        );
    }
}

async fn ids(tx: &mut Tx, cast: &fixtures::Cast, query: &RecordQuery<'_>) -> Vec<RecordId> {
    let found = records::list(tx, cast.org, query).await.unwrap();
    found.iter().map(|record| record.id).collect()
}

/// Twelve records of three people: number 1 to 12, two a day from 2026-09-01.
async fn a_dozen(store: &Store, cast: &fixtures::Cast) -> Vec<Record> {
    let authors = ["liuyang", "wangfang", "wangfang2"].map(|name| cast.person(name));
    let sections = ["组织科", "部办公室", "干部科"].map(|name| cast.section(name));
    let mut written = Vec::new();
    let mut tx = store.write().await.unwrap();
    for number in 0..12u32 {
        let who = number as usize % 3;
        let kind = Kind::CAPTURED[number as usize % 4];
        let mut one = record(
            u64::from(number) + 1,
            authors[who],
            kind,
            day(2026, 9, 1 + number / 2),
        );
        one.section = Some(sections[who]);
        one.content.topic = (number % 2 == 0).then(|| "法律".to_owned());
        if number == 11 {
            one.state = State::Withdrawn;
        }
        insert(&mut tx, cast, &one).await;
        written.push(one);
    }
    tx.commit().await.unwrap();
    written
}

/// What is asked by, the question, and which records answer it.
type Question<'a> = (&'a str, RecordQuery<'a>, Box<dyn Fn(&Record) -> bool>);

#[tokio::test]
async fn lists_are_narrowed_by_everything_that_is_asked() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let written = a_dozen(store, &cast).await;
        let all = RecordQuery {
            limit: 100,
            ..RecordQuery::default()
        };
        let sections = vec![
            cast.section("组织科"),
            cast.office(),
            cast.section("研究室"),
        ];
        let queries: Vec<Question<'_>> = vec![
            ("all", all.clone(), Box::new(|_| true)),
            (
                "author",
                RecordQuery {
                    author: Some(cast.cadre()),
                    ..all.clone()
                },
                {
                    let cadre = cast.cadre();
                    Box::new(move |record| record.author == cadre)
                },
            ),
            (
                "sections",
                RecordQuery {
                    sections: Some(sections.clone()),
                    ..all.clone()
                },
                { Box::new(move |record| sections.contains(&record.section.unwrap())) },
            ),
            (
                "no section",
                RecordQuery {
                    sections: Some(Vec::new()),
                    ..all.clone()
                },
                Box::new(|_| false),
            ),
            (
                "kinds",
                RecordQuery {
                    kinds: vec![Kind::Article, Kind::Clipping, Kind::BookNote],
                    ..all.clone()
                },
                Box::new(|record| record.content.kind != Kind::Reflection),
            ),
            (
                "topic",
                RecordQuery {
                    topic: Some("法律".to_owned()),
                    ..all.clone()
                },
                Box::new(|record| record.content.topic.is_some()),
            ),
            (
                "days",
                RecordQuery {
                    from: Some(day(2026, 9, 2)),
                    to: Some(day(2026, 9, 3)),
                    ..all.clone()
                },
                Box::new(|record| {
                    (day(2026, 9, 2)..=day(2026, 9, 3)).contains(&record.content.date)
                }),
            ),
            (
                "states",
                RecordQuery {
                    states: vec![State::Withdrawn],
                    ..all.clone()
                },
                Box::new(|record| record.state == State::Withdrawn),
            ),
        ];
        let mut tx = store.read().await.unwrap();
        for (what, query, wanted) in queries {
            let expected: Vec<RecordId> = written
                .iter()
                .rev()
                .filter(|r| wanted(r))
                .map(|r| r.id)
                .collect();
            assert_eq!(ids(&mut tx, &cast, &query).await, expected, "{what}");
            let count = records::count(&mut tx, cast.org, &query).await.unwrap();
            assert_eq!(count, expected.len() as u64, "{what}");
            assert_eq!(
                records::count(&mut tx, id(404), &query).await.unwrap(),
                0,
                "{what} elsewhere"
            );
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let written = a_dozen(store, &cast).await;
        let mut tx = store.read().await.unwrap();
        for limit in [1, 5, 12] {
            let mut query = RecordQuery {
                limit,
                ..RecordQuery::default()
            };
            let mut seen = Vec::new();
            loop {
                let page = records::list(&mut tx, cast.org, &query).await.unwrap();
                let Some(last) = page.last() else { break };
                query.before = Some((last.content.date, last.id));
                seen.extend(page.iter().map(|record| record.id));
            }
            let expected: Vec<RecordId> = written.iter().rev().map(|record| record.id).collect();
            assert_eq!(seen, expected, "pages of {limit}");
        }
    }
}

#[tokio::test]
async fn titles_name_records_without_their_words() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let written = a_dozen(store, &cast).await;
        let mut tx = store.read().await.unwrap();
        let titles = records::titles(&mut tx, cast.org, &[written[11].id, id(404), written[0].id])
            .await
            .unwrap();
        assert_eq!(titles.len(), 2);
        let title = &titles[&written[11].id];
        assert_eq!(
            (title.kind, title.state, title.author),
            (Kind::BookNote, State::Withdrawn, written[11].author)
        );
        assert_eq!(
            (title.title.as_str(), title.section),
            ("第12篇", written[11].section)
        );
    }
}

#[tokio::test]
async fn comments_stand_in_the_order_they_were_made() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let written = a_dozen(store, &cast).await;
        let comment = |number: u64, minute| Comment {
            id: uuid(0x6000 + number),
            record: written[0].id,
            author: cast.person("chensiqi"),
            at: moment(day(2026, 9, 2), 9, minute),
            text: format!("写得具体。<b>{number}</b>"),
        };
        let mut tx = store.write().await.unwrap();
        for one in [comment(1, 30), comment(2, 10), comment(3, 30)] {
            records::insert_comment(&mut tx, cast.org, &one)
                .await
                .unwrap();
        }
        let found = records::comments(&mut tx, cast.org, written[0].id)
            .await
            .unwrap();
        assert_eq!(found, [comment(2, 10), comment(1, 30), comment(3, 30)]);
        let head = cast.person("chensiqi");
        let answered = |since: u32, limit: u32| (moment(day(2026, 9, 2), 9, since), limit);
        for (author, (since, limit), expected) in [
            // The latest first; of two at the same minute the one written later.
            (written[0].author, answered(0, 9), &[30, 30, 10][..]),
            (written[0].author, answered(0, 2), &[30, 30]),
            (written[0].author, answered(11, 9), &[30, 30]),
            // One's own comments are no answers.
            (head, answered(0, 9), &[]),
        ] {
            let found = records::recent_answers(cast.org, author, since, limit)
                .alone(&mut tx)
                .await
                .unwrap();
            let minutes: Vec<u32> = found.iter().map(|answer| answer.at.minute()).collect();
            assert_eq!(minutes, expected);
            assert!(found.iter().all(|answer| answer.author == head
                && answer.record == written[0].id
                && answer.title == written[0].content.title));
        }
        let ids: Vec<RecordId> = written.iter().map(|record| record.id).collect();
        let counts = records::comment_counts(&mut tx, cast.org, &ids)
            .await
            .unwrap();
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(written[0].id, 3)]);
        assert!(
            records::comments(&mut tx, id(404), written[0].id)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

fn draft(person: PersonId, number: u64, text: &str) -> Draft {
    let fields: Fields = [("text", text), ("url", "https://example.org")]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .into();
    Draft {
        id: uuid(0x7000 + number),
        person,
        kind: Kind::Clipping,
        fields,
        record: None,
        base_version: None,
        updated_at: moment(day(2026, 9, 16), 9, u32::try_from(number).unwrap()),
    }
}

#[tokio::test]
async fn a_draft_is_saved_over_itself_and_is_nobody_elses() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (mine, theirs) = (cast.cadre(), cast.person("chensiqi"));
        let written = a_dozen(store, &cast).await;
        let first = draft(mine, 1, "写到一半");
        let mut later = draft(mine, 1, "写到一半 😀\u{202E}\n再写一点");
        later.updated_at = moment(day(2026, 9, 16), 10, 0);
        (later.record, later.base_version) = (Some(written[0].id), Some(3));
        let other = draft(mine, 2, "另一篇");
        let mut tx = store.write().await.unwrap();
        let org = cast.org;
        for one in [&first, &other, &later] {
            assert_eq!(
                drafts::save(&mut tx, org, one).await.unwrap(),
                Saved::Stored
            );
        }
        assert_eq!(
            drafts::list(org, mine).alone(&mut tx).await.unwrap(),
            [later.clone(), other.clone()]
        );
        let stolen = Draft {
            person: theirs,
            ..draft(mine, 1, "别人的字")
        };
        assert_eq!(
            drafts::save(&mut tx, org, &stolen).await.unwrap(),
            Saved::NotYours
        );
        assert_eq!(
            drafts::get(&mut tx, org, theirs, first.id).await.unwrap(),
            None
        );
        assert!(
            drafts::list(org, theirs)
                .alone(&mut tx)
                .await
                .unwrap()
                .is_empty()
        );
        drafts::delete(&mut tx, org, theirs, first.id);
        assert_eq!(
            drafts::get(&mut tx, org, mine, first.id).await.unwrap(),
            Some(later)
        );
        drafts::delete(&mut tx, org, mine, first.id);
        assert_eq!(
            drafts::list(org, mine).alone(&mut tx).await.unwrap(),
            [other]
        );
    }
}

#[tokio::test]
async fn a_draft_over_the_limit_is_refused_and_the_one_before_kept() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let small = draft(cast.cadre(), 1, &"字".repeat(100_000));
        let large = draft(cast.cadre(), 1, &"a".repeat(LARGEST_DRAFT));
        let mut tx = store.write().await.unwrap();
        assert_eq!(
            drafts::save(&mut tx, cast.org, &small).await.unwrap(),
            Saved::Stored
        );
        assert_eq!(
            drafts::save(&mut tx, cast.org, &large).await.unwrap(),
            Saved::TooLarge
        );
        assert_eq!(
            drafts::get(&mut tx, cast.org, small.person, small.id)
                .await
                .unwrap(),
            Some(small)
        );
    }
}
