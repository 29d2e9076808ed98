//! Bringing people in.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::browser::{Browser, House};
use crate::cast::{import, settle_in};

async fn preview(browser: &mut Browser, csv: &str) -> String {
    browser.get("/people/import").await;
    let answer = browser
        .upload("/people/import", "名册.csv", csv.as_bytes())
        .await;
    answer.leads_to().to_owned()
}

#[tokio::test]
async fn every_fault_stands_at_its_row_and_is_corrected_there() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    let csv = "姓名,账号,科室,职务,角色,任职日期,分管科室\n\
        周明远,zhou,,部长,部长,2025-12-01,\n\
        刘洋,liu,组织科,科员,工作人员,不详,\n\
        ,,组织科,科员,工作人员,2025-12-01,\n\
        王芳,wang,组织科,科员,工作人员,2025-12-01,\n\
        王芳,wang,组织科,科员,工作人员,2025-12-01,\n";
    let path = preview(&mut browser, csv).await;
    let page = browser.get(&path).await;
    page.says("名册还没有任何改动");
    page.says("id=\"row-3\"").says("“不详”不是日期");
    page.says("没有“组织科”这个科室")
        .says("name=\"create\" value=\"组织科\"");
    page.says("第 5 行是同一个人");
    assert!(
        !page.text().contains("/commit\""),
        "what has faults cannot be committed"
    );

    let fields = [
        ("create", "组织科"),
        ("row-3-since", "2025年12月1日"),
        ("drop", "4"),
        ("drop", "6"),
    ];
    let corrected = browser.post(&path, &fields).await;
    let page = browser.follow(&corrected).await;
    page.says("更正已保存")
        .says("3 人，没有问题")
        .says("/commit\"")
        .says("2025年12月1日");
    // The tick stays.
    page.says("value=\"组织科\" checked");

    let committed = browser.post(&format!("{path}/commit"), &[]).await;
    committed.says("导入完成").says("<code>").says("3 人");
    assert_eq!(committed.header("cache-control"), "no-store");
    // Committed is committed; the page that shows passwords cannot be had again.
    assert_eq!(
        browser.post(&format!("{path}/commit"), &[]).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(browser.get(&path).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_accounts_are_fetched_once_by_whoever_made_them() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    let path = preview(&mut browser, "姓名,科室,职务,角色\n周明远,,部长,部长\n").await;
    browser.get(&path).await;
    browser
        .post(&format!("{path}/commit"), &[])
        .await
        .says("zhoumingyuan");
    let file = format!("{path}/accounts.csv");
    let mut anonymous = house.browser();
    assert_eq!(anonymous.get(&file).await.status, StatusCode::SEE_OTHER);
    let csv = browser.get(&file).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").contains("attachment"));
    assert_eq!(csv.header("cache-control"), "no-store");
    csv.says("\"周明远\",,\"zhoumingyuan\",");
    assert_eq!(browser.get(&file).await.status, StatusCode::NOT_FOUND);
    // What is not fetched is forgotten.
    let path = preview(&mut browser, "姓名,科室,职务,角色\n何建平,,副部长,副部长\n").await;
    browser.get(&path).await;
    browser.post(&format!("{path}/commit"), &[]).await;
    house.later(TimeDelta::minutes(31));
    assert_eq!(
        browser.get(&format!("{path}/accounts.csv")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_is_no_roster_is_told_apart_and_changes_nothing() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    browser.get("/people/import").await;
    let cases: [(&str, &[u8], &str); 6] = [
        ("roster.xlsx", b"", "文件里没有内容"),
        ("roster.xlsx", b"%PDF-1.7 \n1 0 obj", "这是 PDF 文件"),
        (
            "roster.xlsx",
            b"<html><table><tr><td>x</td></tr></table></html>",
            "这是网页",
        ),
        ("roster.csv", b"a,b\n1,2\n", "没有找到表头"),
        (
            "roster.csv",
            "姓名,职务\n刘洋,科员\n".as_bytes(),
            "表头缺少：科室",
        ),
        (
            "roster.csv",
            "姓名,科室,职务\n".as_bytes(),
            "表头下面没有人员",
        ),
    ];
    for (name, bytes, told) in cases {
        let answer = browser.upload("/people/import", name, bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        answer.says(told).says("下载模板");
    }
    browser
        .upload("/people/import", "", b"")
        .await
        .says("还没有选择文件");
}

#[tokio::test]
async fn the_template_can_be_taken_away_filled_and_brought_back() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    let template = browser.get("/people/import/template.xlsx").await;
    assert_eq!(template.status, StatusCode::OK);
    assert!(
        template
            .header("content-disposition")
            .contains("filename*=UTF-8''%E4%BA%BA")
    );
    browser.get("/people/import").await;
    // Its example rows are no people.
    let uploaded = browser
        .upload("/people/import", "template.xlsx", &template.body)
        .await;
    browser.follow(&uploaded).await.says("没有可以导入的人");
}

#[tokio::test]
async fn hostile_names_are_text() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    let csv = "姓名,账号,科室,职务,角色\n\"<img src=x onerror=alert(1)>\u{202e}李\",li,\"\"\"><script>x</script>\",科员,工作人员\n";
    let path = preview(&mut browser, csv).await;
    let page = browser.get(&path).await.text();
    assert!(!page.contains("<img"), "{page}");
    assert!(!page.contains("<script>x"), "{page}");
    assert!(page.contains("&#60;script&#62;x"), "{page}");
}

#[tokio::test]
async fn only_the_administrator_who_made_a_preview_sees_it() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (account, one_time) = accounts.iter().find(|(name, _)| name == "sun").unwrap();
    let mut office = settle_in(&house, account, one_time).await;
    let mut administrator = house.administrator().await;
    let path = preview(
        &mut administrator,
        "姓名,科室,职务,角色\n何小平,,副部长,副部长\n",
    )
    .await;
    for path in [
        "/people/import",
        "/people/import/template.xlsx",
        &path,
        "/accounts",
        "/audit",
    ] {
        assert_eq!(
            office.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(
        office.post(&format!("{path}/commit"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        office.post(&path, &[("drop", "2")]).await.status,
        StatusCode::NOT_FOUND
    );
    let discarded = administrator.get(&path).await;
    discarded.says("何小平");
    let answer = administrator.post(&format!("{path}/discard"), &[]).await;
    administrator.follow(&answer).await.says("名册没有任何改动");
}

#[tokio::test]
async fn members_see_the_roster_in_roster_order() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (account, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut browser = settle_in(&house, account, one_time).await;
    let page = browser.get("/people").await;
    page.says("部领导").says("7 人");
    let text = page.text();
    let at = |name: &str| text.find(&format!("<bdi>{name}</bdi>")).unwrap();
    assert!(at("周明远") < at("何建平") && at("何建平") < at("孙立") && at("陈思齐") < at("刘洋"));
    // Somebody imported is at home at once: Today opens.
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}
