//! The search index: words of records, made by [`domain::search`]. Questions are put through
//! [`crate::records::RecordQuery::search`].

use domain::identity::{OrgId, PersonId, RecordId};
use domain::search::index_text;

use crate::dialect::{author_word, org_word, tsvector};
use crate::error::Result;
use crate::tx::{Engine, Tx, on};

/// Words of one row. PostgreSQL counts positions up to 16,383 only.
const WORDS_PER_CHUNK: usize = 4_000;
/// Words that neighbouring rows share, so that a phrase across the border is found in one of them.
const OVERLAP: usize = 32;

/// Puts a record's text into the index, in place of what was there of it.
///
/// # Errors
/// What the database says.
pub async fn put(
    tx: &mut Tx,
    org: OrgId,
    record: RecordId,
    author: PersonId,
    text: &str,
) -> Result<()> {
    remove(tx, org, record).await?;
    let indexed = index_text(text);
    let words: Vec<String> = indexed
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut start = 0;
    let mut chunk = 0_i64;
    while start < words.len() {
        let end = (start + WORDS_PER_CHUNK).min(words.len());
        let mut row = vec![org_word(org.uuid()), author_word(author.uuid())];
        row.extend_from_slice(&words[start..end]);
        put_chunk(tx, org, record, chunk, &row).await?;
        chunk += 1;
        if end == words.len() {
            break;
        }
        start = end - OVERLAP;
    }
    Ok(())
}

/// The engines keep the words in different places: SQLite in a virtual table beside, PostgreSQL in the row.
async fn put_chunk(
    tx: &mut Tx,
    org: OrgId,
    record: RecordId,
    chunk: i64,
    words: &[String],
) -> Result<()> {
    on!(tx,
        sqlite: |c| {
            let id = sqlx::query_scalar::<_, i64>(
                "INSERT INTO search_chunks (org, record, chunk) VALUES ($1, $2, $3) RETURNING id",
            )
            .bind(org.uuid())
            .bind(record.uuid())
            .bind(chunk)
            .fetch_one(&mut *c)
            .await;
            match id {
                Ok(id) => sqlx::query("INSERT INTO search_index (rowid, words) VALUES ($1, $2)")
                    .bind(id)
                    .bind(words.join(" "))
                    .execute(c)
                    .await
                    .map(|_| ()),
                Err(error) => Err(error),
            }
        },
        postgres: |c| {
            sqlx::query("INSERT INTO search_chunks (org, record, chunk, words) VALUES ($1, $2, $3, CAST($4 AS tsvector))")
                .bind(org.uuid())
                .bind(record.uuid())
                .bind(chunk)
                .bind(tsvector(words))
                .execute(c)
                .await
                .map(|_| ())
        }
    )?;
    Ok(())
}

/// Takes a record out of the index.
///
/// # Errors
/// What the database says.
pub async fn remove(tx: &mut Tx, org: OrgId, record: RecordId) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        on!(tx, |c| {
            sqlx::query(
                "DELETE FROM search_index WHERE rowid IN (SELECT id FROM search_chunks WHERE org = $1 AND record = $2)",
            )
            .bind(org.uuid())
            .bind(record.uuid())
            .execute(c)
            .await
            .map(|_| ())
        })?;
    }
    on!(tx, |c| {
        sqlx::query("DELETE FROM search_chunks WHERE org = $1 AND record = $2")
            .bind(org.uuid())
            .bind(record.uuid())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}
