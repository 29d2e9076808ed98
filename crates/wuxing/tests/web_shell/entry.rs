//! Signing in and out, passwords, language.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::browser::{ADMINISTRATOR, House};
use crate::cast::{PASSWORD, import, settle_in};

#[tokio::test]
async fn signing_in_leads_to_the_page_that_was_wanted() {
    let house = House::founded().await;
    let mut browser = house.browser();
    let sent = browser.get("/calendar?year=2026").await;
    assert_eq!(sent.leads_to(), "/sign-in?next=/calendar%3Fyear%3D2026");
    browser
        .follow(&sent)
        .await
        .says("登录后将回到您刚才要打开的页面");
    let before = browser.cookies.get("wuxing").cloned();
    let fields = [
        ("account", ADMINISTRATOR.0),
        ("password", ADMINISTRATOR.1),
        ("next", "/calendar?year=2026"),
    ];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.leads_to(), "/calendar?year=2026");
    assert_ne!(browser.cookies.get("wuxing").cloned(), before);
    browser.follow(&answer).await.says("工作日历 2026");
    // Signed in already, the sign-in page has nothing to do.
    assert_eq!(browser.get("/sign-in").await.leads_to(), "/");
}

#[tokio::test]
async fn only_paths_of_this_site_are_returned_to() {
    let house = House::founded().await;
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t/x",
    ] {
        let mut browser = house.browser();
        browser.get("/sign-in").await;
        let fields = [
            ("account", ADMINISTRATOR.0),
            ("password", ADMINISTRATOR.1),
            ("next", next),
        ];
        assert_eq!(
            browser.post("/sign-in", &fields).await.leads_to(),
            "/",
            "{next}"
        );
        let back = [("lang", "en"), ("back", next)];
        browser.get("/").await;
        assert_eq!(
            browser.post("/language", &back).await.leads_to(),
            "/",
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_told_alike() {
    let house = House::founded().await;
    let mut browser = house.browser();
    let wrong = browser.sign_in(ADMINISTRATOR.0, "not the password").await;
    let unknown = browser.sign_in("nobody", "not the password").await;
    for answer in [&wrong, &unknown] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says("单位、账号或密码不正确，没有登录");
        assert!(!answer.text().contains("not the password"));
    }
    // What was typed is kept, the password excepted.
    wrong.says("value=\"guanli\"");
    browser.language = "en";
    browser
        .sign_in("nobody", "x")
        .await
        .says("The organisation, account or password is wrong");
}

#[tokio::test]
async fn five_failures_lock_an_account_and_the_administrator_unlocks_it() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (account, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut browser = house.browser();
    for _ in 0..4 {
        browser.sign_in(account, "wrong wrong").await.says("不正确");
    }
    browser
        .sign_in(account, "wrong wrong")
        .await
        .says("账号已暂时锁定。请在 5 分钟后再试");
    // The right password does not open it either.
    browser
        .sign_in(account, one_time)
        .await
        .says("账号已暂时锁定");
    let mut administrator = house.administrator().await;
    let page = administrator.get("/accounts").await;
    page.says("锁定到 今天 09:05");
    let form = page
        .text()
        .split("/unlock")
        .next()
        .unwrap()
        .rsplit("action=\"")
        .next()
        .unwrap()
        .to_owned();
    let answer = administrator.post(&format!("{form}/unlock"), &[]).await;
    administrator.follow(&answer).await.says("已解除锁定");
    assert_eq!(
        browser.sign_in(account, one_time).await.leads_to(),
        "/password"
    );
    // After the time it opens by itself.
    for _ in 0..5 {
        house.browser().sign_in("wang", "wrong wrong").await;
    }
    house.later(TimeDelta::minutes(5));
    let (account, one_time) = accounts.iter().find(|(name, _)| name == "wang").unwrap();
    assert_eq!(
        house.browser().sign_in(account, one_time).await.leads_to(),
        "/password"
    );
}

#[tokio::test]
async fn a_one_time_password_opens_nothing_but_its_own_change() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (account, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut browser = house.browser();
    assert_eq!(
        browser.sign_in(account, one_time).await.leads_to(),
        "/password"
    );
    for path in ["/", "/people", "/charter"] {
        assert_eq!(browser.get(path).await.leads_to(), "/password", "{path}");
    }
    browser.get("/password").await.says("您正在使用一次性密码");
    let secret = browser.cookies["wuxing"].clone();
    let cases = [
        ("wrong current", PASSWORD, PASSWORD, "当前密码不正确"),
        (one_time, "short", "short", "至少要有 10 个字符"),
        (
            one_time,
            PASSWORD,
            "something else",
            "两次输入的新密码不一致",
        ),
        (one_time, one_time, one_time, "与当前密码相同"),
        (one_time, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "不能包含账号"),
    ];
    for (current, new, again, told) in cases {
        let answer = browser
            .post(
                "/password",
                &[("current", current), ("new", new), ("again", again)],
            )
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says(told);
    }
    let fields = [
        ("current", one_time.as_str()),
        ("new", PASSWORD),
        ("again", PASSWORD),
    ];
    let changed = browser.post("/password", &fields).await;
    assert_ne!(
        browser.cookies["wuxing"], secret,
        "a changed password is a new session"
    );
    browser.follow(&changed).await.says("密码已修改");
    browser.get("/people").await.says("刘洋");
    // It is said once.
    assert!(!browser.get("/").await.text().contains("密码已修改"));
    // The session under the old secret is gone.
    browser.cookies.insert("wuxing".to_owned(), secret);
    assert_eq!(
        browser.get("/people").await.leads_to(),
        "/sign-in?next=/people"
    );
}

#[tokio::test]
async fn a_changed_password_signs_out_every_other_device() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (account, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut here = settle_in(&house, account, one_time).await;
    let mut elsewhere = house.signed_in(account, PASSWORD).await;
    elsewhere.get("/people").await.says("刘洋");
    let new = "另一句也容易记住的话";
    let fields = [("current", PASSWORD), ("new", new), ("again", new)];
    let changed = here.post("/password", &fields).await;
    here.follow(&changed).await.says("密码已修改");
    assert_eq!(
        elsewhere.get("/people").await.leads_to(),
        "/sign-in?next=/people"
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_itself() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    browser.get("/").await;
    let stolen = browser.clone();
    let left = browser.post("/sign-out", &[]).await;
    browser.follow(&left).await.says("您已退出登录");
    for mut browser in [browser, stolen] {
        assert_eq!(
            browser.get("/accounts").await.leads_to(),
            "/sign-in?next=/accounts"
        );
    }
}

#[tokio::test]
async fn a_session_ends_after_two_idle_hours_and_after_twelve_at_most() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    house.later(TimeDelta::minutes(119));
    assert_eq!(browser.get("/accounts").await.status, StatusCode::OK);
    house.later(TimeDelta::minutes(119));
    assert_eq!(browser.get("/accounts").await.status, StatusCode::OK);
    house.later(TimeDelta::minutes(120));
    assert_eq!(
        browser.get("/accounts").await.leads_to(),
        "/sign-in?next=/accounts"
    );

    let mut busy = house.administrator().await;
    for _ in 0..11 {
        house.later(TimeDelta::minutes(60));
        assert_eq!(busy.get("/accounts").await.status, StatusCode::OK);
    }
    house.later(TimeDelta::minutes(60));
    assert_eq!(
        busy.get("/accounts").await.leads_to(),
        "/sign-in?next=/accounts"
    );
}

#[tokio::test]
async fn a_session_is_written_down_at_most_every_ten_minutes() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    house.later(TimeDelta::minutes(9));
    assert!(
        browser
            .get("/accounts")
            .await
            .headers
            .get("set-cookie")
            .is_none()
    );
    house.later(TimeDelta::minutes(2));
    assert!(
        browser
            .get("/accounts")
            .await
            .header("set-cookie")
            .starts_with("wuxing=")
    );
}

