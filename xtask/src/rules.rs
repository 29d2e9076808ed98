//! The rules, one file for each kind.

pub mod imports;
pub mod keys;
pub mod licences;
pub mod locales;
pub mod map;
pub mod pillars;
pub mod purity;
pub mod queries;
pub mod templates;
pub mod words;

use crate::finding::Finding;
use crate::settings::Settings;
use crate::tree::Tree;

/// A rule by its id, for the map and for `xtask rules`.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The id that findings carry.
    pub id: &'static str,
    /// The rule in one sentence.
    pub says: &'static str,
}

/// Every rule there is.
pub const ALL: &[Rule] = &[
    Rule {
        id: imports::CRATES,
        says: "domain ← store, documents ← wuxing; nothing else imports anything else",
    },
    Rule {
        id: imports::FLOORS,
        says: "inside wuxing: cx ← app ← web, api, jobs, demo ← main, and no other way",
    },
    Rule {
        id: imports::NO_STORE,
        says: "web and api never import store",
    },
    Rule {
        id: imports::OUTSIDE,
        says: "only app and jobs call outside",
    },
    Rule {
        id: pillars::SIBLINGS,
        says: "a pillar's folder never imports a sibling pillar",
    },
    Rule {
        id: purity::DOMAIN,
        says: "domain has no async, SQL, HTTP, clock, randomness, files or environment",
    },
    Rule {
        id: purity::SQLX,
        says: "sqlx is named in store only",
    },
    Rule {
        id: queries::ORG_PARAMETER,
        says: "a public async function of the store takes (tx, org, …)",
    },
    Rule {
        id: queries::ORG_QUERY,
        says: "every query names the organisation",
    },
    Rule {
        id: keys::ORG_KEY,
        says: "the key of every table begins with the organisation",
    },
    Rule {
        id: templates::SAFE,
        says: "no template prints unescaped text",
    },
    Rule {
        id: templates::INLINE,
        says: "no script, event handler or style inside a template",
    },
    Rule {
        id: locales::KEYS,
        says: "every key exists in both languages and is used",
    },
    Rule {
        id: words::WORDS,
        says: "words that the product does not use stay out of it",
    },
    Rule {
        id: words::PLACES,
        says: "no path of one machine, no host of a registry",
    },
    Rule {
        id: map::SIZE,
        says: "a file over 600 lines explains itself in ARCHITECTURE.md",
    },
    Rule {
        id: map::RULES,
        says: "ARCHITECTURE.md names every rule, and no other",
    },
    Rule {
        id: licences::LICENCES,
        says: "every dependency's licence is on the list of deny.toml",
    },
    Rule {
        id: licences::BANS,
        says: "no dependency that deny.toml bans, none from elsewhere",
    },
];

/// Runs all rules that need nothing but the text.
pub fn check(tree: &Tree, settings: &Settings) -> Vec<Finding> {
    let mut found = Vec::new();
    imports::check(tree, settings, &mut found);
    pillars::check(tree, &mut found);
    purity::check(tree, &mut found);
    queries::check(tree, settings, &mut found);
    keys::check(tree, settings, &mut found);
    templates::check(tree, settings, &mut found);
    locales::check(tree, settings, &mut found);
    words::check(tree, &mut found);
    map::check(tree, &mut found);
    found
}

/// The ids of the rules that a planted tree breaks, each once, for the tests.
#[cfg(test)]
pub fn broken(
    files: &[(&str, &str)],
    check: impl Fn(&Tree, &mut Vec<Finding>),
) -> Vec<(String, usize, &'static str)> {
    let mut found = Vec::new();
    check(&Tree::planted(files), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|finding| (finding.path, finding.line, finding.rule))
        .collect()
}
