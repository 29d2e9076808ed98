//! A small department, brought in through the import pages: one account for each role.

use axum::http::StatusCode;
use domain::access::SystemRoles;
use wuxing::app::accounts;

use super::browser::{Browser, House};

/// Everybody with a role of his own.
pub const ROSTER: &str = "姓名,账号,科室,职务,角色,任职日期,分管科室\n\
    周明远,zhou,,部长,部长,2025-12-01,\n\
    何建平,he,,副部长,副部长,2025-12-01,部办公室、组织科\n\
    孙立,sun,部办公室,主任,科室负责人,2025-12-01,\n\
    王芳,wang,部办公室,科员,工作人员,2025-12-01,\n\
    陈思齐,chen,组织科,科长,科室负责人,2025-12-01,\n\
    刘洋,liu,组织科,科员,工作人员,2025-12-01,\n\
    赵伟,zhao,干部科,科长,科室负责人,2025-12-01,\n";
/// Sections of the roster.
pub const SECTIONS: [&str; 3] = ["部办公室", "组织科", "干部科"];
/// What everybody has chosen as password.
pub const PASSWORD: &str = "一句容易记住的话就好";

/// Imports the roster and gives everybody's account with its one-time password.
pub async fn import(house: &House) -> Vec<(String, String)> {
    let mut browser = house.administrator().await;
    browser.get("/people/import").await;
    let uploaded = browser
        .upload("/people/import", "roster.csv", ROSTER.as_bytes())
        .await;
    let preview = uploaded.leads_to().to_owned();
    browser.get(&preview).await;
    let creating: Vec<(&str, &str)> = SECTIONS.iter().map(|name| ("create", *name)).collect();
    let corrected = browser.post(&preview, &creating).await;
    browser.follow(&corrected).await.says("7 人，没有问题");
    let committed = browser.post(&format!("{preview}/commit"), &[]).await;
    assert_eq!(committed.status, StatusCode::OK, "{}", committed.text());
    let csv = browser.get(&format!("{preview}/accounts.csv")).await.text();
    let lines = csv.lines().skip(1).take_while(|line| !line.is_empty());
    let cells = lines.map(|line| {
        line.split(',')
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect::<Vec<_>>()
    });
    cells
        .map(|cells| (cells[2].clone(), cells[3].clone()))
        .collect()
}

/// Signs in with a one-time password and chooses another.
pub async fn settle_in(house: &House, account: &str, one_time: &str) -> Browser {
    let mut browser = house.browser();
    let answer = browser.sign_in(account, one_time).await;
    assert_eq!(answer.leads_to(), "/password", "{account}");
    browser.follow(&answer).await;
    let fields = [
        ("current", one_time),
        ("new", PASSWORD),
        ("again", PASSWORD),
    ];
    let changed = browser.post("/password", &fields).await;
    assert_eq!(changed.leads_to(), "/", "{account}");
    browser.get("/password").await;
    browser
}

/// A browser for each role, by its name.
pub async fn everybody(house: &House) -> Vec<(&'static str, Browser)> {
    let mut accounts = import(house).await;
    let none = SystemRoles::default();
    let org = house.org.unwrap();
    for (name, system) in [
        (
            "anquan",
            SystemRoles {
                security: true,
                ..none
            },
        ),
        (
            "shenji",
            SystemRoles {
                auditor: true,
                ..none
            },
        ),
    ] {
        let made = accounts::create_system(&house.program, org, name.to_owned(), system)
            .await
            .unwrap();
        accounts.push((made.account, made.password));
    }
    // What everybody owes is known once the jobs that the import left have run.
    wuxing::jobs::drain(&house.program).await.unwrap();
    let mut anonymous = house.browser();
    anonymous.get("/sign-in").await;
    let mut everybody = vec![
        ("anonymous", anonymous),
        ("administrator", house.administrator().await),
    ];
    // The author of the record in the matrix comes last, because he may withdraw it.
    let roles = [
        ("security", "anquan"),
        ("auditor", "shenji"),
        ("minister", "zhou"),
        ("deputy", "he"),
        ("office", "wang"),
        ("head", "chen"),
        ("other head", "zhao"),
        ("staff", "liu"),
    ];
    for (role, account) in roles {
        let (_, one_time) = accounts.iter().find(|(name, _)| name == account).unwrap();
        everybody.push((role, settle_in(house, account, one_time).await));
    }
    everybody
}
