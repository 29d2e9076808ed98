//! Who may open what: every route of the site's own table, for every role, compared with a golden file. `UPDATE_GOLDEN=1`
//! writes it again; a reviewer reads the difference.

use std::fmt::Write as _;
use std::path::Path;

use axum::body::Body;
use axum::http::Method;
use wuxing::web::table;

use crate::browser::{Browser, House};
use crate::cast::everybody;

/// Things of the house that addresses name.
struct Named {
    record: String,
    import: String,
    account: String,
    /// A draft of the charter, and one to throw away.
    draft: String,
    other_draft: String,
}

/// An identifier of nothing; a form's key for the records that the matrix makes, of which no draft is kept any more (409).
const NOBODYS: &str = "01990000-0000-7000-8000-000000000000";

impl Named {
    /// What a form holds beside its token, so that it is refused for who sends it and not for what is missing.
    fn fields(&self, path: &str) -> Vec<(&'static str, &str)> {
        match path {
            "/capture" | "/drafts/{id}" => vec![
                ("key", NOBODYS),
                ("kind", "clipping"),
                ("text", "摘录一段。"),
            ],
            "/records/{id}/edit" => vec![
                ("key", NOBODYS),
                ("kind", "reflection"),
                ("record", &self.record),
                ("base", "1"),
                ("date", "2026-09-14"),
                ("text", "改过的一段。"),
            ],
            "/records/{id}/comments" => vec![("comment", "写得具体。")],
            "/language" => vec![("lang", "zh-CN"), ("back", "/")],
            "/tokens" => vec![("name", "程序"), ("scope", "charter:read"), ("days", "30")],
            "/charter/drafts/{id}/edit" | "/charter/drafts/{id}/check" => {
                vec![("revision", "1"), ("part", "frame"), ("title.zh", "章程")]
            }
            "/charter/drafts/{id}/toml" => vec![("revision", "1"), ("toml", "title = 1")],
            "/charter/drafts/{id}/step" => vec![("revision", "1"), ("step", "rebase")],
            // Not a day, so that the matrix goes on under the charter that it began with.
            "/charter/drafts/{id}/adopt" => vec![("revision", "1"), ("effective", "soon")],
            "/password" => vec![("current", "not it"), ("new", "x"), ("again", "x")],
            "/reset" => vec![
                ("account", "nobody"),
                ("first", "x"),
                ("second", "x"),
                ("new", "x"),
                ("again", "x"),
            ],
            // A role that the account already has, or has not, or that cannot be taken from it.
            "/roles/grant" => vec![("account", "anquan"), ("role", "security")],
            "/roles/{account}/revoke" => vec![("role", "auditor")],
            "/roles/founding" => vec![("security", "anquan")],
            _ => Vec::new(),
        }
    }

    fn fill(&self, path: &str) -> String {
        let id = if path.starts_with("/records/") {
            &self.record
        } else if path.starts_with("/people/import/") {
            &self.import
        } else if path.starts_with("/accounts/") {
            &self.account
        } else if path.ends_with("/discard") || path.ends_with("/restore") {
            &self.other_draft
        } else if path.starts_with("/charter/drafts/") {
            &self.draft
        } else {
            NOBODYS
        };
        let style = wuxing::web::assets::url("app.css").trim_start_matches("/assets/");
        let path = if path.ends_with("/export") {
            format!("{path}?format=csv")
        } else if path == "/charter/drafts/{id}/edit" {
            format!("{path}?part=frame")
        } else if path == "/charter/compare" {
            format!("{path}?from=1&to=1")
        } else {
            path.to_owned()
        };
        path.replace("{id}", id)
            .replace("{duty}", "talk-deputy")
            .replace("{number}", "1")
            .replace("{of}", "leaders")
            .replace("{first}", "2026-09-01")
            .replace("{file}", style)
            .replace("{account}", &self.account)
            .replace("{import}", NOBODYS)
            .replace("{session}", &"0".repeat(64))
    }
}

#[tokio::test]
async fn the_permission_matrix_is_the_golden_one() {
    let house = House::founded().await;
    let mut everybody = everybody(&house).await;
    let named = prepare(&mut everybody).await;
    let roles: Vec<&str> = everybody.iter().map(|(role, _)| *role).collect();
    let mut found = format!("# {}\n", roles.join(" · "));
    for route in table() {
        let path = named.fill(route.path);
        let mut codes = Vec::new();
        for (_, browser) in &mut everybody {
            let mut once = browser.clone();
            let code = match (route.method, route.path) {
                // Signing out would end what the others' rows are about, and signing in has nothing to do with who one is.
                ("POST", "/sign-out" | "/sign-in") => "-".to_owned(),
                ("POST", "/people/import") => once
                    .upload(&path, "x.csv", b"a,b\n")
                    .await
                    .status
                    .as_u16()
                    .to_string(),
                ("POST", _) => once
                    .post(&path, &named.fields(route.path))
                    .await
                    .status
                    .as_u16()
                    .to_string(),
                _ => once
                    .send(Method::GET, &path, &[], Body::empty())
                    .await
                    .status
                    .as_u16()
                    .to_string(),
            };
            codes.push(code);
        }
        writeln!(
            found,
            "{} {} : {}",
            route.method,
            route.path,
            codes.join(" ")
        )
        .unwrap();
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/routes.golden.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        found == expected,
        "who may open what has changed; if it should have, run with UPDATE_GOLDEN=1\n{found}"
    );
}

/// A record of the staff's, a preview of the administrator's, an account.
async fn prepare(everybody: &mut [(&'static str, Browser)]) -> Named {
    let of = |everybody: &mut [(&'static str, Browser)], role: &str| {
        everybody
            .iter()
            .position(|(name, _)| *name == role)
            .unwrap()
    };
    let staff = of(everybody, "staff");
    let browser = &mut everybody[staff].1;
    let page = browser.get("/capture?kind=reflection").await.text();
    let key = page
        .split("name=\"key\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let fields = [
        ("key", key.as_str()),
        ("kind", "reflection"),
        ("date", "2026-09-14"),
        ("title", "学习心得"),
        ("text", "把要求落到每一天的工作里。"),
    ];
    let answer = browser.post("/capture", &fields).await;
    let record = answer
        .leads_to()
        .trim_start_matches("/records/")
        .split(['?', '/'])
        .next()
        .unwrap()
        .to_owned();

    let administrator = of(everybody, "administrator");
    let browser = &mut everybody[administrator].1;
    browser.get("/people/import").await;
    let csv = "姓名,科室,职务,角色\n,,科员,工作人员\n";
    let answer = browser
        .upload("/people/import", "roster.csv", csv.as_bytes())
        .await;
    let import = answer
        .leads_to()
        .trim_start_matches("/people/import/")
        .to_owned();
    let page = browser.get("/accounts").await.text();
    let row = page
        .split("<tr>")
        .find(|row| row.contains(">sun<"))
        .unwrap();
    let account = row
        .split("/accounts/")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let office = of(everybody, "office");
    let browser = &mut everybody[office].1;
    browser.get("/charter/drafts").await;
    let mut drafts = Vec::new();
    for _ in 0..2 {
        let begun = browser.post("/charter/drafts", &[]).await;
        drafts.push(
            begun
                .leads_to()
                .trim_start_matches("/charter/drafts/")
                .to_owned(),
        );
    }
    let [draft, other_draft] = <[String; 2]>::try_from(drafts).unwrap();
    Named {
        record,
        import,
        account,
        draft,
        other_draft,
    }
}
