//! Comments on records (R23–R26: by head and office; the author answers).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::identity::{Id, OfRecord, OrgId, PersonId, RecordId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::question::Question;
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::{Tx, on};

/// The most comments shown under one record; later ones are not shown. Nobody reads a longer discussion there.
const MOST_COMMENTS: i64 = 1_000;

/// A comment on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Identifier.
    pub id: Uuid,
    /// What it is about.
    pub record: RecordId,
    /// Who wrote it.
    pub author: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Its words.
    pub text: String,
}

#[derive(FromRow)]
struct CommentRow {
    id: Uuid,
    author: Uuid,
    at: DateTime<Utc>,
    text: String,
}

/// Adds a comment.
///
/// # Errors
/// If record or author are unknown, or what the database says.
pub async fn insert_comment(tx: &mut Tx, org: OrgId, comment: &Comment) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO comments (org, id, record, answers, author, at, text) \
             VALUES ($1, $2, $3, (SELECT author FROM records WHERE org = $1 AND id = $3), $4, $5, $6)",
        )
            .bind(org.uuid())
            .bind(comment.id)
            .bind(comment.record.uuid())
            .bind(comment.author.uuid())
            .bind(comment.at)
            .bind(comment.text.as_str())
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The comments on a record, the oldest first; at most 1,000.
///
/// # Errors
/// What the database says.
pub async fn comments(tx: &mut Tx, org: OrgId, record: RecordId) -> Result<Vec<Comment>> {
    let rows: Vec<CommentRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, author, at, text FROM comments WHERE org = $1 AND record = $2 ORDER BY at, id LIMIT $3",
        )
        .bind(org.uuid())
        .bind(record.uuid())
        .bind(MOST_COMMENTS)
        .fetch_all(c)
        .await
    })?;
    let comment = |row: CommentRow| Comment {
        id: row.id,
        record,
        author: PersonId::new(row.author),
        at: row.at,
        text: row.text,
    };
    Ok(rows.into_iter().map(comment).collect())
}

/// Who has commented on a record, each once.
///
/// # Errors
/// What the database says.
pub async fn commentators(tx: &mut Tx, org: OrgId, record: RecordId) -> Result<Vec<PersonId>> {
    let asked = Statement::with(
        "SELECT DISTINCT author FROM comments WHERE org = $1 AND record = $2 ORDER BY author",
        [org.into(), record.into()],
    );
    let rows: Vec<(Uuid,)> = asked.fetch_all(tx).await?;
    Ok(rows
        .into_iter()
        .map(|(person,)| PersonId::new(person))
        .collect())
}

/// How many comments each of these records has; records without any are left out.
///
/// # Errors
/// What the database says.
pub async fn comment_counts(
    tx: &mut Tx,
    org: OrgId,
    records: &[RecordId],
) -> Result<BTreeMap<RecordId, u64>> {
    let mut counts = BTreeMap::new();
    for part in records.chunks(LONGEST_LIST) {
        let mut asked = Statement::new("SELECT record, COUNT(*) FROM comments WHERE org = ");
        asked
            .bind(org)
            .push(" AND record IN ")
            .list(part.iter().map(|id| Value::from(*id)))
            .push(" GROUP BY record");
        let rows: Vec<(Uuid, i64)> = asked.fetch_all(tx).await?;
        let count =
            |(id, count): (Uuid, i64)| (Id::<OfRecord>::new(id), u64::try_from(count).unwrap_or(0));
        counts.extend(rows.into_iter().map(count));
    }
    Ok(counts)
}

/// What somebody else wrote on a record, without its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The record.
    pub record: RecordId,
    /// Its title.
    pub title: String,
    /// Who answered.
    pub author: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(FromRow)]
struct AnswerRow {
    record: Uuid,
    title: String,
    author: Uuid,
    at: DateTime<Utc>,
}

/// What others have written on the records of `author` since then, the latest first; at most `limit`.
pub fn recent_answers(
    org: OrgId,
    author: PersonId,
    since: DateTime<Utc>,
    limit: u32,
) -> Question<Vec<Answer>> {
    let asked = Statement::with(
        "SELECT k.record, r.title, k.author, k.at FROM comments k \
         JOIN records r ON r.org = k.org AND r.id = k.record \
         WHERE k.org = $1 AND k.answers = $2 AND k.author <> $2 AND k.at >= $3 AND r.state = 'submitted' \
         ORDER BY k.at DESC, k.id DESC LIMIT $4",
        [org.into(), author.into(), since.into(), limit.into()],
    );
    let answer = |row: AnswerRow| Answer {
        record: RecordId::new(row.record),
        title: row.title,
        author: PersonId::new(row.author),
        at: row.at,
    };
    Question::new(asked, move |rows: Vec<AnswerRow>| {
        Ok(rows.into_iter().map(answer).collect())
    })
}
