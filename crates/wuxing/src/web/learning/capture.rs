//! 记一笔 (R23–R26): a text in under twenty seconds; duties entered as done; drafts that save themselves.

use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use domain::records::{Fields, Kind};
use serde::Deserialize;
use uuid::Uuid;

use super::super::Routes;
use super::super::error::{self, Problem};
use super::super::page::{Page, go, go_saying, show, show_as};
use super::super::session::Visitor;
use super::super::text::Language;
use super::super::today::{DueRow, due_row};
use super::form::{Beginning, EntryView, FormView, Sent};
use crate::app::drafts::{self, Draft, Left};
use crate::app::{Cx, Refusal, Result as Outcome, records, today};

/// The routes of quick capture and of drafts.
pub fn routes() -> Routes {
    Routes::new()
        .get("/capture", open)
        .post("/capture", submit)
        .post("/drafts/{id}", save_draft)
        .post("/drafts/{id}/discard", discard_draft)
}

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    kind: Option<String>,
    duty: Option<String>,
    draft: Option<Uuid>,
    form: Option<Uuid>,
    date: Option<NaiveDate>,
}

#[derive(Template)]
#[template(path = "learning/capture.html")]
struct CapturePage {
    page: Page,
    form: FormView,
    /// Whether duties without a form of their own fall on the person.
    enters: bool,
}

#[derive(Template)]
#[template(path = "learning/choose.html")]
struct ChoosePage {
    page: Page,
    choices: Vec<DueRow>,
}

/// What an opened address shows.
enum Shown {
    Form(Box<FormView>, bool),
    Choices(Vec<DueRow>),
    Elsewhere(String),
}

async fn open(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, shown) = visitor
        .read(move |cx| Box::pin(begin(cx, language, asked)))
        .await?;
    match shown {
        Shown::Form(form, enters) => show(&capture_page(page, *form, enters)),
        Shown::Choices(choices) => {
            let title = page.t("kind-entry");
            show(&ChoosePage {
                page: page.titled(title).at("/"),
                choices,
            })
        }
        Shown::Elsewhere(to) => Ok(go(&to)),
    }
}

fn capture_page(page: Page, form: FormView, enters: bool) -> CapturePage {
    let title = page.t(if form.entry.is_some() {
        "kind-entry"
    } else {
        "capture"
    });
    CapturePage {
        page: page.titled(title).at("/"),
        form,
        enters,
    }
}

async fn begin(cx: &mut Cx, language: Language, asked: Asked) -> Outcome<Shown> {
    if let Some(id) = asked.draft {
        let draft = drafts::open(cx, id).await?;
        return resume(cx, language, draft).await;
    }
    if let Some(id) = asked.form {
        match drafts::left_by(cx, id).await? {
            Left::Draft(draft) => return resume(cx, language, *draft).await,
            Left::Record(record) => return Ok(Shown::Elsewhere(format!("/records/{record}"))),
            Left::Nothing => {}
        }
    }
    let kind = asked
        .kind
        .as_deref()
        .and_then(Kind::from_word)
        .unwrap_or(Kind::Clipping);
    let mut values = Fields::new();
    if let Some(date) = asked.date {
        values.insert("date".to_owned(), date.to_string());
    }
    if let Some(duty) = asked.duty {
        values.insert("duty".to_owned(), duty);
    }
    // A page that is only looked at leaves nothing behind: its key becomes a draft's when something is typed.
    if kind == Kind::Entry {
        values.insert("amount".to_owned(), "1".to_owned());
    }
    // A page that is loaded again keeps its key: the browser then finds what the server has not heard of yet.
    let key = asked.form.unwrap_or_else(|| cx.new_id::<()>().uuid());
    form(
        cx,
        language,
        key,
        kind,
        Beginning {
            values,
            saved: None,
        },
    )
    .await
}

