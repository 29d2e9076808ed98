//! Quick capture (R18, R23–R26): three steps, one record, nothing lost.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::house::{Department, capture, clip, hidden, page, words};

#[tokio::test]
async fn r23_a_clipping_takes_two_taps_besides_typing_and_tells_what_it_counts_for() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let today = page(&mut cadre, "/").await;
    assert!(
        today.contains("href=\"/capture\""),
        "Today leads to quick capture"
    );
    let form = page(&mut cadre, "/capture").await;
    assert!(
        form.contains("<textarea") && form.contains("autofocus"),
        "one can write at once"
    );
    assert!(
        form.contains("value=\"clipping\" checked"),
        "a clipping is what is chosen"
    );
    let key = hidden(&form, "key");
    let fields = [
        ("key", key.as_str()),
        ("kind", "clipping"),
        ("text", "走访三个社区，记下两条意见。"),
    ];
    let first = cadre.post("/capture", &fields).await;
    let shown = cadre.follow(&first).await;
    shown
        .says("已提交，计入9月14日剪贴（1/1）。")
        .says("章程第十条")
        .says("撤回这一篇");
    // Pressing the button twice makes one record.
    let second = cadre.post("/capture", &fields).await;
    assert_eq!(second.leads_to(), first.leads_to());
    assert!(words(&page(&mut cadre, "/library").await).contains("共 1 篇"));
    assert!(words(&page(&mut cadre, "/").await).contains("剪贴 已完成"));
}

#[tokio::test]
async fn other_words_in_the_same_form_are_shown_beside_the_record_that_it_made() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let key = hidden(&page(&mut cadre, "/capture").await, "key");
    let with = |text| [("key", key.as_str()), ("kind", "clipping"), ("text", text)];
    let made = cadre.post("/capture", &with("一个窗口写的")).await;
    let record = made.leads_to();
    let answer = cadre.post("/capture", &with("另一个窗口又写的")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("另一个窗口又写的").says("这份材料刚才已经改过");
    let form = answer.text();
    assert_ne!(hidden(&form, "key"), key, "it goes on as another form");
    let (path, _) = record.split_once('?').unwrap_or((record, ""));
    let fields = [
        ("key", hidden(&form, "key")),
        ("kind", hidden(&form, "kind")),
        ("record", hidden(&form, "record")),
        ("base", hidden(&form, "base")),
        ("text", "两个窗口写的".to_owned()),
        ("date", "2026-09-14".to_owned()),
    ];
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let saved = cadre.post(&format!("{path}/edit"), &fields).await;
    cadre.follow(&saved).await.says("两个窗口写的");
    assert!(words(&page(&mut cadre, "/library").await).contains("共 1 篇"));
}

#[tokio::test]
async fn a_form_is_found_again_under_its_own_address() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let form = page(&mut cadre, "/capture?kind=reflection").await;
    let key = hidden(&form, "key");
    let address = format!("/capture?kind=reflection&form={key}");
    assert!(
        form.contains(&format!(
            "data-draft-page=\"/capture?kind=reflection&#38;form={key}\""
        )),
        "{form}"
    );
    // Nothing has arrived yet, the draft has, it has been submitted.
    let again = page(&mut cadre, &address).await;
    assert!(hidden(&again, "key") == key && again.contains("value=\"reflection\" checked"));
    let typed = [
        ("key", key.as_str()),
        ("kind", "reflection"),
        ("text", "写到一半"),
    ];
    cadre.post(&format!("/drafts/{key}"), &typed).await;
    assert!(page(&mut cadre, &address).await.contains("写到一半"));
    let made = cadre.post("/capture", &typed).await;
    let record = made.leads_to();
    let (path, _) = record.split_once('?').unwrap_or((record, ""));
    assert_eq!(cadre.get(&address).await.leads_to(), path);
}

#[tokio::test]
async fn opening_the_form_leaves_nothing_behind() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    page(&mut cadre, "/capture").await;
    let today = page(&mut cadre, "/").await;
    assert!(!today.contains("/discard"), "{today}");
}

