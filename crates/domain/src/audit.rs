//! The audit chain (A2): append-only, each entry carrying the digest of the one before it. It holds opaque identifiers and
//! salted commitments, never a body; the salt lies with the body and dies with it.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// The digest before the first entry.
pub const GENESIS: Digest = [0; 32];

/// One entry of an organisation's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number in the chain, from 1 without gaps.
    pub seq: u64,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// The account that acted; none for the program itself.
    pub actor: Option<Uuid>,
    /// What was done: a word like `record.submitted`.
    pub action: String,
    /// What kind of thing it was done to.
    pub subject_kind: String,
    /// Its identifier.
    pub subject: Uuid,
    /// Commitment to the body as it then was, if it has one.
    pub commitment: Option<Digest>,
    /// Digest of the entry before, [`GENESIS`] for the first.
    pub previous: Digest,
}

impl Entry {
    /// The entry's own digest: SHA-256 over its fields, each preceded by its length, so that no two entries encode alike.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        field(b"wuxing audit 1");
        field(&self.seq.to_be_bytes());
        field(&self.at.timestamp_micros().to_be_bytes());
        field(
            self.actor
                .as_ref()
                .map_or(&[], |actor| actor.as_bytes().as_slice()),
        );
        field(self.action.as_bytes());
        field(self.subject_kind.as_bytes());
        field(self.subject.as_bytes());
        field(self.commitment.as_ref().map_or(&[], Digest::as_slice));
        field(&self.previous);
        hash.finalize().into()
    }
}

/// Commits to a body without telling anything about it to whoever lacks the salt.
pub fn commitment(salt: &[u8], body: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update((salt.len() as u64).to_be_bytes());
    hash.update(salt);
    hash.update(body);
    hash.finalize().into()
}

/// The last entry of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0 for an empty chain.
    pub seq: u64,
    /// Its digest.
    pub digest: Digest,
}

impl Head {
    /// The head of an empty chain.
    pub const EMPTY: Self = Self {
        seq: 0,
        digest: GENESIS,
    };
}

/// Where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// An entry is missing: after `after` comes `found`.
    Gap {
        /// The last good number.
        after: u64,
        /// The number found.
        found: u64,
    },
    /// The entry does not carry the digest of the one before it: it, or the one before it, was changed.
    Altered {
        /// Its number.
        seq: u64,
    },
}

/// Follows a chain entry by entry.
#[derive(Clone, Copy, Debug)]
pub struct Verifier {
    head: Head,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { head: Head::EMPTY }
    }
}

impl Verifier {
    /// Takes the next entry and the digest stored beside it.
    pub fn follow(&mut self, entry: &Entry, stored: &Digest) -> Result<(), Break> {
        if entry.seq != self.head.seq + 1 {
            return Err(Break::Gap {
                after: self.head.seq,
                found: entry.seq,
            });
        }
        if entry.previous != self.head.digest || entry.digest() != *stored {
            return Err(Break::Altered { seq: entry.seq });
        }
        self.head = Head {
            seq: entry.seq,
            digest: *stored,
        };
        Ok(())
    }

    /// The last good entry.
    pub const fn head(&self) -> Head {
        self.head
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(length: u64) -> Vec<(Entry, Digest)> {
        let mut previous = GENESIS;
        (1..=length)
            .map(|seq| {
                let entry = Entry {
                    seq,
                    at: DateTime::from_timestamp_micros(
                        1_700_000_000_000_000 + i64::try_from(seq).unwrap(),
                    )
                    .unwrap(),
                    actor: Some(Uuid::from_u128(7)),
                    action: "record.submitted".to_owned(),
                    subject_kind: "clipping".to_owned(),
                    subject: Uuid::from_u128(u128::from(seq)),
                    commitment: Some(commitment(b"salt", &seq.to_be_bytes())),
                    previous,
                };
                previous = entry.digest();
                (entry, previous)
            })
            .collect()
    }

    fn verify(chain: &[(Entry, Digest)]) -> Result<Head, Break> {
        let mut verifier = Verifier::default();
        chain
            .iter()
            .try_for_each(|(entry, digest)| verifier.follow(entry, digest))?;
        Ok(verifier.head())
    }

    #[test]
    fn a_commitment_says_nothing_without_its_salt() {
        assert_ne!(commitment(b"a", b"body"), commitment(b"b", b"body"));
        assert_ne!(commitment(b"ab", b"c"), commitment(b"a", b"bc"));
    }

    proptest! {
        #[test]
        fn law_a2_an_untouched_chain_verifies(length in 0..20u64) {
            let chain = chain(length);
            let head = verify(&chain).unwrap();
            prop_assert_eq!(head.seq, length);
        }

        #[test]
        fn law_a2_a_removed_or_changed_entry_is_found(length in 2..20u64, at in 0..20usize, what in 0..5) {
            let mut chain = chain(length);
            let at = at % (chain.len() - 1);
            match what {
                0 => { chain.remove(at); }
                1 => chain[at].0.action.push('x'),
                2 => chain[at].0.subject = Uuid::from_u128(999),
                3 => chain[at].0.commitment = None,
                // Somebody also mends the digest beside the changed entry: the next one gives it away.
                _ => { chain[at].0.actor = None; chain[at].1 = chain[at].0.digest(); }
            }
            prop_assert!(verify(&chain).is_err());
        }
    }
}
