//! Drafts of the charter (R1–R2): the office begins, changes and throws them away; the minister reads them.
//!
//! Every save names the revision that it began from. One that comes too late changes nothing and is given both texts back.

use domain::access::{Action, Resource};
use domain::charter::adoption::newest;
use domain::charter::edit::{Direction, Document, Fields};
use domain::charter::{Charter, Mistakes, Part, check};
use domain::identity::PersonId;
pub use store::charter_drafts::{CharterDraft, KEPT_REVISIONS, Revision};
use uuid::Uuid;

use super::{CharterRefusal, Cx, Error, Refusal, Result};

/// The largest text of a draft, in bytes: the largest charter.
pub const LARGEST_TEXT: usize = 1024 * 1024;

/// The most drafts that are open at a time.
pub const MOST_OPEN: u32 = 20;

/// What is done to a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The whole text is replaced.
    Text(String),
    /// A part is filled in.
    Put(Part, Fields),
    /// An entry of the kind of this part is added.
    Add(Part, Fields),
    /// An entry is taken out.
    Remove(Part),
    /// An entry changes places with its neighbour.
    Shift(Part, Direction),
    /// The text of an earlier revision is put back.
    Revert(u32),
    /// The draft is from now on a change of the newest version.
    Rebase,
}

impl Edit {
    /// The word that is kept for it.
    const fn word(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Put(..) => "put",
            Self::Add(..) => "added",
            Self::Remove(_) => "removed",
            Self::Shift(..) => "moved",
            Self::Revert(_) => "reverted",
            Self::Rebase => "rebased",
        }
    }
}

/// The words that are kept for what was done to a draft.
pub const WORDS: [&str; 8] = [
    "created", "text", "put", "added", "removed", "moved", "reverted", "rebased",
];

/// A draft with its latest text.
#[derive(Clone, Debug)]
pub struct OpenDraft {
    /// The draft.
    pub draft: CharterDraft,
    /// Its latest revision.
    pub latest: Revision,
    /// The charter that it comes to, or what is wrong with it.
    pub charter: std::result::Result<Charter, Box<Mistakes>>,
    /// The number of the newest version.
    pub newest: u32,
    /// Whether the actor may change it.
    pub may_edit: bool,
    /// Whether the actor may adopt it.
    pub may_adopt: bool,
}

impl OpenDraft {
    /// Whether it can still be changed or adopted.
    pub const fn is_open(&self) -> bool {
        self.draft.adopted_as.is_none() && self.draft.discarded_at.is_none()
    }
}

/// All drafts, the last saved first.
pub async fn list(cx: &mut Cx) -> Result<Vec<CharterDraft>> {
    cx.authorize(Action::Read, Resource::CharterDraft)?;
    Ok(store::charter_drafts::list(&mut cx.tx, cx.org).await?)
}

/// Begins a draft with the text of the newest version.
pub async fn create(cx: &mut Cx) -> Result<Uuid> {
    cx.authorize(Action::Create, Resource::CharterDraft)?;
    let author = cx.person()?;
    let open = store::charter_drafts::count_open(&mut cx.tx, cx.org).await?;
    if open >= MOST_OPEN {
        return Err(refused(CharterRefusal::TooManyDrafts { most: MOST_OPEN }));
    }
    let base = newest(&cx.house.versions).ok_or(Error::NotFound)?.number;
    let file = store::charter::version_file(&mut cx.tx, cx.org, base).await?;
    let first = Revision {
        revision: 1,
        toml: file.ok_or(Error::NotFound)?.toml,
        author,
        at: cx.now,
        what: "created".to_owned(),
    };
    let id = cx.new_id::<()>().uuid();
    store::charter_drafts::insert(&mut cx.tx, cx.org, id, base, &first).await?;
    audit(cx, "charter.draft-created", id).await?;
    Ok(id)
}

