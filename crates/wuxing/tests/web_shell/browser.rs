//! A site in a folder of its own, and a browser that keeps cookies and sends forms as real ones do.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use chrono::{DateTime, TimeZone as _, Utc};
use domain::identity::OrgId;
use tower::ServiceExt as _;
use wuxing::app::setup::{Founding, found};
use wuxing::cx::{Clock, Program, Randomness};
use wuxing::web::{Options, Site, router};

/// The organisation of the tests.
pub const ORGANISATION: &str = "城北区示例部";
/// Its administrator and the password.
pub const ADMINISTRATOR: (&str, &str) = ("guanli", "柳树下有一条长长的河");

/// Monday 2026-09-14, 09:00 in Shanghai.
pub fn monday_morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 14, 1, 0, 0).unwrap()
}

/// A site on an empty database.
pub struct House {
    pub program: Program,
    pub router: Router,
    /// The organisation, once it is founded.
    pub org: Option<OrgId>,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl House {
    /// A site that nobody has set up.
    pub async fn empty(options: Options) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("web-shell-{}-{number}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let address = format!("sqlite:{}", folder.join("wuxing.db").display());
        let options_of_store = store::Options {
            durability: store::Durability::Normal,
            ..store::Options::default()
        };
        let store = store::Store::open(&address, options_of_store)
            .await
            .unwrap();
        store.migrate().await.unwrap();
        let program = Program::new(
            store,
            Clock::set_to(monday_morning()),
            Randomness::seeded(7),
        );
        let router = router(Site::new(program.clone(), options));
        Self {
            program,
            router,
            org: None,
            folder,
        }
    }

    /// A site with an organisation, whose charter has been in force since the end of 2025, and its administrator.
    pub async fn founded() -> Self {
        let mut house = Self::empty(Options::default()).await;
        house.found(ORGANISATION).await;
        house
    }

    /// Founds the organisation.
    pub async fn found(&mut self, organisation: &str) {
        let founding = Founding {
            organisation: organisation.to_owned(),
            preset: "wuxing".to_owned(),
            effective: "2025-12-29".parse().unwrap(),
            time_zone: "Asia/Shanghai".to_owned(),
            administrator: ADMINISTRATOR.0.to_owned(),
            password: ADMINISTRATOR.1.to_owned(),
            again: ADMINISTRATOR.1.to_owned(),
            demo: false,
        };
        self.org = Some(found(&self.program, founding).await.unwrap());
    }

    /// Moves the clock.
    pub fn later(&self, by: chrono::TimeDelta) {
        self.program.clock.put(self.program.clock.now() + by);
    }

    /// A browser that has been nowhere yet and prefers Chinese.
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            language: "zh-CN,zh;q=0.9",
        }
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(&self, account: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(account, password).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{account}: {}",
            answer.text()
        );
        browser
    }

    /// A browser of the administrator's.
    pub async fn administrator(&self) -> Browser {
        self.signed_in(ADMINISTRATOR.0, ADMINISTRATOR.1).await
    }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads.
    #[track_caller]
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.header("location")
    }

    /// Fails unless the page says this.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(
            self.text().contains(text),
            "“{text}” is not in ({})\n{}",
            self.status,
            self.text()
        );
        self
    }
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookies: BTreeMap<String, String>,
    /// The token of the page that was seen last.
    pub csrf: String,
    pub language: &'static str,
}

impl Browser {
    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// Opens a page as a real browser does after a redirect.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        let to = answer.leads_to().to_owned();
        self.get(&to).await
    }

    /// Sends a form of the page that was seen last.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_bare(
            path,
            &all,
            &[("sec-fetch-site", "same-origin"), ("origin", "http://here")],
        )
        .await
    }

    /// Sends a form with exactly these fields and headers.
    pub async fn post_bare(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> Answer {
        let encoded: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", form_encoded(name), form_encoded(value)))
            .collect();
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        self.send(Method::POST, path, &headers, Body::from(encoded.join("&")))
            .await
    }

    /// Uploads a file with the form of the page that was seen last.
    pub async fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n",
            self.csrf
        )
        .into_bytes();
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let headers = [
            ("content-type", "multipart/form-data; boundary=edge"),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, &headers, Body::from(body))
            .await
    }

    /// Opens the sign-in page and signs in.
    pub async fn sign_in(&mut self, account: &str, password: &str) -> Answer {
        self.get("/sign-in").await;
        self.post(
            "/sign-in",
            &[
                ("account", account),
                ("password", password),
                ("organisation", ""),
                ("next", ""),
            ],
        )
        .await
    }

    /// Sends a request.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body)
            .unwrap();
        let all = request.headers_mut();
        all.insert("host", HeaderValue::from_static("here"));
        all.insert("accept-language", HeaderValue::from_static(self.language));
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            all.insert(
                "cookie",
                HeaderValue::from_str(&cookies.join("; ")).unwrap(),
            );
        }
        for (name, value) in headers {
            all.insert(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        };
        self.keep_cookies(&answer.headers);
        if let Some((_, rest)) = answer.text().split_once("<meta name=\"csrf\" content=\"") {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        answer
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn form_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        b' ' => "+".to_owned(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}
