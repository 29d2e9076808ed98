//! Records that people write, with their earlier versions and comments.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::identity::{Id, OrgId, PersonId, RecordId, SectionId};
use domain::records::{Content, Kind, Record, State};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::people::count as number;
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::{Tx, on};

mod comments;
mod query;
mod row;

pub use comments::{
    Answer, Comment, comment_counts, commentators, comments, insert_comment, recent_answers,
};
pub use query::{MOST_LISTED, RecordQuery, count, count_by_kind, list};
pub(crate) use row::kind;
use row::{COLUMNS, ContentRow, RecordRow, body};

/// The most earlier versions of one record that are read.
const MOST_VERSIONS: i64 = 1_000;

/// What a record said before it was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number then.
    pub version: u32,
    /// When these words were written.
    pub made_at: DateTime<Utc>,
    /// What it said.
    pub content: Content,
    /// Salt of the commitment to these words in the audit chain.
    pub salt: Vec<u8>,
}

/// What is needed to name a record and to decide who may, without reading its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Kind.
    pub kind: Kind,
    /// Title.
    pub title: String,
    /// Who wrote it.
    pub author: PersonId,
    /// Where it stands.
    pub state: State,
    /// The author's section when it was written.
    pub section: Option<SectionId>,
    /// With whom, for duties done with somebody.
    pub counterpart: Option<PersonId>,
}

#[derive(FromRow)]
struct TitleRow {
    id: Uuid,
    kind: String,
    title: String,
    author: Uuid,
    state: String,
    section: Option<Uuid>,
    counterpart: Option<Uuid>,
}

#[derive(FromRow)]
struct EarlierRow {
    version: i64,
    made_at: DateTime<Utc>,
    salt: Vec<u8>,
    #[sqlx(flatten)]
    said: ContentRow,
}

/// Stores a new record. `salt` belongs to the commitment in the audit chain; `form_key` was made with the form. `false`, and
/// nothing is stored, if the author has sent this form already, see [`by_form_key`].
///
/// # Errors
/// If the identifier is taken, or what the database says.
pub async fn insert(
    tx: &mut Tx,
    org: OrgId,
    record: &Record,
    salt: &[u8],
    form_key: Uuid,
) -> Result<bool> {
    let content = &record.content;
    let body = body(content)?;
    let inserted = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO records (org, id, author, section, kind, state, version, recorded_at, recorded_on, changed_at, \
             date, title, topic, counterpart, content, salt, form_key) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10, $11, $12, $13, $14, $15, $16) \
             ON CONFLICT (org, author, form_key) DO NOTHING",
        )
        .bind(org.uuid())
        .bind(record.id.uuid())
        .bind(record.author.uuid())
        .bind(record.section.map(Id::uuid))
        .bind(content.kind.word())
        .bind(record.state.word())
        .bind(i64::from(record.version))
        .bind(record.recorded_at)
        .bind(record.recorded_on)
        .bind(content.date)
        .bind(content.title.as_str())
        .bind(content.topic.as_deref())
        .bind(counterpart(content))
        .bind(body.as_str())
        .bind(salt)
        .bind(form_key)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(inserted == 1)
}

/// The record that the author has already made with this form: pressing submit twice makes one record.
///
/// # Errors
/// What the database says.
pub async fn by_form_key(
    tx: &mut Tx,
    org: OrgId,
    author: PersonId,
    form_key: Uuid,
) -> Result<Option<Record>> {
    let mut asked = select(org);
    asked
        .push(" AND author = ")
        .bind(author)
        .push(" AND form_key = ")
        .bind(form_key);
    fetch(tx, asked).await.map(|mut found| found.pop())
}

/// One record.
///
/// # Errors
/// What the database says.
pub async fn get(tx: &mut Tx, org: OrgId, id: RecordId) -> Result<Option<Record>> {
    let mut asked = select(org);
    asked.push(" AND id = ").bind(id);
    fetch(tx, asked).await.map(|mut found| found.pop())
}

