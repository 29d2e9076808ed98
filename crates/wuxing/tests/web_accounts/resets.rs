//! A lost password is replaced by two.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::resets::MOST_TRIES;

use crate::browser::Answer;
use crate::hands::{Hands, NEW, OLD, half_of};

fn refused(answer: &Answer, told: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    answer.says(told);
}

#[tokio::test]
async fn part_c_with_both_halves_the_owner_gets_in_and_is_told_of_every_step() {
    let hands = Hands::open().await;
    let mut owner = hands.browser("staff").await;
    let first = hands.ask("liu").await;
    assert_eq!(first.len(), 11, "{first}");
    // Nothing has happened to the owner's session or password yet, and the first half alone is of no use.
    assert_eq!(owner.get("/people").await.status, StatusCode::OK);
    refused(&hands.join("liu", &first, &first).await, "没有设置新密码");
    // A reload of the page does not show it again.
    let mut administrator = hands.browser("administrator").await;
    assert!(!administrator.get("/resets").await.text().contains(&first));

    let second = hands.confirm().await;
    assert_ne!(first, second);
    assert_eq!(owner.get("/people").await.status, StatusCode::OK);
    assert!(
        hands.gets_in("liu", OLD).await,
        "the old password works until the reset is used"
    );
    // Each half in the other's place, halves of which one is wrong, and each alone.
    for (one, two) in [(&second, &first), (&first, &first), (&second, &second)] {
        refused(&hands.join("liu", one, two).await, "没有设置新密码");
    }
    let typed = first.to_uppercase().replace('-', " ");
    let done = hands.join("LIU", &typed, &second).await;
    assert_eq!(done.leads_to(), "/sign-in");
    assert_eq!(
        owner.get("/people").await.leads_to(),
        "/sign-in?next=/people"
    );
    assert!(!hands.gets_in("liu", OLD).await);

    // Told at the next sign-in, before anything else, until it is acknowledged.
    let mut owner = hands.house.browser();
    let entered = owner.sign_in("liu", NEW).await;
    assert_eq!(entered.leads_to(), "/account?next=/");
    let page = owner.follow(&entered).await;
    page.says("您的账号上有以下情况")
        .says("系统管理员申请重设密码")
        .says("安全管理员确认了重设申请")
        .says("凭两段口令设置了新密码")
        .says("申请：<bdi>guanli</bdi>")
        .says("确认：<bdi>anquan</bdi>");
    let again = hands.house.browser().sign_in("liu", NEW).await;
    assert_eq!(
        again.leads_to(),
        "/account?next=/",
        "told until it is acknowledged"
    );
    let seen = owner.post("/account/seen", &[("next", "/library")]).await;
    assert_eq!(seen.leads_to(), "/library");
    let again = hands.house.browser().sign_in("liu", NEW).await;
    assert_eq!(again.leads_to(), "/");
    // The history stays: for the owner, and for the auditor, who sees no half.
    owner.get("/account").await.says("已使用");
    let mut auditor = hands.browser("auditor").await;
    let history = auditor.get("/resets").await;
    history.says("刘洋 · liu").says("已使用");
    auditor
        .get("/audit")
        .await
        .says("凭口令设置密码")
        .says("确认重设密码");
    // Used is used.
    refused(&hands.join("liu", &first, &second).await, "没有设置新密码");
}

