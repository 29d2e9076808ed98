//! Names of accounts: what one looks like, and one for everybody who has none.

use std::collections::{BTreeMap, BTreeSet};

const SHORTEST: usize = 2;
const LONGEST: usize = 40;

/// What a name that leaves nothing behind becomes.
const FALLBACK: &str = "user";

/// Whether `account` is 2 to 40 lower-case letters, digits, dots and hyphens with a letter or digit at both ends.
pub(super) fn is_well_formed(account: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let known = account.chars().all(|c| plain(c) || c == '.' || c == '-');
    known
        && account.starts_with(plain)
        && account.ends_with(plain)
        && (SHORTEST..=LONGEST).contains(&account.len())
}

/// The accounts that are spoken for.
pub(super) struct Accounts {
    taken: BTreeSet<String>,
    /// The number to try next for a base, so that a thousand namesakes do not start over a thousand times.
    next: BTreeMap<String, u32>,
}

impl Accounts {
    pub(super) fn new(taken: impl IntoIterator<Item = String>) -> Self {
        Self {
            taken: taken
                .into_iter()
                .map(|account| account.to_lowercase())
                .collect(),
            next: BTreeMap::new(),
        }
    }

    /// A free account made from `wish`: as it is, or with the first free number from 2.
    pub(super) fn propose(&mut self, wish: &str) -> String {
        let base = well_formed(wish);
        if self.taken.insert(base.clone()) {
            return base;
        }
        let number = self.next.entry(base.clone()).or_insert(2);
        loop {
            let candidate = format!("{base}{number}");
            *number += 1;
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// `wish` without what an account cannot have, short enough for a number after it.
fn well_formed(wish: &str) -> String {
    let lower = wish.to_lowercase();
    let kept = lower
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '.' || *c == '-');
    let kept: String = kept.take(LONGEST - 10).collect();
    let kept = kept.trim_matches(['.', '-']);
    if kept.len() < SHORTEST {
        FALLBACK.to_owned()
    } else {
        kept.to_owned()
    }
}
