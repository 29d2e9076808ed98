//! The audit chain, read by the auditor and verified by `wuxing audit verify`.

use domain::access::{Action, Resource};
use domain::audit::{Break, Digest, Entry, Head, Verifier};
use domain::identity::RecordId;

use super::{Cx, Result, commitment};

/// Entries on one page.
pub const PAGE: u32 = 50;
/// Entries read at a time while verifying.
const BATCH: u32 = 1_000;

/// A page of the chain, the newest first.
pub async fn page(cx: &mut Cx, before: Option<u64>) -> Result<(Vec<(Entry, Digest)>, Head)> {
    cx.authorize(Action::Read, Resource::Audit)?;
    let head = store::audit::head(&mut cx.tx, cx.org).await?;
    let last = before.map_or(head.seq, |before| before.saturating_sub(1).min(head.seq));
    let after = last.saturating_sub(u64::from(PAGE));
    let count = u32::try_from(last - after).unwrap_or(PAGE);
    let mut entries = store::audit::entries(&mut cx.tx, cx.org, after, count).await?;
    entries.reverse();
    Ok((entries, head))
}

/// What verifying the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Entries followed.
    pub entries: u64,
    /// The head that the entries lead to.
    pub head: Head,
    /// Where the chain is broken.
    pub broken: Option<Break>,
    /// The chain ends before, or differs from, the head that is stored beside it.
    pub head_differs: bool,
    /// Records whose body is not what the chain committed to.
    pub altered_records: Vec<RecordId>,
    /// Records compared with their commitments.
    pub records: u64,
    /// Drafts of charter versions whose text is not what the chain committed to.
    pub altered_charters: Vec<uuid::Uuid>,
}

impl Verification {
    /// Whether nothing was found.
    pub const fn is_good(&self) -> bool {
        self.broken.is_none()
            && !self.head_differs
            && self.altered_records.is_empty()
            && self.altered_charters.is_empty()
    }
}

/// Follows the whole chain and compares every record with its last commitment. The caller answers for the right to ask.
pub async fn verify(cx: &mut Cx) -> Result<Verification> {
    let mut verifier = Verifier::default();
    let mut broken = None;
    let mut committed = std::collections::BTreeMap::new();
    let mut adopted = Vec::new();
    'chain: loop {
        let entries = store::audit::entries(&mut cx.tx, cx.org, verifier.head().seq, BATCH).await?;
        if entries.is_empty() {
            break;
        }
        for (entry, digest) in &entries {
            if let Err(found) = verifier.follow(entry, digest) {
                broken = Some(found);
                break 'chain;
            }
            if let Some(commitment) = entry
                .commitment
                .filter(|_| entry.action == "charter.adopted")
            {
                adopted.push((entry.subject, commitment));
            }
            if let Some(commitment) = entry
                .commitment
                .filter(|_| entry.action.starts_with("record."))
            {
                committed.insert(entry.subject, commitment);
            }
        }
    }
    let head = store::audit::head(&mut cx.tx, cx.org).await?;
    let mut altered_records = Vec::new();
    let records = u64::try_from(committed.len()).unwrap_or(u64::MAX);
    for (subject, expected) in committed {
        let id = RecordId::new(subject);
        let record = store::records::get(&mut cx.tx, cx.org, id).await?;
        let salt = store::records::salt(&mut cx.tx, cx.org, id).await?;
        let as_committed = match (record, salt) {
            (Some(record), Some(salt)) => commitment(&record, &salt) == expected,
            _ => false,
        };
        if !as_committed {
            altered_records.push(id);
        }
    }
    let altered_charters = super::charter_adoption::altered(cx, &adopted).await?;
    Ok(Verification {
        altered_charters,
        entries: verifier.head().seq,
        head: verifier.head(),
        head_differs: broken.is_none() && head != verifier.head(),
        broken,
        altered_records,
        records,
    })
}
