//! What guards every request.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use wuxing::web::{Options, table};

use crate::browser::{ADMINISTRATOR, House};

/// Fields of a form, or headers.
type Pairs<'a> = Vec<(&'static str, &'a str)>;

/// A path of the table with something in place of its parameters.
fn filled(path: &str) -> String {
    let id = "01990000-0000-7000-8000-000000000000";
    path.replace("{id}", id)
        .replace("{duty}", "clipping")
        .replace("{of}", "leaders")
        .replace("{first}", "2026-09-14")
}

#[tokio::test]
async fn no_form_is_taken_without_its_token_or_from_elsewhere() {
    let house = House::founded().await;
    let mut visitors = [
        ("anonymous", house.browser()),
        ("administrator", house.administrator().await),
    ];
    visitors[0].1.get("/sign-in").await;
    visitors[1].1.get("/accounts").await;
    let posts: Vec<_> = table()
        .into_iter()
        .filter(|route| route.method == "POST")
        .collect();
    assert!(posts.len() > 15, "{posts:?}");
    for (who, browser) in &mut visitors {
        let csrf = browser.csrf.clone();
        for route in &posts {
            let path = filled(route.path);
            let open = wuxing::web::session::OPEN.contains(&route.path);
            let cases: [(&str, Pairs<'_>, Pairs<'_>); 5] = [
                ("no token", vec![], vec![("sec-fetch-site", "same-origin")]),
                (
                    "wrong token",
                    vec![("csrf", "00")],
                    vec![("sec-fetch-site", "same-origin")],
                ),
                ("empty token", vec![("csrf", "")], vec![]),
                (
                    "another site",
                    vec![("csrf", &csrf)],
                    vec![("sec-fetch-site", "cross-site")],
                ),
                (
                    "another origin",
                    vec![("csrf", &csrf)],
                    vec![("origin", "http://evil.example")],
                ),
            ];
            for (what, fields, headers) in cases {
                let answer = browser.post_bare(&path, &fields, &headers).await;
                let sent_to_sign_in =
                    *who == "anonymous" && !open && answer.status == StatusCode::SEE_OTHER;
                if !sent_to_sign_in {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} {path} {what}");
                    answer.says("没有做任何改动");
                }
            }
        }
        // None of it did anything.
        assert_eq!(
            browser.get("/accounts").await.status == StatusCode::OK,
            *who == "administrator"
        );
    }
}

