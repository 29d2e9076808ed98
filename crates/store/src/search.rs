//! The search index: words of records, made by [`domain::search`]. Questions are put through
//! [`crate::records::RecordQuery::search`].

use domain::identity::{OrgId, PersonId, RecordId};
use domain::search::index_text;

use crate::dialect::{author_word, org_word, tsvector};
use crate::statement::Statement;
use crate::tx::{Engine, Tx};

/// Words of one row. PostgreSQL counts positions up to 16,383 only.
const WORDS_PER_CHUNK: usize = 4_000;
/// Words that neighbouring rows share, so that a phrase across the border is found in one of them.
const OVERLAP: usize = 32;

/// Puts a new record's text into the index, with the next statement. What is there of it already must be removed first, see
/// [`remove`].
pub fn add(tx: &mut Tx, org: OrgId, record: RecordId, author: PersonId, text: &str) {
    let indexed = index_text(text);
    let words: Vec<&str> = indexed.split(' ').filter(|word| !word.is_empty()).collect();
    let scope = [org_word(org.uuid()), author_word(author.uuid())];
    let mut start = 0;
    let mut chunk = 0_i64;
    while start < words.len() {
        let end = (start + WORDS_PER_CHUNK).min(words.len());
        let row = scope
            .iter()
            .map(String::as_str)
            .chain(words[start..end].iter().copied());
        add_chunk(tx, org, record, chunk, &row.collect::<Vec<_>>());
        chunk += 1;
        if end == words.len() {
            break;
        }
        start = end - OVERLAP;
    }
}

/// The engines keep the words in different places: SQLite in a virtual table beside, PostgreSQL in the row.
fn add_chunk(tx: &mut Tx, org: OrgId, record: RecordId, chunk: i64, words: &[&str]) {
    let key = [org.into(), record.into(), chunk.into()];
    match tx.engine() {
        Engine::Sqlite => {
            Statement::with(
                "INSERT INTO search_chunks (org, record, chunk) VALUES ($1, $2, $3)",
                key,
            )
            .later(tx);
            // They stay together, so the last row is the one just made.
            Statement::with(
                "INSERT INTO search_index (rowid, words) VALUES (last_insert_rowid(), $1)",
                [words.join(" ").into()],
            )
            .later(tx);
        }
        Engine::Postgres => Statement::with(
            "INSERT INTO search_chunks (org, record, chunk, words) VALUES ($1, $2, $3, CAST($4 AS tsvector))",
            key.into_iter().chain([tsvector(words).into()]),
        )
        .later(tx),
    }
}

/// Takes a record out of the index, with the next statement.
pub fn remove(tx: &mut Tx, org: OrgId, record: RecordId) {
    let key = || [org.into(), record.into()];
    if tx.engine() == Engine::Sqlite {
        Statement::with(
            "DELETE FROM search_index WHERE rowid IN (SELECT id FROM search_chunks WHERE org = $1 AND record = $2)",
            key(),
        )
        .later(tx);
    }
    Statement::with(
        "DELETE FROM search_chunks WHERE org = $1 AND record = $2",
        key(),
    )
    .later(tx);
}
