//! A record: reading, commenting, changing, taking back. A change that comes too late shows both texts and loses neither.

use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Resource};
use domain::identity::{PersonId, RecordId};
use domain::records::{Content, Fields, Kind, Record, State};
use serde::Deserialize;
use uuid::Uuid;

use super::super::error::{self, Problem};
use super::super::page::{Page, go_saying, show, show_as};
use super::super::session::Visitor;
use super::super::text::{Language, tr, tr_with};
use super::super::{Routes, today as today_page, wording};
use super::compare::{Piece, compare};
use super::form::{Beginning, EntryView, FormView, Sent};
use crate::app::records::RecordView;
use crate::app::today::CountedFor;
use crate::app::{Cx, Refusal, Result as Outcome, drafts, records, today};
use crate::cx::House;

/// The routes of records.
pub fn routes() -> Routes {
    Routes::new()
        .get("/records/{id}", open)
        .get("/records/{id}/edit", edit)
        .post("/records/{id}/edit", save)
        .post("/records/{id}/withdraw", withdraw)
        .post("/records/{id}/restore", restore)
        .post("/records/{id}/comments", comment)
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    submitted: Option<String>,
    draft: Option<Uuid>,
}

/// A comment as it is shown.
#[derive(Clone, Debug)]
pub struct CommentView {
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: String,
    /// What.
    pub text: String,
}

/// An earlier version as it is shown.
#[derive(Clone, Debug)]
pub struct EarlierView {
    /// Its number and when it was made.
    pub line: String,
    /// Title.
    pub title: String,
    /// Excerpt.
    pub excerpt: String,
    /// Text.
    pub text: String,
}

/// What a record counts for.
#[derive(Clone, Debug)]
pub struct CountView {
    /// The duty.
    pub title: String,
    /// The period, and how far it is.
    pub note: String,
    /// The article.
    pub article: String,
    /// Where the article stands.
    pub href: String,
}

