//! Changing a record. A change that comes too late shows both texts and loses neither.

use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{Action, Resource};
use domain::identity::RecordId;
use domain::records::{Content, Fields, Record};
use serde::Deserialize;
use uuid::Uuid;

use super::super::error::{self, Problem};
use super::super::page::{Page, go_saying, show, show_as};
use super::super::session::Visitor;
use super::super::text::{Language, tr, tr_with};
use super::compare::{Piece, compare};
use super::form::{Beginning, EntryView, FormView, Sent};
use crate::app::{Cx, Refusal, Result as Outcome, drafts, records};
use crate::cx::House;

/// What the address asks for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Asked {
    draft: Option<Uuid>,
    form: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "learning/edit.html")]
struct EditPage {
    page: Page,
    form: FormView,
    back_href: String,
}

/// One field of the current version beside what was typed.
#[derive(Clone, Debug)]
struct Part {
    label: &'static str,
    pieces: Vec<Piece>,
}

#[derive(Template)]
#[template(path = "learning/stale.html")]
struct StalePage {
    page: Page,
    form: FormView,
    back_href: String,
    current_line: String,
    parts: Vec<Part>,
}

/// Opens the form.
pub(super) async fn edit(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let record = RecordId::new(id);
    let (page, form) = visitor
        .read(move |cx| Box::pin(begin_edit(cx, language, record, asked)))
        .await?;
    show(&edit_page(page, form, record))
}

fn edit_page(page: Page, form: FormView, record: RecordId) -> EditPage {
    let title = page.t("record-edit-title");
    EditPage {
        page: page.titled(title).at("/library"),
        form,
        back_href: format!("/records/{record}"),
    }
}

/// The form with the record's words, or with those of a draft of it that was left.
async fn begin_edit(
    cx: &mut Cx,
    language: Language,
    id: RecordId,
    asked: Asked,
) -> Outcome<FormView> {
    let record = editable(cx, id).await?;
    let drafts = drafts::list(cx).await?;
    let left = drafts
        .into_iter()
        .find(|known| known.record == Some(id) && asked.draft.is_none_or(|key| known.id == key));
    let (key, base, beginning) = match left {
        Some(left) => (
            left.id,
            left.base_version.unwrap_or(record.version),
            Beginning {
                values: left.fields,
                saved: Some(left.updated_at),
            },
        ),
        None => {
            let values = domain::records::fields(&record.content);
            (
                asked.form.unwrap_or_else(|| cx.new_id::<()>().uuid()),
                record.version,
                Beginning {
                    values,
                    saved: None,
                },
            )
        }
    };
    Ok(form_for(language, cx, &record, key, base, beginning))
}

async fn editable(cx: &mut Cx, id: RecordId) -> Outcome<Record> {
    let record = records::readable(cx, id).await?;
    cx.authorize(Action::Edit, Resource::Record(records::facts(&record)))?;
    Ok(record)
}

fn form_for(
    language: Language,
    cx: &Cx,
    record: &Record,
    key: Uuid,
    base: u32,
    beginning: Beginning,
) -> FormView {
    let form = FormView::new(
        language,
        &cx.house,
        cx.today,
        key,
        record.content.kind,
        beginning,
    )
    .editing(record.id, base);
    match entry_of(language, &cx.house, &record.content) {
        Some(entry) => form.entering(entry),
        None => form,
    }
}

/// A changed entry stays for the duty and the person that it was made for; only the amount is asked again.
fn entry_of(language: Language, house: &House, content: &Content) -> Option<EntryView> {
    let entry = content.entry.as_ref()?;
    let duty = house
        .versions
        .iter()
        .rev()
        .find_map(|version| version.charter.duty(&entry.duty));
    let name = duty
        .map(|duty| duty.name.reading(language == Language::English))
        .unwrap_or_default();
    let half_days = duty.is_some_and(|duty| duty.unit == domain::charter::Unit::HalfDays);
    Some(EntryView {
        duty: entry.duty.to_string(),
        name: name.to_owned(),
        amount_label: tr(
            language,
            if half_days {
                "field-half-days"
            } else {
                "field-times"
            },
        ),
        ..EntryView::default()
    })
}