#[tokio::test]
async fn a_form_of_a_session_that_has_ended_changes_nothing_and_leads_back() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    browser.get("/password").await;
    house.later(TimeDelta::hours(3));
    let csrf = browser.csrf.clone();
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("referer", "http://here/password"),
    ];
    let answer = browser
        .post_bare("/password", &[("csrf", &csrf)], &headers)
        .await;
    assert_eq!(answer.leads_to(), "/sign-in?next=/password");
}

#[tokio::test]
async fn a_closed_account_is_signed_out_at_once() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (account, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut browser = settle_in(&house, account, one_time).await;
    let mut administrator = house.administrator().await;
    let page = administrator.get("/accounts").await.text();
    let row = page
        .split("<tr>")
        .find(|row| row.contains(">liu<"))
        .unwrap();
    let form = row
        .split("/close")
        .next()
        .unwrap()
        .rsplit("action=\"")
        .next()
        .unwrap();
    let answer = administrator.post(&format!("{form}/close"), &[]).await;
    administrator
        .follow(&answer)
        .await
        .says("账号已停用")
        .says("已停用");
    let sent = browser.get("/people").await;
    assert_eq!(sent.leads_to(), "/sign-in?next=/people");
    browser.follow(&sent).await.says("登录");
    assert!(!browser.cookies.contains_key("wuxing"));
    browser
        .sign_in(account, PASSWORD)
        .await
        .says("单位、账号或密码不正确");
    // Nobody closes his own.
    let own = page
        .split("<tr>")
        .find(|row| row.contains(">guanli<"))
        .unwrap();
    assert!(!own.contains("/close"));
}

#[tokio::test]
async fn the_language_follows_the_browser_then_the_choice_then_the_account() {
    let house = House::founded().await;
    let mut browser = house.browser();
    browser.language = "en-GB,en;q=0.8,zh;q=0.5";
    browser
        .get("/sign-in")
        .await
        .says("<html lang=\"en\">")
        .says("Sign in");
    let chosen = browser
        .post("/language", &[("lang", "zh-CN"), ("back", "/sign-in")])
        .await;
    assert_eq!(chosen.leads_to(), "/sign-in");
    assert!(chosen.header("set-cookie").contains("Max-Age=31536000"));
    browser.follow(&chosen).await.says("<html lang=\"zh-CN\">");

    let mut administrator = house.administrator().await;
    administrator.get("/").await;
    let chosen = administrator
        .post("/language", &[("lang", "en"), ("back", "/accounts")])
        .await;
    administrator
        .follow(&chosen)
        .await
        .says("<html lang=\"en\">")
        .says("System administrator");
    // Another browser, which asks for Chinese, learns it from the account.
    let mut elsewhere = house.administrator().await;
    elsewhere.get("/accounts").await.says("<html lang=\"en\">");
    elsewhere.get("/").await;
    assert_eq!(
        elsewhere
            .post("/language", &[("lang", "xx"), ("back", "/")])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}
