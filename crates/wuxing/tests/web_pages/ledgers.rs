//! The ledgers: one's own with its reasons, the section's with its evidence, the charter behind both and the load it makes.

use axum::http::StatusCode;

use crate::house::{Department, between, capture, clip, hidden, page, words};

/// Enters a duty as done.
async fn enter(browser: &mut crate::browser::Browser, duty: &str, fields: &[(&str, &str)]) {
    let form = page(browser, &format!("/capture?kind=entry&duty={duty}")).await;
    let key = hidden(&form, "key");
    let mut all = vec![("key", key.as_str()), ("kind", "entry"), ("duty", duty)];
    all.extend_from_slice(fields);
    browser.post("/capture", &all).await.leads_to();
}

/// The address of the reader's own section's cell.
fn cell(section: &str, duty: &str, first: &str) -> String {
    let group = section
        .split(&format!("/{duty}/"))
        .next()
        .unwrap()
        .rsplit("/section/")
        .next()
        .unwrap();
    format!("/section/{group}/{duty}/{first}")
}

#[tokio::test]
async fn b7_ones_own_ledger_shows_every_period_with_why_and_with_its_records() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    enter(
        &mut cadre,
        "field-day",
        &[("text", "柳林村"), ("amount", "2")],
    )
    .await;
    let ledger = page(&mut cadre, "/ledger?year=2026").await;
    let said = words(&ledger);
    assert!(
        said.contains("第38周 2/4") && said.contains("第8周 免计") && said.contains("第1周 0/3"),
        "{said}"
    );
    // What is encouraged ends with what was done, without a denominator.
    let own = between(&ledger, "自己的积累", "</table");
    assert!(own.contains("<td class=\"heat-sum\">0 篇</td>"), "{own}");
    let duty = words(&page(&mut cadre, "/ledger/field-day?year=2026").await);
    assert!(
        duty.contains("规定 · 每周 4 个半天 · 宽限 2 个工作日 · 按出勤折算 · 章程第十六条"),
        "{duty}"
    );
    assert!(duty.contains("第38周 进行中 2/4 周日前 · 工作时间 12 个半天，在岗 12 个 · 章程第十六条 柳林村 ×2 · 9月14日提交"), "{duty}");
    assert!(duty.contains("第8周 免计 这一期没有工作日"), "{duty}");
    assert!(
        duty.contains("第1周 未完成 0/3 工作时间 8 个半天，在岗 8 个；按出勤折算，4 减为 3"),
        "{duty}"
    );
    let encouraged = words(&page(&mut cadre, "/ledger/reflection?year=2026").await);
    assert!(
        encouraged.contains("已过") && !encouraged.contains("未完成"),
        "{encouraged}"
    );
    for missing in [
        "/ledger/nothing",
        "/ledger/UPPER",
        "/ledger?year=3000",
        "/ledger/field-day?year=1200",
    ] {
        assert_eq!(
            cadre.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
}

#[tokio::test]
async fn b7_of_encouraged_duties_others_see_what_was_done_and_never_what_was_not() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    clip(&mut cadre, "做了的一条").await;
    let mut head = department.browser("head");
    let section = page(&mut head, "/section").await;
    let map = between(&section, "<table class=\"heat\"", "</table");
    for encouraged in ["剪贴", "心得体会", "文章", "读书笔记"] {
        assert!(
            !map.contains(encouraged),
            "{encouraged} is in the map: {map}"
        );
    }
    let counts = words(between(&section, "<div class=\"figures\"", "</section"));
    assert!(
        counts.starts_with("> 1 剪贴") || counts.contains("1 剪贴"),
        "{counts}"
    );
    assert!(
        !counts.contains("心得体会"),
        "what nobody did is not listed: {counts}"
    );
    let opened = page(
        &mut head,
        &cell(&section, "suggestion-work", "2026-09-14").replace("suggestion-work", "clipping"),
    )
    .await;
    let said = words(&opened);
    assert!(
        said.contains("刘洋") && said.contains("做了的一条"),
        "{said}"
    );
    // The head himself did nothing: he sees his own line, others do not.
    let mut other = department.browser("other head");
    let path =
        cell(&section, "suggestion-work", "2026-09-14").replace("suggestion-work", "clipping");
    let seen = words(&page(&mut other, &path).await);
    assert!(seen.contains("刘洋") && !seen.contains("陈思齐"), "{seen}");
    assert!(
        seen.contains("记录（无权查看）") && !seen.contains("做了的一条"),
        "{seen}"
    );
    for owed in ["未完成", "进行中", "已过", "1/1", "0/1"] {
        assert!(!seen.contains(owed), "{owed} in {seen}");
    }
}

