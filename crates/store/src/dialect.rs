//! Where the two engines differ. Nowhere else.

use domain::identity::{OrgId, PersonId};
use domain::search::{Phrase, is_beginning, question};
use uuid::Uuid;

use crate::statement::Statement;
use crate::tx::Engine;

/// Adds to a statement over `records` that all of `text` occurs in the record. Text in which there is nothing to look for adds
/// nothing.
pub(crate) fn push_occurs(
    asked: &mut Statement,
    engine: Engine,
    org: OrgId,
    author: Option<PersonId>,
    text: &str,
) {
    let phrases = question(text);
    if phrases.is_empty() {
        return;
    }
    match engine {
        Engine::Sqlite => {
            let words = fts5_question(&scope(org, author), &phrases);
            // CROSS JOIN keeps the order: the index is asked once, and not again for every chunk that the organisation has.
            asked
                .push(" AND id IN (SELECT s.record FROM search_index i CROSS JOIN search_chunks s ON s.id = i.rowid WHERE s.org = ")
                .bind(org)
                .push(" AND i.words MATCH ")
                .bind(words)
                .push(")");
        }
        Engine::Postgres => {
            let words = tsquery(&scope(org, author), &phrases);
            asked
                .push(" AND id IN (SELECT s.record FROM search_chunks s WHERE s.org = ")
                .bind(org)
                .push(" AND s.words @@ CAST(")
                .bind(words)
                .push(" AS tsquery))");
        }
    }
}

/// The words that every row of the index begins with: its organisation and its author.
fn scope(org: OrgId, author: Option<PersonId>) -> Vec<String> {
    std::iter::once(org_word(org.uuid()))
        .chain(author.map(|author| author_word(author.uuid())))
        .collect()
}

pub(crate) fn org_word(org: Uuid) -> String {
    format!("o{}", org.simple())
}

pub(crate) fn author_word(author: Uuid) -> String {
    format!("a{}", author.simple())
}

/// A question to FTS5: phrases in double quotes. The words consist of letters and digits alone, so nothing needs escaping.
fn fts5_question(scope: &[String], phrases: &[Phrase]) -> String {
    let scope = scope.iter().map(|word| format!("\"{word}\""));
    let asked = phrases.iter().map(|phrase| {
        let star = if is_beginning(phrase) { "*" } else { "" };
        format!("\"{}\"{star}", phrase.join(" "))
    });
    scope.chain(asked).collect::<Vec<_>>().join(" AND ")
}

/// The same for PostgreSQL, as a `tsquery` written out, so that no text-search parser takes the words apart.
fn tsquery(scope: &[String], phrases: &[Phrase]) -> String {
    let scope = scope.iter().map(|word| format!("'{word}'"));
    let asked = phrases.iter().map(|phrase| {
        let star = if is_beginning(phrase) { ":*" } else { "" };
        let words: Vec<String> = phrase
            .iter()
            .map(|word| format!("'{word}'{star}"))
            .collect();
        format!("({})", words.join(" <-> "))
    });
    scope.chain(asked).collect::<Vec<_>>().join(" & ")
}

/// Words with their positions as a `tsvector` written out.
pub(crate) fn tsvector(words: &[&str]) -> String {
    let placed = words
        .iter()
        .enumerate()
        .map(|(place, word)| format!("'{word}':{}", place + 1));
    placed.collect::<Vec<_>>().join(" ")
}

/// What keeps a row for this transaction, where that is needed. Weaker than the lock that foreign keys ask for would mind.
pub(crate) const fn row_lock(engine: Engine) -> Option<&'static str> {
    match engine {
        // There is one writer at a time.
        Engine::Sqlite => None,
        Engine::Postgres => Some(" FOR NO KEY UPDATE"),
    }
}

/// What keeps two workers from taking the same job.
pub(crate) const fn skip_locked(engine: Engine) -> &'static str {
    match engine {
        // There is one writer at a time.
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE SKIP LOCKED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_phrases_and_beginnings() {
        let phrases = question("调研报告 abc 字");
        let scope = ["o1".to_owned()];
        assert_eq!(
            fts5_question(&scope, &phrases),
            "\"o1\" AND \"调研 研报 报告\" AND \"abc\" AND \"字\"*"
        );
        assert_eq!(
            tsquery(&scope, &phrases),
            "'o1' & ('调研' <-> '研报' <-> '报告') & ('abc') & ('字':*)"
        );
        assert_eq!(tsvector(&["调研", "研"]), "'调研':1 '研':2");
    }

    #[test]
    fn no_question_can_break_out_of_its_quotes() {
        for hostile in [
            "\" OR 1=1",
            "' | 'x':*",
            "a\"b'c",
            "NEAR(a b)",
            "* ^ : -",
            "a\0b",
        ] {
            let phrases = question(hostile);
            let inside = |text: &str, quote: char| text.matches(quote).count().is_multiple_of(2);
            assert!(inside(&fts5_question(&[], &phrases), '"'), "{hostile}");
            assert!(
                phrases
                    .iter()
                    .flatten()
                    .all(|word| word.chars().all(char::is_alphanumeric)),
                "{hostile}"
            );
        }
    }
}
