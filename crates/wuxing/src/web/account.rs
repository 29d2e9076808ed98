//! 账号与安全: one's own account. What one may do today and through which post, where one is signed in, what happened to the
//! account. Nobody else sees this page.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::people::Role;
use domain::resets::ResetId;
use serde::Deserialize;
use uuid::Uuid;

use super::address::local_path;
use super::error::Problem;
use super::page::{Page, go, go_saying, show};
use super::resets::{ResetRow, reset_row};
use super::session::Visitor;
use super::{Routes, roles, security, wording};
use crate::app::security::{self as own, Noted, OwnAccount, Right};
use crate::app::sessions::{SessionLine, Token};
use crate::app::{Error, resets};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/account", open)
        .post("/account/seen", seen)
        .post("/account/sessions/end-others", end_others)
        .post("/account/sessions/{session}/end", end_one)
        .post("/account/resets/{id}/cancel", cancel)
}

#[derive(Template)]
#[template(path = "account/page.html")]
struct AccountPage {
    page: Page,
    name: String,
    /// What happened that the owner has not been told of yet.
    news: Vec<Event>,
    /// Where one goes on after that.
    next: String,
    rights: Vec<RightRow>,
    roles: Vec<&'static str>,
    sessions: Vec<SessionRow>,
    others: bool,
    resets: Vec<ResetRow>,
    log: Vec<Event>,
    holders: Vec<(&'static str, String)>,
}

/// A post and what it lets one read.
struct RightRow {
    post: String,
    text: String,
    dates: String,
}

struct SessionRow {
    token: String,
    browser: String,
    dates: String,
    here: bool,
}

/// A day and what happened on it.
struct Event {
    day: String,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

async fn open(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let here = visitor.visit().token();
    let (page, account) = visitor.read(move |cx| Box::pin(own::own(cx, here))).await?;
    let next = local_path(&asked.next).unwrap_or("/").to_owned();
    show(&account_page(page, account, next))
}

fn account_page(page: Page, account: OwnAccount, next: String) -> AccountPage {
    let event = |noted: &Noted| event_row(&page, noted);
    let news = account.log.iter().filter(|noted| !noted.told).map(event);
    let news: Vec<Event> = news.collect();
    let title = page.t("account-title");
    AccountPage {
        news,
        next,
        rights: account
            .rights
            .iter()
            .map(|right| right_row(&page, right))
            .collect(),
        roles: account
            .roles
            .iter()
            .map(|role| roles::role_name(page.language, *role))
            .collect(),
        others: account.sessions.iter().any(|session| !session.here),
        sessions: account
            .sessions
            .iter()
            .map(|session| session_row(&page, session))
            .collect(),
        resets: account
            .resets
            .iter()
            .map(|line| reset_row(&page, line))
            .collect(),
        log: account.log.iter().map(event).collect(),
        holders: roles::holder_texts(&page, &account.holders),
        name: account.name,
        page: page.titled(title),
    }
}

fn event_row(page: &Page, noted: &Noted) -> Event {
    let text = page.t(&format!("event-{}", noted.event.word()));
    Event {
        day: wording::date(page.language, noted.day, page.today()),
        text: if noted.times > 1 {
            page.t_with_two("event-times", ("event", text), ("n", noted.times))
        } else {
            text.to_owned()
        },
    }
}

fn right_row(page: &Page, right: &Right) -> RightRow {
    let key = match right.role {
        _ if right.office => "right-office",
        Role::Minister => "right-minister",
        Role::Deputy => "right-deputy",
        Role::Head => "right-head",
        Role::Staff => "right-staff",
    };
    let sections = wording::names(page.language, &right.in_charge_of);
    let text = match right.role {
        Role::Deputy if !right.office && !right.in_charge_of.is_empty() => {
            page.t_with("right-deputy-of", "sections", sections)
        }
        _ => page.t(key).to_owned(),
    };
    let since = wording::date(page.language, right.since, page.today());
    let dates = match right.until {
        Some(until) => {
            let until = wording::date(page.language, until, page.today());
            page.t_with_two("right-dates", ("since", since), ("until", until))
        }
        None => page.t_with("right-since", "since", since),
    };
    let post = if right.section.is_empty() {
        right.post.clone()
    } else {
        format!("{} · {}", right.section, right.post)
    };
    RightRow { post, text, dates }
}

fn session_row(page: &Page, session: &SessionLine) -> SessionRow {
    let day = |at: chrono::DateTime<chrono::Utc>| {
        let day = at.with_timezone(&page.zone()).date_naive();
        wording::date(page.language, day, page.today())
    };
    SessionRow {
        token: security::hexadecimal(&session.token.0),
        browser: if session.browser.is_empty() {
            page.t("session-unknown").to_owned()
        } else {
            session.browser.clone()
        },
        dates: page.t_with_two(
            "session-dates",
            ("began", day(session.began)),
            ("used", day(session.used)),
        ),
        here: session.here,
    }
}

async fn seen(visitor: Visitor, Form(asked): Form<Asked>) -> Result<Response, Problem> {
    visitor.write(|cx| Box::pin(own::acknowledge(cx))).await?;
    let next = local_path(&asked.next).unwrap_or("/account");
    Ok(go(next))
}

async fn end_one(visitor: Visitor, Path(session): Path<String>) -> Result<Response, Problem> {
    let token = token(&session).ok_or(Problem::not_found())?;
    visitor
        .write(move |cx| Box::pin(own::end_session(cx, token)))
        .await?;
    Ok(go_saying("/account", "done", "session-ended"))
}

async fn end_others(visitor: Visitor) -> Result<Response, Problem> {
    let here = visitor.visit().token().ok_or(Problem::not_found())?;
    visitor
        .write(move |cx| Box::pin(own::end_other_sessions(cx, here)))
        .await?;
    Ok(go_saying("/account", "done", "sessions-ended"))
}

/// The owner takes a reset of his own account back.
async fn cancel(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| {
            Box::pin(async move {
                let id = ResetId::new(id);
                // Others' resets are taken back on the page of resets.
                if !resets::is_own(cx, id).await? {
                    return Err(Error::NotFound);
                }
                resets::cancel(cx, id).await
            })
        })
        .await?;
    Ok(go_saying("/account", "done", "reset-cancelled"))
}

/// The token that a form names.
fn token(text: &str) -> Option<Token> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Token(bytes))
}
