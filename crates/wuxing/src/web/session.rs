//! Who a request comes from, and whether it comes from one of our own pages.
//!
//! [`around`] stands before every page. Without a session only the pages in [`OPEN`] are answered; whoever must change the
//! password gets to that page only; a request that changes something must carry the token of a form that we showed to this
//! very browser and must not come from another site. Handlers see the outcome as [`Visit`] or [`Visitor`].

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, COOKIE as COOKIES, REFERER, SET_COOKIE, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::Site;
use super::address::{local_path, path_of_address, query_encoded};
use super::agent::browser_of;
use super::error::{Kind, Problem, told};
use super::security::{self, RequestId};
use super::text::Language;
use crate::app::Identity;
use crate::app::sessions::Token;
use crate::app::sign_in::SignedIn;
use crate::serving::{address_of, rate};

/// The cookie with the session's secret.
pub const COOKIE: &str = "wuxing";
/// The cookie with the token of the forms that are shown before anybody is signed in.
const FORM_COOKIE: &str = "wuxing-form";
/// The cookie with the language chosen in this browser.
const LANGUAGE_COOKIE: &str = "language";
/// The cookie with what the next page says first.
pub(super) const NOTICE_COOKIE: &str = "wuxing-notice";
/// The session's one key.
const KEY: &str = crate::app::sessions::WHO;

/// How long a session lasts without a request.
pub const IDLE: TimeDelta = TimeDelta::hours(2);
/// How long a session lasts at most.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);
/// A session's last use is written down at most this often.
const TOUCH: TimeDelta = TimeDelta::minutes(10);
/// How long a browser keeps the chosen language.
const LANGUAGE_KEPT: TimeDelta = TimeDelta::days(365);

/// Paths that are answered without a session.
pub const OPEN: [&str; 5] = ["/sign-in", "/sign-out", "/language", "/setup", "/reset"];
/// Paths that are answered while the password must be changed.
const BEFORE_CHANGE: [&str; 3] = ["/password", "/sign-out", "/language"];
/// Forms that belong to the browser rather than to the session, because they are shown before there is one.
const BEFORE_SESSION: [&str; 3] = ["/sign-in", "/setup", "/reset"];

/// What a session holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    who: SignedIn,
    must_change: bool,
    language: Option<String>,
    csrf: String,
    /// Browser and system, for the list of one's own sessions.
    #[serde(default)]
    browser: String,
    /// Seconds since 1970, by the program's clock.
    began: i64,
    /// The same; at most [`TOUCH`] behind.
    used: i64,
}

impl Kept {
    fn lasts_at(&self, now: DateTime<Utc>) -> bool {
        let seconds = now.timestamp();
        seconds - self.used < IDLE.num_seconds() && seconds - self.began < LONGEST.num_seconds()
    }
}

/// What a request awaits as its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A whole page: the browser shows what comes.
    Page,
    /// A piece of a page, swapped in by htmx.
    Fragment,
    /// Next to nothing: a script looks at the status.
    Words,
}

/// A request, as the pages see it.
#[derive(Clone)]
pub struct Visit {
    /// The site.
    pub site: Site,
    /// The language to answer in.
    pub language: Language,
    /// The token for this browser's forms.
    pub csrf: String,
    /// Path and query of the page one is on; for a form's destination the page it was sent from.
    pub path: String,
    /// What is awaited.
    pub awaited: Awaited,
    /// Whether the request only looks.
    pub(super) looks: bool,
    /// What the page before left to say.
    pub(super) notice: Option<String>,
    /// The request's identifier, as in the log.
    pub request: RequestId,
    /// Where the request comes from, as far as it can be believed.
    pub address: Option<IpAddr>,
    /// Browser and system, as far as they say.
    browser: String,
    kept: Option<Kept>,
    session: Session,
}

/// A request of somebody who is signed in.
#[derive(Clone)]
pub struct Visitor {
    visit: Visit,
    identity: Identity,
}

impl Visitor {
    /// The visitor behind a visit, if somebody is signed in.
    pub fn of(visit: &Visit) -> Option<Self> {
        let identity = visit.kept.as_ref()?.who.identity();
        Some(Self {
            visit: visit.clone(),
            identity,
        })
    }

