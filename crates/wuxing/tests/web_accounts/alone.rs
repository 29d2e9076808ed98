//! A system administrator alone gets into nobody's account: every form of the site that he may send is sent, and whatever it shows is
//! tried as a password, as a half, and as both halves.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use wuxing::app::resets::{Joined, Owner, set_password};
use wuxing::app::sign_in::{SignIn, sign_in};
use wuxing::web::table;

use crate::browser::{Answer, Browser};
use crate::hands::{Hands, NEW, OLD};

/// Whatever could be a secret: what stands in code marks, and every cell of a file.
fn secrets(answer: &Answer) -> BTreeSet<String> {
    let text = answer.text();
    let marked = text
        .split("<code>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next().map(str::to_owned));
    let mut found: BTreeSet<String> = marked.collect();
    if answer.header("content-type").starts_with("text/csv") {
        let cells = text.split([',', '\n']);
        found.extend(cells.map(|cell| cell.trim_matches(['"', '\r', '\u{feff}']).to_owned()));
    }
    found.retain(|secret| secret.len() >= 8 && secret.is_ascii());
    found
}

/// A form that does what its address says to `account`.
fn fields<'a>(path: &str, account: &'a str) -> Vec<(&'static str, &'a str)> {
    match path {
        "/roles/grant" => vec![("account", account), ("role", "administrator")],
        "/roles/{account}/revoke" => vec![("role", "security")],
        "/roles/founding" => vec![("security", account)],
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn part_c_no_action_of_a_system_administrator_alone_opens_another_account() {
    let hands = Hands::open().await;
    let program = &hands.house.program;
    let org = hands.house.org.unwrap();
    let victim = hands.id_of("liu").await.to_string();
    let mut seen = BTreeSet::new();
    let mut allowed = Vec::new();
    let mut administrator = hands.browser("administrator").await;
    let uploaded = administrator
        .upload(
            "/people/import",
            "roster.csv",
            "姓名,账号,科室,职务,角色\n钱多,qian,组织科,科员,工作人员\n".as_bytes(),
        )
        .await;
    let import = uploaded.leads_to().rsplit('/').next().unwrap().to_owned();
    // Forms first, pages after them: a page shows what a form has made. Closing comes last, because it ends what is under way.
    let mut routes = table();
    routes.sort_by_key(|route| {
        (
            route.method == "GET",
            route.path.ends_with("/close"),
            route.path,
        )
    });
    for route in routes {
        if ["/sign-in", "/sign-out", "/setup", "/reset"].contains(&route.path) {
            continue;
        }
        let id = if route.path.starts_with("/people/import") {
            &import
        } else {
            &victim
        };
        let path = route
            .path
            .replace("{id}", id)
            .replace("{account}", &victim)
            .replace("{import}", &import)
            .replace("{file}", "app.css")
            .replace("{duty}", "clipping")
            .replace("{of}", "leaders")
            .replace("{first}", "2026-09-01")
            .replace("{session}", &"0".repeat(64));
        let answer = match route.method {
            "POST" => administrator.post(&path, &fields(route.path, "liu")).await,
            _ => administrator.get(&path).await,
        };
        let refused = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&answer.status);
        if !refused && route.method == "POST" {
            allowed.push(route.path);
        }
        seen.extend(secrets(&answer));
        assert_own_session(&mut administrator, route.path).await;
    }
    // The walk did reach what it is about.
    for path in [
        "/accounts/{id}/reset",
        "/people/import/{id}/commit",
        "/accounts/{id}/unlock",
    ] {
        assert!(allowed.contains(&path), "{path} in {allowed:?}");
    }
    assert!(
        seen.len() >= 2,
        "a half of a reset and a half of a first password: {seen:?}"
    );

    let mut tx = program.store.read().await.unwrap();
    let accounts = store::accounts::list(&mut tx, org).await.unwrap();
    drop(tx);
    for account in accounts.iter().filter(|account| account.name != "guanli") {
        for secret in &seen {
            assert!(
                !opens(&hands, &account.name, secret).await,
                "{}: {secret}",
                account.name
            );
            for other in &seen {
                let owner = Owner {
                    organisation: String::new(),
                    account: account.name.clone(),
                    first: secret.clone(),
                    second: other.clone(),
                };
                let new = NEW.to_owned();
                let found = set_password(program, owner, new.clone(), new)
                    .await
                    .unwrap();
                assert_ne!(found, Joined::Done, "{}: {secret} {other}", account.name);
                forgive(&hands, account.id).await;
            }
        }
        let after = {
            let mut tx = program.store.read().await.unwrap();
            store::accounts::by_id(&mut tx, org, account.id)
                .await
                .unwrap()
                .unwrap()
        };
        assert_eq!(
            after.password_hash, account.password_hash,
            "{}",
            account.name
        );
        assert_eq!(after.system, account.system, "{}", account.name);
    }
    // The victim's own password is what it was.
    let mut tx = program.store.write().await.unwrap();
    let id = hands.id_of("liu").await;
    store::accounts::set_disabled(&mut tx, org, id, false)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(opens(&hands, "liu", OLD).await);
}

/// The browser is still the administrator's.
async fn assert_own_session(browser: &mut Browser, after: &str) {
    let page = browser.get("/account").await;
    assert!(
        page.text().contains("<small>guanli</small>"),
        "after {after}"
    );
}

async fn opens(hands: &Hands, account: &str, password: &str) -> bool {
    let found = sign_in(&hands.house.program, "", account, password.to_owned()).await;
    let id = hands.id_of(account).await;
    forgive(hands, id).await;
    matches!(found.unwrap(), SignIn::Welcome { .. })
}

/// As if the administrator lifted the lock after each try.
async fn forgive(hands: &Hands, id: domain::identity::AccountId) {
    let mut tx = hands.house.program.store.write().await.unwrap();
    let org = hands.house.org.unwrap();
    store::accounts::clear_failures(&mut tx, org, id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
