//! 资料库: one's own material, searchable; and for heads and the office what there is to read.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::NaiveDate;
use documents::list::{CellValue, ListDocument};
use domain::identity::{PersonId, RecordId};
use domain::records::{Content, Kind, Record};
use serde::Deserialize;
use uuid::Uuid;

use super::super::address::query_encoded;
use super::super::download::{Format, cell_text, download};
use super::super::error::Problem;
use super::super::page::{Page, show};
use super::super::session::Visitor;
use super::super::text::{Language, tr, tr_with};
use super::super::{Routes, wording};
use super::compare::{Marked, snippet};
use super::form::topics;
use super::records::topic_name;
use crate::app::Cx;
use crate::app::library::{self, Found, LONGEST_LIST, Wish};
use crate::cx::House;

/// The routes of the library and of reading.
pub fn routes() -> Routes {
    Routes::new()
        .get("/library", own)
        .get("/library/export", export_own)
        .get("/reading", reading)
        .get("/reading/export", export_reading)
}

/// What the address asks for. Every field may be empty, as a browser sends the fields of a form.
#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    author: String,
    #[serde(default)]
    withdrawn: String,
    #[serde(default)]
    after: String,
    format: Option<String>,
}

impl Asked {
    fn wish(&self) -> Wish {
        Wish {
            question: self.q.trim().to_owned(),
            kind: Kind::from_word(&self.kind),
            topic: Some(self.topic.clone()).filter(|topic| !topic.is_empty()),
            from: self.from.parse().ok(),
            to: self.to.parse().ok(),
            withdrawn: !self.withdrawn.is_empty(),
            after: self.after(),
        }
    }

    fn author(&self) -> Option<PersonId> {
        self.author.parse().ok()
    }

    fn after(&self) -> Option<(NaiveDate, RecordId)> {
        let (date, id) = self.after.split_once('_')?;
        Some((date.parse().ok()?, RecordId::new(Uuid::parse_str(id).ok()?)))
    }

    /// The same question as an address, up to what comes next.
    fn address(&self, path: &str, withdrawn: bool) -> String {
        let mut address = format!("{path}?");
        let fields = [
            ("q", &self.q),
            ("kind", &self.kind),
            ("topic", &self.topic),
            ("from", &self.from),
            ("to", &self.to),
            ("author", &self.author),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            address.push_str(&format!("{name}={}&", query_encoded(value)));
        }
        if withdrawn {
            address.push_str("withdrawn=1&");
        }
        address
    }

    fn is_narrowed(&self) -> bool {
        !self.q.trim().is_empty() || self.is_filtered()
    }

    fn is_filtered(&self) -> bool {
        [&self.kind, &self.topic, &self.from, &self.to, &self.author]
            .iter()
            .any(|value| !value.is_empty())
    }
}

/// A tab.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: &'static str,
    /// Whether one is there.
    pub current: bool,
}

/// A record in the list.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it is.
    pub href: String,
    /// Its title, marked where it is all there is.
    pub title: Vec<Marked>,
    /// Around what was found; empty when the title says it all.
    pub snippet: Vec<Marked>,
    /// Kind, day, topic, author.
    pub note: String,
}

/// The list as it is shown.
#[derive(Clone, Debug, Default)]
pub struct LibraryView {
    path: &'static str,
    lead: &'static str,
    count_line: String,
    question: String,
    filtered: bool,
    kinds: Vec<(&'static str, &'static str)>,
    kind: String,
    topics: Vec<(String, String)>,
    topic: String,
    authors: Vec<(String, String)>,
    author: String,
    from: String,
    to: String,
    withdrawn: bool,
    tabs: Vec<Tab>,
    items: Vec<Item>,
    newer_href: String,
    older_href: String,
    export_href: String,
    empty_title: &'static str,
    empty_text: &'static str,
    empty_action: &'static str,
    empty_href: &'static str,
}

#[derive(Template)]
#[template(path = "learning/library.html")]
struct LibraryPage {
    page: Page,
    view: LibraryView,
}

async fn own(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let found = library::own(cx, asked.wish()).await?;
                Ok(own_view(language, &cx.house, cx.today, &asked, &found))
            })
        })
        .await?;
    let title = page.t("library");
    show(&LibraryPage {
        page: page.titled(title).at("/library"),
        view,
    })
}

