//! The pages of those who look after the system.

use axum::http::StatusCode;
use domain::access::SystemRoles;
use wuxing::app::accounts;

use crate::browser::House;
use crate::cast::{import, settle_in};

#[tokio::test]
async fn the_auditor_reads_the_chain_page_by_page() {
    let house = House::founded().await;
    import(&house).await;
    let system = SystemRoles {
        auditor: true,
        ..SystemRoles::default()
    };
    let made = accounts::create_system(
        &house.program,
        house.org.unwrap(),
        "shenji".to_owned(),
        system,
    )
    .await
    .unwrap();
    let mut auditor = settle_in(&house, &made.account, &made.password).await;
    auditor.get("/").await.says("/audit");
    for _ in 0..60 {
        house.administrator().await;
    }
    let page = auditor.get("/audit").await;
    page.says("最后一条的摘要").says("登录").says("较早的");
    assert!(!page.text().contains("周明远"), "no names");
    let older = page
        .text()
        .split("rel=\"next\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let older = auditor.get(&older).await;
    older.says("建立单位").says("导入名册").says("较新的");
    assert_eq!(auditor.get("/accounts").await.status, StatusCode::NOT_FOUND);
    assert_eq!(auditor.get("/people").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_calendar_shows_what_is_special_and_what_is_not_yet_known() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    browser
        .get("/calendar")
        .await
        .says("工作日历 2026")
        .says("国庆节")
        .says("已按通知确定到")
        .says("上班");
    browser
        .get("/calendar?year=2099")
        .await
        .says("还没有公布")
        .says("暂时没有特别的日子");
    assert_eq!(
        browser.get("/calendar?year=1899").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_administrator_lands_where_he_can_do_something() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    let page = browser.get("/").await;
    page.says("您可以在这里做什么")
        .says("href=\"/people/import\"")
        .says("href=\"/accounts\"");
    for place in [
        "href=\"/ledger\"",
        "href=\"/library\"",
        "href=\"/audit\"",
        "href=\"/people\"",
    ] {
        assert!(!page.text().contains(place), "{place}");
    }
}
