//! For the owner of an account who has both halves of a code: a new password, without being signed in.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Routes;
use super::error::Problem;
use super::page::{Page, go, go_saying, show, show_as};
use super::password::problem_text;
use super::session::Visit;
use super::sign_in::locked_text;
use super::text::{tr, tr_with};
use crate::app::resets::{Joined, Owner, set_password};
use crate::app::sign_in::SHORTEST_PASSWORD;
use crate::app::{Error, Refusal};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().get("/reset", form).post("/reset", join)
}

#[derive(Template)]
#[template(path = "entry/reset.html")]
struct ResetPage {
    page: Page,
    entered: Entered,
    hint: String,
    problem: String,
}

#[derive(Default, Deserialize)]
struct Entered {
    #[serde(default)]
    organisation: String,
    account: String,
    first: String,
    second: String,
    new: String,
    again: String,
}

async fn form(visit: Visit) -> Result<Response, Problem> {
    if visit.is_signed_in() {
        // Who knows the password changes it.
        return Ok(go("/account"));
    }
    show(&reset_page(&visit, Entered::default(), String::new()))
}

fn reset_page(visit: &Visit, entered: Entered, problem: String) -> ResetPage {
    ResetPage {
        page: Page::new(visit, None).titled(tr(visit.language, "reset-title")),
        hint: tr_with(
            visit.language,
            "password-hint",
            &[("n", &SHORTEST_PASSWORD)],
        ),
        // Passwords and codes are not sent back.
        entered: Entered {
            organisation: entered.organisation,
            account: entered.account,
            ..Entered::default()
        },
        problem,
    }
}

async fn join(visit: Visit, Form(entered): Form<Entered>) -> Result<Response, Problem> {
    visit.count_try()?;
    let owner = Owner {
        organisation: entered.organisation.clone(),
        account: entered.account.clone(),
        first: entered.first.clone(),
        second: entered.second.clone(),
    };
    let program = visit.site.program();
    let (new, again) = (entered.new.clone(), entered.again.clone());
    let (told, problem) = match set_password(program, owner, new, again).await {
        Ok(Joined::Done) => return Ok(go_saying("/sign-in", "done", "reset-done")),
        Ok(Joined::Wrong) => (tr(visit.language, "reset-wrong").to_owned(), String::new()),
        Ok(Joined::Locked { until }) => (locked_text(&visit, until), String::new()),
        Err(Error::Refused(Refusal::Password(problem))) => {
            (String::new(), problem_text(visit.language, problem))
        }
        Err(error) => return Err(error.into()),
    };
    let mut again = reset_page(&visit, entered, problem);
    if !told.is_empty() {
        again.page = again.page.saying("problem", told);
    }
    show_as(StatusCode::UNPROCESSABLE_ENTITY, &again)
}
