//! 访问令牌: made and shown once, listed without the secret, revoked; too wide a scope is refused.

use axum::http::StatusCode;
use domain::tokens::Wish;
use wuxing::app::{accounts, tokens};

use crate::browser::{Answer, House};
use crate::cast::{import, settle_in};

/// The token that a page shows.
fn shown(answer: &Answer) -> Option<String> {
    let text = answer.text();
    let (_, rest) = text.split_once("<code class=\"token\"")?;
    let (_, rest) = rest.split_once('>')?;
    rest.split('<').next().map(str::to_owned)
}

#[tokio::test]
async fn part_c_a_token_is_shown_once_and_dies_when_it_is_revoked() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (_, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut liu = settle_in(&house, "liu", one_time).await;
    liu.get("/tokens").await.says("还没有访问令牌");
    let fields = [
        ("name", "统计脚本"),
        ("scope", "records:read"),
        ("scope", "ledger:read"),
        ("days", "30"),
    ];
    let made = liu.post("/tokens", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let token = shown(&made).unwrap();
    assert!(token.starts_with("wx_") && token.len() == 83, "{token}");
    let admitted = tokens::admit(&house.program, &token)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        admitted.token.scopes.to_string(),
        "ledger:read records:read"
    );

    let listed = liu.get("/tokens").await;
    listed
        .says("统计脚本")
        .says("尚未使用")
        .says("读取材料和批注");
    assert!(
        !listed.text().contains(&token[3..]),
        "the secret is shown once"
    );
    // Once more, as a second press of the button would.
    let again = liu.post("/tokens", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("您已有同名的令牌");

    let id = admitted.token.id;
    let other = accounts.iter().find(|(name, _)| name == "chen").unwrap();
    let mut chen = settle_in(&house, "chen", &other.1).await;
    let denied = chen.post(&format!("/tokens/{id}/revoke"), &[]).await;
    assert_eq!(denied.status, StatusCode::NOT_FOUND, "another's token");
    let revoked = liu.post(&format!("/tokens/{id}/revoke"), &[]).await;
    liu.follow(&revoked)
        .await
        .says("令牌已撤销")
        .says("还没有访问令牌");
    assert!(
        tokens::admit(&house.program, &token)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn part_c_too_wide_a_token_is_refused_on_the_page_with_which_and_why() {
    let house = House::founded().await;
    let accounts = import(&house).await;
    let (_, one_time) = accounts.iter().find(|(name, _)| name == "liu").unwrap();
    let mut liu = settle_in(&house, "liu", one_time).await;
    let page = liu.get("/tokens").await;
    assert!(!page.text().contains("audit:read"), "not even offered");
    for (scope, says) in [
        ("audit:read", "不能授予 audit:read：您本人没有这项权限"),
        ("records:*", "不接受“records:*”"),
        ("votes:read", "没有“votes:read”这一范围"),
    ] {
        let fields = [
            ("name", "统计"),
            ("scope", "records:read"),
            ("scope", scope),
            ("days", "30"),
        ];
        let refused = liu.post("/tokens", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{scope}");
        refused.says(says);
        assert_eq!(shown(&refused), None);
    }
    let nothing = liu.post("/tokens", &[("name", ""), ("days", "9999")]).await;
    nothing
        .says("请写明用途")
        .says("请至少选择一项")
        .says("有效期为 1 至 365 天");
    liu.get("/tokens").await.says("还没有访问令牌");
}

#[tokio::test]
async fn part_c_a_closed_account_loses_its_tokens_for_good() {
    let house = House::founded().await;
    import(&house).await;
    let org = house.org.unwrap();
    let wish = Wish {
        name: "备份".to_owned(),
        scopes: vec!["records:read".to_owned()],
        days: Some(365),
    };
    let made = tokens::create_for(&house.program, org, "liu".to_owned(), wish.clone())
        .await
        .unwrap();
    let account = made.token.account;
    for closed in [true, false] {
        let who = wuxing::app::Identity {
            org,
            account: Some(administrator(&house).await),
        };
        house
            .program
            .write(who, move |cx| {
                Box::pin(accounts::set_disabled(cx, account, closed))
            })
            .await
            .unwrap();
        let admitted = tokens::admit(&house.program, &made.secret).await.unwrap();
        assert!(admitted.is_none(), "closed: {closed}");
    }
    assert!(
        tokens::create_for(&house.program, org, "nobody".to_owned(), wish)
            .await
            .is_err()
    );
}

async fn administrator(house: &House) -> domain::identity::AccountId {
    let mut tx = house.program.store.read().await.unwrap();
    let found =
        store::accounts::by_name(&mut tx, house.org.unwrap(), crate::browser::ADMINISTRATOR.0)
            .await;
    found.unwrap().unwrap().id
}
