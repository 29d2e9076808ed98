//! Steps on a draft: moving an entry, taking it out, taking that back; throwing the draft away and restoring it.

use axum::extract::{Form, Path};
use axum::response::Response;
use domain::charter::Part;
use domain::charter::edit::{Direction, Document};
use serde::Deserialize;
use uuid::Uuid;

use super::super::Routes;
use super::super::error::{self, Problem};
use super::super::page::{Page, go_saying};
use super::super::session::Visitor;
use super::drafts::shown;
use crate::app::charter_drafts::{self as drafts, Edit};
use crate::app::{CharterRefusal, Refusal};

/// The routes of steps.
pub fn routes() -> Routes {
    Routes::new()
        .post("/charter/drafts/{id}/step", step)
        .post("/charter/drafts/{id}/discard", discard)
        .post("/charter/drafts/{id}/restore", restore)
}

/// A step on a draft.
#[derive(Clone, Debug, Deserialize)]
struct StepForm {
    revision: u32,
    step: String,
    #[serde(default)]
    part: String,
    to: Option<u32>,
    #[serde(default)]
    keep: String,
}

async fn step(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(form): Form<StepForm>,
) -> Result<Response, Problem> {
    let unreadable = || Problem::new(error::Kind::Unreadable);
    let part = Part::from_word(&form.part);
    let (edit, notice) = match (form.step.as_str(), part) {
        ("up", Some(part)) => (Edit::Shift(part, Direction::Up), "charter-entry-moved"),
        ("down", Some(part)) => (Edit::Shift(part, Direction::Down), "charter-entry-moved"),
        ("remove", Some(part)) => (Edit::Remove(part), "charter-entry-removed"),
        ("keep-id", Some(part @ Part::Duty(_))) => {
            let back = format!("/charter/drafts/{id}/adopt");
            return keep_identifier(&visitor, id, form, part, &back).await;
        }
        ("rebase", _) => (Edit::Rebase, "charter-draft-rebased"),
        ("undo", _) => (
            Edit::Revert(form.to.ok_or_else(unreadable)?),
            "charter-undone",
        ),
        _ => return Err(unreadable()),
    };
    let outcome = visitor
        .write(move |cx| Box::pin(drafts::edit(cx, id, form.revision, edit.clone())))
        .await;
    stepped(
        &visitor,
        id,
        outcome,
        &format!("/charter/drafts/{id}"),
        notice,
    )
    .await
}

/// A duty that was renamed gets the identifier back under which its history stands.
async fn keep_identifier(
    visitor: &Visitor,
    id: Uuid,
    form: StepForm,
    part: Part,
    back: &str,
) -> Result<Response, Problem> {
    let outcome = visitor
        .write(move |cx| {
            let (from, keep) = (form.revision, form.keep.clone());
            Box::pin(async move {
                let opened = drafts::open(cx, id).await?;
                let document = Document::read(&opened.latest.toml);
                let fields = document.and_then(|document| document.fields(part));
                let mut fields = fields.ok_or(crate::app::Error::NotFound)?;
                fields.insert("id".to_owned(), keep);
                drafts::edit(cx, id, from, Edit::Put(part, fields)).await
            })
        })
        .await;
    stepped(visitor, id, outcome, back, "charter-identifier-kept").await
}

async fn stepped(
    visitor: &Visitor,
    id: Uuid,
    outcome: Result<(Page, u32), Problem>,
    to: &str,
    notice: &'static str,
) -> Result<Response, Problem> {
    match outcome {
        Ok(_) => Ok(go_saying(to, "done", notice)),
        Err(problem) => match problem.refused()? {
            (_, Refusal::Charter(refusal)) => {
                // Nobody typed anything: that it was not done is all there is to say.
                let told = match refusal {
                    CharterRefusal::Stale { .. } => CharterRefusal::Moved,
                    other => other,
                };
                shown(visitor, id, Some(told)).await
            }
            (page, other) => Err(Problem::new(error::Kind::Refused(other)).on(page)),
        },
    }
}

async fn discard(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let outcome = visitor
        .write(move |cx| Box::pin(drafts::discard(cx, id)))
        .await;
    outcome?;
    Ok(go_saying(
        "/charter/drafts",
        "done",
        "charter-draft-discarded",
    ))
}

async fn restore(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let outcome = visitor
        .write(move |cx| Box::pin(drafts::restore(cx, id)))
        .await;
    outcome?;
    Ok(go_saying(
        &format!("/charter/drafts/{id}"),
        "done",
        "charter-draft-restored",
    ))
}