async fn reading(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let found = library::to_read(cx, asked.wish(), asked.author()).await?;
                let authors = library::authors(cx);
                Ok(reading_view(
                    language, &cx.house, cx.today, &asked, &found, &authors,
                ))
            })
        })
        .await?;
    let title = page.t("nav-reading");
    show(&LibraryPage {
        page: page.titled(title).at("/reading"),
        view,
    })
}

fn own_view(
    language: Language,
    house: &House,
    today: NaiveDate,
    asked: &Asked,
    found: &Found,
) -> LibraryView {
    let withdrawn = !asked.withdrawn.is_empty();
    let tab = |withdrawn_tab: bool, key: &str| Tab {
        href: asked.address("/library", withdrawn_tab),
        label: tr(language, key),
        current: withdrawn_tab == withdrawn,
    };
    let (empty_title, empty_text) = match (asked.is_narrowed(), withdrawn) {
        (true, _) => ("library-not-found", "library-not-found-text"),
        (false, true) => ("library-none-withdrawn", "library-none-withdrawn-text"),
        (false, false) => ("library-empty", "library-empty-text"),
    };
    let begins = !asked.is_narrowed() && !withdrawn;
    LibraryView {
        path: "/library",
        lead: tr(language, "library-lead"),
        kinds: kinds(language, &Kind::ALL),
        tabs: vec![
            tab(false, "library-submitted"),
            tab(true, "library-withdrawn"),
        ],
        withdrawn,
        empty_title: tr(language, empty_title),
        empty_text: tr(language, empty_text),
        empty_action: if begins { tr(language, "capture") } else { "" },
        empty_href: "/capture",
        ..common(language, house, today, asked, found, "/library")
    }
}

fn reading_view(
    language: Language,
    house: &House,
    today: NaiveDate,
    asked: &Asked,
    found: &Found,
    authors: &[PersonId],
) -> LibraryView {
    let (empty_title, empty_text) = if asked.is_narrowed() {
        ("library-not-found", "library-not-found-text")
    } else {
        ("reading-empty", "reading-empty-text")
    };
    let mut choices = vec![(String::new(), tr(language, "library-anybody").to_owned())];
    choices.extend(authors.iter().filter_map(|id| {
        let person = house.roster.person(*id)?;
        // There are namesakes: the section tells them apart.
        let section = house
            .roster
            .section_on(*id, today)
            .map(|section| section.name.as_str())
            .unwrap_or_default();
        Some((
            id.to_string(),
            format!("{} {section}", person.name).trim().to_owned(),
        ))
    }));
    LibraryView {
        path: "/reading",
        lead: tr(language, "reading-lead"),
        kinds: kinds(language, &Kind::CAPTURED),
        authors: choices,
        author: asked.author.clone(),
        empty_title: tr(language, empty_title),
        empty_text: tr(language, empty_text),
        ..common(language, house, today, asked, found, "/reading")
    }
}

fn common(
    language: Language,
    house: &House,
    today: NaiveDate,
    asked: &Asked,
    found: &Found,
    path: &'static str,
) -> LibraryView {
    let withdrawn = !asked.withdrawn.is_empty();
    let address = asked.address(path, withdrawn);
    let with_author = path == "/reading";
    LibraryView {
        count_line: tr_with(language, "library-count", &[("n", &found.total)]),
        question: asked.q.clone(),
        filtered: asked.is_filtered(),
        kind: asked.kind.clone(),
        topics: topics_to_filter(language, house, today, asked),
        topic: asked.topic.clone(),
        from: asked.from.clone(),
        to: asked.to.clone(),
        items: found
            .records
            .iter()
            .map(|record| item(language, house, today, record, &asked.q, with_author))
            .collect(),
        newer_href: if asked.after.is_empty() {
            String::new()
        } else {
            address.clone()
        },
        older_href: found
            .next
            .map(|(date, id)| format!("{address}after={date}_{id}"))
            .unwrap_or_default(),
        export_href: address.replacen(path, &format!("{path}/export"), 1),
        ..LibraryView::default()
    }
}

fn kinds(language: Language, kinds: &[Kind]) -> Vec<(&'static str, &'static str)> {
    let mut choices = vec![("", tr(language, "library-any-kind"))];
    choices.extend(
        kinds
            .iter()
            .map(|kind| (kind.word(), wording::kind(language, *kind))),
    );
    choices
}

fn topics_to_filter(
    language: Language,
    house: &House,
    today: NaiveDate,
    asked: &Asked,
) -> Vec<(String, String)> {
    let chosen = Some(&asked.topic).filter(|topic| !topic.is_empty());
    let mut choices = topics(language, house, today, chosen);
    if let Some(first) = choices.first_mut() {
        first.1 = tr(language, "library-any-topic").to_owned();
    }
    choices
}

