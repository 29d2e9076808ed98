//! From a draft to a version and, before its day, back; and what one charter changes of another (R1–R2, A7, B7).

use chrono::{Datelike as _, NaiveDate};
use domain::access::{Action, Resource};
use domain::audit::Digest;
use domain::charter::adoption::{self, Proposal, effective_days, newest};
use domain::charter::{Charter, parse};
use domain::load::{LoadReport, load};
pub use store::charter::VersionNote;
use store::charter::{Adoption, StoredVersion};
use store::ledger::Whose;
use uuid::Uuid;

use super::charter::staffing;
use super::charter_drafts::{OpenDraft, find, open, refused, text_of};
use super::ledger::mark_dirty;
use super::{CharterRefusal, Cx, Error, Result};

/// What the minister enters.
#[derive(Clone, Debug)]
pub struct AdoptionForm {
    /// The revision that was read.
    pub revision: u32,
    /// From which day on the version rules.
    pub effective: NaiveDate,
    /// Why it is adopted although it asks more than the cap.
    pub reason: String,
}

/// What the minister reads before adopting.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// The draft.
    pub opened: OpenDraft,
    /// The version that it would replace, and its load.
    pub before: Option<(u32, Charter, LoadReport)>,
    /// Its own load in the year in which it would take effect.
    pub after: Option<LoadReport>,
    /// The first and the last day from which it can rule.
    pub days: (NaiveDate, NaiveDate),
}

/// Opens a draft as it would be adopted. The load is that of the year of `effective`, of today's if none is given.
pub async fn prospect(cx: &mut Cx, id: Uuid, effective: Option<NaiveDate>) -> Result<Prospect> {
    let opened = open(cx, id).await?;
    let days = effective_days(&cx.house.versions, cx.today);
    let year = effective.unwrap_or(days.0).year();
    let before = newest(&cx.house.versions).map(|version| {
        let report = measure(cx, &version.charter, year);
        (version.number, version.charter.clone(), report)
    });
    let after = opened
        .charter
        .as_ref()
        .ok()
        .map(|charter| measure(cx, charter, year));
    Ok(Prospect {
        opened,
        before,
        after,
        days,
    })
}

/// The load of a charter in a year, for the department as it is staffed today.
pub fn measure(cx: &Cx, charter: &Charter, year: i32) -> LoadReport {
    load(charter, &cx.house.calendar, year, &staffing(cx))
}

/// Adopts a draft: it becomes the next version, everybody is settled again, and the audit chain commits to its text.
pub async fn adopt(cx: &mut Cx, id: Uuid, form: AdoptionForm) -> Result<u32> {
    cx.authorize(Action::Administer, Resource::CharterDraft)?;
    let account = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    let draft = find(cx, id).await?;
    if draft.adopted_as.is_some() || draft.discarded_at.is_some() {
        return Err(refused(CharterRefusal::Closed));
    }
    // What was not read is not adopted.
    if draft.revision != form.revision {
        return Err(refused(CharterRefusal::Moved));
    }
    let latest = text_of(cx, &draft).await?;
    let charter = match domain::charter::check(&latest.toml, super::charter_drafts::FILE) {
        Ok(charter) => charter,
        Err(mistakes) => {
            let count = mistakes.all.len();
            return Err(refused(CharterRefusal::Mistakes { count }));
        }
    };
    let proposal = Proposal {
        charter: &charter,
        base: draft.base_version,
        effective: form.effective,
        over_cap: measure(cx, &charter, form.effective.year()).over_cap,
        reason: &form.reason,
    };
    adoption::decide(&cx.house.versions, cx.today, &proposal)
        .map_err(|refusal| refused(CharterRefusal::NotAdopted(refusal)))?;
    // Versions taken back keep their numbers.
    let notes = store::charter::notes(&mut cx.tx, cx.org).await?;
    let number = notes.iter().map(|note| note.number).max().unwrap_or(0) + 1;
    let reason = form.reason.trim();
    let version = StoredVersion {
        number,
        effective: form.effective,
        toml: latest.toml,
        adopted_at: cx.now,
        adopted_by: Some(account),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
    };
    store::charter::insert_version(&mut cx.tx, cx.org, &version).await?;
    let salt: [u8; 16] = cx.random();
    let adopted = Adoption {
        number,
        draft: id,
        drafted_by: latest.author,
        salt: salt.to_vec(),
    };
    store::charter::insert_adoption(&mut cx.tx, cx.org, &adopted).await?;
    let committed = commitment(&version, &salt);
    cx.audit("charter.adopted", "charter-draft", id, Some(committed))
        .await?;
    cx.rules_changed().await?;
    mark_dirty(cx, Whose::All).await?;
    Ok(number)
}