    /// In whose name actions are done.
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// The request.
    pub const fn visit(&self) -> &Visit {
        &self.visit
    }

    /// The language to answer in.
    pub const fn language(&self) -> Language {
        self.visit.language
    }

    /// The site.
    pub const fn site(&self) -> &Site {
        &self.visit.site
    }

    /// Whether the password must be changed first.
    pub fn must_change(&self) -> bool {
        self.visit
            .kept
            .as_ref()
            .is_some_and(|kept| kept.must_change)
    }

    /// Whether htmx awaits a piece of a page.
    pub fn wants_fragment(&self) -> bool {
        self.visit.awaited == Awaited::Fragment
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Problem> {
        let visit = parts.extensions.get::<Arc<Self>>();
        visit
            .map(|visit| (**visit).clone())
            .ok_or_else(|| Problem::broken(anyhow::anyhow!("a page outside of `around`")))
    }
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, site).await?;
        Self::of(&visit).ok_or(Problem::new(Kind::SignedOut))
    }
}

impl Visit {
    /// Whether somebody is signed in.
    pub const fn is_signed_in(&self) -> bool {
        self.kept.is_some()
    }

    /// Begins a session under a new secret.
    pub async fn begin(
        &self,
        who: SignedIn,
        must_change: bool,
        language: Option<Language>,
    ) -> Result<(), Problem> {
        let now = self.site.program().clock.now().timestamp();
        let csrf = token(&self.site);
        let language = language.map(|language| language.tag().to_owned());
        let kept = Kept {
            who,
            must_change,
            language,
            csrf,
            browser: self.browser.clone(),
            began: now,
            used: now,
        };
        // A secret that was planted in this browser beforehand opens nothing (session fixation).
        self.session.cycle_id().await.map_err(Problem::broken)?;
        self.keep(&kept).await
    }

    /// What names this session on its owner's page.
    pub fn token(&self) -> Option<Token> {
        self.session.id().as_ref().map(Token::of)
    }

    /// Ends the session.
    pub async fn end(&self) -> Result<(), Problem> {
        self.session.flush().await.map_err(Problem::broken)
    }

    /// Notes that the password has been changed, and renews the session's secret.
    pub async fn changed_password(&self) -> Result<(), Problem> {
        let Some(kept) = &self.kept else {
            return Err(Problem::new(Kind::SignedOut));
        };
        self.session.cycle_id().await.map_err(Problem::broken)?;
        self.keep(&Kept {
            must_change: false,
            ..kept.clone()
        })
        .await
    }

    /// Notes the chosen language in the session.
    pub async fn changed_language(&self, language: Language) -> Result<(), Problem> {
        let Some(kept) = &self.kept else {
            return Ok(());
        };
        self.keep(&Kept {
            language: Some(language.tag().to_owned()),
            ..kept.clone()
        })
        .await
    }

    async fn keep(&self, kept: &Kept) -> Result<(), Problem> {
        self.session
            .insert(KEY, kept)
            .await
            .map_err(Problem::broken)
    }
}

/// A cookie that remembers the language.
pub fn language_cookie(site: &Site, language: Language) -> Option<HeaderValue> {
    cookie(
        LANGUAGE_COOKIE,
        language.tag(),
        Some(LANGUAGE_KEPT),
        site.behind_tls(),
    )
}

