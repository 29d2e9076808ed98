//! Drafts of the charter, with every state in which they were saved. A save names the revision that it began from, so that two
//! people who change one draft never overwrite each other.

use chrono::{DateTime, Utc};
use domain::identity::{OrgId, PersonId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::people::count;
use crate::tx::{Tx, on};

/// How many revisions of a draft are kept; older ones are dropped.
pub const KEPT_REVISIONS: u32 = 100;

/// The most drafts listed.
const MOST_LISTED: i64 = 200;

/// A draft without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterDraft {
    /// Identifier.
    pub id: Uuid,
    /// The version that it changes.
    pub base_version: u32,
    /// Its latest revision, from 1.
    pub revision: u32,
    /// Who began it.
    pub created_by: PersonId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was saved last.
    pub changed_at: DateTime<Utc>,
    /// When it was thrown away, if it is.
    pub discarded_at: Option<DateTime<Utc>>,
    /// The version that it became.
    pub adopted_as: Option<u32>,
}

/// A state in which a draft was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from 1.
    pub revision: u32,
    /// The charter's text.
    pub toml: String,
    /// Who saved it.
    pub author: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// A word for what was done.
    pub what: String,
}

#[derive(FromRow)]
struct DraftRow {
    id: Uuid,
    base_version: i64,
    revision: i64,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
    discarded_at: Option<DateTime<Utc>>,
    adopted_as: Option<i64>,
}

impl DraftRow {
    fn draft(self) -> Result<CharterDraft> {
        let number = |number: i64| count("charter_drafts", number);
        Ok(CharterDraft {
            id: self.id,
            base_version: number(self.base_version)?,
            revision: number(self.revision)?,
            created_by: PersonId::new(self.created_by),
            created_at: self.created_at,
            changed_at: self.changed_at,
            discarded_at: self.discarded_at,
            adopted_as: self.adopted_as.map(number).transpose()?,
        })
    }
}

#[derive(FromRow)]
struct RevisionRow {
    revision: i64,
    toml: String,
    author: Uuid,
    at: DateTime<Utc>,
    what: String,
}

impl RevisionRow {
    fn revision(self) -> Result<Revision> {
        Ok(Revision {
            revision: count("charter_draft_revisions", self.revision)?,
            toml: self.toml,
            author: PersonId::new(self.author),
            at: self.at,
            what: self.what,
        })
    }
}

/// Stores a new draft with its first revision.
///
/// # Errors
/// If the identifier is taken or the base is no version, or what the database says.
pub async fn insert(
    tx: &mut Tx,
    org: OrgId,
    id: Uuid,
    base_version: u32,
    first: &Revision,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO charter_drafts (org, id, base_version, revision, created_by, created_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(i64::from(base_version))
        .bind(i64::from(first.revision))
        .bind(first.author.uuid())
        .bind(first.at)
        .execute(c)
        .await
        .map(drop)
    })?;
    insert_revision(tx, org, id, first).await
}

async fn insert_revision(tx: &mut Tx, org: OrgId, draft: Uuid, revision: &Revision) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO charter_draft_revisions (org, draft, revision, toml, author, at, what) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(org.uuid())
        .bind(draft)
        .bind(i64::from(revision.revision))
        .bind(revision.toml.as_str())
        .bind(revision.author.uuid())
        .bind(revision.at)
        .bind(revision.what.as_str())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Saves the next revision of a draft that is open. `false`, and nothing is changed, unless the draft stands at the revision
/// before it.
///
/// # Errors
/// What the database says.
pub async fn save(
    tx: &mut Tx,
    org: OrgId,
    id: Uuid,
    base_version: u32,
    next: &Revision,
) -> Result<bool> {
    let moved = on!(tx, |c| {
        sqlx::query(
            "UPDATE charter_drafts SET revision = $3, changed_at = $4, base_version = $5 \
             WHERE org = $1 AND id = $2 AND revision = $3 - 1 AND discarded_at IS NULL AND adopted_as IS NULL",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(i64::from(next.revision))
        .bind(next.at)
        .bind(i64::from(base_version))
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    if moved == 0 {
        return Ok(false);
    }
    insert_revision(tx, org, id, next).await?;
    on!(tx, |c| {
        sqlx::query(
            "DELETE FROM charter_draft_revisions WHERE org = $1 AND draft = $2 AND revision <= $3",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(i64::from(next.revision) - i64::from(KEPT_REVISIONS))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(true)
}

/// One draft.
///
/// # Errors
/// What the database says.
pub async fn get(tx: &mut Tx, org: OrgId, id: Uuid) -> Result<Option<CharterDraft>> {
    let row: Option<DraftRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, base_version, revision, created_by, created_at, changed_at, discarded_at, adopted_as \
             FROM charter_drafts WHERE org = $1 AND id = $2",
        )
        .bind(org.uuid())
        .bind(id)
        .fetch_optional(c)
        .await
    })?;
    row.map(DraftRow::draft).transpose()
}

/// The drafts, the last saved first; at most 200.
///
/// # Errors
/// What the database says.
pub async fn list(tx: &mut Tx, org: OrgId) -> Result<Vec<CharterDraft>> {
    let rows: Vec<DraftRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, base_version, revision, created_by, created_at, changed_at, discarded_at, adopted_as \
             FROM charter_drafts WHERE org = $1 ORDER BY changed_at DESC, id DESC LIMIT $2",
        )
        .bind(org.uuid())
        .bind(MOST_LISTED)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(DraftRow::draft).collect()
}

/// How many drafts are open: neither thrown away nor adopted.
///
/// # Errors
/// What the database says.
pub async fn count_open(tx: &mut Tx, org: OrgId) -> Result<u32> {
    let (open,): (i64,) = on!(tx, |c| {
        sqlx::query_as(
            "SELECT COUNT(*) FROM charter_drafts WHERE org = $1 AND discarded_at IS NULL AND adopted_as IS NULL",
        )
        .bind(org.uuid())
        .fetch_one(c)
        .await
    })?;
    count("charter_drafts", open)
}

/// One revision of a draft, if it is still kept.
///
/// # Errors
/// What the database says.
pub async fn revision(
    tx: &mut Tx,
    org: OrgId,
    draft: Uuid,
    revision: u32,
) -> Result<Option<Revision>> {
    let row: Option<RevisionRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT revision, toml, author, at, what FROM charter_draft_revisions \
             WHERE org = $1 AND draft = $2 AND revision = $3",
        )
        .bind(org.uuid())
        .bind(draft)
        .bind(i64::from(revision))
        .fetch_optional(c)
        .await
    })?;
    row.map(RevisionRow::revision).transpose()
}

/// The revisions that are kept, without their texts, the latest first.
///
/// # Errors
/// What the database says.
pub async fn revisions(tx: &mut Tx, org: OrgId, draft: Uuid) -> Result<Vec<Revision>> {
    let rows: Vec<RevisionRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT revision, '' AS toml, author, at, what FROM charter_draft_revisions \
             WHERE org = $1 AND draft = $2 ORDER BY revision DESC",
        )
        .bind(org.uuid())
        .bind(draft)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(RevisionRow::revision).collect()
}

/// Throws a draft away, or takes it back (`None`). `false` if it has been adopted or there is none.
///
/// # Errors
/// What the database says.
pub async fn set_discarded(
    tx: &mut Tx,
    org: OrgId,
    id: Uuid,
    at: Option<DateTime<Utc>>,
) -> Result<bool> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE charter_drafts SET discarded_at = $3 WHERE org = $1 AND id = $2 AND adopted_as IS NULL",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}