/// Takes a version back that has not taken effect; its draft can be changed and adopted again.
pub async fn withdraw(cx: &mut Cx, number: u32) -> Result<()> {
    cx.authorize(Action::Administer, Resource::CharterDraft)?;
    let account = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    if cx.house.version(number).is_none() {
        return Err(Error::NotFound);
    }
    adoption::withdraw(&cx.house.versions, cx.today, number)
        .map_err(|kept| refused(CharterRefusal::NotWithdrawn(kept)))?;
    if !store::charter::withdraw_version(&mut cx.tx, cx.org, number, cx.now, account).await? {
        return Err(Error::NotFound);
    }
    let org = cx.org.uuid();
    cx.audit("charter.withdrawn", "charter", org, None).await?;
    cx.rules_changed().await?;
    mark_dirty(cx, Whose::All).await
}

/// What the audit chain commits to for a version: its number, its day, the reason and the text.
fn commitment(version: &StoredVersion, salt: &[u8]) -> Digest {
    let mut body = String::new();
    let parts = [
        version.number.to_string(),
        version.effective.to_string(),
        version.reason.clone().unwrap_or_default(),
        version.toml.clone(),
    ];
    for part in parts {
        body.push_str(&format!("{}:{part}", part.len()));
    }
    domain::audit::commitment(salt, body.as_bytes())
}

/// Of the commitments that the chain holds those that no stored version fits: the drafts they were about.
pub(super) async fn altered(cx: &mut Cx, committed: &[(Uuid, Digest)]) -> Result<Vec<Uuid>> {
    let mut stored = Vec::new();
    for (number, salt) in store::charter::salts(&mut cx.tx, cx.org).await? {
        let version = store::charter::version_file(&mut cx.tx, cx.org, number).await?;
        stored.extend(version.map(|version| commitment(&version, &salt)));
    }
    Ok(committed
        .iter()
        .filter(|(_, digest)| !stored.contains(digest))
        .map(|(subject, _)| *subject)
        .collect())
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A version, be it taken back.
    Version(u32),
    /// The latest text of a draft.
    Draft(Uuid),
}

/// Two charters and the load of each in one year.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The first charter.
    pub before: Charter,
    /// The second charter.
    pub after: Charter,
    /// The load of the first one.
    pub load_before: LoadReport,
    /// The load of the second one.
    pub load_after: LoadReport,
}

/// Lays two charters side by side. A draft with mistakes cannot be compared.
pub async fn compare(cx: &mut Cx, before: Side, after: Side) -> Result<Comparison> {
    let before = side(cx, before).await?;
    let after = side(cx, after).await?;
    let year = cx.today.year();
    Ok(Comparison {
        load_before: measure(cx, &before, year),
        load_after: measure(cx, &after, year),
        before,
        after,
    })
}

async fn side(cx: &mut Cx, side: Side) -> Result<Charter> {
    match side {
        Side::Version(number) => {
            cx.authorize(Action::Read, Resource::Charter)?;
            if let Some(version) = cx.house.version(number) {
                return Ok(version.charter.clone());
            }
            // Taken back, and so a draft again: whoever may read drafts may read it.
            cx.authorize(Action::Read, Resource::CharterDraft)?;
            let file = store::charter::version_file(&mut cx.tx, cx.org, number).await?;
            let file = file.ok_or(Error::NotFound)?;
            parse(&file.toml, "version").map_err(|error| Error::Broken(error.into()))
        }
        Side::Draft(id) => open(cx, id).await?.charter.map_err(|mistakes| {
            refused(CharterRefusal::Mistakes {
                count: mistakes.all.len(),
            })
        }),
    }
}

/// All versions with who, when and why, the newest first.
pub async fn versions(cx: &mut Cx) -> Result<Vec<VersionNote>> {
    cx.authorize(Action::Read, Resource::Charter)?;
    let mut notes = store::charter::notes(&mut cx.tx, cx.org).await?;
    notes.reverse();
    Ok(notes)
}
