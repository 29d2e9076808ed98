//! What is promised to those who write: nobody reads what is not his to read, nothing is overwritten unseen, what was not done
//! of one's own accord is nobody else's business, and whoever changes the database behind the program's back is found out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::databases::Engine;
use common::{Department, department, fields};
use domain::audit::Break;
use domain::charter::Force;
use domain::identity::{DutyId, RecordId};
use domain::records::{Kind, Record};
use fixtures::{day, moment};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use wuxing::app::records::Revision;
use wuxing::app::section::{self, Group};
use wuxing::app::{Error, Refusal, Result, library, records};

async fn founded(engine: &Engine) -> Department {
    department(&engine.store, "wuxing", day(2026, 11, 2)).await
}

async fn revise(
    department: &Department,
    account: &str,
    id: RecordId,
    base_version: u32,
    text: &str,
) -> Result<Record> {
    let form_key = department.form(Kind::Clipping, &[]).form_key;
    let form = Revision {
        record: id,
        base_version,
        form_key,
        fields: fields(&[("text", text)]),
    };
    department
        .program
        .write(department.who(account), move |cx| {
            Box::pin(records::revise(cx, form.clone()))
        })
        .await
}

#[tokio::test]
async fn a_stale_edit_is_refused_with_the_record_as_it_now_is() {
    for engine in common::engines().await {
        let department = founded(&engine).await;
        let record = department.clip("liuyang", "原文").await;
        revise(&department, "liuyang", record.id, 1, "在办公室改的")
            .await
            .unwrap();
        let stale = revise(&department, "liuyang", record.id, 1, "在路上改的")
            .await
            .unwrap_err();
        let Error::Refused(Refusal::Stale { current }) = stale else {
            panic!("{stale:?}")
        };
        assert_eq!(
            (current.version, current.content.text.as_str()),
            (2, "在办公室改的")
        );
        // On top of what was shown beside it the edit goes through; the very same once more is no conflict.
        for _ in 0..2 {
            let merged = revise(&department, "liuyang", record.id, 2, "两处的都要")
                .await
                .unwrap();
            assert_eq!(
                (merged.version, merged.content.text.as_str()),
                (3, "两处的都要")
            );
        }
        let view = department
            .program
            .read(department.who("liuyang"), move |cx| {
                Box::pin(records::view(cx, record.id))
            })
            .await
            .unwrap();
        let texts: Vec<_> = view
            .earlier
            .iter()
            .map(|earlier| earlier.content.text.as_str())
            .collect();
        assert_eq!(texts, ["原文", "在办公室改的"]);
        department.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_edits_at_the_same_time_one_is_kept_and_the_others_see_it() {
    for engine in common::engines().await {
        let department = std::sync::Arc::new(founded(&engine).await);
        let record = department.clip("liuyang", "原文").await;
        let editing: Vec<_> = (0..6)
            .map(|number| {
                let department = department.clone();
                tokio::spawn(async move {
                    revise(
                        &department,
                        "liuyang",
                        record.id,
                        1,
                        &format!("第{number}稿"),
                    )
                    .await
                })
            })
            .collect();
        let (mut kept, mut shown) = (Vec::new(), Vec::new());
        for edit in editing {
            match edit.await.unwrap() {
                Ok(record) => kept.push(record.content.text),
                Err(Error::Refused(Refusal::Stale { current })) => shown.push(current.content.text),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((kept.len(), shown.len()), (1, 5));
        assert!(shown.iter().all(|text| *text == kept[0]));
        department.assert_sound().await;
    }
}

#[tokio::test]
async fn part_c_a_body_is_read_by_its_author_the_head_and_the_office_and_for_others_it_does_not_exist()
 {
    for engine in common::engines().await {
        let department = founded(&engine).await;
        let clipping = department.clip("liuyang", "组织科的剪贴").await;
        let form = department.form(
            Kind::Entry,
            &[
                ("duty", "field-day"),
                ("text", "到了三个村"),
                ("amount", "2"),
            ],
        );
        let entry = department.submit("liuyang", form).await.unwrap();
        // The author, his head, the office; for what was entered as done also the deputy in charge.
        let readers = [
            ("liuyang", [true, true]),
            ("chensiqi", [true, true]),
            ("sunli", [true, true]),
            ("wangfang", [true, true]),
            ("linxiaolan", [false, true]),
            ("huangjianing", [false, false]),
            ("denglihua", [false, false]),
            ("hejianping", [false, false]),
            ("zhoumingyuan", [false, false]),
            ("admin", [false, false]),
            ("auditor", [false, false]),
        ];
        for (account, reads) in readers {
            for (record, reads) in [&clipping, &entry].into_iter().zip(reads) {
                let found = department.read(account, record.id).await;
                match found {
                    Ok(found) => assert!(reads && found == *record, "{account}"),
                    Err(Error::NotFound) => assert!(!reads, "{account}"),
                    Err(other) => panic!("{account}: {other:?}"),
                }
            }
        }
        let id = clipping.id;
        for (account, sees) in [("chensiqi", true), ("denglihua", false), ("admin", false)] {
            let who = department.who(account);
            let outcomes = [
                revise(&department, account, id, 1, "别人改的")
                    .await
                    .map(drop),
                department
                    .program
                    .write(who, move |cx| Box::pin(records::withdraw(cx, id)))
                    .await
                    .map(drop),
            ];
            for outcome in outcomes {
                match outcome {
                    Err(Error::Forbidden) => assert!(sees, "{account}"),
                    Err(Error::NotFound) => assert!(!sees, "{account}"),
                    other => panic!("{account}: {other:?}"),
                }
            }
            let commented = department
                .program
                .write(who, move |cx| {
                    Box::pin(records::comment(cx, id, "看过。".to_owned()))
                })
                .await;
            assert_eq!(commented.is_ok(), sees, "{account}");
            let read = library::Wish::default();
            let list = department
                .program
                .read(who, |cx| Box::pin(library::to_read(cx, read, None)))
                .await;
            assert_eq!(list.is_ok_and(|list| list.total == 1), sees, "{account}");
        }
        // Taken back, it is its author's alone.
        department
            .program
            .write(department.who("liuyang"), move |cx| {
                Box::pin(records::withdraw(cx, id))
            })
            .await
            .unwrap();
        assert!(department.read("liuyang", id).await.is_ok());
        for account in ["chensiqi", "sunli"] {
            assert!(
                matches!(department.read(account, id).await, Err(Error::NotFound)),
                "{account}"
            );
        }
        department.assert_sound().await;
    }
}

#[tokio::test]
async fn one_department_knows_nothing_of_another_in_the_same_database() {
    for engine in common::engines().await {
        let (one, other) = (founded(&engine).await, founded(&engine).await);
        // Both have the same people under the same identifiers.
        let record = one.clip("liuyang", "甲部的剪贴").await;
        assert!(matches!(
            other.read("liuyang", record.id).await,
            Err(Error::NotFound)
        ));
        let wish = library::Wish {
            question: "剪贴".to_owned(),
            ..library::Wish::default()
        };
        let found = other
            .program
            .read(other.who("liuyang"), |cx| Box::pin(library::own(cx, wish)))
            .await
            .unwrap();
        assert_eq!((found.total, found.records.len()), (0, 0));
        one.assert_sound().await;
        other.assert_sound().await;
    }
}

#[tokio::test]
async fn r23_to_r26_of_encouraged_duties_others_see_what_was_done_and_never_what_was_not() {
    for engine in common::engines().await {
        let department = founded(&engine).await;
        department.clip("liuyang", "星期一的").await;
        department.clip("liuyang", "星期一的又一则").await;
        let form = department.form(
            Kind::Entry,
            &[("duty", "suggestion-work"), ("text", "一条建议")],
        );
        department.submit("liuyang", form).await.unwrap();
        // Two weeks later everything is over: of the required duties most are missed.
        department.clock.put(moment(day(2026, 11, 20), 17, 0));
        for account in [
            "chensiqi",
            "huangjianing",
            "sunli",
            "linxiaolan",
            "zhoumingyuan",
            "denglihua",
        ] {
            let own = department
                .cast
                .actor("liuyang", day(2026, 11, 20))
                .section
                .unwrap();
            let who = department.who(account);
            let group = Some(Group::Section(own));
            let ledger = department
                .program
                .read(who, move |cx| Box::pin(section::section(cx, group, 2026)))
                .await
                .unwrap();
            assert!(
                ledger
                    .rows
                    .iter()
                    .all(|row| row.duty.force != Force::Encouraged)
            );
            assert!(
                ledger
                    .rows
                    .iter()
                    .any(|row| row.total.done < row.total.required)
            );
            let done: Vec<_> = ledger
                .encouraged
                .iter()
                .map(|(duty, done)| (duty.id.as_str(), *done))
                .collect();
            assert_eq!(done, [("clipping", 2)], "{account}");

            let open = |duty: &str| {
                let duty = DutyId::parse(duty).unwrap();
                let group = Group::Section(own);
                department.program.read(who, move |cx| {
                    Box::pin(section::open(cx, group, duty, day(2026, 11, 2)))
                })
            };
            let clippings = open("clipping").await.unwrap();
            let others = clippings.lines.iter().filter(|line| line.status.is_none());
            let lines: Vec<_> = others
                .map(|line| (line.person.as_str(), line.cell.done()))
                .collect();
            assert_eq!(lines, [("刘洋", 2)], "{account}");
            let own_lines = clippings.lines.iter().filter(|line| line.status.is_some());
            // One's own are there with everything; the status of one that is over is never "missed".
            assert!(
                own_lines
                    .clone()
                    .all(|line| line.status != Some(domain::ledger::Status::Missed))
            );
            let me = department
                .cast
                .facts
                .people
                .iter()
                .find(|person| person.id == department.cast.person(account));
            assert!(
                own_lines
                    .clone()
                    .all(|line| Some(&line.person) == me.map(|person| &person.name))
            );

            // A required duty shows everybody's figures: that is the difference.
            let suggestions = open("suggestion-work").await.unwrap();
            assert_eq!((suggestions.total.done, suggestions.total.required), (1, 3));
            assert!(suggestions.lines.iter().all(|line| line.status.is_some()));
        }
        // The administrator sees no ledger at all.
        let ledger = department.program.read(department.who("admin"), |cx| {
            Box::pin(section::section(cx, None, 2026))
        });
        assert!(matches!(ledger.await, Err(Error::NotFound)));
    }
}

/// Changes the database as somebody with its password would.
async fn behind_its_back(engine: &Engine, statement: &str, bound: Option<uuid::Uuid>) {
    let text = AssertSqlSafe(statement.to_owned());
    let changed = match engine.store.engine() {
        store::Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(&engine.address).await.unwrap();
            let query = bound
                .into_iter()
                .fold(sqlx::query(text), |query, id| query.bind(id));
            query
                .execute(&mut connection)
                .await
                .unwrap()
                .rows_affected()
        }
        store::Engine::Postgres => {
            let mut connection = PgConnection::connect(&engine.address).await.unwrap();
            let query = bound
                .into_iter()
                .fold(sqlx::query(text), |query, id| query.bind(id));
            query
                .execute(&mut connection)
                .await
                .unwrap()
                .rows_affected()
        }
    };
    assert_eq!(changed, 1, "{statement}");
}

#[tokio::test]
async fn a2_a_record_that_was_changed_behind_the_programs_back_is_named() {
    for engine in common::engines().await {
        let tampered = [
            "UPDATE records SET title = title || '。' WHERE id = $1",
            "UPDATE records SET content = replace(content, '实话', '假话') WHERE id = $1",
            "UPDATE records SET date = '2026-11-01' WHERE id = $1",
            "UPDATE records SET state = 'withdrawn' WHERE id = $1",
            "UPDATE records SET version = 2 WHERE id = $1",
        ];
        for statement in tampered {
            let department = founded(&engine).await;
            let record = department.clip("liuyang", "一句实话").await;
            let untouched = department.clip("liuyang", "另一句实话").await;
            department.assert_sound().await;
            behind_its_back(&engine, statement, Some(record.id.uuid())).await;
            let found = department.verify_audit().await;
            assert!(!found.is_good(), "{statement}");
            assert_eq!(found.altered_records, [record.id], "{statement}");
            assert_eq!(
                (found.broken, found.head_differs, found.records),
                (None, false, 2)
            );
            assert!(department.read("liuyang", untouched.id).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a2_a_changed_or_removed_audit_entry_is_named() {
    for engine in common::engines().await {
        let whole = || async {
            let department = founded(&engine).await;
            for number in 0..3 {
                department.clip("liuyang", &format!("第{number}则")).await;
            }
            let head = department.verify_audit().await.head;
            (department.org.uuid(), head.seq, department)
        };
        let (org, last, department) = whole().await;
        let statement = format!(
            "UPDATE audit_entries SET actor = NULL WHERE org = $1 AND seq = {}",
            last - 1
        );
        behind_its_back(&engine, &statement, Some(org)).await;
        assert_eq!(
            department.verify_audit().await.broken,
            Some(Break::Altered { seq: last - 1 })
        );

        let (org, last, department) = whole().await;
        let statement = format!(
            "DELETE FROM audit_entries WHERE org = $1 AND seq = {}",
            last - 1
        );
        behind_its_back(&engine, &statement, Some(org)).await;
        assert_eq!(
            department.verify_audit().await.broken,
            Some(Break::Gap {
                after: last - 2,
                found: last
            })
        );

        // A cut tail leaves a chain that is whole in itself: the head beside it tells.
        let (org, last, department) = whole().await;
        let statement = format!("DELETE FROM audit_entries WHERE org = $1 AND seq = {last}");
        behind_its_back(&engine, &statement, Some(org)).await;
        let found = department.verify_audit().await;
        assert!(found.broken.is_none() && found.head_differs && !found.is_good());
    }
}

#[tokio::test]
async fn b7_a_ledger_cell_that_was_changed_behind_the_programs_back_is_named() {
    for engine in common::engines().await {
        let person = fixtures::cast().person("liuyang").uuid().simple();
        let person = match engine.store.engine() {
            store::Engine::Sqlite => format!("X'{person}'"),
            store::Engine::Postgres => format!("'{person}'"),
        };
        let key = format!(
            "org = $1 AND duty = 'field-day' AND first = '2026-11-02' AND person = {person}"
        );
        for change in [
            "UPDATE ledger_cells SET required = required + 1 WHERE ",
            "DELETE FROM ledger_cells WHERE ",
        ] {
            let department = founded(&engine).await;
            department.assert_sound().await;
            let statement = format!("{change}{key}");
            behind_its_back(&engine, &statement, Some(department.org.uuid())).await;
            let found = department.verify_ledger().await;
            let [difference] = &found.differences[..] else {
                panic!("{:?}", found.differences)
            };
            assert_eq!(difference.key.duty.as_str(), "field-day");
            assert_eq!(difference.key.period.first, department.starts);
            let required = difference.recomputed.as_ref().unwrap().required;
            assert_eq!(
                difference
                    .stored
                    .as_ref()
                    .map_or(required + 1, |cell| cell.required),
                required + 1
            );
        }
    }
}
