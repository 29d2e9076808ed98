//! Lists of records: filtered, newest first, page by page.

use chrono::NaiveDate;
use domain::identity::{OrgId, PersonId, RecordId, SectionId};
use domain::records::{Kind, Record, State};

use super::{fetch, kind, select};
use crate::dialect::push_occurs;
use crate::error::Result;
use crate::statement::{Statement, Value};
use crate::tx::Tx;

/// The most records in one page; a higher limit is taken as this.
pub const MOST_LISTED: u32 = 500;

/// Which records. What is left out (`None`, or no kinds and no states) does not narrow the search.
#[derive(Clone, Debug, Default)]
pub struct RecordQuery<'a> {
    /// Only this author's.
    pub author: Option<PersonId>,
    /// Not this author's.
    pub not_by: Option<PersonId>,
    /// Only those on which this person has not commented.
    pub uncommented_by: Option<PersonId>,
    /// Only those written in one of these sections; none of them if the list is empty.
    pub sections: Option<Vec<SectionId>>,
    /// Only these kinds.
    pub kinds: Vec<Kind>,
    /// Only this topic (R15).
    pub topic: Option<String>,
    /// Only those that count for this day or a later one.
    pub from: Option<NaiveDate>,
    /// Only those that count for this day or an earlier one.
    pub to: Option<NaiveDate>,
    /// Only these states.
    pub states: Vec<State>,
    /// Only those in which all of this occurs. Text in which there is nothing to look for does not narrow the search.
    pub search: Option<&'a str>,
    /// The next page: only what comes after this (day, record), the last of the page before.
    pub before: Option<(NaiveDate, RecordId)>,
    /// At most so many, and at most [`MOST_LISTED`].
    pub limit: u32,
}

/// The records asked for, newest day first; of one day, the last recorded first.
///
/// # Errors
/// What the database says.
pub async fn list(tx: &mut Tx, org: OrgId, query: &RecordQuery<'_>) -> Result<Vec<Record>> {
    let mut asked = select(org);
    narrow(&mut asked, tx, org, query);
    if let Some((date, id)) = query.before {
        asked
            .push(" AND (date, id) < ")
            .row([date.into(), id.into()]);
    }
    asked
        .push(" ORDER BY date DESC, id DESC LIMIT ")
        .bind(query.limit.min(MOST_LISTED));
    fetch(tx, asked).await
}

/// How many records there are, on all pages.
///
/// # Errors
/// What the database says.
pub async fn count(tx: &mut Tx, org: OrgId, query: &RecordQuery<'_>) -> Result<u64> {
    let mut asked = Statement::new("SELECT COUNT(*) FROM records WHERE org = ");
    asked.bind(org);
    narrow(&mut asked, tx, org, query);
    let rows: Vec<(i64,)> = asked.fetch_all(tx).await?;
    Ok(rows
        .first()
        .map_or(0, |(count,)| u64::try_from(*count).unwrap_or(0)))
}

/// How many of the records there are of each kind; kinds without any are left out.
///
/// # Errors
/// What the database says.
pub async fn count_by_kind(
    tx: &mut Tx,
    org: OrgId,
    query: &RecordQuery<'_>,
) -> Result<Vec<(Kind, u64)>> {
    let mut asked = Statement::new("SELECT kind, COUNT(*) FROM records WHERE org = ");
    asked.bind(org);
    narrow(&mut asked, tx, org, query);
    asked.push(" GROUP BY kind");
    let rows: Vec<(String, i64)> = asked.fetch_all(tx).await?;
    let mut counts = Vec::new();
    for (word, count) in rows {
        counts.push((kind("records", &word)?, u64::try_from(count).unwrap_or(0)));
    }
    counts.sort_unstable();
    Ok(counts)
}

fn narrow(asked: &mut Statement, tx: &Tx, org: OrgId, query: &RecordQuery<'_>) {
    if let Some(author) = query.author {
        asked.push(" AND author = ").bind(author);
    }
    if let Some(author) = query.not_by {
        asked.push(" AND author <> ").bind(author);
    }
    if let Some(reader) = query.uncommented_by {
        asked
            .push(" AND NOT EXISTS (SELECT 1 FROM comments WHERE comments.org = ")
            .bind(org)
            .push(" AND comments.record = records.id AND comments.author = ")
            .bind(reader)
            .push(")");
    }
    if let Some(sections) = &query.sections {
        asked
            .push(" AND section IN ")
            .list(sections.iter().map(|id| Value::from(*id)));
    }
    if !query.kinds.is_empty() {
        asked
            .push(" AND kind IN ")
            .list(query.kinds.iter().map(|kind| kind.word().into()));
    }
    if !query.states.is_empty() {
        asked
            .push(" AND state IN ")
            .list(query.states.iter().map(|state| state.word().into()));
    }
    if let Some(topic) = &query.topic {
        asked.push(" AND topic = ").bind(topic.as_str());
    }
    if let Some(from) = query.from {
        asked.push(" AND date >= ").bind(from);
    }
    if let Some(to) = query.to {
        asked.push(" AND date <= ").bind(to);
    }
    if let Some(text) = query.search {
        push_occurs(asked, tx.engine(), org, query.author, text);
    }
}
