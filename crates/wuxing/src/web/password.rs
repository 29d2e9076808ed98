//! Changing one's own password; the first thing to do after signing in with a one-time password.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Routes;
use super::error::Problem;
use super::page::{Page, go_saying, show, show_as};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use crate::app::security;
use crate::app::sign_in::{SHORTEST_PASSWORD, change_password};
use crate::app::{Error, PasswordProblem, Refusal};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/password", form)
        .post("/password", change)
}

#[derive(Template)]
#[template(path = "entry/password.html")]
struct PasswordPage {
    page: Page,
    must_change: bool,
    hint: String,
    /// What is wrong with the current password.
    current_problem: String,
    /// What is wrong with the new one.
    new_problem: String,
}

async fn form(visitor: Visitor) -> Result<Response, Problem> {
    show(&password_page(&visitor, visitor.page().await?, None))
}

fn password_page(visitor: &Visitor, page: Page, problem: Option<PasswordProblem>) -> PasswordPage {
    let title = page.t("password-title");
    let language = page.language;
    let text = |of_current: bool| {
        let asked =
            problem.filter(|problem| (*problem == PasswordProblem::WrongCurrent) == of_current);
        asked
            .map(|problem| problem_text(language, problem))
            .unwrap_or_default()
    };
    PasswordPage {
        must_change: visitor.must_change(),
        hint: page.t_with("password-hint", "n", SHORTEST_PASSWORD),
        current_problem: text(true),
        new_problem: text(false),
        page: page.titled(title),
    }
}

#[derive(Deserialize)]
struct Entered {
    current: String,
    new: String,
    again: String,
}

async fn change(visitor: Visitor, Form(entered): Form<Entered>) -> Result<Response, Problem> {
    visitor.visit().count_try()?;
    let program = visitor.site().program();
    match change_password(
        program,
        visitor.identity(),
        entered.current,
        entered.new,
        entered.again,
    )
    .await
    {
        Ok(()) => {
            visitor.visit().changed_password().await?;
            let (_, news) = visitor.read(|cx| Box::pin(security::has_news(cx))).await?;
            let next = if news { "/account" } else { "/" };
            Ok(go_saying(next, "done", "password-changed"))
        }
        Err(Error::Refused(Refusal::Password(problem))) => {
            let again = password_page(&visitor, visitor.page().await?, Some(problem));
            show_as(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}

/// What speaks against a password, in words.
pub fn problem_text(language: Language, problem: PasswordProblem) -> String {
    match problem {
        PasswordProblem::TooShort(least) => {
            tr_with(language, "password-too-short", &[("n", &least)])
        }
        PasswordProblem::TooLong(most) => tr_with(language, "password-too-long", &[("n", &most)]),
        PasswordProblem::Differ => tr(language, "password-differ").to_owned(),
        PasswordProblem::Same => tr(language, "password-same").to_owned(),
        PasswordProblem::WrongCurrent => tr(language, "password-wrong-current").to_owned(),
        PasswordProblem::TooSimple => tr(language, "password-too-simple").to_owned(),
    }
}