#[tokio::test]
async fn a5_every_figure_of_a_section_leads_to_people_and_records() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    enter(
        &mut cadre,
        "suggestion-work",
        &[("text", "查档预约改为线上")],
    )
    .await;
    let mut other = department.browser("other head");
    let mine = page(&mut cadre, "/section").await;
    let path = cell(&mine, "suggestion-work", "2026-09-14");
    assert!(
        mine.contains(&format!("href=\"{path}\"")),
        "{path} in {mine}"
    );
    let opened = words(&page(&mut other, &path).await);
    assert!(
        opened.contains("工作建议 组织科 · 第38周 · 1/2"),
        "{opened}"
    );
    // Roster order: the head first.
    let (head, staff) = (
        opened.find("陈思齐 进行中 0/1"),
        opened.find("刘洋 已完成 1/1"),
    );
    assert!(
        head.is_some() && staff.is_some() && head < staff,
        "{opened}"
    );
    assert!(
        opened.contains("记录（无权查看）") && !opened.contains("查档预约"),
        "{opened}"
    );
    let readable = page(&mut department.browser("head"), &path).await;
    assert!(readable.contains("查档预约改为线上"), "{readable}");
    for missing in [
        path.replace("2026-09-14", "2026-09-15"),
        path.replace("suggestion-work", "talk-deputy"),
        "/section?of=nobody".to_owned(),
        "/section/leaders/talk-deputy/yesterday".to_owned(),
    ] {
        assert_eq!(
            other.get(&missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
}

#[tokio::test]
async fn r75_the_leaders_figures_are_as_visible_as_a_clerks() {
    let department = Department::open().await;
    let leaders = words(&page(&mut department.browser("staff"), "/section?of=leaders").await);
    assert!(
        leaders.contains("部领导 · 2 人")
            && leaders.contains("部长谈心")
            && leaders.contains("副部长谈心 0/4"),
        "{leaders}"
    );
    let own = words(&page(&mut department.browser("minister"), "/section").await);
    assert!(own.contains("部领导 · 2 人"), "{own}");
    let opened = words(
        &page(
            &mut department.browser("staff"),
            "/section/leaders/talk-deputy/2026-09-01",
        )
        .await,
    );
    assert!(
        opened.contains("何建平（对方：刘洋） 进行中 0/1"),
        "{opened}"
    );
}

#[tokio::test]
async fn a4_lists_of_people_cannot_be_sorted() {
    let department = Department::open().await;
    let section = page(&mut department.browser("staff"), "/section").await;
    assert!(
        !section.contains("sort") && !section.contains("order="),
        "{section}"
    );
    let members = words(between(&section, "<aside", "</aside"));
    assert!(members.find("陈思齐") < members.find("刘洋"), "{members}");
    assert!(members.contains("驻点调研 0/4"), "{members}");
}

#[tokio::test]
async fn r9_to_r15_the_charter_is_read_by_pillar_and_article_in_both_languages() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let charter = page(&mut cadre, "/charter").await;
    for place in [
        "id=\"pillar-learning\"",
        "id=\"pillar-harmony\"",
        "id=\"article-1\"",
        "id=\"article-40\"",
        "第四十条",
    ] {
        assert!(charter.contains(place), "{place}");
    }
    let said = words(&charter);
    assert!(
        said.contains("按时学习 读写结合 学以致用 互相交流"),
        "{said}"
    );
    assert!(
        said.contains("倡导 剪贴 全体人员 · 每个工作日 1 篇"),
        "{said}"
    );
    assert!(
        said.contains("规定 驻点调研 科室负责人、工作人员 · 每周 4 个半天"),
        "{said}"
    );
    cadre.language = "en";
    let english = words(&page(&mut cadre, "/charter").await);
    assert!(
        english.contains("Charter of the Five Types") && english.contains("Study on time"),
        "{english}"
    );
    assert!(
        english.contains("Article 16") && english.contains("4 half-days each week"),
        "{english}"
    );
    assert_eq!(
        cadre.get("/charter?version=9").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn b7_the_load_page_counts_what_the_charter_asks() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let load = words(&page(&mut cadre, "/charter/load?year=2026").await);
    assert!(
        load.contains("2026年 · 章程第 1 版 · 248 个工作日"),
        "{load}"
    );
    for row in [
        "剪贴 倡导 每个工作日 248 篇",
        "倡导 每周 52 篇",
        "文章 倡导 每旬 36 篇",
        "读书笔记 倡导 每月 12 篇",
        "规定 每周 197 个半天",
        "专题调研 规定 每月 12 次",
        "免计：第8周（这一期没有工作日）",
    ] {
        assert!(load.contains(row), "no “{row}” in {load}");
    }
    assert!(
        load.contains("看材料、整理材料的人 ") && load.contains("部办公室 2"),
        "{load}"
    );
    assert!(
        load.contains("《驻点调研》改为倡导 全部人员一年共省"),
        "{load}"
    );
    let next = words(&page(&mut cadre, "/charter/load?year=2027").await);
    assert!(next.contains("2027年的放假安排还没有公布"), "{next}");
}

#[tokio::test]
async fn r25_what_is_made_up_for_counts_in_its_own_period_and_says_so() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let answer = capture(
        &mut cadre,
        "article",
        &[
            ("title", "八月的文章"),
            ("text", "正文"),
            ("date", "2026-08-31"),
        ],
    )
    .await;
    cadre.follow(&answer).await.says("计入八月下旬文章（1/1）");
    assert!(
        words(&page(&mut cadre, "/ledger/article?year=2026").await).contains("八月下旬 补报 1/1")
    );
}
