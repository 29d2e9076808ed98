//! A record's page: who reads it, comments, versions, and a change that came too late.

use axum::http::StatusCode;

use crate::browser::{Answer, Browser};
use crate::house::{Department, capture, clip, hidden, page, words};

/// Opens the form for changing a record and sends it with these words.
pub async fn edit(browser: &mut Browser, record: &str, fields: &[(&str, &str)]) -> Answer {
    let form = page(browser, &format!("{record}/edit")).await;
    send(browser, record, &form, fields).await
}

async fn send(browser: &mut Browser, record: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
    let hidden = ["key", "kind", "record", "base"].map(|name| (name, hidden(form, name)));
    let mut all: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    all.extend_from_slice(fields);
    browser.post(&format!("{record}/edit"), &all).await
}

#[tokio::test]
async fn a_change_that_came_too_late_shows_both_texts_and_loses_neither() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let record = clip(&mut cadre, "会议材料双面打印。").await;
    let opened = page(&mut cadre, &format!("{record}/edit")).await;
    edit(&mut cadre, &record, &[("text", "会议材料一律双面打印。")])
        .await
        .leads_to();

    let stale = send(
        &mut cadre,
        &record,
        &opened,
        &[("text", "会议材料改为线上传阅。")],
    )
    .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("会议材料改为线上传阅。</textarea>"),
        "mine can be written on:\n{text}"
    );
    assert!(
        text.contains("<ins>一律双面打印</ins>") || text.contains("<ins>"),
        "what is saved is marked:\n{text}"
    );
    assert!(words(&text).contains("第 2 版"), "{text}");
    // The settled text is saved on top of the version that was shown.
    assert_eq!(hidden(&text, "base"), "2");
    let merged = send(
        &mut cadre,
        &record,
        &text,
        &[("text", "会议材料线上传阅，必要时双面打印。")],
    )
    .await;
    let shown = cadre.follow(&merged).await;
    shown
        .says("修改已保存")
        .says("会议材料线上传阅，必要时双面打印。");
    // Nothing that was ever saved is gone, and only the author sees it.
    shown
        .says("会议材料双面打印。")
        .says("会议材料一律双面打印。")
        .says("以前的版本");
    let seen = page(&mut department.browser("head"), &record).await;
    assert!(!seen.contains("会议材料一律双面打印。") && !seen.contains("以前的版本"));
}

#[tokio::test]
async fn the_same_change_sent_twice_is_no_conflict() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let record = clip(&mut cadre, "一").await;
    let form = page(&mut cadre, &format!("{record}/edit")).await;
    for _ in 0..2 {
        send(&mut cadre, &record, &form, &[("text", "二")])
            .await
            .leads_to();
    }
    assert!(words(&page(&mut cadre, &record).await).contains("第几版 2"));
}

#[tokio::test]
async fn a_change_that_was_begun_is_found_again() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let record = clip(&mut cadre, "原来的").await;
    let form = page(&mut cadre, &format!("{record}/edit")).await;
    let key = hidden(&form, "key");
    let id = record.trim_start_matches("/records/");
    let typed = [
        ("key", key.as_str()),
        ("kind", "clipping"),
        ("record", id),
        ("base", "1"),
        ("text", "改到一半"),
    ];
    assert_eq!(
        cadre.post(&format!("/drafts/{key}"), &typed).await.status,
        StatusCode::NO_CONTENT
    );
    let again = page(&mut cadre, &format!("{record}/edit")).await;
    assert!(again.contains("改到一半") && hidden(&again, "key") == key);
    // From Today's list the draft leads to the record's form.
    assert_eq!(
        cadre.get(&format!("/capture?draft={key}")).await.leads_to(),
        format!("{record}/edit?draft={key}")
    );
}

#[tokio::test]
async fn part_c_the_body_is_for_the_author_the_head_and_the_office() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let record = clip(&mut cadre, "只给该看的人看的一段").await;
    for role in ["head", "office"] {
        let seen = page(&mut department.browser(role), &record).await;
        assert!(seen.contains("只给该看的人看的一段"), "{role}");
        assert!(
            !seen.contains(&format!("{record}/edit")),
            "{role} changes nothing"
        );
    }
    for role in [
        "other head",
        "minister",
        "deputy",
        "administrator",
        "auditor",
    ] {
        let answer = department.browser(role).get(&record).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role}");
        assert!(!answer.text().contains("只给该看的人看的一段"), "{role}");
        let edit = department
            .browser(role)
            .get(&format!("{record}/edit"))
            .await;
        assert_eq!(edit.status, StatusCode::NOT_FOUND, "{role}");
    }
    page(&mut cadre, &record).await;
    cadre
        .post(&format!("{record}/withdraw"), &[])
        .await
        .leads_to();
    assert_eq!(
        department.browser("head").get(&record).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn r24_a_comment_reaches_the_author_who_answers() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let answer = capture(&mut cadre, "reflection", &[("text", "一点心得")]).await;
    let record = answer.leads_to().split('?').next().unwrap().to_owned();
    assert!(
        !page(&mut cadre, &record).await.contains("name=\"comment\""),
        "nobody comments on himself first"
    );
    let mut head = department.browser("head");
    assert!(words(&page(&mut head, "/").await).contains("心得体会 1 篇"));
    page(&mut head, &record).await;
    let empty = head
        .post(&format!("{record}/comments"), &[("comment", "  ")])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.says("批注不能为空");
    let sent = head
        .post(
            &format!("{record}/comments"),
            &[("comment", "第二段可以展开写。")],
        )
        .await;
    head.follow(&sent)
        .await
        .says("批注已发出")
        .says("第二段可以展开写。");
    assert!(
        !words(&page(&mut head, "/").await).contains("心得体会 1 篇"),
        "what was commented on no longer waits"
    );
    let today = page(&mut cadre, "/").await;
    assert!(
        words(&today).contains("对我所写的批注 一点心得 陈思齐 · 今天 09:00"),
        "{}",
        words(&today)
    );
    page(&mut cadre, &record).await;
    cadre
        .post(
            &format!("{record}/comments"),
            &[("comment", "好的，这就改。")],
        )
        .await
        .leads_to();
    assert!(page(&mut head, &record).await.contains("好的，这就改。"));
}

#[tokio::test]
async fn r18_a_web_address_is_a_link_that_tells_nothing_about_us() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let fields = [
        ("text", "javascript:alert(1)"),
        ("url", "https://example.org/a?b=1&c=\u{6570}"),
    ];
    let answer = capture(&mut cadre, "clipping", &fields).await;
    let shown = cadre.follow(&answer).await.text();
    assert!(
        shown.contains(
            "href=\"https://example.org/a?b=1&#38;c=数\" rel=\"noopener noreferrer nofollow\""
        ),
        "{shown}"
    );
    assert!(!shown.contains("href=\"javascript:"), "text is no link");
}
