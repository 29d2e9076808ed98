//! Every page, in both languages, with what a hostile writer left in it.

use crate::house::{Department, HOSTILE, capture, clip, page, words};

#[tokio::test]
async fn every_page_is_whole_in_both_languages_and_escapes_what_people_wrote() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let record = clip(&mut cadre, HOSTILE).await;
    let answer = capture(
        &mut cadre,
        "article",
        &[("title", HOSTILE), ("text", HOSTILE)],
    )
    .await;
    let article = answer.leads_to().split('?').next().unwrap().to_owned();
    let changed = crate::records::edit(
        &mut cadre,
        &article,
        &[("title", HOSTILE), ("text", "另一段")],
    )
    .await;
    changed.leads_to();
    // A draft that was left, and a comment, are shown on Today.
    let key = "01990000-0000-7000-8000-00000000d4af";
    cadre
        .post(
            &format!("/drafts/{key}"),
            &[("key", key), ("kind", "reflection"), ("text", HOSTILE)],
        )
        .await;
    let mut head = department.browser("head");
    page(&mut head, &record).await;
    head.post(&format!("{record}/comments"), &[("comment", HOSTILE)])
        .await
        .leads_to();

    let short: String = HOSTILE.chars().take(60).collect();
    let token = [
        ("name", short.as_str()),
        ("scope", "ledger:read"),
        ("days", "30"),
    ];
    page(&mut cadre, "/tokens").await;
    whole(
        &cadre.post("/tokens", &token).await.text(),
        "/tokens",
        "zh-CN,zh;q=0.9",
    );

    let of_the_cadre = [
        "/".to_owned(),
        "/capture".to_owned(),
        "/capture?kind=book-note".to_owned(),
        "/capture?kind=entry".to_owned(),
        "/capture?kind=entry&duty=field-day".to_owned(),
        format!("/capture?draft={key}"),
        record.clone(),
        format!("{record}?submitted=1"),
        format!("{record}/edit"),
        article,
        "/library".to_owned(),
        format!("/library?q={}", "%3Cscript%3E%20%22"),
        "/library?q=%E6%B2%A1%E6%9C%89%E7%9A%84%E8%AF%8D".to_owned(),
        "/library?withdrawn=1".to_owned(),
        "/ledger".to_owned(),
        "/ledger?year=2025".to_owned(),
        "/ledger/clipping".to_owned(),
        "/ledger/field-day?year=2026".to_owned(),
        "/section".to_owned(),
        "/section?of=leaders".to_owned(),
        "/section/leaders/talk-deputy/2026-09-01".to_owned(),
        "/charter".to_owned(),
        "/charter?version=1".to_owned(),
        "/charter/versions".to_owned(),
        "/charter/versions/1".to_owned(),
        "/charter/compare?from=1&to=1".to_owned(),
        "/ledger/clipping/2026-09-14".to_owned(),
        "/charter/load".to_owned(),
        "/charter/load?year=2027".to_owned(),
        "/tokens".to_owned(),
    ];
    let of_the_head = [
        "/".to_owned(),
        "/reading".to_owned(),
        "/reading?kind=article&q=script".to_owned(),
        record,
    ];
    for language in ["zh-CN,zh;q=0.9", "en-GB,en;q=0.9"] {
        let mut english = cadre.clone();
        english.language = language;
        for path in &of_the_cadre {
            whole(&page(&mut english, path).await, path, language);
        }
        let mut english = head.clone();
        english.language = language;
        for path in &of_the_head {
            whole(&page(&mut english, path).await, path, language);
        }
    }
    // What was typed is there, as text.
    let shown = page(&mut cadre, "/library").await;
    assert!(
        shown.contains("&#60;script&#62;alert(") && shown.contains("👩‍👧"),
        "{shown}"
    );
}

#[track_caller]
fn whole(text: &str, path: &str, language: &str) {
    let (tag, _) = language.split_once(['-', ',']).unwrap();
    assert!(
        text.contains(&format!("<html lang=\"{tag}")),
        "{path} is not in {language}"
    );
    assert!(
        !text.contains("<script>alert"),
        "{path} runs what somebody wrote"
    );
    assert!(
        !text.contains("\" onmouseover"),
        "{path} lets a text leave its attribute"
    );
    // A draft is shown to its author as it was typed; what is submitted is cleaned.
    assert!(
        path.contains("draft=") || !text.contains('\u{202e}'),
        "{path} keeps a mark that turns the writing"
    );
    assert!(
        text.contains("<h1") && text.contains("</html>"),
        "{path} is not whole"
    );
    assert!(
        text.contains("<title>") && !text.contains("<title> ·"),
        "{path} has no title"
    );
    // A message that does not exist is shown as an ellipsis alone.
    assert!(
        !text.contains(">…<"),
        "{path} in {language} lacks a message:\n{text}"
    );
    if tag == "en" {
        // Names, sections and what people wrote are as they are; the page's own words are English.
        let said = words(text);
        for chinese in [
            "今日事项",
            "章程第",
            "还差",
            "规定任务",
            "截至",
            "本期",
            "提交",
        ] {
            assert!(
                !said.contains(chinese),
                "{path} says {chinese} in English:\n{said}"
            );
        }
    }
}
