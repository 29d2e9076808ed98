//! Records that people write: submit, edit, withdraw, put back, comment (R23–R26, and duties entered as done).

use domain::access::{Action, RecordFacts, Resource};
use domain::charter::Duty;
use domain::identity::{DutyId, PersonId, RecordId};
use domain::ledger::falls_on;
use domain::records::{
    self, Content, EntryFor, FieldProblem, Fields, Kind, Problem, Record, State, Step,
};
use store::records::Comment;
use uuid::Uuid;

use super::{Cx, Error, Refusal, Result, commitment, ledger, notices};

/// Longest comment, in characters.
pub const LONGEST_COMMENT: usize = 2_000;
/// Records of one transaction while the index is made anew.
const RECORDS_AT_ONCE: u32 = 100;

/// A form that was submitted.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Kind of record.
    pub kind: Kind,
    /// The form's own key: made when the form was opened, also its draft's. The same key twice is one record.
    pub form_key: Uuid,
    /// What was typed.
    pub fields: Fields,
}

/// An edit that was submitted.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which record.
    pub record: RecordId,
    /// The version that the form was opened with.
    pub base_version: u32,
    /// The form's draft.
    pub form_key: Uuid,
    /// What was typed.
    pub fields: Fields,
}

/// A record as access sees it.
pub fn facts(record: &Record) -> RecordFacts {
    RecordFacts {
        kind: record.content.kind,
        author: record.author,
        section: record.section,
        counterpart: record
            .content
            .entry
            .as_ref()
            .and_then(|entry| entry.counterpart),
        state: record.state,
    }
}

/// Submits a new record. Submitting the same form again gives the record that the first one made; with other words, typed in
/// another window meanwhile, both texts are shown.
pub async fn submit(cx: &mut Cx, form: Submission) -> Result<Record> {
    let author = cx.person()?;
    let draft = Resource::Draft { author };
    cx.authorize(Action::Create, draft)?;
    let content = check(cx, form.kind, &form.fields)?;
    let record = Record {
        id: cx.new_id(),
        author,
        section: cx.actor.as_ref().and_then(|actor| actor.section),
        state: State::Submitted,
        version: 1,
        recorded_at: cx.now,
        recorded_on: cx.today,
        content,
    };
    cx.authorize(Action::Create, Resource::Record(facts(&record)))?;
    let salt: [u8; 16] = cx.random();
    if !store::records::insert(&mut cx.tx, cx.org, &record, &salt, form.form_key).await? {
        let earlier = store::records::by_form_key(&mut cx.tx, cx.org, author, form.form_key)
            .await?
            .ok_or(Error::NotFound)?;
        if earlier.state == State::Withdrawn || earlier.content == record.content {
            return Ok(earlier);
        }
        return Err(Refusal::Stale {
            current: Box::new(earlier),
        }
        .into());
    }
    store::drafts::delete(&mut cx.tx, cx.org, author, form.form_key);
    changed(cx, None, &record, &salt, "record.submitted").await?;
    Ok(record)
}

/// Changes a record, unless it has been changed since the form was opened: then both texts are shown and nothing is lost.
pub async fn revise(cx: &mut Cx, form: Revision) -> Result<Record> {
    let before = readable(cx, form.record).await?;
    cx.authorize(Action::Edit, Resource::Record(facts(&before)))?;
    let state = step(before.state, Step::Edit)?;
    let mut content = check_revision(cx, &before, &form.fields)?;
    if before.version != form.base_version {
        // The very same change submitted twice is no conflict.
        if before.content == content {
            return Ok(before);
        }
        return Err(Refusal::Stale {
            current: Box::new(before),
        }
        .into());
    }
    content.kind = before.content.kind;
    let record = Record {
        state,
        version: before.version + 1,
        content,
        ..before.clone()
    };
    let salt: [u8; 16] = cx.random();
    if !store::records::update(
        &mut cx.tx,
        cx.org,
        &record,
        &salt,
        cx.now,
        form.base_version,
    )
    .await?
    {
        return Err(Refusal::Stale {
            current: Box::new(before),
        }
        .into());
    }
    store::drafts::delete(&mut cx.tx, cx.org, before.author, form.form_key);
    changed(cx, Some(&before), &record, &salt, "record.edited").await?;
    Ok(record)
}

/// Takes a record back: it is kept, its author alone sees it, and it counts no more.
pub async fn withdraw(cx: &mut Cx, id: RecordId) -> Result<Record> {
    take(cx, id, Step::Withdraw, "record.withdrawn").await
}