/// Opens a draft.
pub async fn open(cx: &mut Cx, id: Uuid) -> Result<OpenDraft> {
    cx.authorize(Action::Read, Resource::CharterDraft)?;
    let draft = find(cx, id).await?;
    let latest = text_of(cx, &draft).await?;
    Ok(OpenDraft {
        charter: check(&latest.toml, FILE),
        newest: newest(&cx.house.versions).map_or(draft.base_version, |version| version.number),
        may_edit: cx.may(Action::Edit, Resource::CharterDraft),
        may_adopt: cx.may(Action::Administer, Resource::CharterDraft),
        draft,
        latest,
    })
}

/// What the text of a draft is called in its mistakes.
pub const FILE: &str = "draft";

/// The draft, if there is one.
pub(super) async fn find(cx: &mut Cx, id: Uuid) -> Result<CharterDraft> {
    let found = store::charter_drafts::get(&mut cx.tx, cx.org, id).await?;
    found.ok_or(Error::NotFound)
}

/// The latest revision of a draft.
pub(super) async fn text_of(cx: &mut Cx, draft: &CharterDraft) -> Result<Revision> {
    let found =
        store::charter_drafts::revision(&mut cx.tx, cx.org, draft.id, draft.revision).await?;
    found.ok_or(Error::NotFound)
}

/// The revisions that are kept, the latest first, without their texts.
pub async fn history(cx: &mut Cx, id: Uuid) -> Result<(OpenDraft, Vec<Revision>)> {
    let opened = open(cx, id).await?;
    let revisions = store::charter_drafts::revisions(&mut cx.tx, cx.org, id).await?;
    Ok((opened, revisions))
}

/// One revision with its text.
pub async fn revision(cx: &mut Cx, id: Uuid, number: u32) -> Result<Revision> {
    cx.authorize(Action::Read, Resource::CharterDraft)?;
    let found = store::charter_drafts::revision(&mut cx.tx, cx.org, id, number).await?;
    found.ok_or(Error::NotFound)
}

/// Changes a draft that was opened at revision `from`; gives its new revision. What changes nothing makes none.
pub async fn edit(cx: &mut Cx, id: Uuid, from: u32, edit: Edit) -> Result<u32> {
    cx.authorize(Action::Edit, Resource::CharterDraft)?;
    let author = cx.person()?;
    let draft = find(cx, id).await?;
    if draft.adopted_as.is_some() || draft.discarded_at.is_some() {
        return Err(refused(CharterRefusal::Closed));
    }
    let latest = text_of(cx, &draft).await?;
    if from != draft.revision {
        return Err(stale(cx, &draft, latest, from, &edit).await?);
    }
    let base_version = match edit {
        Edit::Rebase => newest(&cx.house.versions).map_or(draft.base_version, |v| v.number),
        _ => draft.base_version,
    };
    let toml = match &edit {
        Edit::Revert(to) => {
            let earlier = store::charter_drafts::revision(&mut cx.tx, cx.org, id, *to).await?;
            earlier.ok_or(Error::NotFound)?.toml
        }
        other => apply(&latest.toml, other)?,
    };
    if toml == latest.toml && base_version == draft.base_version {
        return Ok(draft.revision);
    }
    save(cx, &draft, base_version, author, toml, edit.word()).await
}

async fn save(
    cx: &mut Cx,
    draft: &CharterDraft,
    base_version: u32,
    author: PersonId,
    toml: String,
    what: &str,
) -> Result<u32> {
    if toml.len() > LARGEST_TEXT {
        return Err(refused(CharterRefusal::TooLarge { most: LARGEST_TEXT }));
    }
    let next = Revision {
        revision: draft.revision + 1,
        toml,
        author,
        at: cx.now,
        what: what.to_owned(),
    };
    if !store::charter_drafts::save(&mut cx.tx, cx.org, draft.id, base_version, &next).await? {
        return Err(refused(CharterRefusal::Moved));
    }
    audit(cx, "charter.draft-saved", draft.id).await?;
    Ok(next.revision)
}