/// A record as its page shows it.
#[derive(Clone, Debug, Default)]
pub struct View {
    id: String,
    kind: &'static str,
    kind_word: &'static str,
    title: String,
    byline: String,
    text: String,
    excerpt: String,
    url: String,
    withdrawn: bool,
    facts: Vec<(&'static str, String)>,
    counts: Vec<CountView>,
    counted_line: String,
    comments: Vec<CommentView>,
    comment_typed: String,
    comment_error: String,
    earlier: Vec<EarlierView>,
    may_edit: bool,
    may_withdraw: bool,
    may_restore: bool,
    may_comment: bool,
    back: &'static str,
    back_href: &'static str,
}

#[derive(Template)]
#[template(path = "learning/record.html")]
struct RecordPage {
    page: Page,
    view: View,
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

async fn open(visitor: Visitor, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let fresh = asked.submitted.is_some();
    let (page, view) = visitor.read(move |cx| Box::pin(assemble(cx, language, RecordId::new(id), fresh))).await?;
    let title = view.title.clone();
    show(&RecordPage { page: page.titled(title).at(view.back_href), view })
}

async fn assemble(cx: &mut Cx, language: Language, id: RecordId, fresh: bool) -> Outcome<View> {
    let view = records::view(cx, id).await?;
    let counts = today::counted_for(cx, id).await?;
    let own = cx.person().ok() == Some(view.record.author);
    Ok(words(language, &cx.house, cx.today, view, &counts, Reader { own, fresh }))
}

/// Who reads.
#[derive(Clone, Copy, Debug)]
struct Reader {
    /// The author.
    own: bool,
    /// Coming from the form.
    fresh: bool,
}

fn words(language: Language, house: &House, today: NaiveDate, found: RecordView, counts: &[CountedFor], reader: Reader) -> View {
    let RecordView { record, comments, earlier, may_edit, may_withdraw, may_restore, may_comment } = found;
    let person = |id: PersonId| house.roster.person(id).map(|person| person.name.clone()).unwrap_or_default();
    let at = |moment: DateTime<Utc>| wording::moment(language, moment, house.zone, today);
    let answered = !comments.is_empty();
    let comments = comments.into_iter().map(|comment| CommentView {
        by: person(comment.author),
        at: at(comment.at),
        text: comment.text,
    });
    let earlier = earlier.into_iter().map(|version| EarlierView {
        line: tr_with(language, "record-version-line", &[("n", &version.version), ("time", &at(version.made_at))]),
        title: version.content.title,
        excerpt: version.content.excerpt,
        text: version.content.text,
    });
    let day = wording::day_and_weekday(language, record.content.date, today);
    let submitted = record.state == State::Submitted;
    View {
        id: record.id.to_string(),
        kind: wording::kind(language, record.content.kind),
        kind_word: record.content.kind.word(),
        byline: if reader.own { day } else { format!("{} · {day}", person(record.author)) },
        withdrawn: !submitted,
        facts: facts(language, house, &record, today),
        counts: counts.iter().map(|count| count_view(language, count, today)).collect(),
        counted_line: if reader.fresh && reader.own && submitted {
            counted_line(language, counts, today)
        } else {
            String::new()
        },
        comments: comments.collect(),
        earlier: earlier.collect(),
        may_edit,
        may_withdraw,
        may_restore,
        // The author answers; he does not begin.
        may_comment: may_comment && (!reader.own || answered),
        back: tr(language, if reader.own { "nav-library" } else { "nav-reading" }),
        back_href: if reader.own { "/library" } else { "/reading" },
        title: record.content.title,
        text: record.content.text,
        excerpt: record.content.excerpt,
        url: record.content.url.unwrap_or_default(),
        ..View::default()
    }
}

/// What came of submitting: 已提交，计入 9月16日剪贴（1/1）.
fn counted_line(language: Language, counts: &[CountedFor], today: NaiveDate) -> String {
    let english = language == Language::English;
    let each = counts.iter().map(|CountedFor { due, .. }| {
        let period = wording::period(language, due.period, today);
        let (name, done, required) = (due.duty.name.reading(english), due.done, due.required);
        tr_with(
            language,
            "record-counted-each",
            &[("period", &period), ("duty", &name), ("done", &done), ("required", &required)],
        )
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return tr(language, "record-counted-none").to_owned();
    }
    let all = each.join(if english { ", " } else { "、" });
    tr_with(language, "record-counted", &[("what", &all)])
}

fn count_view(language: Language, count: &CountedFor, today: NaiveDate) -> CountView {
    let due = &count.due;
    let period = wording::period(language, due.period, today);
    let note = if count.figures { format!("{period} · {}/{}", due.done, due.required) } else { period };
    CountView {
        title: due.duty.name.reading(language == Language::English).to_owned(),
        note,
        article: wording::article(language, due.duty.article),
        href: today_page::article_href(due.because.version, due.duty.article),
    }
}

fn facts(language: Language, house: &House, record: &Record, today: NaiveDate) -> Vec<(&'static str, String)> {
    let content = &record.content;
    let name = |id: PersonId| house.roster.person(id).map(|person| person.name.clone());
    let topic = content.topic.as_ref().map(|topic| topic_name(language, house, topic));
    let section = record.section.and_then(|id| house.roster.section(id)).map(|section| section.name.clone());
    let entry = content.entry.as_ref();
    let amount = entry.and_then(|entry| {
        let duty = house.versions.iter().rev().find_map(|version| version.charter.duty(&entry.duty))?;
        Some(wording::amount(language, duty.unit, &duty.evidence.kind, entry.amount.into()))
    });
    let submitted = wording::moment(language, record.recorded_at, house.zone, today);
    let readers = if content.kind == Kind::Entry { "readers-entry" } else { "readers-captured" };
    let facts = [
        ("record-author", name(record.author)),
        ("record-section", section),
        ("field-date", Some(wording::day_and_weekday(language, content.date, today))),
        ("field-book", content.book.clone()),
        ("field-topic", topic),
        ("field-counterpart", entry.and_then(|entry| entry.counterpart).and_then(name)),
        ("record-amount", amount),
        ("record-submitted", Some(submitted)),
        ("record-version", Some(record.version.to_string())),
        ("capture-readers", Some(tr(language, readers).to_owned())),
    ];
    facts.into_iter().filter_map(|(key, value)| Some((tr(language, key), value?))).collect()
}

/// A topic in the reader's language, as the latest charter that knows it words it.
pub fn topic_name(language: Language, house: &House, topic: &str) -> String {
    let known = house.versions.iter().rev().flat_map(|version| &version.charter.topics);
    let found = known.into_iter().find(|known| known.original == topic);
    found.map_or(topic, |found| found.reading(language == Language::English)).to_owned()
}

async fn edit(visitor: Visitor, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let record = RecordId::new(id);
    let (page, form) = visitor.read(move |cx| Box::pin(begin_edit(cx, language, record, asked.draft))).await?;
    show(&edit_page(page, form, record))
}

fn edit_page(page: Page, form: FormView, record: RecordId) -> EditPage {
    let title = page.t("record-edit-title");
    EditPage { page: page.titled(title).at("/library"), form, back_href: format!("/records/{record}") }
}

/// The form with the record's words, or with those of a draft of it that was left.
async fn begin_edit(cx: &mut Cx, language: Language, id: RecordId, draft: Option<Uuid>) -> Outcome<FormView> {
    let record = editable(cx, id).await?;
    let drafts = drafts::list(cx).await?;
    let left = drafts.into_iter().find(|known| known.record == Some(id) && draft.is_none_or(|key| known.id == key));
    let (key, base, beginning) = match left {
        Some(left) => (
            left.id,
            left.base_version.unwrap_or(record.version),
            Beginning { values: left.fields, saved: Some(left.updated_at) },
        ),
        None => {
            let values = domain::records::fields(&record.content);
            (cx.new_id::<()>().uuid(), record.version, Beginning { values, saved: None })
        }
    };
    Ok(form_for(language, cx, &record, key, base, beginning))
}

async fn editable(cx: &mut Cx, id: RecordId) -> Outcome<Record> {
    let record = records::readable(cx, id).await?;
    cx.authorize(Action::Edit, Resource::Record(records::facts(&record)))?;
    Ok(record)
}

fn form_for(language: Language, cx: &Cx, record: &Record, key: Uuid, base: u32, beginning: Beginning) -> FormView {
    let form = FormView::new(language, &cx.house, cx.today, key, record.content.kind, beginning).editing(record.id, base);
    match entry_of(language, &cx.house, &record.content) {
        Some(entry) => form.entering(entry),
        None => form,
    }
}

/// A changed entry stays for the duty and the person that it was made for; only the amount is asked again.
fn entry_of(language: Language, house: &House, content: &Content) -> Option<EntryView> {
    let entry = content.entry.as_ref()?;
    let duty = house.versions.iter().rev().find_map(|version| version.charter.duty(&entry.duty));
    let name = duty.map(|duty| duty.name.reading(language == Language::English)).unwrap_or_default();
    let half_days = duty.is_some_and(|duty| duty.unit == domain::charter::Unit::HalfDays);
    Some(EntryView {
        duty: entry.duty.to_string(),
        name: name.to_owned(),
        amount_label: tr(language, if half_days { "field-half-days" } else { "field-times" }),
        ..EntryView::default()
    })
}

async fn save(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let record = RecordId::new(id);
    let sent = Sent::read(pairs).ok_or(Problem::new(error::Kind::Unreadable))?;
    let revision = sent.revision(record).ok_or(Problem::new(error::Kind::Unreadable))?;
    let outcome = visitor.write(move |cx| Box::pin(records::revise(cx, revision.clone()))).await;
    match outcome {
        Ok(_) => Ok(go_saying(&format!("/records/{record}"), "done", "record-saved")),
        Err(problem) => again(&visitor, record, sent, problem.refused()?.1).await,
    }
}

/// Shows what was typed again: with what is wrong, or beside the version that somebody saved meanwhile.
async fn again(visitor: &Visitor, id: RecordId, sent: Sent, refusal: Refusal) -> Result<Response, Problem> {
    let language = visitor.language();
    let Sent { key, editing, fields: typed, .. } = sent;
    let beginning = Beginning { values: typed.clone(), saved: None };
    let opened_with = editing.map_or(1, |(_, base)| base);
    // The merged text is saved on top of the version that was shown beside it.
    let base = if let Refusal::Stale { current } = &refusal { current.version } else { opened_with };
    if !matches!(refusal, Refusal::Fields(_) | Refusal::Stale { .. }) {
        return Err(Problem::new(error::Kind::Refused(refusal)));
    }
    let (page, form) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let record = editable(cx, id).await?;
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
    let value = |fields: &Fields, name: &str| fields.get(name).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
    let differing = labels.into_iter().filter_map(|(name, label)| {
        // What the form does not ask cannot differ.
        let (yours, theirs) = (typed.get(name).map(|_| value(typed, name))?, value(&now, name));
        let shown = name == "text" || yours.trim() != theirs.trim();
        shown.then(|| Part { label: tr(language, label), pieces: compare(yours.trim(), theirs.trim()) })
    });
    differing.collect()
}

async fn withdraw(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor.write(move |cx| Box::pin(records::withdraw(cx, RecordId::new(id)))).await?;
    Ok(go_saying(&format!("/records/{id}"), "kept", "record-withdrawn"))
}

async fn restore(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor.write(move |cx| Box::pin(records::restore(cx, RecordId::new(id)))).await?;
    Ok(go_saying(&format!("/records/{id}"), "done", "record-restored"))
}

#[derive(Clone, Debug, Deserialize)]
struct CommentForm {
    comment: String,
}

async fn comment(visitor: Visitor, Path(id): Path<Uuid>, Form(form): Form<CommentForm>) -> Result<Response, Problem> {
    let record = RecordId::new(id);
    let text = form.comment.clone();
    let outcome = visitor.write(move |cx| Box::pin(records::comment(cx, record, text.clone()))).await;
    let Err(problem) = outcome else {
        return Ok(go_saying(&format!("/records/{id}#comments"), "done", "comment-sent"));
    };
    let (_, refusal) = problem.refused()?;
    let language = visitor.language();
    let (page, mut view) = visitor.read(move |cx| Box::pin(assemble(cx, language, record, false))).await?;
    view.comment_typed = form.comment;
    view.comment_error = error::refusal_text(language, &refusal);
    let title = view.title.clone();
    show_as(StatusCode::UNPROCESSABLE_ENTITY, &RecordPage { page: page.titled(title).at(view.back_href), view })
}