/// What stands around every page.
pub async fn around(
    State(site): State<Site>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let now = site.program().clock.now();
    let kept = match session.get::<Kept>(KEY).await {
        Ok(kept) => kept,
        // What an earlier version kept is no session any more.
        Err(tower_sessions::session::Error::SerdeJson(_)) => None,
        Err(error) => {
            tracing::error!(%error, "the session could not be read");
            let visit = visit_of(site, session, None, &request);
            return finish(&visit.0, Problem::new(Kind::Busy).into_response(), visit.1);
        }
    };
    let lasting = kept.clone().filter(|kept| kept.lasts_at(now));
    let ended = kept.is_some() && lasting.is_none();
    let (mut visit, fresh) = visit_of(site, session, lasting, &request);
    if ended && let Err(problem) = visit.end().await {
        return finish(&visit, problem.into_response(), fresh);
    }
    let response = match admit(&visit, &mut request).await {
        Err(problem) => problem.into_response(),
        Ok(()) => {
            if let Err(problem) = touch(&mut visit, now).await {
                return finish(&visit, problem.into_response(), fresh);
            }
            request.extensions_mut().insert(Arc::new(visit.clone()));
            let answering =
                tokio::time::timeout(security::time_for(request.uri().path()), next.run(request));
            answering
                .await
                .unwrap_or_else(|_| Problem::new(Kind::Busy).into_response())
        }
    };
    finish(&visit, response, fresh)
}

/// Reads everything but the body out of a request; also whether the form token is new.
fn visit_of(site: Site, session: Session, kept: Option<Kept>, request: &Request) -> (Visit, bool) {
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let chosen = kept.as_ref().and_then(|kept| kept.language.as_deref());
    let language = chosen
        .or_else(|| cookie_of(headers, LANGUAGE_COOKIE))
        .and_then(Language::from_tag)
        .or_else(|| {
            headers
                .get(ACCEPT_LANGUAGE)
                .and_then(|value| Language::accepted(value.to_str().ok()?))
        })
        .unwrap_or_default();
    let form_token = cookie_of(headers, FORM_COOKIE)
        .filter(|token| is_token(token))
        .map(str::to_owned);
    let fresh = kept.is_none() && form_token.is_none();
    let csrf = match &kept {
        Some(kept) => kept.csrf.clone(),
        None => form_token.unwrap_or_else(|| token(&site)),
    };
    let awaited = if header("hx-request").is_some() {
        Awaited::Fragment
    } else if header("x-csrf-token").is_some()
        || header("sec-fetch-mode").is_some_and(|mode| mode != "navigate")
    {
        Awaited::Words
    } else {
        Awaited::Page
    };
    let own = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let path = if request.method() == Method::GET {
        local_path(own)
    } else {
        headers
            .get(REFERER)
            .and_then(|from| from.to_str().ok())
            .and_then(path_of_address)
            .and_then(local_path)
    };
    let visit = Visit {
        language,
        csrf,
        path: path.unwrap_or("/").to_owned(),
        awaited,
        looks: request.method() == Method::GET,
        notice: (request.method() == Method::GET)
            .then(|| cookie_of(headers, NOTICE_COOKIE).map(str::to_owned))
            .flatten(),
        request: request
            .extensions()
            .get::<RequestId>()
            .cloned()
            .unwrap_or_default(),
        address: address_of(request, site.behind_tls()),
        browser: header("user-agent").map(browser_of).unwrap_or_default(),
        site,
        kept,
        session,
    };
    (visit, fresh)
}

/// Lets a request through to its handler, or says why not.
async fn admit(visit: &Visit, request: &mut Request) -> Result<(), Problem> {
    let path = request.uri().path().to_owned();
    let exists = request.extensions().get::<MatchedPath>().is_some();
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if changes && !security::is_from_here(request.headers()) {
        return Err(Problem::new(Kind::NotOurs));
    }
    if exists && !visit.is_signed_in() && !OPEN.contains(&path.as_str()) {
        return Err(Problem::new(Kind::SignedOut));
    }
    if changes {
        // The whole body is read here, so that its limit and its token hold for every form.
        let body = std::mem::take(request.body_mut());
        let bytes = security::read_body(request.headers(), body, security::limit(&path)).await?;
        let expected = match &visit.kept {
            Some(kept) if !BEFORE_SESSION.contains(&path.as_str()) => Some(kept.csrf.as_str()),
            _ => cookie_of(request.headers(), FORM_COOKIE).filter(|token| is_token(token)),
        };
        let sent = security::token_of(request.headers(), &bytes).await?;
        if !expected
            .zip(sent.as_deref())
            .is_some_and(|(expected, sent)| security::same(expected, sent))
        {
            return Err(Problem::new(Kind::NotOurs));
        }
        *request.body_mut() = Body::from(bytes);
    }
    let must_change = visit.kept.as_ref().is_some_and(|kept| kept.must_change);
    if exists && must_change && !BEFORE_CHANGE.contains(&path.as_str()) {
        return Err(Problem::new(Kind::MustChange));
    }
    Ok(())
}