/// The text after an edit.
pub fn apply(toml: &str, edit: &Edit) -> Result<String> {
    if let Edit::Text(text) = edit {
        let text = text.replace("\r\n", "\n");
        if text.len() > LARGEST_TEXT {
            return Err(refused(CharterRefusal::TooLarge { most: LARGEST_TEXT }));
        }
        return Ok(text);
    }
    let unreadable = || refused(CharterRefusal::Unreadable);
    let mut document = Document::read(toml).ok_or_else(unreadable)?;
    let there = match edit {
        Edit::Put(part, fields) => document.put(*part, fields),
        Edit::Add(part, fields) => {
            document.add(*part, fields);
            true
        }
        Edit::Remove(part) => document.remove(*part),
        // At the end of the list there is nowhere to go; that is no mistake.
        Edit::Shift(part, direction) => {
            document.shift(*part, *direction);
            true
        }
        Edit::Text(_) | Edit::Revert(_) | Edit::Rebase => true,
    };
    if there {
        Ok(document.text())
    } else {
        Err(Error::NotFound)
    }
}

/// What is said to a save that came too late: for words both texts, for a step only that it was not taken.
async fn stale(
    cx: &mut Cx,
    draft: &CharterDraft,
    latest: Revision,
    from: u32,
    edit: &Edit,
) -> Result<Error> {
    let (Edit::Text(_) | Edit::Put(..) | Edit::Add(..)) = edit else {
        return Ok(refused(CharterRefusal::Moved));
    };
    let began = store::charter_drafts::revision(&mut cx.tx, cx.org, draft.id, from).await?;
    // Of a revision that is no longer kept nothing is known; then the change is laid upon what there is.
    let began = began.map_or_else(|| latest.toml.clone(), |revision| revision.toml);
    let mine = apply(&began, edit)?;
    let proposal = merged(&began, &latest.toml, edit).unwrap_or_else(|| mine.clone());
    Ok(refused(CharterRefusal::Stale {
        revision: draft.revision,
        current: latest.toml,
        mine,
        proposal,
    }))
}

/// Both changes together, where this one fills in a part that the other one left alone.
fn merged(began: &str, current: &str, edit: &Edit) -> Option<String> {
    match edit {
        Edit::Put(part, _) => {
            let before = Document::read(began)?.fields(*part)?;
            let now = Document::read(current)?.fields(*part)?;
            (before == now).then(|| apply(current, edit).ok()).flatten()
        }
        Edit::Add(..) => apply(current, edit).ok(),
        _ => None,
    }
}

/// Throws a draft away; it can be taken back.
pub async fn discard(cx: &mut Cx, id: Uuid) -> Result<()> {
    set_discarded(cx, id, true, "charter.draft-discarded").await
}

/// Takes a draft back that was thrown away.
pub async fn restore(cx: &mut Cx, id: Uuid) -> Result<()> {
    let open = store::charter_drafts::count_open(&mut cx.tx, cx.org).await?;
    if cx.may(Action::Withdraw, Resource::CharterDraft) && open >= MOST_OPEN {
        return Err(refused(CharterRefusal::TooManyDrafts { most: MOST_OPEN }));
    }
    set_discarded(cx, id, false, "charter.draft-restored").await
}

async fn set_discarded(cx: &mut Cx, id: Uuid, discarded: bool, action: &str) -> Result<()> {
    cx.authorize(Action::Withdraw, Resource::CharterDraft)?;
    let draft = find(cx, id).await?;
    if draft.adopted_as.is_some() {
        return Err(refused(CharterRefusal::Closed));
    }
    if draft.discarded_at.is_some() == discarded {
        return Ok(());
    }
    let at = discarded.then_some(cx.now);
    store::charter_drafts::set_discarded(&mut cx.tx, cx.org, id, at).await?;
    audit(cx, action, id).await
}

pub(super) async fn audit(cx: &mut Cx, action: &str, draft: Uuid) -> Result<()> {
    cx.audit(action, "charter-draft", draft, None).await
}

pub(super) fn refused(refusal: CharterRefusal) -> Error {
    Refusal::Charter(refusal).into()
}