#[tokio::test]
async fn what_needs_another_look_is_said_at_its_field_and_everything_typed_stays() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    /// Kind, what is typed, what is said, what is still there.
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: [Case<'_>; 7] = [
        (
            "article",
            &[("text", "没有题目的文章")],
            "文章须有题目",
            "没有题目的文章",
        ),
        (
            "clipping",
            &[("text", ""), ("url", "")],
            "还没有写内容",
            "value=\"clipping\" checked",
        ),
        (
            "clipping",
            &[("text", "好"), ("url", "ftp://example.org/")],
            "网址要以 http",
            "ftp://example.org/",
        ),
        ("book-note", &[("text", "读后")], "请写书名", "读后"),
        (
            "reflection",
            &[("text", "明天写的"), ("date", "2026-09-15")],
            "这一天还没有到",
            "2026-09-15",
        ),
        (
            "reflection",
            &[("text", "很早的"), ("date", "2024-01-01")],
            "最多补记 400 天",
            "2024-01-01",
        ),
        (
            "reflection",
            &[("text", "专题"), ("topic", "没有的专题")],
            "请从列出的当中选一个",
            "没有的专题",
        ),
    ];
    for (kind, fields, problem, kept) in cases {
        let answer = capture(&mut cadre, kind, fields).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{fields:?}"
        );
        answer
            .says(problem)
            .says(kept)
            .says("aria-invalid=\"true\"")
            .says("您填写的内容已保留");
    }
}

#[tokio::test]
async fn a_long_paste_is_refused_with_words_and_kept() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let long = "长".repeat(100_001);
    let answer = capture(&mut cadre, "reflection", &[("text", &long)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("不能超过 100000 字");
    assert!(
        answer.text().contains(&long),
        "the text is still in the form"
    );
}

#[tokio::test]
async fn a_draft_survives_signing_out_and_is_gone_once_it_is_submitted_or_discarded() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let key = hidden(&page(&mut cadre, "/capture?kind=reflection").await, "key");
    let typed = [
        ("key", key.as_str()),
        ("kind", "reflection"),
        ("text", "写到一半的心得"),
        ("topic", "法律"),
    ];
    let path = format!("/drafts/{key}");
    assert_eq!(
        cadre.post(&path, &typed).await.status,
        StatusCode::NO_CONTENT
    );
    cadre.post("/sign-out", &[]).await;
    let mut again = department
        .house
        .signed_in("liu", crate::cast::PASSWORD)
        .await;
    let today = page(&mut again, "/").await;
    assert!(
        today.contains("写到一半的心得") && today.contains(&format!("/capture?draft={key}")),
        "{today}"
    );
    let form = page(&mut again, &format!("/capture?draft={key}")).await;
    assert!(
        form.contains("写到一半的心得") && words(&form).contains("接着写：今天 09:00保存的草稿"),
        "{form}"
    );
    assert!(
        form.contains("value=\"法律\" selected") && form.contains("value=\"reflection\" checked"),
        "{form}"
    );
    assert_eq!(hidden(&form, "key"), key);
    again.post("/capture", &typed).await.leads_to();
    assert_eq!(
        again.get(&format!("/capture?draft={key}")).await.status,
        StatusCode::NOT_FOUND
    );
    // A save that was under way when the form was sent, or one from another window, brings nothing back and is told so.
    assert_eq!(again.post(&path, &typed).await.status, StatusCode::CONFLICT);
    assert!(!page(&mut again, "/").await.contains("/discard"));

    let other = hidden(&page(&mut again, "/capture").await, "key");
    let typed = [
        ("key", other.as_str()),
        ("kind", "clipping"),
        ("text", "不要了的"),
    ];
    again.post(&format!("/drafts/{other}"), &typed).await;
    assert!(page(&mut again, "/").await.contains("不要了的"));
    let discarded = again.post(&format!("/drafts/{other}/discard"), &[]).await;
    again.follow(&discarded).await.says("草稿已丢掉");
    assert!(!page(&mut again, "/").await.contains("不要了的"));
}

#[tokio::test]
async fn part_c_a_draft_is_nobodys_but_its_authors() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let key = hidden(&page(&mut cadre, "/capture").await, "key");
    let typed = [
        ("key", key.as_str()),
        ("kind", "clipping"),
        ("text", "我的草稿"),
    ];
    cadre.post(&format!("/drafts/{key}"), &typed).await;
    for role in ["head", "office", "minister", "administrator"] {
        let mut other = department.browser(role);
        assert_eq!(
            other.get(&format!("/capture?draft={key}")).await.status,
            StatusCode::NOT_FOUND,
            "{role}"
        );
        other.get("/").await;
        other.post(&format!("/drafts/{key}/discard"), &[]).await;
    }
    assert!(
        page(&mut cadre, &format!("/capture?draft={key}"))
            .await
            .contains("我的草稿")
    );
}