/// Puts a withdrawn record back.
pub async fn restore(cx: &mut Cx, id: RecordId) -> Result<Record> {
    take(cx, id, Step::Restore, "record.restored").await
}

async fn take(cx: &mut Cx, id: RecordId, which: Step, action: &str) -> Result<Record> {
    let before = readable(cx, id).await?;
    cx.authorize(Action::Withdraw, Resource::Record(facts(&before)))?;
    let state = step(before.state, which)?;
    let record = Record {
        state,
        version: before.version + 1,
        ..before.clone()
    };
    let salt = store::records::salt(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    if !store::records::set_state(
        &mut cx.tx,
        cx.org,
        id,
        state,
        record.version,
        before.version,
    )
    .await?
    {
        return Err(Refusal::Stale {
            current: Box::new(before),
        }
        .into());
    }
    changed(cx, Some(&before), &record, &salt, action).await?;
    Ok(record)
}

fn step(state: State, step: Step) -> Result<State> {
    records::after(state, step).ok_or_else(|| Refusal::NotFromHere(state).into())
}

/// What follows from every change of a record, in its own transaction: ledger, search index, audit chain.
async fn changed(
    cx: &mut Cx,
    before: Option<&Record>,
    after: &Record,
    salt: &[u8],
    action: &str,
) -> Result<()> {
    ledger::follow(cx, before.and_then(Record::evidence), after.evidence()).await?;
    if before.is_some() {
        store::search::remove(&mut cx.tx, cx.org, after.id);
    }
    index(cx, after);
    let digest = commitment(after, salt);
    cx.audit(
        action,
        after.content.kind.word(),
        after.id.uuid(),
        Some(digest),
    )
    .await
}

/// Puts a record's words into the index. What was done with somebody is in nobody's: a talk stays between the two.
fn index(cx: &mut Cx, record: &Record) {
    let entry = record.content.entry.as_ref();
    let between_two = entry.is_some_and(|entry| entry.counterpart.is_some());
    if record.state == State::Submitted && !between_two {
        let words = searchable(&record.content);
        store::search::add(&mut cx.tx, cx.org, record.id, record.author, &words);
    }
}

/// A page of [`index_anew`].
type Place = (chrono::NaiveDate, RecordId);

/// Puts the next records behind `after` into the index anew, for a database whose index was not kept; says how many, and the last
/// of them if there may be more.
pub async fn index_anew(cx: &mut Cx, after: Option<Place>) -> Result<(u64, Option<Place>)> {
    let query = store::records::RecordQuery {
        before: after,
        limit: RECORDS_AT_ONCE,
        ..store::records::RecordQuery::default()
    };
    let records = store::records::list(&mut cx.tx, cx.org, &query).await?;
    for record in &records {
        store::search::remove(&mut cx.tx, cx.org, record.id);
        index(cx, record);
    }
    let last = records.last().map(|last| (last.content.date, last.id));
    Ok((records.len() as u64, last))
}

fn searchable(content: &Content) -> String {
    let parts = [&content.title, &content.text, &content.excerpt].map(String::as_str);
    let rest = [&content.book, &content.topic, &content.url]
        .map(|part| part.as_deref().unwrap_or_default());
    parts.into_iter().chain(rest).collect::<Vec<_>>().join("\n")
}

fn check(cx: &Cx, kind: Kind, fields: &Fields) -> Result<Content> {
    let entry = if kind == Kind::Entry {
        Some(entry_for(cx, fields)?)
    } else {
        None
    };
    checked(cx, kind, fields, entry)
}

/// A revision keeps what the entry was for; only its words, date and amount change.
fn check_revision(cx: &Cx, before: &Record, fields: &Fields) -> Result<Content> {
    checked(
        cx,
        before.content.kind,
        fields,
        before.content.entry.clone(),
    )
}

fn checked(cx: &Cx, kind: Kind, fields: &Fields, entry: Option<EntryFor>) -> Result<Content> {
    let charter = cx.house.charter(cx.today);
    let mut topics: Vec<String> = charter
        .map(|charter| {
            charter
                .topics
                .iter()
                .map(|topic| topic.original.clone())
                .collect()
        })
        .unwrap_or_default();
    // A topic that an earlier charter knew stays valid in a text that carries it.
    topics.extend(
        cx.house
            .versions
            .iter()
            .flat_map(|v| &v.charter.topics)
            .map(|topic| topic.original.clone()),
    );
    let mut content =
        records::check(kind, fields, cx.today, &topics, entry).map_err(Refusal::Fields)?;
    if let Some(entry) = content.entry.as_ref().filter(|_| content.title.is_empty()) {
        let duty = charter.and_then(|charter| charter.duty(&entry.duty));
        content.title =
            duty.map_or_else(|| entry.duty.to_string(), |duty| duty.name.original.clone());
    }
    Ok(content)
}

/// The duties that one can enter as done: those on oneself for which the program has no form of its own.
pub fn enterable(cx: &Cx) -> impl Iterator<Item = &Duty> {
    let charter = cx.house.charter(cx.today);
    let person = cx.actor.as_ref().and_then(|actor| actor.person);
    charter
        .into_iter()
        .flat_map(|charter| &charter.duties)
        .filter(move |duty| {
            let own_form = Kind::from_word(&duty.evidence.kind).is_some();
            !own_form
                && person.is_some_and(|person| falls_on(duty, &cx.house.roster, person, cx.today))
        })
}

fn entry_for(cx: &Cx, fields: &Fields) -> Result<EntryFor> {
    let refuse =
        |field, problem| Error::from(Refusal::Fields(vec![FieldProblem { field, problem }]));
    let typed = |name: &str| {
        fields
            .get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    };
    let duty = typed("duty")
        .and_then(DutyId::parse)
        .ok_or_else(|| refuse("duty", Problem::Missing))?;
    let duty = enterable(cx)
        .find(|known| known.id == duty)
        .ok_or_else(|| refuse("duty", Problem::NotAChoice))?;
    let counterpart = match (duty.counterpart, typed("counterpart")) {
        (None, _) => None,
        (Some(_), None) => return Err(refuse("counterpart", Problem::Missing)),
        (Some(_), Some(text)) => {
            let person: Option<PersonId> = text.parse().ok();
            let known = person.filter(|id| {
                cx.house.roster.serves_on(*id, cx.today) && cx.person().ok() != Some(*id)
            });
            Some(known.ok_or_else(|| refuse("counterpart", Problem::NotAChoice))?)
        }
    };
    Ok(EntryFor {
        duty: duty.id.clone(),
        evidence: duty.evidence.kind.clone(),
        category: duty.evidence.category.clone(),
        counterpart,
        amount: 1,
    })
}

/// A record that the actor may read; otherwise there is none.
pub async fn readable(cx: &mut Cx, id: RecordId) -> Result<Record> {
    let record = store::records::get(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    cx.authorize(Action::Read, Resource::Record(facts(&record)))?;
    Ok(record)
}

/// A record as its page shows it.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// The record.
    pub record: Record,
    /// Its comments, the earliest first.
    pub comments: Vec<Comment>,
    /// Earlier versions: number, when it was replaced, content. The author's alone.
    pub earlier: Vec<store::records::Earlier>,
    /// Whether the actor may change it.
    pub may_edit: bool,
    /// Whether the actor may take it back.
    pub may_withdraw: bool,
    /// Whether the actor may put it back.
    pub may_restore: bool,
    /// Whether the actor may comment.
    pub may_comment: bool,
}

/// Reads a record for its page.
pub async fn view(cx: &mut Cx, id: RecordId) -> Result<RecordView> {
    let record = readable(cx, id).await?;
    let comments = store::records::comments(&mut cx.tx, cx.org, id).await?;
    let resource = Resource::Record(facts(&record));
    let own = cx.may(Action::Edit, resource);
    let earlier = if own {
        store::records::versions(&mut cx.tx, cx.org, id).await?
    } else {
        Vec::new()
    };
    let can_take = |step| own && records::after(record.state, step).is_some();
    Ok(RecordView {
        may_edit: can_take(Step::Edit),
        may_withdraw: can_take(Step::Withdraw),
        may_restore: can_take(Step::Restore),
        may_comment: cx.may(Action::Comment, resource),
        record,
        comments,
        earlier,
    })
}

/// Comments on a record.
pub async fn comment(cx: &mut Cx, id: RecordId, text: String) -> Result<()> {
    let record = readable(cx, id).await?;
    cx.authorize(Action::Comment, Resource::Record(facts(&record)))?;
    let text = records::clean(&text);
    if text.is_empty() || text.chars().count() > LONGEST_COMMENT {
        return Err(Refusal::Comment {
            limit: LONGEST_COMMENT,
        }
        .into());
    }
    let comment = Comment {
        id: cx.new_id::<()>().uuid(),
        record: id,
        author: cx.person()?,
        at: cx.now,
        text,
    };
    store::records::insert_comment(&mut cx.tx, cx.org, &comment).await?;
    notices::tell_of_comment(cx, &record, &comment).await?;
    cx.audit(
        "record.commented",
        record.content.kind.word(),
        id.uuid(),
        None,
    )
    .await
}
