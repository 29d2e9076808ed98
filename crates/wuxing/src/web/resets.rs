//! 密码重设: resets by two. The system administrator asks on the page of accounts, the security administrator confirms here, each is
//! shown one half of the code, once.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderValue;
use axum::response::Response;
use domain::identity::AccountId;
use domain::resets::{Credential, ResetId, ResetRefusal, Stage};
use serde::Deserialize;
use uuid::Uuid;

use super::error::Problem;
use super::page::{Page, go_saying, show};
use super::people::{accounts_csv, attachment};
use super::roles::label_text;
use super::session::Visitor;
use super::text::{Language, tr};
use super::{Routes, wording};
use crate::app::resets::{self, ResetLine, ResetsPage, Shown};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/resets", list)
        .post("/accounts/{id}/reset", ask)
        .post("/resets/{id}/confirm", confirm)
        .post("/resets/{id}/cancel", cancel)
        .post("/resets/imports/{import}", second_halves)
}

#[derive(Template)]
#[template(path = "administration/resets.html")]
struct ResetsView {
    page: Page,
    imports: Vec<ImportRow>,
    may_confirm: bool,
    rows: Vec<ResetRow>,
    older_href: String,
}

/// An import that waits for its second halves.
struct ImportRow {
    id: String,
    text: String,
    by: String,
}

/// A reset as its row shows it.
pub(super) struct ResetRow {
    pub(super) id: String,
    pub(super) of: String,
    pub(super) what: &'static str,
    pub(super) class: &'static str,
    pub(super) stage: &'static str,
    pub(super) when: String,
    pub(super) asked_by: String,
    pub(super) confirmed_by: String,
    pub(super) may_confirm: bool,
    pub(super) may_cancel: bool,
    /// The question before it is taken back.
    pub(super) sure: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    before: Option<Uuid>,
}

async fn list(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let before = asked.before.map(ResetId::new);
    let (page, found) = visitor
        .read(move |cx| Box::pin(resets::page(cx, before)))
        .await?;
    show(&view(page, found))
}

fn view(page: Page, found: ResetsPage) -> ResetsView {
    let imports = found.imports.iter().map(|(waiting, by)| ImportRow {
        id: waiting.import.to_string(),
        text: page.t_with_two(
            "resets-import",
            ("n", waiting.accounts),
            ("when", moment(&page, waiting.asked_at)),
        ),
        by: label_text(by),
    });
    let title = page.t("resets-title");
    ResetsView {
        imports: imports.collect(),
        may_confirm: found.may_confirm,
        rows: found
            .lines
            .iter()
            .map(|line| reset_row(&page, line))
            .collect(),
        older_href: found
            .older
            .map(|id| format!("/resets?before={id}"))
            .unwrap_or_default(),
        page: page.titled(title),
    }
}

fn moment(page: &Page, at: chrono::DateTime<chrono::Utc>) -> String {
    wording::moment(page.language, at, page.zone(), page.today())
}

/// A reset in words.
pub(super) fn reset_row(page: &Page, line: &ResetLine) -> ResetRow {
    let reset = &line.reset;
    let class = match line.stage {
        Stage::Asked | Stage::Confirmed => "open",
        Stage::Used => "done",
        Stage::Cancelled | Stage::Spent | Stage::Lapsed => "missed",
    };
    let when = if line.stage.is_open() {
        page.t_with_two(
            "reset-when-open",
            ("asked", moment(page, reset.asked_at)),
            ("until", moment(page, reset.expires_at)),
        )
    } else {
        page.t_with("reset-when", "asked", moment(page, reset.asked_at))
    };
    let of = label_text(&line.of);
    ResetRow {
        id: reset.id.to_string(),
        what: page.t(&format!("reset-of-{}", what(line))),
        class,
        stage: page.t(&format!("reset-stage-{}", line.stage.word())),
        when,
        asked_by: label_text(&line.asked_by),
        confirmed_by: line
            .confirmed_by
            .as_ref()
            .map(label_text)
            .unwrap_or_default(),
        may_confirm: line.may_confirm,
        may_cancel: line.may_cancel,
        sure: page.t_with("reset-cancel-sure", "of", of.as_str()),
        of,
    }
}

fn what(line: &ResetLine) -> &'static str {
    match line.reset.import {
        Some(_) => "first-password",
        None => line.reset.credential.word(),
    }
}

#[derive(Template)]
#[template(path = "administration/half.html")]
struct HalfPage {
    page: Page,
    of: String,
    /// Which half it is, in words.
    which: &'static str,
    half: String,
    until: String,
    /// What comes next.
    then: &'static str,
    back: &'static str,
    back_label: &'static str,
}

async fn ask(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let page = visitor.page().await?;
    let program = visitor.site().program();
    let who = visitor.identity();
    let asked = resets::ask(program, who, AccountId::new(id), Credential::Password).await;
    let shown = asked.map_err(|error| Problem::from(error).on(page.clone()))?;
    let back = ("/accounts", page.t("nav-accounts"));
    show(&half_page(
        page,
        shown,
        "half-first",
        "half-first-then",
        back,
    ))
}

async fn confirm(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let page = visitor.page().await?;
    let program = visitor.site().program();
    let confirmed = resets::confirm(program, visitor.identity(), ResetId::new(id)).await;
    let shown = confirmed.map_err(|error| Problem::from(error).on(page.clone()))?;
    let back = ("/resets", page.t("nav-resets"));
    show(&half_page(
        page,
        shown,
        "half-second",
        "half-second-then",
        back,
    ))
}

fn half_page(
    page: Page,
    shown: Shown,
    which: &str,
    then: &str,
    (back, back_label): (&'static str, &'static str),
) -> HalfPage {
    let title = page.t("half-title");
    HalfPage {
        of: label_text(&shown.of),
        which: page.t(which),
        half: shown.half,
        until: page.t_with("half-until", "until", moment(&page, shown.until)),
        then: page.t(then),
        back,
        back_label,
        page: page.titled(title).at(back),
    }
}

async fn cancel(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(resets::cancel(cx, ResetId::new(id))))
        .await?;
    Ok(go_saying("/resets", "done", "reset-cancelled"))
}

/// The second halves of an import's first passwords, as a file, once.
async fn second_halves(visitor: Visitor, Path(import): Path<Uuid>) -> Result<Response, Problem> {
    let page = visitor.page().await?;
    let program = visitor.site().program();
    let made = resets::second_halves(program, visitor.identity(), import).await;
    let made = made.map_err(|error| Problem::from(error).on(page.clone()))?;
    let csv = accounts_csv(&page, &made, "field-half-second", "import-second-note");
    Ok(attachment(
        HeaderValue::from_static("text/csv; charset=utf-8"),
        "second-halves.csv",
        csv,
    ))
}

/// Why a step of a reset is refused, in words.
pub(super) fn refusal_text(language: Language, refused: ResetRefusal) -> String {
    let key = match refused {
        ResetRefusal::Own => "reset-refused-own",
        ResetRefusal::SamePerson => "reset-refused-same-person",
        ResetRefusal::Closed => "reset-refused-closed",
        ResetRefusal::Open => "reset-refused-open",
        ResetRefusal::TooMany => "reset-refused-too-many",
        ResetRefusal::NoSecondHand => "reset-refused-no-second-hand",
        ResetRefusal::NoSecondFactor => "reset-refused-no-second-factor",
        ResetRefusal::AskerLost => "reset-refused-asker-lost",
        ResetRefusal::NotFromHere(_) => "reset-refused-moved-on",
    };
    tr(language, key).to_owned()
}
