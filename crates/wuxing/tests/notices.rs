//! Who is told what: on both engines, through actions alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{Department, department};
use domain::identity::{PersonId, RecordId};
use domain::notices::Notice;
use domain::records::Kind;
use fixtures::day;
use store::notices::NoticeQuery;
use wuxing::app::notices::{Whom, tell};
use wuxing::app::records;

async fn founded(engine: &common::databases::Engine) -> Department {
    department(&engine.store, "wuxing", day(2026, 11, 2)).await
}

/// What somebody has been told, the latest first.
async fn told(department: &Department, account: &str) -> Vec<Notice> {
    let mut tx = department.program.store.read().await.unwrap();
    let query = NoticeQuery {
        limit: 50,
        ..NoticeQuery::default()
    };
    let account = department.cast.account(account).id;
    let told = store::notices::list(&mut tx, department.org, account, query)
        .await
        .unwrap();
    told.into_iter().map(|told| told.notice.unwrap()).collect()
}

async fn comment(department: &Department, account: &str, record: RecordId, text: &str) {
    let text = text.to_owned();
    department
        .program
        .write(department.who(account), move |cx| {
            Box::pin(records::comment(cx, record, text.clone()))
        })
        .await
        .unwrap();
}

/// Who is named by the notices, and whether each is an answer.
fn named(notices: &[Notice]) -> Vec<(PersonId, bool)> {
    let named = notices.iter().map(|notice| match notice {
        Notice::Commented { by, .. } => (*by, false),
        Notice::Answered { by, .. } => (*by, true),
        other => panic!("{other:?}"),
    });
    named.collect()
}

#[tokio::test]
async fn r23_the_author_is_told_of_comments_and_the_commentators_of_his_answer() {
    for engine in common::engines().await {
        let department = founded(&engine).await;
        let record = department.clip("liuyang", "原文").await.id;
        let person = |account: &str| department.cast.person(account);
        comment(&department, "chensiqi", record, "写得具体").await;
        comment(&department, "sunli", record, "可以展开").await;
        let to_author = named(&told(&department, "liuyang").await);
        assert_eq!(to_author.len(), 2);
        assert!(to_author.contains(&(person("chensiqi"), false)));
        assert!(to_author.contains(&(person("sunli"), false)));
        // One's own comment is no news, nor is a colleague's an answer to it.
        assert_eq!(told(&department, "chensiqi").await, []);
        assert_eq!(told(&department, "sunli").await, []);
        comment(&department, "liuyang", record, "好的，补充两个例子").await;
        for commentator in ["chensiqi", "sunli"] {
            assert_eq!(
                named(&told(&department, commentator).await),
                [(person("liuyang"), true)],
                "{commentator}"
            );
        }
        assert_eq!(told(&department, "liuyang").await.len(), 2);
        assert_eq!(
            told(&department, "wangfang").await,
            [],
            "she wrote nothing there"
        );
    }
}

#[tokio::test]
async fn part_c_who_may_no_longer_read_is_not_told_of_the_answer() {
    for engine in common::engines().await {
        let department = founded(&engine).await;
        let form = department.form(
            Kind::Entry,
            &[
                ("duty", "field-day"),
                ("text", "到了三个村"),
                ("amount", "2"),
            ],
        );
        let record = department.submit("liuyang", form).await.unwrap().id;
        // The deputy in charge reads entries, until his post passes to somebody else.
        comment(&department, "linxiaolan", record, "去得好").await;
        comment(&department, "chensiqi", record, "有收获").await;
        department.clock.put(fixtures::moment(
            department.starts + chrono::Days::new(40),
            9,
            0,
        ));
        comment(&department, "liuyang", record, "谢谢").await;
        assert_eq!(told(&department, "linxiaolan").await, []);
        assert_eq!(told(&department, "chensiqi").await.len(), 1);
    }
}

#[tokio::test]
async fn b7_everybody_who_serves_is_told_but_whoever_did_it() {
    for engine in common::engines().await {
        let department = founded(&engine).await;
        // 林晓岚 has passed her post on by then.
        department.clock.put(fixtures::moment(
            department.starts + chrono::Days::new(40),
            9,
            0,
        ));
        let adopted = Notice::CharterAdopted {
            version: 2,
            effective: day(2027, 1, 4),
        };
        for _ in 0..2 {
            let notice = adopted.clone();
            department
                .program
                .write(department.who("sunli"), move |cx| {
                    Box::pin(tell(cx, Whom::Everybody, notice.clone()))
                })
                .await
                .unwrap();
        }
        for account in common::PEOPLE {
            let expected = match account {
                "sunli" | "linxiaolan" => Vec::new(),
                _ => vec![adopted.clone()],
            };
            assert_eq!(told(&department, account).await, expected, "{account}");
        }
    }
}

#[tokio::test]
async fn a_change_that_is_undone_tells_nobody() {
    for engine in common::engines().await {
        let department = founded(&engine).await;
        let refused = department
            .program
            .write(department.who("sunli"), |cx| {
                Box::pin(async move {
                    let notice = Notice::CharterAdopted {
                        version: 2,
                        effective: day(2026, 12, 7),
                    };
                    tell(cx, Whom::Everybody, notice).await?;
                    Err::<(), _>(wuxing::app::Refusal::NameTaken.into())
                })
            })
            .await;
        assert!(refused.is_err());
        assert_eq!(told(&department, "liuyang").await, []);
    }
}
