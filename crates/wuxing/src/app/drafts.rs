//! Drafts: saved while one types, one per form, nobody's but their author's.

use domain::access::{Action, Resource};
use domain::identity::RecordId;
use domain::records::{Fields, Kind};
pub use store::drafts::Draft;
use store::drafts::Saved;
use uuid::Uuid;

use super::{Cx, Error, Refusal, Result};

/// Most bytes of a draft's fields together: a text at its limit in Chinese, and an excerpt.
pub const LARGEST_DRAFT: usize = 700_000;

/// What a form says while one types.
#[derive(Clone, Debug)]
pub struct DraftForm {
    /// The form's key.
    pub id: Uuid,
    /// Kind of record.
    pub kind: Kind,
    /// The record that is being edited, with the version that the form was opened with.
    pub editing: Option<(RecordId, u32)>,
    /// What has been typed.
    pub fields: Fields,
}

/// Saves a draft. A form in which nothing is typed leaves none; one that has been submitted meanwhile, in this window or another,
/// is refused.
pub async fn save(cx: &mut Cx, form: DraftForm) -> Result<()> {
    let author = cx.person()?;
    cx.authorize(Action::Edit, Resource::Draft { author })?;
    let size: usize = form
        .fields
        .iter()
        .map(|(name, text)| name.len() + text.len())
        .sum();
    if size > LARGEST_DRAFT {
        return Err(Refusal::DraftTooLarge.into());
    }
    let typed = ["title", "text", "excerpt", "url", "book"];
    let empty = typed.iter().all(|name| {
        form.fields
            .get(*name)
            .is_none_or(|text| text.trim().is_empty())
    });
    if empty {
        store::drafts::delete(&mut cx.tx, cx.org, author, form.id);
        return Ok(());
    }
    if let Some(record) = store::records::by_form_key(&mut cx.tx, cx.org, author, form.id).await? {
        return Err(Refusal::NotFromHere(record.state).into());
    }
    let draft = Draft {
        id: form.id,
        person: author,
        kind: form.kind,
        fields: form.fields,
        record: form.editing.map(|(record, _)| record),
        base_version: form.editing.map(|(_, version)| version),
        updated_at: cx.now,
    };
    match store::drafts::save(&mut cx.tx, cx.org, &draft).await? {
        Saved::Stored => Ok(()),
        Saved::TooLarge => Err(Refusal::DraftTooLarge.into()),
        Saved::NotYours => Err(Error::NotFound),
    }
}

/// One's own draft.
pub async fn open(cx: &mut Cx, id: Uuid) -> Result<Draft> {
    let author = cx.person()?;
    cx.authorize(Action::Read, Resource::Draft { author })?;
    store::drafts::get(&mut cx.tx, cx.org, author, id)
        .await?
        .ok_or(Error::NotFound)
}

/// What a form that its author comes back to has left behind.
#[derive(Clone, Debug)]
pub enum Left {
    /// A draft.
    Draft(Box<Draft>),
    /// The record that was submitted with it.
    Record(RecordId),
    /// Neither: nothing was typed, or nothing has arrived yet.
    Nothing,
}

/// What one's own form of this key has left behind.
pub async fn left_by(cx: &mut Cx, id: Uuid) -> Result<Left> {
    let author = cx.person()?;
    cx.authorize(Action::Read, Resource::Draft { author })?;
    if let Some(draft) = store::drafts::get(&mut cx.tx, cx.org, author, id).await? {
        return Ok(Left::Draft(Box::new(draft)));
    }
    let record = store::records::by_form_key(&mut cx.tx, cx.org, author, id).await?;
    Ok(record.map_or(Left::Nothing, |record| Left::Record(record.id)))
}

/// One's own drafts, the latest first.
pub async fn list(cx: &mut Cx) -> Result<Vec<Draft>> {
    let author = cx.person()?;
    cx.authorize(Action::Read, Resource::Draft { author })?;
    Ok(store::drafts::list(cx.org, author)
        .alone(&mut cx.tx)
        .await?)
}

/// Throws a draft away.
pub async fn discard(cx: &mut Cx, id: Uuid) -> Result<()> {
    let author = cx.person()?;
    cx.authorize(Action::Withdraw, Resource::Draft { author })?;
    store::drafts::delete(&mut cx.tx, cx.org, author, id);
    Ok(())
}
