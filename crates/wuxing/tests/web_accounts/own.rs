//! One's own account: sessions, what one may do, what happened.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::browser::{Browser, House};
use crate::hands::{Hands, OLD};

/// Signs in with a browser that says what it is.
async fn on(house: &House, agent: &'static str, account: &str) -> Browser {
    let mut browser = house.browser();
    browser.get("/sign-in").await;
    let body = format!(
        "csrf={}&account={account}&password={}",
        browser.csrf,
        OLD.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    );
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("user-agent", agent),
    ];
    browser
        .send(Method::POST, "/sign-in", &headers, Body::from(body))
        .await
        .leads_to();
    browser
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_one_or_all_others() {
    let hands = Hands::open().await;
    let house = &hands.house;
    let mut here = on(
        house,
        "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140",
        "liu",
    )
    .await;
    let mut phone = on(
        house,
        "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 MicroMessenger/8",
        "liu",
    )
    .await;
    let mut third = house.signed_in("liu", OLD).await;
    let mut colleague = hands.browser("head").await;
    let page = here.get("/account").await;
    page.says("Edge · Windows")
        .says("WeChat · Android")
        .says("未知设备")
        .says("9月14日登录");
    let text = page.text();
    // The one that asks has no button; the colleague's are not listed: the first session of the cast, the phone, the third.
    assert_eq!(text.matches("/end\"").count(), 3, "{text}");
    let of_phone = text.split("WeChat · Android").nth(1).unwrap();
    let path = of_phone
        .split("action=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    // Somebody else's session cannot be ended, however its name was learnt.
    assert_eq!(
        colleague.post(&path, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(phone.get("/people").await.status, StatusCode::OK);
    let ended = here.post(&path, &[]).await;
    here.follow(&ended).await.says("已退出该处登录");
    assert_eq!(
        phone.get("/people").await.leads_to(),
        "/sign-in?next=/people"
    );
    assert_eq!(here.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        here.post("/account/sessions/zz/end", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let ended = here.post("/account/sessions/end-others", &[]).await;
    here.follow(&ended)
        .await
        .says("其他登录已全部退出")
        .says("登录被退出（2 次）");
    assert_eq!(
        third.get("/people").await.leads_to(),
        "/sign-in?next=/people"
    );
    assert_eq!(colleague.get("/people").await.status, StatusCode::OK);
    // What one did oneself is no news.
    let again = house.browser().sign_in("liu", OLD).await;
    assert_eq!(again.leads_to(), "/");
}

#[tokio::test]
async fn what_an_administrator_does_to_an_account_is_told_to_its_owner() {
    let hands = Hands::open().await;
    let id = hands.id_of("liu").await;
    let mut owner = hands.browser("staff").await;
    let mut administrator = hands.browser("administrator").await;
    for (step, told) in [
        ("sign-out", "登录被退出"),
        ("unlock", "管理员解除了锁定"),
        ("close", "管理员停用了账号"),
        ("open", "管理员重新启用了账号"),
    ] {
        let answer = administrator
            .post(&format!("/accounts/{id}/{step}"), &[])
            .await;
        assert_eq!(answer.leads_to(), "/accounts", "{step}");
        if step == "sign-out" {
            assert_eq!(
                owner.get("/people").await.leads_to(),
                "/sign-in?next=/people"
            );
        }
        if step != "close" {
            let mut owner = hands.house.browser();
            let entered = owner.sign_in("liu", OLD).await;
            assert_eq!(entered.leads_to(), "/account?next=/", "{step}");
            owner.follow(&entered).await.says(told);
            owner.post("/account/seen", &[]).await.leads_to();
        }
    }
    // An account that does not exist is none that can be unlocked.
    let nobody = "01990000-0000-7000-8000-000000000000";
    let answer = administrator
        .post(&format!("/accounts/{nobody}/unlock"), &[])
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_says_what_one_may_do_today_and_through_which_post() {
    let hands = Hands::open().await;
    let cases = [
        ("deputy", "分管部办公室、组织科", "副部长"),
        ("head", "阅读和批注本科室的材料", "组织科 · 科长"),
        ("office", "阅读和批注全单位的材料", "部办公室 · 科员"),
        ("staff", "填写材料", "组织科 · 科员"),
        ("administrator", "只管系统，不能查阅内容", "系统管理员"),
    ];
    for (role, text, post) in cases {
        let mut browser = hands.browser(role).await;
        browser.get("/account").await.says(text).says(post);
    }
    let mut staff = hands.browser("staff").await;
    let page = staff.get("/account").await;
    // Everybody may know who looks after his account.
    page.says("2025年12月1日起")
        .says("anquan")
        .says("guanli")
        .says("shenji");
    staff.language = "en";
    staff
        .get("/account")
        .await
        .says("Write texts and see your own duties")
        .says("since 1 December 2025");
}