/// Writes down that the session is in use, now and then.
async fn touch(visit: &mut Visit, now: DateTime<Utc>) -> Result<(), Problem> {
    let Some(kept) = &mut visit.kept else {
        return Ok(());
    };
    if now.timestamp() - kept.used < TOUCH.num_seconds() {
        return Ok(());
    }
    kept.used = now.timestamp();
    let kept = kept.clone();
    visit.keep(&kept).await
}

/// Tells what went wrong, and adds what every page's answer carries.
fn finish(visit: &Visit, response: Response, fresh: bool) -> Response {
    let mut response = told(visit, response);
    let headers = response.headers_mut();
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.append(
        VARY,
        HeaderValue::from_static("Cookie, Accept-Language, HX-Request"),
    );
    if fresh && let Some(cookie) = cookie(FORM_COOKIE, &visit.csrf, None, visit.site.behind_tls()) {
        headers.append(SET_COOKIE, cookie);
    }
    // Said once: by the page that was shown, not by a redirect to it.
    let shown = visit.notice.is_some()
        && visit.awaited == Awaited::Page
        && !response.status().is_redirection();
    if shown && let Some(cookie) = cookie(NOTICE_COOKIE, "", Some(TimeDelta::zero()), false) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// A new token: 32 random bytes in hexadecimal digits.
fn token(site: &Site) -> String {
    security::hexadecimal(&site.program().randomness.bytes::<32>())
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The value of a cookie.
fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers
        .get_all(COOKIES)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let pairs = cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .next()
}

/// A cookie of ours: for all paths, out of scripts' reach, not sent along from other sites' forms.
pub(super) fn cookie(
    name: &str,
    value: &str,
    lasts: Option<TimeDelta>,
    secure: bool,
) -> Option<HeaderValue> {
    let lasts = lasts
        .map(|lasts| format!("; Max-Age={}", lasts.num_seconds()))
        .unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax{lasts}{secure}"
    ))
    .ok()
}

/// The address that signing in returns to, and the sign-in page that knows it.
pub(super) fn sign_in_address(visit: &Visit) -> String {
    match visit.path.as_str() {
        "/" => "/sign-in".to_owned(),
        path => format!("/sign-in?next={}", query_encoded(path)),
    }
}

impl Visit {
    /// Counts a try at signing in or at the set-up code.
    pub fn count_try(&self) -> Result<(), Problem> {
        let now = self.site.program().clock.now();
        match self.site.sign_in_limits().take(self.address, now) {
            rate::Verdict::Go => Ok(()),
            rate::Verdict::Wait(seconds) => Err(Problem::new(Kind::TooMany(seconds))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_idle_or_old() {
        let began = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let id = uuid::Uuid::nil();
        let who = SignedIn {
            org: id,
            account: id,
        };
        let kept = |used: TimeDelta| Kept {
            who,
            must_change: false,
            language: None,
            csrf: String::new(),
            browser: String::new(),
            began: began.timestamp(),
            used: (began + used).timestamp(),
        };
        assert!(kept(TimeDelta::zero()).lasts_at(began + IDLE - TimeDelta::seconds(1)));
        assert!(!kept(TimeDelta::zero()).lasts_at(began + IDLE));
        assert!(!kept(LONGEST - TimeDelta::minutes(1)).lasts_at(began + LONGEST));
    }

    #[test]
    fn cookies_are_read_by_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIES, HeaderValue::from_static("a=1; wuxing-form=x=y"));
        headers.append(COOKIES, HeaderValue::from_static("language=en"));
        assert_eq!(cookie_of(&headers, FORM_COOKIE), Some("x=y"));
        assert_eq!(cookie_of(&headers, LANGUAGE_COOKIE), Some("en"));
        assert_eq!(cookie_of(&headers, "b"), None);
    }
}
