//! 资料库: one's own material, searchable; and what heads and the office have to read.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::access::{Action, RecordFacts, Resource};
use domain::identity::{PersonId, RecordId};
use domain::records::{Kind, Record, State};
use store::records::RecordQuery;

use super::{Cx, Error, Result};

/// Records on one page.
pub const PAGE: u32 = 20;
/// Records in the longest list that can be taken away.
pub const LONGEST_LIST: usize = 5_000;
/// Longest question, in characters; what follows is not searched for.
pub const LONGEST_QUESTION: usize = 100;

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Words.
    pub question: String,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this topic.
    pub topic: Option<String>,
    /// Dated from this day on.
    pub from: Option<NaiveDate>,
    /// Dated up to this day.
    pub to: Option<NaiveDate>,
    /// Withdrawn ones instead of submitted ones.
    pub withdrawn: bool,
    /// Continue after this record (the last of the page before).
    pub after: Option<(NaiveDate, RecordId)>,
}

/// A page of records, the newest first.
#[derive(Clone, Debug)]
pub struct Found {
    /// The records.
    pub records: Vec<Record>,
    /// How many there are in all.
    pub total: u64,
    /// Where the next page begins.
    pub next: Option<(NaiveDate, RecordId)>,
}

/// Searches one's own material.
pub async fn own(cx: &mut Cx, wish: Wish) -> Result<Found> {
    let query = own_query(cx, &wish)?;
    find(cx, query, &wish).await
}

/// All of one's own material that the wish describes, for taking away; at most [`LONGEST_LIST`].
pub async fn own_list(cx: &mut Cx, wish: Wish) -> Result<Vec<Record>> {
    let query = own_query(cx, &wish)?;
    all(cx, query).await
}

fn own_query<'a>(cx: &Cx, wish: &'a Wish) -> Result<RecordQuery<'a>> {
    let person = cx.person()?;
    cx.authorize(Action::Read, Resource::OwnLedger { person })?;
    Ok(RecordQuery {
        author: Some(person),
        states: vec![if wish.withdrawn {
            State::Withdrawn
        } else {
            State::Submitted
        }],
        ..asked(wish, &Kind::ALL)
    })
}

/// The texts that the actor reads by office: a head his section's, the office everybody's.
pub async fn to_read(cx: &mut Cx, wish: Wish, author: Option<PersonId>) -> Result<Found> {
    let query = reading_query(cx, &wish, author)?;
    find(cx, query, &wish).await
}

/// All the texts that the actor reads by office and the wish describes, for taking away; at most [`LONGEST_LIST`].
pub async fn to_read_list(
    cx: &mut Cx,
    wish: Wish,
    author: Option<PersonId>,
) -> Result<Vec<Record>> {
    let query = reading_query(cx, &wish, author)?;
    all(cx, query).await
}

fn reading_query<'a>(cx: &Cx, wish: &'a Wish, author: Option<PersonId>) -> Result<RecordQuery<'a>> {
    let person = cx.person()?;
    let actor = cx.actor.as_ref().ok_or(Error::NotFound)?;
    if !actor.serves() || (!actor.office && actor.heads.is_empty()) {
        return Err(Error::NotFound);
    }
    Ok(RecordQuery {
        author,
        sections: (!actor.office).then(|| actor.heads.clone()),
        not_by: Some(person),
        states: vec![State::Submitted],
        ..asked(wish, &Kind::CAPTURED)
    })
}

/// Those whose texts the actor reads by office, in roster order.
pub fn authors(cx: &Cx) -> Vec<PersonId> {
    let Some(actor) = &cx.actor else {
        return Vec::new();
    };
    let roster = &cx.house.roster;
    let reads = |id: PersonId| {
        let mut postings = roster.postings_on(id, cx.today);
        let section = postings.any(|posting| {
            posting
                .section
                .is_some_and(|section| actor.heads.contains(&section))
        });
        Some(id) != actor.person && (section || actor.office && roster.serves_on(id, cx.today))
    };
    roster
        .people()
        .iter()
        .map(|person| person.id)
        .filter(|id| reads(*id))
        .collect()
}

fn asked<'a>(wish: &'a Wish, kinds: &[Kind]) -> RecordQuery<'a> {
    let end = wish
        .question
        .char_indices()
        .nth(LONGEST_QUESTION)
        .map_or(wish.question.len(), |(end, _)| end);
    RecordQuery {
        kinds: wish.kind.map_or_else(|| kinds.to_vec(), |kind| vec![kind]),
        topic: wish.topic.clone(),
        from: wish.from,
        to: wish.to,
        search: Some(&wish.question[..end]),
        limit: PAGE,
        ..RecordQuery::default()
    }
}

async fn find(cx: &mut Cx, query: RecordQuery<'_>, wish: &Wish) -> Result<Found> {
    let total = store::records::count(&mut cx.tx, cx.org, &query).await?;
    let query = RecordQuery {
        before: wish.after,
        limit: PAGE + 1,
        ..query
    };
    let mut records = store::records::list(&mut cx.tx, cx.org, &query).await?;
    let more = records.len() > PAGE as usize;
    records.truncate(PAGE as usize);
    let next = records
        .last()
        .filter(|_| more)
        .map(|record| (record.content.date, record.id));
    Ok(Found {
        records,
        total,
        next,
    })
}

async fn all(cx: &mut Cx, query: RecordQuery<'_>) -> Result<Vec<Record>> {
    const STEP: u32 = store::records::MOST_LISTED;
    let mut query = RecordQuery {
        limit: STEP,
        before: None,
        ..query
    };
    let mut records = Vec::new();
    while records.len() < LONGEST_LIST {
        let mut more = store::records::list(&mut cx.tx, cx.org, &query).await?;
        let complete = more.len() < STEP as usize;
        records.append(&mut more);
        query.before = records
            .last()
            .map(|record| (record.content.date, record.id));
        if complete {
            break;
        }
    }
    Ok(records)
}

/// Titles of those of the records that the actor may read.
pub async fn titles(cx: &mut Cx, records: &[RecordId]) -> Result<BTreeMap<RecordId, String>> {
    let found = store::records::titles(&mut cx.tx, cx.org, records).await?;
    let readable = found.into_iter().filter_map(|(id, found)| {
        let facts = RecordFacts {
            kind: found.kind,
            author: found.author,
            section: found.section,
            counterpart: found.counterpart,
            state: found.state,
        };
        cx.may(Action::Read, Resource::Record(facts))
            .then_some((id, found.title))
    });
    Ok(readable.collect())
}