/// The salt of the commitment to the record's present words.
///
/// # Errors
/// What the database says.
pub async fn salt(tx: &mut Tx, org: OrgId, id: RecordId) -> Result<Option<Vec<u8>>> {
    let found: Option<(Vec<u8>,)> = on!(tx, |c| {
        sqlx::query_as("SELECT salt FROM records WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id.uuid())
            .fetch_optional(c)
            .await
    })?;
    Ok(found.map(|(salt,)| salt))
}

/// Replaces what a record says and keeps what it said. `record` is the new version, written at `at`; author, section and
/// time of recording stay as they were. `false`, and nothing is changed, if the record is no longer at `expected_version`.
///
/// # Errors
/// What the database says.
pub async fn update(
    tx: &mut Tx,
    org: OrgId,
    record: &Record,
    salt: &[u8],
    at: DateTime<Utc>,
    expected_version: u32,
) -> Result<bool> {
    let kept = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO record_versions \
             (org, record, version, made_at, kind, date, title, topic, counterpart, content, salt) \
             SELECT org, id, version, changed_at, kind, date, title, topic, counterpart, content, salt \
             FROM records WHERE org = $1 AND id = $2 AND version = $3",
        )
        .bind(org.uuid())
        .bind(record.id.uuid())
        .bind(i64::from(expected_version))
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    if kept == 0 {
        return Ok(false);
    }
    let content = &record.content;
    let body = body(content)?;
    let changed = on!(tx, |c| {
        sqlx::query(
            "UPDATE records SET kind = $4, state = $5, version = $6, changed_at = $7, date = $8, title = $9, topic = $10, \
             counterpart = $11, content = $12, salt = $13 WHERE org = $1 AND id = $2 AND version = $3",
        )
        .bind(org.uuid())
        .bind(record.id.uuid())
        .bind(i64::from(expected_version))
        .bind(content.kind.word())
        .bind(record.state.word())
        .bind(i64::from(record.version))
        .bind(at)
        .bind(content.date)
        .bind(content.title.as_str())
        .bind(content.topic.as_deref())
        .bind(counterpart(content))
        .bind(body.as_str())
        .bind(salt)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(changed == 1)
}

/// Withdraws a record or puts it back; its words stay. `false`, and nothing is changed, if the record is no longer at
/// `expected_version`.
///
/// # Errors
/// What the database says.
pub async fn set_state(
    tx: &mut Tx,
    org: OrgId,
    id: RecordId,
    state: State,
    new_version: u32,
    expected_version: u32,
) -> Result<bool> {
    let changed = on!(tx, |c| {
        sqlx::query("UPDATE records SET state = $4, version = $5 WHERE org = $1 AND id = $2 AND version = $3")
            .bind(org.uuid())
            .bind(id.uuid())
            .bind(i64::from(expected_version))
            .bind(state.word())
            .bind(i64::from(new_version))
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(changed == 1)
}

/// What the record said before each edit, the oldest first, without its present words; at most the first 1,000.
///
/// # Errors
/// What the database says.
pub async fn versions(tx: &mut Tx, org: OrgId, id: RecordId) -> Result<Vec<Earlier>> {
    let rows: Vec<EarlierRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT version, made_at, salt, kind, date, title, topic, counterpart, content FROM record_versions \
             WHERE org = $1 AND record = $2 ORDER BY version LIMIT $3",
        )
        .bind(org.uuid())
        .bind(id.uuid())
        .bind(MOST_VERSIONS)
        .fetch_all(c)
        .await
    })?;
    let earlier = |row: EarlierRow| {
        Ok(Earlier {
            version: number("record_versions", row.version)?,
            made_at: row.made_at,
            content: row.said.content("record_versions")?,
            salt: row.salt,
        })
    };
    rows.into_iter().map(earlier).collect()
}

/// The titles of these records, their bodies unread; unknown ones are left out.
///
/// # Errors
/// What the database says.
pub async fn titles(
    tx: &mut Tx,
    org: OrgId,
    ids: &[RecordId],
) -> Result<BTreeMap<RecordId, Title>> {
    let mut titles = BTreeMap::new();
    for part in ids.chunks(LONGEST_LIST) {
        let mut asked = Statement::new(
            "SELECT id, kind, title, author, state, section, counterpart FROM records WHERE org = ",
        );
        asked
            .bind(org)
            .push(" AND id IN ")
            .list(part.iter().map(|id| Value::from(*id)));
        for row in asked.fetch_all::<TitleRow>(tx).await? {
            titles.insert(RecordId::new(row.id), row.title()?);
        }
    }
    Ok(titles)
}

impl TitleRow {
    fn title(self) -> Result<Title> {
        Ok(Title {
            kind: kind("records", &self.kind)?,
            title: self.title,
            author: PersonId::new(self.author),
            state: row::state(&self.state)?,
            section: self.section.map(SectionId::new),
            counterpart: self.counterpart.map(PersonId::new),
        })
    }
}

fn counterpart(content: &Content) -> Option<Uuid> {
    content
        .entry
        .as_ref()
        .and_then(|entry| entry.counterpart)
        .map(Id::uuid)
}

fn select(org: OrgId) -> Statement {
    let mut asked = Statement::new("SELECT ");
    asked
        .push(COLUMNS)
        .push(" FROM records WHERE org = ")
        .bind(org);
    asked
}

async fn fetch(tx: &mut Tx, asked: Statement) -> Result<Vec<Record>> {
    let rows: Vec<RecordRow> = asked.fetch_all(tx).await?;
    rows.into_iter().map(RecordRow::record).collect()
}
