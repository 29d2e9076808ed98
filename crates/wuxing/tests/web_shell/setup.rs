//! First run.

use axum::http::StatusCode;
use wuxing::web::Options;

use crate::browser::{ADMINISTRATOR, House};

const CODE: &str = "K7QX-2M9D";

fn options() -> Options {
    Options {
        behind_tls: false,
        setup_code: Some(CODE.to_owned()),
    }
}

fn form<'a>(code: &'a str, organisation: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("code", code),
        ("organisation", organisation),
        ("preset", "wuxing"),
        ("effective", "2026-09-21"),
        ("time_zone", "Asia/Shanghai"),
        ("administrator", ADMINISTRATOR.0),
        ("password", ADMINISTRATOR.1),
        ("again", ADMINISTRATOR.1),
    ]
}

#[tokio::test]
async fn whoever_has_the_code_founds_the_organisation_once() {
    let house = House::empty(options()).await;
    let mut browser = house.browser();
    assert_eq!(browser.get("/").await.leads_to(), "/sign-in");
    assert_eq!(browser.get("/sign-in").await.leads_to(), "/setup");
    // The charter begins on the Monday after, by default.
    browser
        .get("/setup")
        .await
        .says("首次设置")
        .says("value=\"2026-09-21\"");

    let wrong = browser
        .post("/setup", &form("K7QX-2M9E", "城北区示例部"))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says("设置码不正确").says("value=\"城北区示例部\"");
    assert!(!wrong.text().contains(ADMINISTRATOR.1));

    let founded = browser.post("/setup", &form(CODE, "城北区示例部")).await;
    assert_eq!(founded.leads_to(), "/people/import");
    browser
        .follow(&founded)
        .await
        .says("单位已建立")
        .says("下载模板");

    let mut second = house.browser();
    assert_eq!(second.get("/setup").await.status, StatusCode::NOT_FOUND);
    second.get("/sign-in").await;
    assert_eq!(
        second.post("/setup", &form(CODE, "另一个部")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        second
            .sign_in(ADMINISTRATOR.0, ADMINISTRATOR.1)
            .await
            .leads_to(),
        "/"
    );
    second
        .get("/")
        .await
        .says("您可以在这里做什么")
        .says("/people/import");
}

#[tokio::test]
async fn a_fault_is_told_at_its_field_and_the_code_still_opens() {
    let house = House::empty(options()).await;
    let mut browser = house.browser();
    browser.get("/setup").await;
    let with = |name: &'static str, value: &'static str| {
        form(CODE, "城北区示例部").map(|(field, entered)| {
            if field == name {
                (field, value)
            } else {
                (field, entered)
            }
        })
    };
    let cases = [
        (with("organisation", "  "), "请填写单位名称"),
        (with("preset", "none"), "没有这个章程范本"),
        (with("effective", "tomorrow"), "请填写日期"),
        (with("time_zone", "Mars/Olympus"), "没有这个时区"),
        (with("administrator", "管理员"), "账号应为"),
        (with("password", "short"), "至少要有 10 个字符"),
        (with("again", "something else"), "两次输入的新密码不一致"),
    ];
    for (fields, told) in cases {
        let answer = browser.post("/setup", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        answer.says(told);
    }
    assert_eq!(
        browser
            .post("/setup", &form(CODE, "城北区示例部"))
            .await
            .leads_to(),
        "/people/import"
    );
}

#[tokio::test]
async fn an_organisations_name_is_text_and_nothing_else() {
    let house = House::empty(options()).await;
    let mut browser = house.browser();
    browser.get("/setup").await;
    let hostile = "<script>alert(1)</script>\u{202e}\"'&";
    let wrong = browser.post("/setup", &form("no", hostile)).await;
    wrong.says("&#60;script&#62;");
    assert!(!wrong.text().contains("<script>alert"));
}

#[tokio::test]
async fn a_site_with_an_organisation_has_no_first_run() {
    let house = House::founded().await;
    let mut browser = house.browser();
    browser.get("/sign-in").await.says("登录");
    assert_eq!(browser.get("/setup").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.post("/setup", &form("", "另一个部")).await.status,
        StatusCode::NOT_FOUND
    );
}