/// Takes what was changed.
pub(super) async fn save(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let record = RecordId::new(id);
    let sent = Sent::read(pairs).ok_or(Problem::new(error::Kind::Unreadable))?;
    let revision = sent
        .revision(record)
        .ok_or(Problem::new(error::Kind::Unreadable))?;
    let outcome = visitor
        .write(move |cx| Box::pin(records::revise(cx, revision.clone())))
        .await;
    match outcome {
        Ok(_) => Ok(go_saying(
            &format!("/records/{record}"),
            "done",
            "record-saved",
        )),
        Err(problem) => again(&visitor, record, sent, problem.refused()?.1).await,
    }
}

/// Shows what was typed again: with what is wrong, or beside the version that somebody saved meanwhile.
pub(super) async fn again(
    visitor: &Visitor,
    id: RecordId,
    sent: Sent,
    refusal: Refusal,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let Sent {
        key,
        editing,
        fields: mut typed,
        ..
    } = sent;
    if let (None, Refusal::Stale { current }) = (editing, &refusal) {
        // A new record's empty date was the day of its submission; the record has that day now.
        typed.insert("date".to_owned(), current.content.date.to_string());
    }
    let beginning = Beginning {
        values: typed.clone(),
        saved: None,
    };
    let opened_with = editing.map_or(1, |(_, base)| base);
    // The merged text is saved on top of the version that was shown beside it.
    let base = if let Refusal::Stale { current } = &refusal {
        current.version
    } else {
        opened_with
    };
    if !matches!(refusal, Refusal::Fields(_) | Refusal::Stale { .. }) {
        return Err(Problem::new(error::Kind::Refused(refusal)));
    }
    let (page, form) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let record = editable(cx, id).await?;
                // A form that has made its record already goes on as another one.
                let key = if editing.is_some() {
                    key
                } else {
                    cx.new_id::<()>().uuid()
                };
                Ok(form_for(language, cx, &record, key, base, beginning))
            })
        })
        .await?;
    let Refusal::Stale { current } = refusal else {
        let form = form.refused(language, &refusal);
        return show_as(StatusCode::UNPROCESSABLE_ENTITY, &edit_page(page, form, id));
    };
    let title = page.t("stale-title");
    let stale = StalePage {
        page: page.titled(title).at("/library"),
        form,
        back_href: format!("/records/{id}"),
        current_line: tr_with(language, "stale-version", &[("n", &current.version)]),
        parts: parts(language, &typed, &current.content),
    };
    show_as(StatusCode::CONFLICT, &stale)
}

/// The current version field by field, with what differs from what was typed.
fn parts(language: Language, typed: &Fields, current: &Content) -> Vec<Part> {
    let now = domain::records::fields(current);
    let labels = [
        ("title", "field-title"),
        ("text", "field-text"),
        ("excerpt", "field-excerpt"),
        ("url", "field-url"),
        ("book", "field-book"),
        ("topic", "field-topic"),
        ("date", "field-date"),
        ("amount", "record-amount"),
    ];
    let value = |fields: &Fields, name: &str| {
        fields
            .get(name)
            .map(|text| text.replace("\r\n", "\n"))
            .unwrap_or_default()
    };
    let differing = labels.into_iter().filter_map(|(name, label)| {
        // What the form does not ask cannot differ.
        let (yours, theirs) = (
            typed.get(name).map(|_| value(typed, name))?,
            value(&now, name),
        );
        let shown = name == "text" || yours.trim() != theirs.trim();
        shown.then(|| Part {
            label: tr(language, label),
            pieces: compare(yours.trim(), theirs.trim()),
        })
    });
    differing.collect()
}