#[tokio::test]
async fn the_token_belongs_to_the_session() {
    let house = House::founded().await;
    let mut one = house.administrator().await;
    let mut other = house.administrator().await;
    one.get("/").await;
    other.get("/").await;
    assert_ne!(one.csrf, other.csrf);
    let stolen = other.csrf.clone();
    let answer = one.post_bare("/sign-out", &[("csrf", &stolen)], &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // In a header it counts as well, for scripts.
    let own = one.csrf.clone();
    let headers = [
        ("x-csrf-token", own.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(
        one.post_bare("/sign-out", &[], &headers).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn every_answer_carries_the_guards() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    let style = wuxing::web::assets::url("app.css");
    for path in ["/", "/accounts", "/no-such-page", "/healthz", style] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            answer
                .header("permissions-policy")
                .contains("geolocation=()"),
            "{path}"
        );
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert!(
            answer.headers.get("strict-transport-security").is_none(),
            "{path}"
        );
        let kept = if path == style {
            "public, max-age=31536000, immutable"
        } else {
            "no-store"
        };
        assert_eq!(answer.header("cache-control"), kept, "{path}");
    }
}

#[tokio::test]
async fn behind_tls_cookies_are_secure_and_the_browser_is_told_to_stay() {
    let house = House::empty(Options {
        behind_tls: true,
        setup_code: None,
    })
    .await;
    let answer = house.browser().get("/sign-in").await;
    assert!(
        answer
            .header("strict-transport-security")
            .starts_with("max-age=31536000")
    );
    let cookie = answer.header("set-cookie");
    for part in ["wuxing-form=", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn an_unknown_page_is_told_in_both_languages() {
    let house = House::founded().await;
    let mut browser = house.browser();
    let answer = browser.get("/no-such-page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    answer
        .says("没有找到这个页面")
        .says("<html lang=\"zh-CN\">");
    browser.language = "en";
    browser
        .get("/no-such-page")
        .await
        .says("There is no such page")
        .says("Whatever you have saved is safe");
    // Signed in, the usual places stand around it.
    let mut administrator = house.administrator().await;
    let answer = administrator.get("/no-such-page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    answer.says("没有找到这个页面").says("href=\"/accounts\"");
    for path in [
        "/people/import/not-an-identifier",
        "/calendar?year=soon",
        "/calendar?year=99999",
    ] {
        assert_eq!(
            administrator.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let answer = administrator
        .send(
            Method::DELETE,
            "/accounts",
            &[("x-csrf-token", "x")],
            Body::empty(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    administrator.get("/").await;
    assert_eq!(
        administrator.post("/audit", &[]).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_words() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    browser.get("/people/import").await;
    let paste = "五".repeat(700_000);
    let answer = browser
        .post("/language", &[("lang", "en"), ("back", &paste)])
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    answer.says("内容太大，没有接收").says("还在原来的页面上");
    let answer = browser
        .upload(
            "/people/import",
            "roster.xlsx",
            &vec![b'P'; 12 * 1024 * 1024 + 1],
        )
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_is_no_form_is_told_as_such() {
    let house = House::founded().await;
    let mut browser = house.browser();
    browser.get("/sign-in").await;
    assert_eq!(
        browser.post("/sign-in", &[]).await.status,
        StatusCode::BAD_REQUEST
    );
    let csrf = browser.csrf.clone();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-csrf-token", csrf.as_str()),
    ];
    let broken = Body::from(&b"account=%FF%FE&password=x"[..]);
    let answer = browser
        .send(Method::POST, "/sign-in", &headers, broken)
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.text(), "没有看懂这次提交");
}

#[tokio::test]
async fn whoever_tries_too_often_waits() {
    let house = House::empty(Options {
        behind_tls: false,
        setup_code: Some("K7QX-2M9D".to_owned()),
    })
    .await;
    let mut browser = house.browser();
    browser.get("/setup").await;
    let fields = [
        "code",
        "organisation",
        "preset",
        "effective",
        "time_zone",
        "administrator",
        "password",
        "again",
    ];
    let guess = fields.map(|name| (name, "guess"));
    let mut refused = 0;
    // The tests' requests come from no address, so the limit for all together holds. Guessing the code costs as a sign-in.
    for _ in 0..205 {
        let answer = browser.post("/setup", &guess).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused += 1;
            answer.says("尝试次数太多");
            assert_eq!(answer.header("retry-after"), "1");
        }
    }
    assert_eq!(refused, 5);
    let sign_in = [("account", ADMINISTRATOR.0), ("password", ADMINISTRATOR.1)];
    assert_eq!(
        browser.post("/sign-in", &sign_in).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    house.later(TimeDelta::seconds(1));
    assert_ne!(
        browser.post("/setup", &guess).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn fragments_and_scripts_are_answered_in_their_way() {
    let house = House::founded().await;
    let mut browser = house.browser();
    let answer = browser
        .send(
            Method::GET,
            "/accounts",
            &[("hx-request", "true")],
            Body::empty(),
        )
        .await;
    assert_eq!(
        (answer.status, answer.header("hx-redirect")),
        (StatusCode::NO_CONTENT, "/sign-in?next=/accounts")
    );
    let answer = browser
        .send(
            Method::POST,
            "/password",
            &[("x-csrf-token", "x")],
            Body::empty(),
        )
        .await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (StatusCode::UNAUTHORIZED, "请先登录")
    );
    let answer = browser
        .send(
            Method::GET,
            "/accounts",
            &[("sec-fetch-mode", "cors")],
            Body::empty(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = browser
        .send(
            Method::GET,
            "/no-such-page",
            &[("hx-request", "true")],
            Body::empty(),
        )
        .await;
    assert_eq!(
        (answer.status, answer.header("hx-retarget")),
        (StatusCode::NOT_FOUND, "#toasts")
    );
    answer.says("alert-problem");
    assert!(!answer.text().contains("<html"));
}

#[tokio::test]
async fn the_program_says_that_it_lives() {
    let house = House::empty(Options::default()).await;
    assert_eq!(house.browser().get("/healthz").await.text(), "ok\n");
    assert_eq!(house.browser().get("/readyz").await.text(), "ready\n");
    house.program.store.close().await;
    assert_eq!(house.browser().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(
        house.browser().get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test]
async fn what_breaks_is_told_without_its_cause() {
    let house = House::founded().await;
    let mut browser = house.administrator().await;
    house.program.store.close().await;
    let answer = browser.get("/accounts").await;
    assert!(answer.status.is_server_error(), "{}", answer.status);
    answer
        .says("反映问题时请提供编号")
        .says(answer.header("x-request-id"));
    for secret in ["sqlx", "pool", "database", "error:"] {
        assert!(
            !answer.text().to_lowercase().contains(secret),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn pages_travel_compressed_when_the_browser_can() {
    let house = House::founded().await;
    let mut browser = house.browser();
    let accepts = [("accept-encoding", "gzip, br")];
    let answer = browser
        .send(Method::GET, "/sign-in", &accepts, Body::empty())
        .await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(answer.body[..2], [0x1f, 0x8b]);
    assert!(
        browser
            .get("/sign-in")
            .await
            .headers
            .get("content-encoding")
            .is_none()
    );
}
