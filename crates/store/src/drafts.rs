//! Drafts: what somebody is writing, saved as it is typed. They live apart from records and are nobody's but their author's:
//! every statement here names the person.

use chrono::{DateTime, Utc};
use domain::identity::{Id, OrgId, PersonId, RecordId};
use domain::records::{Fields, Kind};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::people::count;
use crate::question::Question;
use crate::records::kind;
use crate::statement::Statement;
use crate::tx::{Tx, on};

/// The largest draft, in bytes of its stored fields: text and excerpt of the greatest length in Chinese, and half as much
/// again for what JSON adds to odd characters.
pub const LARGEST_DRAFT: usize = 900_000;

/// The most drafts listed of one person.
const MOST_LISTED: i64 = 200;

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Identifier; one per form that is open.
    pub id: Uuid,
    /// Who is writing.
    pub person: PersonId,
    /// What it is going to be.
    pub kind: Kind,
    /// What has been typed so far.
    pub fields: Fields,
    /// The record that is being edited; none for a new one.
    pub record: Option<RecordId>,
    /// The version that the edit began from.
    pub base_version: Option<u32>,
    /// When it was saved.
    pub updated_at: DateTime<Utc>,
}

/// What became of saving a draft.
#[must_use = "what was not stored would be lost without a word"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is stored.
    Stored,
    /// It is larger than [`LARGEST_DRAFT`]; what was stored before is still there.
    TooLarge,
    /// The identifier belongs to somebody else's draft, which is left alone.
    NotYours,
}

#[derive(FromRow)]
struct DraftRow {
    id: Uuid,
    kind: String,
    fields: String,
    record: Option<Uuid>,
    base_version: Option<i64>,
    updated_at: DateTime<Utc>,
}

impl DraftRow {
    fn draft(self, person: PersonId) -> Result<Draft> {
        Ok(Draft {
            id: self.id,
            person,
            kind: kind("drafts", &self.kind)?,
            fields: serde_json::from_str(&self.fields).map_err(|error| corrupt(&error))?,
            record: self.record.map(RecordId::new),
            base_version: self
                .base_version
                .map(|version| count("drafts", version))
                .transpose()?,
            updated_at: self.updated_at,
        })
    }
}

/// Saves a draft over what was saved of it before.
///
/// # Errors
/// What the database says.
pub async fn save(tx: &mut Tx, org: OrgId, draft: &Draft) -> Result<Saved> {
    let fields = serde_json::to_string(&draft.fields).map_err(|error| corrupt(&error))?;
    if fields.len() > LARGEST_DRAFT {
        return Ok(Saved::TooLarge);
    }
    let saved = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO drafts (org, id, person, kind, fields, record, base_version, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org, id) DO UPDATE SET kind = excluded.kind, \
             fields = excluded.fields, record = excluded.record, base_version = excluded.base_version, \
             updated_at = excluded.updated_at WHERE drafts.person = excluded.person",
        )
        .bind(org.uuid())
        .bind(draft.id)
        .bind(draft.person.uuid())
        .bind(draft.kind.word())
        .bind(fields.as_str())
        .bind(draft.record.map(Id::uuid))
        .bind(draft.base_version.map(i64::from))
        .bind(draft.updated_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(if saved == 0 {
        Saved::NotYours
    } else {
        Saved::Stored
    })
}

/// One draft of the person's.
///
/// # Errors
/// What the database says.
pub async fn get(tx: &mut Tx, org: OrgId, person: PersonId, id: Uuid) -> Result<Option<Draft>> {
    let row: Option<DraftRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, fields, record, base_version, updated_at FROM drafts \
             WHERE org = $1 AND id = $2 AND person = $3",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(person.uuid())
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| row.draft(person)).transpose()
}

/// The person's drafts, the last saved first; at most 200.
pub fn list(org: OrgId, person: PersonId) -> Question<Vec<Draft>> {
    let asked = Statement::with(
        "SELECT id, kind, fields, record, base_version, updated_at FROM drafts \
         WHERE org = $1 AND person = $2 ORDER BY updated_at DESC, id DESC LIMIT $3",
        [org.into(), person.into(), MOST_LISTED.into()],
    );
    Question::new(asked, move |rows: Vec<DraftRow>| {
        rows.into_iter().map(|row| row.draft(person)).collect()
    })
}

/// Deletes a draft of the person's, if there is one, with the next statement.
pub fn delete(tx: &mut Tx, org: OrgId, person: PersonId, id: Uuid) {
    Statement::with(
        "DELETE FROM drafts WHERE org = $1 AND id = $2 AND person = $3",
        [org.into(), id.into(), person.into()],
    )
    .later(tx);
}

fn corrupt(error: &serde_json::Error) -> Error {
    Error::Corrupt {
        table: "drafts",
        what: error.to_string(),
    }
}