#[tokio::test]
async fn withdrawing_is_the_way_back_and_can_itself_be_undone() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let record = clip(&mut cadre, "提交早了的一篇").await;
    page(&mut cadre, &record).await;
    let withdrawn = cadre.post(&format!("{record}/withdraw"), &[]).await;
    cadre
        .follow(&withdrawn)
        .await
        .says("已撤回，不再计入")
        .says("已经撤回：只有您自己看得到");
    assert!(!words(&page(&mut cadre, "/").await).contains("剪贴 已完成"));
    assert!(
        page(&mut cadre, "/library?withdrawn=1")
            .await
            .contains("提交早了的一篇")
    );
    // Once more says where it stands.
    page(&mut cadre, &record).await;
    assert_eq!(
        cadre.post(&format!("{record}/withdraw"), &[]).await.status,
        StatusCode::CONFLICT
    );
    page(&mut cadre, &record).await;
    let restored = cadre.post(&format!("{record}/restore"), &[]).await;
    cadre.follow(&restored).await.says("已恢复");
    assert!(words(&page(&mut cadre, "/").await).contains("剪贴 已完成"));
}

/// Opens the form for a duty, fills it in, sends it.
async fn enter(
    browser: &mut Browser,
    duty: &str,
    fields: &[(&str, &str)],
) -> crate::browser::Answer {
    let form = page(browser, &format!("/capture?kind=entry&duty={duty}")).await;
    let key = hidden(&form, "key");
    let mut all = vec![("key", key.as_str()), ("kind", "entry"), ("duty", duty)];
    all.extend_from_slice(fields);
    browser.post("/capture", &all).await
}

#[tokio::test]
async fn r37_field_days_are_entered_in_half_days() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let form = page(&mut cadre, "/capture?kind=entry&duty=field-day").await;
    assert!(
        words(&form).contains("已做 0，应做 4 · 周日前"),
        "{}",
        words(&form)
    );
    let refused = enter(
        &mut cadre,
        "field-day",
        &[("text", "柳林村"), ("amount", "半天")],
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("请填 1 到 100 的整数").says("柳林村");
    let entered = enter(
        &mut cadre,
        "field-day",
        &[("text", "柳林村，座谈两场"), ("amount", "3")],
    )
    .await;
    cadre
        .follow(&entered)
        .await
        .says("计入第38周驻点调研（3/4）")
        .says("3 个半天");
    assert!(words(&page(&mut cadre, "/").await).contains("还差半天"));
}

#[tokio::test]
async fn r75_a_talk_is_entered_with_whom_and_the_page_says_who_is_left() {
    let department = Department::open().await;
    let mut deputy = department.browser("deputy");
    let today = words(&page(&mut deputy, "/").await);
    assert!(today.contains("还有：孙立、王芳、陈思齐、刘洋"), "{today}");
    let without = enter(&mut deputy, "talk-deputy", &[("text", "谈了近况")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    without.says("请选择与谁").says("谈了近况");
    let form = page(&mut deputy, "/capture?kind=entry&duty=talk-deputy").await;
    let before = form.split(">刘洋<").next().unwrap();
    let whom = before
        .rsplit("value=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let entered = enter(
        &mut deputy,
        "talk-deputy",
        &[("text", "谈了近况"), ("counterpart", &whom)],
    )
    .await;
    deputy
        .follow(&entered)
        .await
        .says("计入9月副部长谈心（1/4）")
        .says("刘洋");
    let today = words(&page(&mut deputy, "/").await);
    assert!(
        today.contains("1/4") && today.contains("还有：孙立、王芳、陈思齐 "),
        "{today}"
    );
    let form = words(&page(&mut deputy, "/capture?kind=entry&duty=talk-deputy").await);
    assert!(form.contains("刘洋（本期已登记）"), "{form}");
}

#[tokio::test]
async fn an_entry_without_a_duty_asks_for_one() {
    let department = Department::open().await;
    let mut cadre = department.browser("staff");
    let choices = page(&mut cadre, "/capture?kind=entry").await;
    for duty in [
        "suggestion-work",
        "suggestion-department",
        "field-day",
        "research-topic",
    ] {
        assert!(
            choices.contains(&format!("/capture?kind=entry&#38;duty={duty}")),
            "{duty} in {choices}"
        );
    }
    assert!(
        !choices.contains("talk-deputy"),
        "a duty of others is not offered"
    );
    let key = "01990000-0000-7000-8000-00000000e471";
    let refused = cadre
        .post(
            "/capture",
            &[("key", key), ("kind", "entry"), ("text", "做了一件事")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("请先选一项任务");
}
