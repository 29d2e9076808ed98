//! Accounts, for the system administrator: names and locks, never content.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::identity::AccountId;
use uuid::Uuid;

use super::error::Problem;
use super::page::{Page, go_saying, show};
use super::session::Visitor;
use super::{Routes, roles, wording};
use crate::app::accounts::{self, AccountLine};
use crate::app::system_roles;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/accounts", list)
        .post("/accounts/{id}/unlock", unlock)
        .post("/accounts/{id}/close", close)
        .post("/accounts/{id}/open", open)
        .post("/accounts/{id}/sign-out", sign_out)
}

#[derive(Template)]
#[template(path = "administration/accounts.html")]
struct AccountsPage {
    page: Page,
    rows: Vec<Row>,
    /// Who holds more roles than he may.
    to_mend: Vec<String>,
}

/// An account as its row shows it.
struct Row {
    id: String,
    name: String,
    person: String,
    offices: Vec<&'static str>,
    states: Vec<(&'static str, String)>,
    locked: bool,
    closed: bool,
    own: bool,
}

async fn list(visitor: Visitor) -> Result<Response, Problem> {
    let (page, (accounts, to_mend)) = visitor
        .read(|cx| {
            Box::pin(
                async move { Ok((accounts::list(cx).await?, system_roles::to_mend(cx).await?)) },
            )
        })
        .await?;
    let rows = accounts.iter().map(|line| row(&page, line)).collect();
    let title = page.t("accounts-title");
    show(&AccountsPage {
        rows,
        to_mend: roles::overlap_texts(&page, &to_mend),
        page: page.titled(title),
    })
}

fn row(page: &Page, line: &AccountLine) -> Row {
    let account = &line.account;
    let system = account.system;
    let offices = [
        (system.administrator, "who-administrator"),
        (system.security, "who-security"),
        (system.auditor, "who-auditor"),
    ];
    let mut states = Vec::new();
    if account.disabled {
        states.push(("missed", page.t("account-closed").to_owned()));
    }
    if let Some(until) = account.locked_until.filter(|_| line.locked) {
        let until = wording::moment(page.language, until, page.zone(), page.today());
        states.push(("open", page.t_with("account-locked", "until", until)));
    }
    if account.must_change {
        states.push(("late", page.t("account-one-time").to_owned()));
    }
    Row {
        id: account.id.to_string(),
        name: account.name.clone(),
        person: line.person.clone().unwrap_or_default(),
        offices: offices
            .into_iter()
            .filter(|(has, _)| *has)
            .map(|(_, key)| page.t(key))
            .collect(),
        states,
        locked: line.locked,
        closed: account.disabled,
        own: page
            .actor()
            .is_some_and(|actor| actor.account == account.id),
    }
}

async fn unlock(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(accounts::unlock(cx, AccountId::new(id))))
        .await?;
    Ok(go_saying("/accounts", "done", "account-unlocked"))
}

async fn close(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(accounts::set_disabled(cx, AccountId::new(id), true)))
        .await?;
    Ok(go_saying("/accounts", "done", "account-closed"))
}

async fn open(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(accounts::set_disabled(cx, AccountId::new(id), false)))
        .await?;
    Ok(go_saying("/accounts", "done", "account-opened"))
}

async fn sign_out(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(accounts::sign_out(cx, AccountId::new(id))))
        .await?;
    Ok(go_saying("/accounts", "done", "account-signed-out"))
}
