//! What went wrong, told to a person: what happened, what was kept, what to do next. The one place that knows status codes
//! and how a fragment is answered.
//!
//! A handler returns a [`Problem`]. It travels in the response's extensions to [`session::around`](super::session::around),
//! which knows the language and whether a page, a fragment or a few words are awaited. Refusals of the framework (a form
//! that cannot be read, a body that is too large) are told in the same way.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::page::{Page, go};
use super::session::{Awaited, Visit, Visitor};
use super::text::{Language, tr, tr_with};
use super::{password, people, resets, roles, session, setup, tokens};
use crate::app::{CharterRefusal, Error, Refusal};
use domain::resets::ResetRefusal;

const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
const HX_RETARGET: HeaderName = HeaderName::from_static("hx-retarget");
const HX_RESWAP: HeaderName = HeaderName::from_static("hx-reswap");

/// What went wrong.
#[derive(Debug)]
pub enum Kind {
    /// There is no such thing, or none that one may know of.
    NotFound,
    /// One may know of it, but not do this to it.
    Forbidden,
    /// The rules say no.
    Refused(Refusal),
    /// Something of ours broke. Its cause is for the log alone.
    Broken(anyhow::Error),
    /// Nobody is signed in.
    SignedOut,
    /// The password must be changed before anything else.
    MustChange,
    /// The form does not come from a page that we showed to this browser, or that page is too old.
    NotOurs,
    /// More than is taken in one request.
    TooLarge,
    /// Too many tries; again after so many seconds.
    TooMany(u64),
    /// The address takes no such request.
    WrongMethod,
    /// The request is not one of our forms'.
    Unreadable,
    /// It took too long.
    Busy,
}

/// Something went wrong; with the page around it, when that is known.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    page: Option<Box<Page>>,
}

impl Problem {
    /// A problem of this kind.
    pub const fn new(kind: Kind) -> Self {
        Self { kind, page: None }
    }

    /// There is no such thing.
    pub const fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    /// Something of ours broke.
    pub fn broken(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(Kind::Broken(cause.into()))
    }

    /// The problem inside this page's frame.
    #[must_use]
    pub fn on(mut self, page: Page) -> Self {
        self.page = Some(Box::new(page));
        self
    }

    /// What it is.
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The refusal and the page to show it on, so that a form can be shown again with what was typed.
    ///
    /// # Errors
    /// The problem itself if it is no refusal.
    pub fn refused(self) -> Result<(Page, Refusal), Self> {
        match self {
            Self {
                kind: Kind::Refused(refusal),
                page: Some(page),
            } => Ok((*page, refusal)),
            other => Err(other),
        }
    }

