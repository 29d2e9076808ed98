//! Drafts of the charter in the browser: form and text, checking while one types, two windows, adoption, and why one owes what
//! one owes.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::browser::{Answer, Browser};
use crate::house::{Department, HOSTILE, between, clip, hidden, page, words};

/// The address of a new draft.
async fn begin(office: &mut Browser) -> String {
    office.get("/charter/drafts").await;
    office
        .post("/charter/drafts", &[])
        .await
        .leads_to()
        .to_owned()
}

/// The number of a duty among the draft's, by its name.
fn duty(outline: &str, name: &str) -> String {
    let before = outline.split_once(&format!(">{name}</a>")).unwrap().0;
    let (_, part) = before.rsplit_once("edit?part=").unwrap();
    part.trim_end_matches(['"', '>']).to_owned()
}

fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
}

/// What is in the fields of the form that is shown, as a browser would send it.
fn filled(form: &str) -> Vec<(String, String)> {
    let form = between(form, "<form id=\"charter-form\"", "</form>");
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split('"').next().map(unescaped)
    };
    let mut found = Vec::new();
    for tag in form.split('<').skip(1) {
        let (tag, inside) = tag.split_once('>').unwrap();
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        if tag.starts_with("input") {
            let box_of = tag.contains("type=\"checkbox\"");
            if !box_of || tag.ends_with("checked") || tag.contains(" checked") {
                found.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("textarea") {
            found.push((name, unescaped(inside.trim_start_matches('\n'))));
        } else if tag.starts_with("select") {
            let options = between(form, &format!("name=\"{name}\""), "</select>").to_owned();
            let chosen = options
                .split("<option ")
                .skip(1)
                .find(|option| option.contains(" selected"));
            let value = chosen.map(|option| between(option, "value=\"", "\"").to_owned());
            found.push((name, unescaped(&value.unwrap_or_default())));
        }
    }
    found.retain(|(name, _)| name != "csrf");
    found
}

fn with(fields: &[(String, String)], changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = fields.to_vec();
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn post(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

#[tokio::test]
async fn r1_a_duty_is_changed_in_the_form_and_everything_else_stays() {
    let department = Department::open().await;
    let mut office = department.browser("office");
    let draft = begin(&mut office).await;
    let began = page(&mut office, &format!("{draft}/toml")).await;
    let began = unescaped(between(
        &began,
        "spellcheck=\"false\" autocomplete=\"off\">\n",
        "</textarea>",
    ));
    assert!(began.starts_with("# 五型章程"), "{began}");
    let outline = page(&mut office, &draft).await;
    let part = duty(&outline, "心得体会");
    let form = page(&mut office, &format!("{draft}/edit?part={part}")).await;
    let fields = filled(&form);
    // Saved as it is, nothing is changed and no revision made.
    post(&mut office, &format!("{draft}/edit"), &fields)
        .await
        .leads_to();
    assert!(words(&page(&mut office, &draft).await).contains("第 1 稿"));

    let changed = with(&fields, &[("every", "month"), ("grace", "5")]);
    post(&mut office, &format!("{draft}/edit"), &changed)
        .await
        .leads_to();
    let after = page(&mut office, &format!("{draft}/toml")).await;
    let after = unescaped(between(
        &after,
        "spellcheck=\"false\" autocomplete=\"off\">\n",
        "</textarea>",
    ));
    let lines = |text: &str, other: &str| -> Vec<String> {
        let mut left: Vec<&str> = other.lines().collect();
        let new = text
            .lines()
            .filter(|line| match left.iter().position(|known| known == line) {
                Some(at) => {
                    left.remove(at);
                    false
                }
                None => true,
            });
        let mut new: Vec<String> = new.map(str::to_owned).collect();
        new.sort_unstable();
        new
    };
    assert_eq!(lines(&after, &began), ["every = \"month\"", "grace = 5"]);
    assert_eq!(lines(&began, &after), ["every = \"week\""]);
    // The comparison says it in the words of the page, and undoing takes it back.
    let compared = words(&page(&mut office, &format!("{draft}/compare")).await);
    assert!(compared.contains("周期 每周 每月"), "{compared}");
    let outline = page(&mut office, &draft).await;
    assert!(words(&outline).contains("撤销上一步"));
    let undo = [("revision", "2"), ("step", "undo"), ("to", "1")];
    office
        .post(&format!("{draft}/step"), &undo)
        .await
        .leads_to();
    let undone = page(&mut office, &format!("{draft}/toml")).await;
    assert!(unescaped(&undone).contains(&began));
}

#[tokio::test]
async fn what_is_typed_is_checked_and_changes_nothing() {
    let department = Department::open().await;
    let mut office = department.browser("office");
    let draft = begin(&mut office).await;
    let outline = page(&mut office, &draft).await;
    let part = duty(&outline, "驻点调研");
    let form = page(&mut office, &format!("{draft}/edit?part={part}")).await;
    let typed = with(
        &filled(&form),
        &[
            ("quota", "很多"),
            ("who-others", "section:"),
            ("exclusive", "孤"),
        ],
    );
    // As a script asks.
    let body: Vec<String> = typed
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let headers = [
        ("x-csrf-token", &*office.csrf.clone()),
        ("hx-request", "true"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let told = office
        .send(
            Method::POST,
            &format!("{draft}/check"),
            &headers,
            Body::from(body.join("&")),
        )
        .await;
    assert_eq!(told.status, StatusCode::OK);
    let told = told.text();
    assert!(!told.contains("<html"), "a piece of a page:\n{told}");
    for field in ["quota", "who", "exclusive"] {
        assert!(
            told.contains(&format!("data-problem-of=\"{field}\"")),
            "{field}\n{told}"
        );
    }
    assert!(words(&told).contains("每期数量"), "{told}");
    // Without a script the button shows the form again, with what was typed.
    let again = post(&mut office, &format!("{draft}/check"), &typed)
        .await
        .text();
    assert!(
        again.contains("value=\"很多\"") && again.contains("id=\"quota-error\""),
        "{again}"
    );
    assert!(words(&page(&mut office, &draft).await).contains("第 1 稿"));
    // It may be saved as a draft; adopting it is another matter.
    post(&mut office, &format!("{draft}/edit"), &typed)
        .await
        .leads_to();
    let mut minister = department.browser("minister");
    let adopt = page(&mut minister, &format!("{draft}/adopt")).await;
    assert!(
        words(&adopt).contains("改正后才能通过") && !adopt.contains("name=\"effective\""),
        "{adopt}"
    );
    let forced = [("revision", "2"), ("effective", "2026-10-01")];
    let refused = minister.post(&format!("{draft}/adopt"), &forced).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);

    // The load beside the editor follows what is typed.
    let lighter = with(&filled(&form), &[("quota", "2")]);
    let told = post(&mut office, &format!("{draft}/check"), &lighter)
        .await
        .text();
    let meter = between(&told, "<table class=\"table meter\">", "</table>");
    assert!(
        meter.contains("<del>") && meter.contains("<ins>"),
        "{meter}"
    );
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn r1_a_second_window_is_shown_both_texts_and_can_merge_them() {
    let department = Department::open().await;
    let mut office = department.browser("office");
    let draft = begin(&mut office).await;
    let outline = page(&mut office, &draft).await;
    let (one, two) = (duty(&outline, "心得体会"), duty(&outline, "剪贴"));
    let first = filled(&page(&mut office, &format!("{draft}/edit?part={one}")).await);
    let second = filled(&page(&mut office, &format!("{draft}/edit?part={two}")).await);
    let saved = with(&first, &[("minutes", "41")]);
    post(&mut office, &format!("{draft}/edit"), &saved)
        .await
        .leads_to();
    let stale = post(
        &mut office,
        &format!("{draft}/edit"),
        &with(&second, &[("minutes", "13")]),
    )
    .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let stale = stale.text();
    let table = between(&stale, "<table class=\"table lines\">", "</table>");
    assert!(
        table.contains("minutes = 41") && table.contains("minutes = 13"),
        "{table}"
    );
    let merged = filled(&stale);
    let proposal = &merged.iter().find(|(name, _)| name == "toml").unwrap().1;
    assert!(proposal.contains("minutes = 41") && proposal.contains("minutes = 13"));
    assert_eq!(hidden(&stale, "revision"), "2");
    post(&mut office, &format!("{draft}/toml"), &merged)
        .await
        .leads_to();
    let text = page(&mut office, &format!("{draft}/toml")).await;
    assert!(text.contains("minutes = 41") && text.contains("minutes = 13"));
    // A step from the first window is not taken, and the page says so.
    let step = [
        ("revision", "1"),
        ("step", "remove"),
        ("part", one.as_str()),
    ];
    let refused = office.post(&format!("{draft}/step"), &step).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("这一步没有做").says("心得体会");
}

#[tokio::test]
async fn r2_the_minister_adopts_with_a_reason_and_each_period_knows_its_version() {
    let department = Department::open().await;
    let mut office = department.browser("office");
    let mut minister = department.browser("minister");
    let mut cadre = department.browser("staff");
    clip(&mut cadre, "剪贴一则").await;
    let draft = begin(&mut office).await;
    let frame = filled(&page(&mut office, &format!("{draft}/edit?part=frame")).await);
    post(
        &mut office,
        &format!("{draft}/edit"),
        &with(&frame, &[("cap.hours_per_week", "1")]),
    )
    .await
    .leads_to();
    // A duty with a new identifier and a changed rhythm.
    let outline = page(&mut office, &draft).await;
    let part = duty(&outline, "剪贴");
    let fields = filled(&page(&mut office, &format!("{draft}/edit?part={part}")).await);
    post(
        &mut office,
        &format!("{draft}/edit"),
        &with(&fields, &[("id", "cutting"), ("every", "week")]),
    )
    .await
    .leads_to();
    let adopt = page(&mut minister, &format!("{draft}/adopt")).await;
    assert!(words(&adopt).contains("看来是同一项"), "{adopt}");
    let keep = [
        ("revision", "3"),
        ("step", "keep-id"),
        ("part", part.as_str()),
        ("keep", "clipping"),
    ];
    page(&mut office, &format!("{draft}/adopt")).await;
    office
        .post(&format!("{draft}/step"), &keep)
        .await
        .leads_to();
    let adopt = page(&mut minister, &format!("{draft}/adopt")).await;
    assert!(!words(&adopt).contains("看来是同一项"), "{adopt}");

    let send = |effective: &str, reason: &str| {
        vec![
            ("revision".to_owned(), "4".to_owned()),
            ("effective".to_owned(), effective.to_owned()),
            ("reason".to_owned(), reason.to_owned()),
        ]
    };
    let path = format!("{draft}/adopt");
    let past = post(&mut minister, &path, &send("2026-09-13", "")).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    past.says("最早是2026年9月14日")
        .says("value=\"2026-09-13\"");
    let bare = post(&mut minister, &path, &send("2026-09-17", "")).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    bare.says("请写明通过的理由");
    let adopted = post(&mut minister, &path, &send("2026-09-17", HOSTILE)).await;
    assert_eq!(adopted.leads_to(), "/charter/versions/2");
    wuxing::jobs::drain(&department.house.program)
        .await
        .unwrap();
    let versions = page(&mut cadre, "/charter/versions").await;
    let told = words(&versions);
    assert!(
        told.contains("王芳起草，周明远于") && told.contains("尚未施行"),
        "{told}"
    );
    assert!(versions.contains("&#60;script&#62;") && !versions.contains("<script>alert"));
    assert!(
        !versions.contains("/withdraw\""),
        "only the minister withdraws"
    );
    let compared = words(&page(&mut cadre, "/charter/compare?from=1&to=2").await);
    assert!(compared.contains("周期 每个工作日 每周"), "{compared}");

    // Each period leads to the version that rules it.
    let before = page(&mut cadre, "/ledger/clipping/2026-09-14").await;
    assert!(
        before.contains("href=\"/charter/versions/1#article-10\""),
        "{before}"
    );
    assert!(words(&before).contains("第 1 版") && words(&before).contains("剪贴一则"));
    department.house.later(chrono::TimeDelta::days(8));
    // The session has ended meanwhile; the page of the next day needs another one.
    let mut cadre = department
        .house
        .signed_in("liu", crate::cast::PASSWORD)
        .await;
    let after = page(&mut cadre, "/ledger/clipping/2026-09-21").await;
    assert!(
        after.contains("href=\"/charter/versions/2#article-10\""),
        "{after}"
    );
    let article = page(&mut cadre, "/charter/versions/1").await;
    assert!(article.contains("id=\"article-10\""), "{article}");
    assert!(words(&article).contains("这一版已由以后的版本代替"));
    assert_eq!(
        cadre.get("/ledger/clipping/2026-09-22").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        cadre.get("/charter/versions/9").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(cadre.get(&draft).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_version_is_withdrawn_before_its_day_and_drafts_come_back() {
    let department = Department::open().await;
    let mut office = department.browser("office");
    let mut minister = department.browser("minister");
    let draft = begin(&mut office).await;
    office
        .post(&format!("{draft}/discard"), &[])
        .await
        .leads_to();
    let list = page(&mut office, "/charter/drafts").await;
    assert!(
        words(&list).contains("已放弃") && list.contains(&format!("action=\"{draft}/restore\""))
    );
    office
        .post(&format!("{draft}/restore"), &[])
        .await
        .leads_to();
    let frame = filled(&page(&mut office, &format!("{draft}/edit?part=frame")).await);
    let renamed = with(&frame, &[("title.zh", "五型章程（试行）")]);
    post(&mut office, &format!("{draft}/edit"), &renamed)
        .await
        .leads_to();
    page(&mut minister, &format!("{draft}/adopt")).await;
    let adopt = [
        ("revision", "2"),
        ("effective", "2026-10-01"),
        ("reason", ""),
    ];
    minister
        .post(&format!("{draft}/adopt"), &adopt)
        .await
        .leads_to();
    page(&mut minister, "/charter/versions")
        .await
        .contains("/charter/versions/2/withdraw")
        .then_some(())
        .unwrap();
    // Nobody else takes it back.
    page(&mut office, "/charter/versions").await;
    assert_eq!(
        office
            .post("/charter/versions/2/withdraw", &[])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    minister
        .post("/charter/versions/2/withdraw", &[])
        .await
        .leads_to();
    let versions = words(&page(&mut minister, "/charter/versions").await);
    assert!(versions.contains("已撤回"), "{versions}");
    assert_eq!(
        minister.get("/charter/versions/2").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(
        page(&mut office, &draft).await.contains("name=\"step\""),
        "the draft is open again"
    );
}

#[tokio::test]
async fn hostile_drafts_are_shown_as_text_on_every_page() {
    let department = Department::open().await;
    let mut office = department.browser("office");
    let draft = begin(&mut office).await;
    let outline = page(&mut office, &draft).await;
    let part = duty(&outline, "心得体会");
    let fields = filled(&page(&mut office, &format!("{draft}/edit?part={part}")).await);
    let hostile = with(
        &fields,
        &[
            ("name.zh", HOSTILE),
            ("name.en", HOSTILE),
            ("category", HOSTILE),
            ("who-others", HOSTILE),
        ],
    );
    post(&mut office, &format!("{draft}/edit"), &hostile)
        .await
        .leads_to();
    let mut minister = department.browser("minister");
    for language in ["zh-CN,zh;q=0.9", "en-GB,en;q=0.9"] {
        for browser in [&mut office, &mut minister] {
            browser.language = language;
            for place in [
                "",
                "/toml",
                "/compare",
                "/history",
                "/adopt",
                "/edit?part=duty-0",
                "/edit?part=new-duty",
                "/edit?part=new-article",
                "/edit?part=new-pillar",
                &format!("/edit?part={part}"),
            ] {
                let text = page(browser, &format!("{draft}{place}")).await;
                assert!(
                    !text.contains("<script>alert") && !text.contains("\" onmouseover"),
                    "{place}"
                );
                assert!(
                    !text.contains(">…<"),
                    "{place} in {language} lacks a message:\n{text}"
                );
            }
        }
    }
    // Of what cannot be read as TOML there is the text alone.
    let text = [("revision", "2"), ("toml", HOSTILE)];
    office.language = "zh-CN,zh;q=0.9";
    page(&mut office, &draft).await;
    office
        .post(&format!("{draft}/toml"), &text)
        .await
        .leads_to();
    assert!(words(&page(&mut office, &draft).await).contains("不是合格的 TOML"));
    assert_eq!(
        office.get(&format!("{draft}/edit?part=frame")).await.status,
        StatusCode::NOT_FOUND
    );
    // A text that is too large is refused and what was there stays.
    let large = "x".repeat(1_100_000);
    let refused = office
        .post(
            &format!("{draft}/toml"),
            &[("revision", "3"), ("toml", &large)],
        )
        .await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    assert!(words(&page(&mut office, &draft).await).contains("第 3 稿"));
}
