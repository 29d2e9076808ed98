//! First passwords of imported people: in two halves as soon as there is a second hand.

use axum::http::StatusCode;

use crate::browser::{Answer, Browser};
use crate::hands::{Hands, NEW};

const NEWCOMERS: &str =
    "姓名,账号,科室,职务,角色\n钱多,qian,组织科,科员,工作人员\n孙少,sunshao,组织科,科员,工作人员\n";

async fn import(browser: &mut Browser) -> (String, Answer) {
    let uploaded = browser
        .upload("/people/import", "roster.csv", NEWCOMERS.as_bytes())
        .await;
    let path = uploaded.leads_to().to_owned();
    browser.get(&path).await;
    let committed = browser.post(&format!("{path}/commit"), &[]).await;
    assert_eq!(committed.status, StatusCode::OK, "{}", committed.text());
    (path, committed)
}

/// Account → what stands in the last column.
fn cells(csv: &str) -> Vec<(String, String)> {
    let lines = csv.lines().skip(1).take_while(|line| !line.is_empty());
    lines
        .map(|line| {
            let cells: Vec<String> = line
                .split(',')
                .map(|cell| cell.trim_matches('"').to_owned())
                .collect();
            (cells[2].clone(), cells[3].clone())
        })
        .collect()
}

#[tokio::test]
async fn part_c_first_passwords_come_in_two_halves_one_to_each() {
    let hands = Hands::open().await;
    let mut administrator = hands.browser("administrator").await;
    administrator
        .get("/people/import")
        .await
        .says("初始口令分两段");
    let (path, committed) = import(&mut administrator).await;
    committed.says("第一段口令");
    let csv = administrator
        .get(&format!("{path}/accounts.csv"))
        .await
        .text();
    let first = cells(&csv);
    assert_eq!(first.len(), 2);
    let again = administrator.get(&format!("{path}/accounts.csv")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);

    // The administrator cannot make the second halves, nor get in with the first.
    let import = path.rsplit('/').next().unwrap();
    let seconds = format!("/resets/imports/{import}");
    administrator.get("/resets").await.says("2 个账号");
    let answer = administrator.post(&seconds, &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    for (account, half) in &first {
        assert!(!hands.gets_in(account, half).await);
        let joined = hands.join(account, half, half).await;
        assert_eq!(joined.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let mut security = hands.browser("security").await;
    security
        .get("/resets")
        .await
        .says("2 个账号")
        .says("生成并下载第二段");
    let answer = security.post(&seconds, &[]).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.says("\"钱多\",\"组织科\",\"qian\"");
    let second = cells(&answer.text());
    assert_eq!(
        security.post(&seconds, &[]).await.status,
        StatusCode::NOT_FOUND,
        "once"
    );

    // Only the owner has both; halves of two people do not fit together.
    let crossed = hands.join("qian", &first[0].1, &second[1].1).await;
    assert_eq!(crossed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = hands.join("qian", &first[0].1, &second[0].1).await;
    assert_eq!(done.leads_to(), "/sign-in");
    let mut owner = hands.house.browser();
    assert_eq!(owner.sign_in("qian", NEW).await.leads_to(), "/");
    owner.get("/people").await.says("钱多");
    owner.get("/account").await.says("初始口令");
}

#[tokio::test]
async fn part_c_at_the_founding_they_are_whole_and_it_is_said_and_audited() {
    let house = crate::browser::House::founded().await;
    let mut administrator = house.administrator().await;
    administrator
        .get("/people/import")
        .await
        .says("一次性密码将完整显示给系统管理员");
    let csv = "姓名,账号,科室,职务,角色\n周明远,zhou,,部长,部长\n";
    let uploaded = administrator
        .upload("/people/import", "roster.csv", csv.as_bytes())
        .await;
    let path = uploaded.leads_to().to_owned();
    administrator.get(&path).await;
    let committed = administrator.post(&format!("{path}/commit"), &[]).await;
    committed.says("一次性密码将完整显示给系统管理员");
    let org = house.org.unwrap();
    let mut tx = house.program.store.read().await.unwrap();
    let entries = store::audit::entries(&mut tx, org, 0, 100).await.unwrap();
    assert!(
        entries
            .iter()
            .any(|(entry, _)| entry.action == "roster.whole-passwords")
    );
}