/// The form with the words of a draft.
async fn resume(cx: &mut Cx, language: Language, draft: Draft) -> Outcome<Shown> {
    if let Some(record) = draft.record {
        return Ok(Shown::Elsewhere(format!(
            "/records/{record}/edit?draft={}",
            draft.id
        )));
    }
    let beginning = Beginning {
        values: draft.fields,
        saved: Some(draft.updated_at),
    };
    form(cx, language, draft.id, draft.kind, beginning).await
}

/// The form for a kind; for entries of a duty, or the duties to choose from.
async fn form(
    cx: &mut Cx,
    language: Language,
    key: Uuid,
    kind: Kind,
    beginning: Beginning,
) -> Outcome<Shown> {
    cx.person()?;
    let enterable = today::enterable(cx).await?;
    let (house, day) = (&cx.house, cx.today);
    let duty = beginning.values.get("duty").cloned();
    let form = FormView::new(language, house, day, key, kind, beginning);
    if kind != Kind::Entry {
        return Ok(Shown::Form(Box::new(form), !enterable.is_empty()));
    }
    let chosen = enterable
        .iter()
        .find(|known| Some(known.due.duty.id.as_str()) == duty.as_deref());
    Ok(match chosen {
        Some(chosen) => {
            let form = form.entering(EntryView::of(language, house, chosen, day));
            Shown::Form(Box::new(form), true)
        }
        None => Shown::Choices(
            enterable
                .iter()
                .map(|known| choice(language, cx, known, day))
                .collect(),
        ),
    })
}

fn choice(language: Language, cx: &Cx, known: &today::Enterable, day: NaiveDate) -> DueRow {
    let row = due_row(language, &cx.house, &known.due, day);
    // What is done for this period may be done once more.
    let (action, action_href) = super::super::today::capture_of(language, &known.due.duty);
    DueRow {
        action,
        action_href,
        ..row
    }
}

async fn submit(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let sent = Sent::read(pairs).ok_or(Problem::new(error::Kind::Unreadable))?;
    let submission = sent.submission();
    let outcome = visitor
        .write(move |cx| Box::pin(records::submit(cx, submission.clone())))
        .await;
    match outcome {
        Ok((_, record)) => Ok(go(&format!("/records/{}?submitted=1", record.id))),
        Err(problem) => again(&visitor, sent, problem.refused()?.1).await,
    }
}

/// Shows the form again with everything that was typed and what needs another look.
async fn again(visitor: &Visitor, sent: Sent, refusal: Refusal) -> Result<Response, Problem> {
    let language = visitor.language();
    if let Refusal::Stale { current } = &refusal {
        // Another window has submitted this form with other words: both are shown.
        let record = current.id;
        return super::edit::again(visitor, record, sent, refusal).await;
    }
    let Refusal::Fields(_) = refusal else {
        return Err(Problem::new(error::Kind::Refused(refusal)));
    };
    let (key, kind) = (sent.key, sent.kind);
    let beginning = Beginning {
        values: sent.fields,
        saved: None,
    };
    let (page, shown) = visitor
        .read(move |cx| Box::pin(form(cx, language, key, kind, beginning)))
        .await?;
    match shown {
        Shown::Form(form, enters) => {
            let form = form.refused(language, &refusal);
            show_as(
                StatusCode::UNPROCESSABLE_ENTITY,
                &capture_page(page, form, enters),
            )
        }
        Shown::Choices(choices) => {
            let title = page.t("kind-entry");
            let said = page.t("entry-choose-first");
            let page = page.titled(title).at("/").saying("problem", said);
            show_as(
                StatusCode::UNPROCESSABLE_ENTITY,
                &ChoosePage { page, choices },
            )
        }
        Shown::Elsewhere(to) => Ok(go(&to)),
    }
}

async fn save_draft(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let sent = Sent::read(pairs)
        .filter(|sent| sent.key == id)
        .ok_or(Problem::new(error::Kind::Unreadable))?;
    let draft = sent.draft();
    visitor
        .write(move |cx| Box::pin(drafts::save(cx, draft.clone())))
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn discard_draft(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(drafts::discard(cx, id)))
        .await?;
    Ok(go_saying("/", "done", "draft-discarded"))
}