#[tokio::test]
async fn part_c_nobody_is_both_hands() {
    let hands = Hands::open().await;
    let own = hands.id_of("guanli").await;
    let mut administrator = hands.browser("administrator").await;
    let answer = administrator
        .post(&format!("/accounts/{own}/reset"), &[])
        .await;
    refused(&answer, "不能为自己的账号申请");
    // The only security administrator's own has nobody to confirm it.
    let security = hands.id_of("anquan").await;
    let answer = administrator
        .post(&format!("/accounts/{security}/reset"), &[])
        .await;
    refused(&answer, "没有另一位安全管理员可以确认");

    hands.ask("liu").await;
    let path = hands.asked().await;
    // Who asked cannot confirm, the auditor neither; the owner does not learn that there is such an address.
    for (role, status) in [
        ("administrator", StatusCode::FORBIDDEN),
        ("auditor", StatusCode::FORBIDDEN),
        ("staff", StatusCode::NOT_FOUND),
    ] {
        let mut browser = hands.browser(role).await;
        let answer = browser.post(&format!("{path}/confirm"), &[]).await;
        assert_eq!(answer.status, status, "{role}");
    }
    // A person who is asker through one account and second hand through another is refused for being one person.
    let org = hands.house.org.unwrap();
    let store = &hands.house.program.store;
    let mut tx = store.write().await.unwrap();
    let (asker, other) = (hands.id_of("guanli").await, hands.id_of("anquan").await);
    let person = store::accounts::by_name(&mut tx, org, "wang")
        .await
        .unwrap()
        .unwrap()
        .person;
    for id in [asker, other] {
        let account = store::accounts::by_id(&mut tx, org, id)
            .await
            .unwrap()
            .unwrap();
        let name = format!("{}2", account.name);
        let double = store::accounts::Account {
            id: fixtures::id(0x8800 + u64::from(id == asker)),
            name,
            person,
            ..account
        };
        store::accounts::insert(&mut tx, org, &double)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    hands.house.later(TimeDelta::seconds(1));
    let zhao = hands.id_of("zhao").await;
    let mut asking = hands
        .house
        .signed_in("guanli2", crate::browser::ADMINISTRATOR.1)
        .await;
    asking.get("/account").await;
    let answer = asking.post(&format!("/accounts/{zhao}/reset"), &[]).await;
    half_of(&answer);
    let mut confirming = hands.house.signed_in("anquan2", OLD).await;
    let page = confirming.get("/resets").await.text();
    let newest = page.split_once("action=\"/resets/").unwrap().1;
    let path = format!("/resets/{}/confirm", newest.split('/').next().unwrap());
    refused(&confirming.post(&path, &[]).await, "须由两个不同的人办理");
}

#[tokio::test]
async fn either_hand_and_the_owner_take_a_reset_back() {
    for role in ["administrator", "security", "staff"] {
        let hands = Hands::open().await;
        let (first, second) = (hands.ask("liu").await, hands.confirm().await);
        let path = hands.asked().await;
        // Nobody else can.
        let mut other = hands.browser("head").await;
        for path in [path.clone(), format!("/account{path}")] {
            let answer = other.post(&format!("{path}/cancel"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let mut browser = hands.browser(role).await;
        let path = if role == "staff" {
            // Told at sign-in while it is under way, with the old password.
            let mut owner = hands.house.browser();
            let entered = owner.sign_in("liu", OLD).await;
            owner
                .follow(&entered)
                .await
                .says("取消申请")
                .says("已确认，待本人使用");
            format!("/account{path}")
        } else {
            path
        };
        let answer = browser.post(&format!("{path}/cancel"), &[]).await;
        browser.follow(&answer).await.says("重设申请已取消");
        refused(&hands.join("liu", &first, &second).await, "没有设置新密码");
        assert!(hands.gets_in("liu", OLD).await);
        let again = browser.post(&format!("{path}/cancel"), &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn a_half_that_has_expired_and_halves_of_two_resets_open_nothing() {
    let hands = Hands::open().await;
    let stale_first = hands.ask("liu").await;
    let stale_second = hands.confirm().await;
    // One that is open keeps another from being asked for.
    let id = hands.id_of("liu").await;
    let mut administrator = hands.browser("administrator").await;
    let answer = administrator
        .post(&format!("/accounts/{id}/reset"), &[])
        .await;
    refused(&answer, "已有一项在办的重设");
    hands.house.later(TimeDelta::hours(24));
    refused(
        &hands.join("liu", &stale_first, &stale_second).await,
        "没有设置新密码",
    );

    let hands_of_the_day = hands.house.administrator().await;
    let mut administrator = hands_of_the_day;
    administrator.get("/account").await;
    let first = half_of(
        &administrator
            .post(&format!("/accounts/{id}/reset"), &[])
            .await,
    );
    let mut security = hands.house.signed_in("anquan", OLD).await;
    let page = security.get("/resets").await;
    page.says("已过期").says("待确认");
    let text = page.text();
    let path = text
        .split_once("action=\"/resets/")
        .unwrap()
        .1
        .split('/')
        .next()
        .unwrap();
    let second = half_of(&security.post(&format!("/resets/{path}/confirm"), &[]).await);
    for (one, two) in [(&stale_first, &second), (&first, &stale_second)] {
        refused(&hands.join("liu", one, two).await, "没有设置新密码");
    }
    // Not confirmed in time: nobody can any more.
    assert_eq!(
        hands.join("liu", &first, &second).await.leads_to(),
        "/sign-in"
    );
    administrator
        .post(&format!("/accounts/{id}/reset"), &[])
        .await;
    let text = security.get("/resets").await.text();
    let path = text
        .split_once("action=\"/resets/")
        .unwrap()
        .1
        .split('/')
        .next()
        .unwrap();
    hands.house.later(TimeDelta::minutes(23 * 60 + 59));
    let mut security = hands.house.signed_in("anquan", OLD).await;
    security.get("/account").await;
    hands.house.later(TimeDelta::minutes(1));
    let answer = security.post(&format!("/resets/{path}/confirm"), &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("已过期");
}

#[tokio::test]
async fn guessing_locks_the_account_and_in_the_end_spends_the_code() {
    let hands = Hands::open().await;
    let (first, second) = (hands.ask("liu").await, hands.confirm().await);
    let id = hands.id_of("liu").await;
    let mut tries = 0;
    let mut administrator = hands.browser("administrator").await;
    while tries < MOST_TRIES {
        // Who knows one half guesses the other, and lifts the lock whenever it falls.
        let answer = hands.join("liu", &first, &format!("guess-{tries}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        if answer.text().contains("账号已暂时锁定") {
            administrator
                .post(&format!("/accounts/{id}/unlock"), &[])
                .await;
        }
        tries += 1;
        hands.house.later(TimeDelta::seconds(30));
    }
    refused(&hands.join("liu", &first, &second).await, "没有设置新密码");
    let mut owner = hands.house.browser();
    let entered = owner.sign_in("liu", OLD).await;
    owner
        .follow(&entered)
        .await
        .says("输错次数过多，已作废")
        .says("管理员解除了锁定");
    // Ten thousand guesses in a row come no further than the lock.
    let program = &hands.house.program;
    let mut locked = 0;
    for guess in 0..200 {
        let owner = wuxing::app::resets::Owner {
            organisation: String::new(),
            account: "wang".to_owned(),
            first: format!("first{guess}"),
            second: format!("second{guess}"),
        };
        let new = NEW.to_owned();
        let found = wuxing::app::resets::set_password(program, owner, new.clone(), new).await;
        match found.unwrap() {
            wuxing::app::resets::Joined::Locked { .. } => locked += 1,
            wuxing::app::resets::Joined::Wrong => {}
            wuxing::app::resets::Joined::Done => panic!("guessed"),
        }
    }
    assert_eq!(locked, 196, "four wrong tries, then the lock answers");
}

#[tokio::test]
async fn a_closed_account_an_asker_without_the_role_and_another_organisation() {
    let mut hands = Hands::open().await;
    // Closed while a reset is under way: the reset ends, and opening the account does not bring it back.
    let (first, second) = (hands.ask("liu").await, hands.confirm().await);
    let id = hands.id_of("liu").await;
    let mut administrator = hands.browser("administrator").await;
    administrator
        .post(&format!("/accounts/{id}/close"), &[])
        .await
        .leads_to();
    refused(&hands.join("liu", &first, &second).await, "没有设置新密码");
    let answer = administrator
        .post(&format!("/accounts/{id}/reset"), &[])
        .await;
    refused(&answer, "这个账号已停用，不能重设");
    administrator
        .post(&format!("/accounts/{id}/open"), &[])
        .await
        .leads_to();
    refused(&hands.join("liu", &first, &second).await, "没有设置新密码");

    // The asker loses his role between asking and confirming.
    hands.ask("zhao").await;
    let path = hands.asked().await;
    let mut security = hands.browser("security").await;
    let fields = [("account", "chen"), ("role", "administrator")];
    security.post("/roles/grant", &fields).await.leads_to();
    let asker = hands.id_of("guanli").await;
    let revoked = security
        .post(
            &format!("/roles/{asker}/revoke"),
            &[("role", "administrator")],
        )
        .await;
    assert_eq!(revoked.leads_to(), "/roles");
    refused(
        &security.post(&format!("{path}/confirm"), &[]).await,
        "申请人已不再是系统管理员",
    );

    // A namesake in another organisation has nothing of it.
    let org = hands.house.org;
    hands.house.found("城南区示例部").await;
    let other = hands.house.org;
    hands.house.org = org;
    assert_ne!(org, other);
    let mut stranger = hands.house.browser();
    stranger.get("/sign-in").await;
    let fields = [
        ("account", crate::browser::ADMINISTRATOR.0),
        ("password", crate::browser::ADMINISTRATOR.1),
        ("organisation", "城南区示例部"),
    ];
    stranger.post("/sign-in", &fields).await.leads_to();
    let wang = hands.id_of("wang").await;
    stranger.get("/account").await;
    for path in [
        format!("/accounts/{wang}/reset"),
        format!("/accounts/{wang}/sign-out"),
        format!("/accounts/{wang}/unlock"),
        format!("{path}/cancel"),
    ] {
        let answer = stranger.post(&path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
