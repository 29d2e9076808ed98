//! A record as it lies in its row: what is asked for in columns, the rest of the content as one JSON text.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::{DutyId, PersonId, RecordId, SectionId};
use domain::records::{Content, EntryFor, Kind, Record, State};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::people::count;

/// The columns of [`RecordRow`].
pub(super) const COLUMNS: &str = "id, author, section, kind, state, version, recorded_at, recorded_on, date, title, topic, counterpart, content";

#[derive(FromRow)]
pub(super) struct RecordRow {
    id: Uuid,
    author: Uuid,
    section: Option<Uuid>,
    state: String,
    version: i64,
    recorded_at: DateTime<Utc>,
    recorded_on: NaiveDate,
    #[sqlx(flatten)]
    said: ContentRow,
}

impl RecordRow {
    pub(super) fn record(self) -> Result<Record> {
        Ok(Record {
            id: RecordId::new(self.id),
            author: PersonId::new(self.author),
            section: self.section.map(SectionId::new),
            state: state(&self.state)?,
            version: count("records", self.version)?,
            recorded_at: self.recorded_at,
            recorded_on: self.recorded_on,
            content: self.said.content("records")?,
        })
    }
}

/// What a record says, as records and their earlier versions keep it.
#[derive(FromRow)]
pub(super) struct ContentRow {
    kind: String,
    date: NaiveDate,
    title: String,
    topic: Option<String>,
    counterpart: Option<Uuid>,
    content: String,
}

/// The part of the content that has no column of its own. Fields that a kind does not use are left out.
#[derive(Deserialize, Serialize)]
struct Body {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    excerpt: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    book: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry: Option<Entry>,
}

#[derive(Deserialize, Serialize)]
struct Entry {
    duty: String,
    evidence: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    amount: u32,
}

/// The JSON text of `content`'s body.
pub(super) fn body(content: &Content) -> Result<String> {
    let body = Body {
        text: content.text.clone(),
        excerpt: content.excerpt.clone(),
        url: content.url.clone(),
        book: content.book.clone(),
        entry: content.entry.as_ref().map(|entry| Entry {
            duty: entry.duty.to_string(),
            evidence: entry.evidence.clone(),
            category: entry.category.clone(),
            amount: entry.amount,
        }),
    };
    serde_json::to_string(&body).map_err(|error| corrupt("records", &error))
}

impl ContentRow {
    pub(super) fn content(self, table: &'static str) -> Result<Content> {
        let body: Body =
            serde_json::from_str(&self.content).map_err(|error| corrupt(table, &error))?;
        let counterpart = self.counterpart.map(PersonId::new);
        Ok(Content {
            kind: kind(table, &self.kind)?,
            title: self.title,
            text: body.text,
            excerpt: body.excerpt,
            url: body.url,
            book: body.book,
            topic: self.topic,
            date: self.date,
            entry: body
                .entry
                .map(|entry| entry.entry_for(table, counterpart))
                .transpose()?,
        })
    }
}

impl Entry {
    fn entry_for(self, table: &'static str, counterpart: Option<PersonId>) -> Result<EntryFor> {
        Ok(EntryFor {
            duty: DutyId::parse(&self.duty).ok_or_else(|| Error::Corrupt {
                table,
                what: format!("the duty {:?}", self.duty),
            })?,
            evidence: self.evidence,
            category: self.category,
            counterpart,
            amount: self.amount,
        })
    }
}

pub(crate) fn kind(table: &'static str, word: &str) -> Result<Kind> {
    Kind::from_word(word).ok_or_else(|| Error::Corrupt {
        table,
        what: format!("the kind {word:?}"),
    })
}

pub(super) fn state(word: &str) -> Result<State> {
    State::from_word(word).ok_or_else(|| Error::Corrupt {
        table: "records",
        what: format!("the state {word:?}"),
    })
}

fn corrupt(table: &'static str, error: &dyn std::error::Error) -> Error {
    Error::Corrupt {
        table,
        what: error.to_string(),
    }
}
