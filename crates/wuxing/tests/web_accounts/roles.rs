//! Who holds the roles of the system.

use axum::http::StatusCode;

use crate::browser::House;
use crate::cast::{import, settle_in};
use crate::hands::{Hands, OLD};

#[tokio::test]
async fn part_c_the_founder_names_the_first_keepers_and_then_no_more() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let one_time = |name: &str| accounts.iter().find(|(n, _)| n == name).unwrap().1.clone();
    let mut founder = house.administrator().await;
    founder
        .get("/roles")
        .await
        .says("指定首位安全管理员和审计员")
        .says("无人担任");
    // Whoever has not chosen a password could be the founder himself, who has seen the first one.
    let fields = [("security", "wang"), ("auditor", "")];
    let answer = founder.post("/roles/founding", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says("id=\"security-error\"")
        .says("还没有登录并设置自己的密码")
        .says("value=\"wang\"");
    let mut wang = settle_in(&house, "wang", &one_time("wang")).await;
    settle_in(&house, "chen", &one_time("chen")).await;
    for (security, auditor, field, told) in [
        ("nobody", "", "security", "没有这个账号"),
        ("guanli", "", "security", "不能给自己授予系统角色"),
        ("wang", "nobody", "auditor", "没有这个账号"),
    ] {
        let fields = [("security", security), ("auditor", auditor)];
        let answer = founder.post("/roles/founding", &fields).await;
        answer.says(&format!("id=\"{field}-error\"")).says(told);
    }
    // Nothing of a step that failed in its second half stays.
    founder
        .get("/roles")
        .await
        .says("指定首位安全管理员和审计员");
    let fields = [("security", " Wang "), ("auditor", "chen")];
    let named = founder.post("/roles/founding", &fields).await;
    let page = founder.follow(&named).await;
    page.says("安全管理员已指定")
        .says("王芳 · wang")
        .says("陈思齐 · chen");
    assert!(!page.text().contains("/roles/founding"));
    let fields = [("security", "sun"), ("auditor", "")];
    let answer = founder.post("/roles/founding", &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let grant = [("account", "sun"), ("role", "security")];
    assert_eq!(
        founder.post("/roles/grant", &grant).await.status,
        StatusCode::FORBIDDEN
    );

    // First passwords that the founder has seen can be made void.
    wang.get("/roles").await.says("5 个账号仍在使用一次性密码");
    let void = wang.post("/roles/void-first-passwords", &[]).await;
    let page = wang.follow(&void).await;
    page.says("尚未使用的初始密码已全部作废");
    assert!(!page.text().contains("仍在使用一次性密码"));
    let mut browser = house.browser();
    browser
        .sign_in("liu", &one_time("liu"))
        .await
        .says("不正确");
    assert_eq!(
        house.browser().sign_in("wang", OLD).await.leads_to(),
        "/account?next=/"
    );
}

#[tokio::test]
async fn part_c_the_security_administrator_gives_and_takes_and_it_holds_at_once() {
    let hands = Hands::open().await;
    let mut security = hands.browser("security").await;
    let mut head = hands.browser("head").await;
    assert_eq!(head.get("/accounts").await.status, StatusCode::NOT_FOUND);
    let fields = [("account", "chen"), ("role", "administrator")];
    let granted = security.post("/roles/grant", &fields).await;
    security
        .follow(&granted)
        .await
        .says("系统角色已授予")
        .says("陈思齐 · chen");
    assert_eq!(
        head.get("/accounts").await.status,
        StatusCode::OK,
        "with the next request"
    );
    for (account, role, told) in [
        ("anquan", "administrator", "不能给自己授予系统角色"),
        ("chen", "administrator", "已经是您要的状态"),
        ("nobody", "auditor", "没有这个账号"),
    ] {
        let answer = security
            .post("/roles/grant", &[("account", account), ("role", role)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says("id=\"account-error\"").says(told);
    }
    let chen = hands.id_of("chen").await;
    let taken = security
        .post(
            &format!("/roles/{chen}/revoke"),
            &[("role", "administrator")],
        )
        .await;
    assert_eq!(taken.leads_to(), "/roles");
    assert_eq!(head.get("/accounts").await.status, StatusCode::NOT_FOUND);
    let entered = hands.house.browser().sign_in("chen", OLD).await;
    assert_eq!(entered.leads_to(), "/account?next=/", "the owner is told");
    for (account, role) in [("guanli", "administrator"), ("anquan", "security")] {
        let id = hands.id_of(account).await;
        let answer = security
            .post(&format!("/roles/{id}/revoke"), &[("role", role)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{account}");
        answer.says("这是最后一个能够履行");
    }
    // Nor can the administrator close the last security administrator's account to be founder again.
    let last = hands.id_of("anquan").await;
    let mut administrator = hands.browser("administrator").await;
    let answer = administrator
        .post(&format!("/accounts/{last}/close"), &[])
        .await;
    answer.says("这是最后一个能够履行");
    assert_eq!(security.get("/roles").await.status, StatusCode::OK);
    let unknown = security
        .post("/roles/grant", &[("account", "chen"), ("role", "emperor")])
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn part_c_an_organisation_that_grew_past_ten_is_told_until_it_is_mended() {
    let hands = Hands::open().await;
    let mut security = hands.browser("security").await;
    let mut administrator = hands.browser("administrator").await;
    // Seven people: one person may hold two roles.
    for role in ["administrator", "auditor"] {
        let fields = [("account", "chen"), ("role", role)];
        security.post("/roles/grant", &fields).await.leads_to();
    }
    assert!(!security.get("/roles").await.text().contains("同时担任"));
    let newcomers: String = ["甲一", "乙二", "丙三", "丁四"]
        .iter()
        .map(|name| format!("{name},组织科,科员,工作人员\n"))
        .collect();
    let csv = format!("姓名,科室,职务,角色\n{newcomers}");
    let uploaded = administrator
        .upload("/people/import", "roster.csv", csv.as_bytes())
        .await;
    let path = uploaded.leads_to().to_owned();
    administrator.get(&path).await;
    administrator
        .post(&format!("{path}/commit"), &[])
        .await
        .says("导入完成");
    let told = "陈思齐 · chen同时担任系统管理员、审计员";
    security.get("/roles").await.says(told);
    administrator.get("/accounts").await.says(told);
    // The keepers land on it when they sign in; the others do not hear of it.
    let entered = hands.house.browser().sign_in("anquan", OLD).await;
    assert_eq!(entered.leads_to(), "/roles");
    let entered = hands.house.browser().sign_in("liu", OLD).await;
    assert_eq!(entered.leads_to(), "/");
    let sun = [("account", "anquan"), ("role", "auditor")];
    security.post("/roles/grant", &sun).await;
    let chen = hands.id_of("chen").await;
    security
        .post(&format!("/roles/{chen}/revoke"), &[("role", "auditor")])
        .await
        .leads_to();
    assert!(!security.get("/roles").await.text().contains("同时担任"));
    let answer = security
        .post("/roles/grant", &[("account", "chen"), ("role", "auditor")])
        .await;
    answer.says("此人已担任系统管理员");
}
