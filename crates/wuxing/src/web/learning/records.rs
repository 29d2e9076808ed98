//! A record: reading, commenting, taking back. Changing it is in [`edit`].

use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::{PersonId, RecordId};
use domain::records::{Kind, Record, State};
use serde::Deserialize;
use uuid::Uuid;

use super::super::error::{self, Problem};
use super::super::page::{Page, go_saying, show, show_as};
use super::super::session::Visitor;
use super::super::text::{Language, tr, tr_with};
use super::super::{Routes, today as today_page, wording};
use super::edit;
use crate::app::records::RecordView;
use crate::app::today::CountedFor;
use crate::app::{Cx, Result as Outcome, records, today};
use crate::cx::House;

/// The routes of records.
pub fn routes() -> Routes {
    Routes::new()
        .get("/records/{id}", open)
        .get("/records/{id}/edit", edit::edit)
        .post("/records/{id}/edit", edit::save)
        .post("/records/{id}/withdraw", withdraw)
        .post("/records/{id}/restore", restore)
        .post("/records/{id}/comments", comment)
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    submitted: Option<String>,
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
    /// Above the words: the title, or the kind where the title is how they begin.
    heading: String,
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

async fn open(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let fresh = asked.submitted.is_some();
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, RecordId::new(id), fresh)))
        .await?;
    let title = view.title.clone();
    show(&RecordPage {
        page: page.titled(title).at(view.back_href),
        view,
    })
}

async fn assemble(cx: &mut Cx, language: Language, id: RecordId, fresh: bool) -> Outcome<View> {
    let view = records::view(cx, id).await?;
    let counts = today::counted_for(cx, id).await?;
    let own = cx.person().ok() == Some(view.record.author);
    Ok(words(
        language,
        &cx.house,
        cx.today,
        view,
        &counts,
        Reader { own, fresh },
    ))
}

/// Who reads.
#[derive(Clone, Copy, Debug)]
struct Reader {
    /// The author.
    own: bool,
    /// Coming from the form.
    fresh: bool,
}

fn words(
    language: Language,
    house: &House,
    today: NaiveDate,
    found: RecordView,
    counts: &[CountedFor],
    reader: Reader,
) -> View {
    let RecordView {
        record,
        comments,
        earlier,
        may_edit,
        may_withdraw,
        may_restore,
        may_comment,
    } = found;
    let person = |id: PersonId| {
        house
            .roster
            .person(id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    };
    let at = |moment: DateTime<Utc>| wording::moment(language, moment, house.zone, today);
    let answered = !comments.is_empty();
    let comments = comments.into_iter().map(|comment| CommentView {
        by: person(comment.author),
        at: at(comment.at),
        text: comment.text,
    });
    let earlier = earlier.into_iter().map(|version| EarlierView {
        line: tr_with(
            language,
            "record-version-line",
            &[("n", &version.version), ("time", &at(version.made_at))],
        ),
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
        byline: if reader.own {
            day
        } else {
            format!("{} · {day}", person(record.author))
        },
        withdrawn: !submitted,
        facts: facts(language, house, &record, today),
        counts: counts
            .iter()
            .map(|count| count_view(language, count, today))
            .collect(),
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
        back: tr(
            language,
            if reader.own {
                "nav-library"
            } else {
                "nav-reading"
            },
        ),
        back_href: if reader.own { "/library" } else { "/reading" },
        heading: if record.content.has_title_of_its_own() {
            record.content.title.clone()
        } else {
            wording::kind(language, record.content.kind).to_owned()
        },
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
            &[
                ("period", &period),
                ("duty", &name),
                ("done", &done),
                ("required", &required),
            ],
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
    let note = if count.figures {
        format!("{period} · {}/{}", due.done, due.required)
    } else {
        period
    };
    CountView {
        title: due
            .duty
            .name
            .reading(language == Language::English)
            .to_owned(),
        note,
        article: wording::article(language, due.duty.article),
        href: today_page::article_href(due.because.version, due.duty.article),
    }
}

fn facts(
    language: Language,
    house: &House,
    record: &Record,
    today: NaiveDate,
) -> Vec<(&'static str, String)> {
    let content = &record.content;
    let name = |id: PersonId| house.roster.person(id).map(|person| person.name.clone());
    let topic = content
        .topic
        .as_ref()
        .map(|topic| topic_name(language, house, topic));
    let section = record
        .section
        .and_then(|id| house.roster.section(id))
        .map(|section| section.name.clone());
    let entry = content.entry.as_ref();
    let amount = entry.and_then(|entry| {
        let duty = house
            .versions
            .iter()
            .rev()
            .find_map(|version| version.charter.duty(&entry.duty))?;
        Some(wording::amount(
            language,
            duty.unit,
            &duty.evidence.kind,
            entry.amount.into(),
        ))
    });
    let submitted = wording::moment(language, record.recorded_at, house.zone, today);
    let readers = if content.kind == Kind::Entry {
        "readers-entry"
    } else {
        "readers-captured"
    };
    let facts = [
        ("record-author", name(record.author)),
        ("record-section", section),
        (
            "field-date",
            Some(wording::day_and_weekday(language, content.date, today)),
        ),
        ("field-book", content.book.clone()),
        ("field-topic", topic),
        (
            "field-counterpart",
            entry.and_then(|entry| entry.counterpart).and_then(name),
        ),
        ("record-amount", amount),
        ("record-submitted", Some(submitted)),
        ("record-version", Some(record.version.to_string())),
        ("capture-readers", Some(tr(language, readers).to_owned())),
    ];
    facts
        .into_iter()
        .filter_map(|(key, value)| Some((tr(language, key), value?)))
        .collect()
}

/// A topic in the reader's language, as the latest charter that knows it words it.
pub fn topic_name(language: Language, house: &House, topic: &str) -> String {
    let known = house
        .versions
        .iter()
        .rev()
        .flat_map(|version| &version.charter.topics);
    let found = known.into_iter().find(|known| known.original == topic);
    found
        .map_or(topic, |found| found.reading(language == Language::English))
        .to_owned()
}

async fn withdraw(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(records::withdraw(cx, RecordId::new(id))))
        .await?;
    Ok(go_saying(
        &format!("/records/{id}"),
        "kept",
        "record-withdrawn",
    ))
}

async fn restore(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(records::restore(cx, RecordId::new(id))))
        .await?;
    Ok(go_saying(
        &format!("/records/{id}"),
        "done",
        "record-restored",
    ))
}

#[derive(Clone, Debug, Deserialize)]
struct CommentForm {
    comment: String,
}

async fn comment(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(form): Form<CommentForm>,
) -> Result<Response, Problem> {
    let record = RecordId::new(id);
    let text = form.comment.clone();
    let outcome = visitor
        .write(move |cx| Box::pin(records::comment(cx, record, text.clone())))
        .await;
    let Err(problem) = outcome else {
        return Ok(go_saying(
            &format!("/records/{id}#comments"),
            "done",
            "comment-sent",
        ));
    };
    let (_, refusal) = problem.refused()?;
    let language = visitor.language();
    let (page, mut view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, record, false)))
        .await?;
    view.comment_typed = form.comment;
    view.comment_error = error::refusal_text(language, &refusal);
    let title = view.title.clone();
    show_as(
        StatusCode::UNPROCESSABLE_ENTITY,
        &RecordPage {
            page: page.titled(title).at(view.back_href),
            view,
        },
    )
}
