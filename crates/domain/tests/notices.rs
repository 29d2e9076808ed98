//! Notices: what is stored of them can be read again, and what makes two of them the same.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::Id;
use domain::notices::{Change, Notice};
use uuid::Uuid;

fn id<Kind>(number: u128) -> Id<Kind> {
    Id::new(Uuid::from_u128(number))
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, day).unwrap()
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_790_000_000_000_000 + second * 1_000_000 + 7).unwrap()
}

/// One of every kind, each of them news to somebody who was told the others.
fn all() -> Vec<Notice> {
    let uuid = Uuid::from_u128;
    let absence = |change, second| Notice::Absence {
        absence: uuid(3),
        change,
        at: at(second),
        first: day(7),
        last: day(11),
    };
    vec![
        Notice::Commented {
            record: id(1),
            comment: uuid(2),
            by: id(9),
        },
        Notice::Answered {
            record: id(1),
            comment: uuid(4),
            by: id(9),
        },
        absence(Change::Entered, 0),
        absence(Change::Changed, 1),
        absence(Change::Changed, 2),
        absence(Change::Withdrawn, 3),
        Notice::PasswordResetAsked { request: uuid(5) },
        Notice::PasswordResetDone { request: uuid(5) },
        Notice::CharterAdopted {
            version: 2,
            effective: day(28),
        },
        Notice::CharterWithdrawn {
            version: 2,
            effective: day(28),
        },
        // The number is used again.
        Notice::CharterAdopted {
            version: 2,
            effective: day(30),
        },
        Notice::ImportUndone {
            import: uuid(6),
            rows: 24,
        },
        Notice::SealedRead {
            record: id(1),
            by: id(9),
            on: day(7),
        },
        Notice::SealedRead {
            record: id(1),
            by: id(9),
            on: day(8),
        },
        Notice::JobDead {
            job: uuid(7),
            job_kind: "settle".to_owned(),
            died_at: at(0),
        },
        // It was retried, and died again.
        Notice::JobDead {
            job: uuid(7),
            job_kind: "settle".to_owned(),
            died_at: at(60),
        },
        Notice::JobUnattended {
            job: uuid(7),
            job_kind: "settle".to_owned(),
            died_at: at(0),
            days: 2,
        },
    ]
}

#[test]
fn what_is_stored_of_a_notice_is_the_notice() {
    for notice in all() {
        let parameters = notice.parameters().unwrap();
        assert!(!parameters.contains("\"kind\""), "{parameters}");
        assert_eq!(
            Notice::read(notice.word(), &parameters).unwrap(),
            notice,
            "{parameters}"
        );
    }
    assert!(Notice::read("of-a-newer-program", "{}").is_err());
    assert!(Notice::read("commented", "{}").is_err());
    assert!(Notice::read("commented", "not JSON").is_err());
}

#[test]
fn b7_every_piece_of_news_has_a_key_of_its_own() {
    let notices = all();
    let keys: BTreeSet<String> = notices.iter().map(Notice::dedupe).collect();
    assert_eq!(keys.len(), notices.len(), "{keys:?}");
    assert!(keys.iter().all(|key| key.len() <= 200), "{keys:?}");
}

#[test]
fn b7_a_comment_is_told_once_whichever_way() {
    let (record, comment, by) = (id(1), Uuid::from_u128(2), id(9));
    let one = Notice::Commented {
        record,
        comment,
        by,
    };
    let other = Notice::Answered {
        record,
        comment,
        by,
    };
    assert_eq!(one.dedupe(), other.dedupe());
}

#[test]
fn a6_a_notice_holds_no_words_of_anybodys() {
    // Every string in the stored form is an identifier, a day, a moment or a word of the program.
    for notice in all() {
        let value: serde_json::Value = serde_json::from_str(&notice.parameters().unwrap()).unwrap();
        for (name, value) in value.as_object().unwrap() {
            let Some(text) = value.as_str() else {
                assert!(value.is_u64(), "{name}: {value}");
                continue;
            };
            let plain = Uuid::parse_str(text).is_ok()
                || text.parse::<NaiveDate>().is_ok()
                || text.parse::<DateTime<Utc>>().is_ok()
                || Change::ALL.iter().any(|change| change.word() == text)
                || name == "job_kind";
            assert!(plain, "{name}: {text}");
        }
    }
}