    fn status(&self) -> StatusCode {
        match &self.kind {
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Forbidden | Kind::NotOurs => StatusCode::FORBIDDEN,
            Kind::Refused(refusal) => match refusal {
                Refusal::Stale { .. }
                | Refusal::NotFromHere(_)
                | Refusal::PreviewGone
                | Refusal::Reset(ResetRefusal::NotFromHere(_))
                | Refusal::Charter(
                    CharterRefusal::Stale { .. } | CharterRefusal::Moved | CharterRefusal::Closed,
                ) => StatusCode::CONFLICT,
                Refusal::DraftTooLarge | Refusal::Charter(CharterRefusal::TooLarge { .. }) => {
                    StatusCode::PAYLOAD_TOO_LARGE
                }
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Kind::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::SignedOut => StatusCode::UNAUTHORIZED,
            Kind::MustChange => StatusCode::FORBIDDEN,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Kind::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Kind::Unreadable => StatusCode::BAD_REQUEST,
            Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The middle of the keys of its messages: `problem-` and it and `-title`.
    const fn word(&self) -> &'static str {
        match &self.kind {
            Kind::NotFound => "not-found",
            Kind::Forbidden => "forbidden",
            Kind::Refused(refusal) => match refusal {
                Refusal::Stale { .. } => "stale",
                Refusal::NotFromHere(_) => "moved-on",
                Refusal::DraftTooLarge => "too-large",
                Refusal::Charter(_) => "charter",
                Refusal::PreviewGone => "preview-gone",
                _ => "refused",
            },
            Kind::Broken(_) => "broken",
            Kind::SignedOut => "signed-out",
            Kind::MustChange => "must-change",
            Kind::NotOurs => "not-ours",
            Kind::TooLarge => "too-large",
            Kind::TooMany(_) => "too-many",
            Kind::WrongMethod => "wrong-method",
            Kind::Unreadable => "unreadable",
            Kind::Busy => "busy",
        }
    }

    /// What happened.
    fn title(&self, language: Language) -> String {
        match &self.kind {
            Kind::Refused(refusal) => refusal_text(language, refusal),
            _ => tr(language, &format!("problem-{}-title", self.word())).to_owned(),
        }
    }

    /// What was kept, and what to do next.
    fn advice(&self, language: Language) -> String {
        match self.kind {
            Kind::TooMany(seconds) => {
                let minutes = seconds.div_ceil(60).max(1);
                tr_with(language, "problem-too-many-wait", &[("minutes", &minutes)])
            }
            _ => tr(language, &format!("problem-{}-advice", self.word())).to_owned(),
        }
    }

    /// The answer for this visit.
    pub(super) fn answer(&self, visit: &Visit) -> Response {
        match self.kind {
            Kind::SignedOut => return self.elsewhere(visit, &session::sign_in_address(visit)),
            Kind::MustChange => return self.elsewhere(visit, "/password"),
            _ => {}
        }
        if let Kind::Broken(cause) = &self.kind {
            tracing::error!(cause = format!("{cause:#}"), "something broke");
        }
        let mut response = match visit.awaited {
            Awaited::Page => self.as_page(visit),
            Awaited::Fragment => self.as_toast(visit.language),
            Awaited::Words => self.title(visit.language).into_response(),
        };
        *response.status_mut() = self.status();
        if let Kind::TooMany(seconds) = self.kind {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// Sends a page or a fragment elsewhere; a script in the background only learns that it got nothing.
    fn elsewhere(&self, visit: &Visit, to: &str) -> Response {
        match visit.awaited {
            Awaited::Page => go(to),
            Awaited::Fragment => match HeaderValue::from_str(to) {
                Ok(to) => (StatusCode::NO_CONTENT, [(HX_REDIRECT, to)]).into_response(),
                Err(_) => (
                    StatusCode::NO_CONTENT,
                    [(HX_REDIRECT, HeaderValue::from_static("/"))],
                )
                    .into_response(),
            },
            Awaited::Words => (self.status(), self.title(visit.language)).into_response(),
        }
    }

    fn as_page(&self, visit: &Visit) -> Response {
        let page = match &self.page {
            Some(page) => (**page).clone(),
            None => Page::new(visit, None),
        };
        let title = self.title(page.language);
        let page = page.titled(title).at("");
        let advice = &self.advice(page.language);
        let reference = &match self.kind {
            Kind::Broken(_) | Kind::Busy => {
                page.t_with("problem-reference", "id", visit.request.as_str())
            }
            _ => String::new(),
        };
        let html = match page.who {
            Some(_) => Inside {
                page: &page,
                advice,
                reference,
            }
            .render(),
            None => Outside {
                page: &page,
                advice,
                reference,
            }
            .render(),
        };
        // A page of words and one link has nothing that could fail to render; if it does, words alone must do.
        html.map_or_else(
            |_| self.title(visit.language).into_response(),
            |html| Html(html).into_response(),
        )
    }

    fn as_toast(&self, language: Language) -> Response {
        let toast = Toast {
            title: self.title(language),
            advice: self.advice(language),
        };
        let html = toast.render().unwrap_or_default();
        let place = [
            (HX_RETARGET, HeaderValue::from_static("#toasts")),
            (HX_RESWAP, HeaderValue::from_static("innerHTML")),
        ];
        (place, Html(html)).into_response()
    }
}

#[derive(Template)]
#[template(path = "errors/inside.html")]
struct Inside<'a> {
    page: &'a Page,
    advice: &'a str,
    reference: &'a str,
}

#[derive(Template)]
#[template(path = "errors/outside.html")]
struct Outside<'a> {
    page: &'a Page,
    advice: &'a str,
    reference: &'a str,
}

#[derive(Template)]
#[template(path = "errors/toast.html")]
struct Toast {
    title: String,
    advice: String,
}

/// A refusal in words.
pub fn refusal_text(language: Language, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Fields(problems) => tr_with(language, "refusal-fields", &[("n", &problems.len())]),
        Refusal::Stale { .. } => tr(language, "problem-stale-title").to_owned(),
        Refusal::NotFromHere(_) => tr(language, "problem-moved-on-title").to_owned(),
        Refusal::DraftTooLarge => tr(language, "problem-too-large-title").to_owned(),
        Refusal::Charter(refusal) => super::charter::words::refusal(language, refusal),
        Refusal::Comment { limit } => tr_with(language, "refusal-comment", &[("limit", limit)]),
        Refusal::Password(problem) => password::problem_text(language, *problem),
        Refusal::PreviewGone => tr(language, "problem-preview-gone-title").to_owned(),
        Refusal::RowsToCorrect(rows) => tr_with(language, "refusal-rows", &[("n", rows)]),
        Refusal::NameTaken => tr(language, "refusal-name-taken").to_owned(),
        Refusal::EndBeforeBeginning => tr(language, "refusal-end-before-beginning").to_owned(),
        Refusal::Token(faults) => {
            let texts = faults
                .iter()
                .map(|fault| tokens::fault_text(language, fault));
            texts.collect::<Vec<_>>().join(" ")
        }
        Refusal::AccountName => tr(language, "setup-wrong-administrator").to_owned(),
        Refusal::Founding(problem) => setup::founding_text(language, *problem).to_owned(),
        Refusal::Role(role, problem) => roles::refusal_text(language, *role, *problem),
        Refusal::Reset(refused) => resets::refusal_text(language, *refused),
        Refusal::LastHolder(role) => roles::last_text(language, *role),
        Refusal::File(file) => people::file_text(language, file),
        Refusal::Roster(roster) => people::roster_text(language, roster),
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::new(match error {
            Error::Refused(refusal) => Kind::Refused(refusal),
            Error::Forbidden => Kind::Forbidden,
            Error::NotFound => Kind::NotFound,
            Error::Broken(cause) => Kind::Broken(cause),
        })
    }
}

impl From<FormRejection> for Problem {
    fn from(_: FormRejection) -> Self {
        Self::new(Kind::Unreadable)
    }
}

impl From<QueryRejection> for Problem {
    fn from(_: QueryRejection) -> Self {
        Self::new(Kind::Unreadable)
    }
}

impl From<PathRejection> for Problem {
    /// As when a page is looked for.
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Turns what a handler or the framework refused into words for this visit; other responses pass.
pub(super) fn told(visit: &Visit, mut response: Response) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        return problem.answer(visit);
    }
    let status = response.status();
    let bare = response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !bare || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let kind = match status {
        StatusCode::NOT_FOUND => Kind::NotFound,
        // An address with something else in it than its page understands is an address that does not exist.
        StatusCode::BAD_REQUEST if visit.looks => Kind::NotFound,
        StatusCode::FORBIDDEN => Kind::Forbidden,
        StatusCode::METHOD_NOT_ALLOWED => Kind::WrongMethod,
        StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLarge,
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Kind::Busy,
        status if status.is_server_error() => Kind::Broken(anyhow::anyhow!("status {status}")),
        _ => Kind::Unreadable,
    };
    Problem::new(kind).answer(visit)
}

/// A handler that fell over: what it left is told like anything else that broke.
pub(super) fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    // The panic itself, with its place, is already in the log; its words may hold what somebody typed.
    Problem::broken(anyhow::anyhow!("a handler panicked")).into_response()
}

/// Answers for addresses that do not exist.
pub(super) async fn missing(visit: Visit) -> Problem {
    in_frame(&visit, Kind::NotFound).await
}

/// Answers for addresses that take no such request.
pub(super) async fn wrong_method(visit: Visit) -> Problem {
    in_frame(&visit, Kind::WrongMethod).await
}

/// A problem that no action found, with the usual page around it.
async fn in_frame(visit: &Visit, kind: Kind) -> Problem {
    let problem = Problem::new(kind);
    let Some(visitor) = Visitor::of(visit) else {
        return problem;
    };
    match visitor.page().await {
        Ok(page) => problem.on(page),
        Err(_) => problem,
    }
}
