//! Signing in and out, and the language of the pages.

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::Routes;
use super::address::{local_path, query_encoded};
use super::error::Problem;
use super::page::{Page, go, go_saying, show, show_as};
use super::session::{Visit, Visitor, language_cookie};
use super::text::{Language, tr, tr_with};
use crate::app::accounts;
use crate::app::sign_in::{SignIn, sign_in};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/sign-in", form)
        .post("/sign-in", enter)
        .post("/sign-out", leave)
        .post("/language", choose_language)
}

#[derive(Template)]
#[template(path = "entry/sign_in.html")]
struct SignInPage {
    page: Page,
    organisation: String,
    account: String,
    next: String,
    returns: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

async fn form(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    if visit.site.setup_code().is_some() {
        return Ok(go("/setup"));
    }
    let next = local_path(&asked.next).unwrap_or("/").to_owned();
    if let Some(visitor) = Visitor::of(&visit) {
        if visitor.page().await.is_ok() {
            return Ok(go(&next));
        }
        // The account behind the session is closed: the session ends, and the page opens without it.
        visit.end().await?;
        return Ok(go("/sign-in"));
    }
    show(&sign_in_page(
        &visit,
        Entered {
            next,
            ..Entered::default()
        },
    ))
}

fn sign_in_page(visit: &Visit, entered: Entered) -> SignInPage {
    let title = tr(visit.language, "sign-in-title");
    SignInPage {
        page: Page::new(visit, None).titled(title),
        returns: entered.next != "/" && !entered.next.is_empty(),
        organisation: entered.organisation,
        account: entered.account,
        next: entered.next,
    }
}

#[derive(Default, Deserialize)]
struct Entered {
    #[serde(default)]
    organisation: String,
    account: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn enter(visit: Visit, Form(mut entered): Form<Entered>) -> Result<Response, Problem> {
    visit.count_try()?;
    entered.next = local_path(&entered.next).unwrap_or("/").to_owned();
    let password = std::mem::take(&mut entered.password);
    let outcome = sign_in(
        visit.site.program(),
        &entered.organisation,
        &entered.account,
        password,
    )
    .await?;
    let refused = match outcome {
        SignIn::Welcome {
            identity,
            must_change,
            news,
            to_mend,
        } => {
            let preferred = visit
                .site
                .program()
                .read(identity.identity(), |cx| Box::pin(accounts::language(cx)))
                .await?;
            let language = preferred.as_deref().and_then(Language::from_tag);
            visit.begin(identity, must_change, language).await?;
            return Ok(go(&first_page(must_change, news, to_mend, &entered.next)));
        }
        SignIn::Wrong => tr(visit.language, "sign-in-wrong").to_owned(),
        SignIn::Locked { until } => locked_text(&visit, until),
    };
    let mut again = sign_in_page(&visit, entered);
    again.page = again.page.saying("problem", refused);
    show_as(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// That an account is locked, and for how long.
pub(super) fn locked_text(visit: &Visit, until: DateTime<Utc>) -> String {
    let seconds = (until - visit.site.program().clock.now())
        .num_seconds()
        .max(0);
    let minutes = u64::try_from(seconds).unwrap_or(0).div_ceil(60).max(1);
    tr_with(visit.language, "sign-in-locked", &[("minutes", &minutes)])
}

/// Where one lands: first what must be done, then what happened to one's account, then what somebody has to mend.
fn first_page(must_change: bool, news: bool, to_mend: bool, next: &str) -> String {
    if must_change {
        "/password".to_owned()
    } else if news {
        format!("/account?next={}", query_encoded(next))
    } else if to_mend && next == "/" {
        "/roles".to_owned()
    } else {
        next.to_owned()
    }
}

async fn leave(visit: Visit) -> Result<Response, Problem> {
    visit.end().await?;
    Ok(go_saying("/sign-in", "done", "signed-out"))
}

#[derive(Debug, Deserialize)]
struct Chosen {
    lang: String,
    #[serde(default)]
    back: String,
}

/// Remembered three times: for this session, for this browser, and for the account wherever it signs in.
async fn choose_language(visit: Visit, Form(chosen): Form<Chosen>) -> Result<Response, Problem> {
    let language = Language::from_tag(&chosen.lang).ok_or(Problem::not_found())?;
    visit.changed_language(language).await?;
    if let Some(visitor) = Visitor::of(&visit) {
        visitor
            .write(move |cx| Box::pin(accounts::set_language(cx, language.tag())))
            .await?;
    }
    let mut response = go(local_path(&chosen.back).unwrap_or("/"));
    if let Some(cookie) = language_cookie(&visit.site, language) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