fn item(
    language: Language,
    house: &House,
    today: NaiveDate,
    record: &Record,
    question: &str,
    with_author: bool,
) -> Item {
    let content = &record.content;
    let author = house
        .roster
        .person(record.author)
        .filter(|_| with_author)
        .map(|person| person.name.clone());
    let topic = content
        .topic
        .as_ref()
        .map(|topic| topic_name(language, house, topic));
    let kind = wording::kind(language, content.kind).to_owned();
    let note = [
        author,
        Some(kind),
        Some(wording::date(language, content.date, today)),
        topic,
    ];
    let text = readable(content, question);
    // A short note without a title of its own is not shown twice.
    let (title, snippet) = if text.trim() == content.title.trim() {
        (snippet(&content.title, question), Vec::new())
    } else {
        let title = Marked {
            text: content.title.clone(),
            marked: false,
        };
        (vec![title], snippet(&text, question))
    };
    Item {
        href: format!("/records/{}", record.id),
        title,
        snippet,
        note: note.into_iter().flatten().collect::<Vec<_>>().join(" · "),
    }
}

/// The part of a text to show a piece of: the one in which the question occurs, else the author's own words.
fn readable(content: &Content, question: &str) -> String {
    let parts = [&content.text, &content.excerpt];
    let has = |text: &str| {
        question
            .split_whitespace()
            .any(|word| text.to_lowercase().contains(&word.to_lowercase()))
    };
    let found = parts
        .iter()
        .find(|text| has(text))
        .or_else(|| parts.iter().find(|text| !text.is_empty()));
    found
        .map(|text| (**text).clone())
        .or_else(|| content.url.clone())
        .unwrap_or_default()
}

async fn export_own(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let format = Format::from_word(asked.format.as_deref()).ok_or(Problem::not_found())?;
    let language = visitor.language();
    let (page, list) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let records = library::own_list(cx, asked.wish()).await?;
                Ok(list(language, cx, tr(language, "library"), &records))
            })
        })
        .await?;
    download(list, format, created(&visitor, &page)).await
}

async fn export_reading(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let format = Format::from_word(asked.format.as_deref()).ok_or(Problem::not_found())?;
    let language = visitor.language();
    let (page, list) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let records = library::to_read_list(cx, asked.wish(), asked.author()).await?;
                Ok(list(language, cx, tr(language, "nav-reading"), &records))
            })
        })
        .await?;
    download(list, format, created(&visitor, &page)).await
}

/// Now, by the organisation's clock.
pub fn created(visitor: &Visitor, page: &Page) -> chrono::NaiveDateTime {
    visitor
        .site()
        .program()
        .clock
        .now()
        .with_timezone(&page.zone())
        .naive_local()
}

fn list(language: Language, cx: &Cx, title: &str, records: &[Record]) -> ListDocument {
    let headers = [
        "field-date",
        "library-kind",
        "record-author",
        "field-title",
        "field-topic",
        "field-book",
        "field-text",
        "field-excerpt",
        "field-url",
    ];
    let text = |text: &str| CellValue::Text(cell_text(text));
    let row = |record: &Record| {
        let content = &record.content;
        let author = cx
            .house
            .roster
            .person(record.author)
            .map(|person| person.name.as_str())
            .unwrap_or_default();
        let topic = content
            .topic
            .as_ref()
            .map(|topic| topic_name(language, &cx.house, topic))
            .unwrap_or_default();
        vec![
            CellValue::Date(content.date),
            text(wording::kind(language, content.kind)),
            text(author),
            text(&content.title),
            text(&topic),
            text(content.book.as_deref().unwrap_or_default()),
            text(&content.text),
            text(&content.excerpt),
            text(content.url.as_deref().unwrap_or_default()),
        ]
    };
    let as_of = tr_with(
        language,
        "take-away-as-of",
        &[("day", &super::super::text::date(language, cx.today))],
    );
    let mut notes = vec![cx.house.name.clone(), as_of];
    if records.len() >= LONGEST_LIST {
        notes.push(tr_with(language, "take-away-cut", &[("n", &records.len())]));
    }
    ListDocument {
        title: title.to_owned(),
        headers: headers
            .iter()
            .map(|key| tr(language, key).to_owned())
            .collect(),
        rows: records.iter().map(row).collect(),
        notes,
    }
}
