//! What the pure crate may not touch, and where SQL may stand.

use super::imports::dependencies;
use crate::finding::Finding;
use crate::lexer::{paths, program_tokens};
use crate::tree::Tree;

/// The domain decides; it does not fetch, wait, draw lots or look at a clock.
pub const DOMAIN: &str = "pure-domain";
/// The store is the only owner of SQL.
pub const SQLX: &str = "sqlx-in-store";

/// Crates whose very names would make the domain impure.
const IMPURE_CRATES: [&str; 14] = [
    "tokio",
    "futures",
    "futures_util",
    "async_trait",
    "sqlx",
    "axum",
    "hyper",
    "tower",
    "tower_http",
    "reqwest",
    "askama",
    "rand",
    "getrandom",
    "tracing",
];

/// Parts of the standard library that reach outside the program.
const IMPURE_STD: [&str; 8] = [
    "env", "fs", "io", "net", "os", "process", "thread", "future",
];

/// Checks the rules of this file.
pub fn check(tree: &Tree, found: &mut Vec<Finding>) {
    domain(tree, found);
    sqlx(tree, found);
}

fn domain(tree: &Tree, found: &mut Vec<Finding>) {
    let crate_name = |dependency: &str| dependency.replace('-', "_");
    if let Some(manifest) = tree.file("crates/domain/Cargo.toml") {
        for (line, dependency) in dependencies(manifest) {
            if IMPURE_CRATES.contains(&crate_name(&dependency).as_str()) {
                found.push(Finding::at(
                    &manifest.path,
                    line,
                    DOMAIN,
                    format!("domain does not depend on `{dependency}`"),
                ));
            }
        }
    }
    for file in tree.program("crates/domain/src") {
        let tokens = program_tokens(&file.text);
        for placed in tokens
            .iter()
            .filter(|placed| matches!(placed.word(), Some("async" | "await")))
        {
            found.push(Finding::at(
                &file.path,
                placed.line,
                DOMAIN,
                "domain never waits: no `async`",
            ));
        }
        for path in paths(&tokens) {
            let names: Vec<&str> = path.names.iter().map(String::as_str).collect();
            let impure = match names[..] {
                ["std", part, ..] if IMPURE_STD.contains(&part) => true,
                [
                    "std",
                    "time",
                    "SystemTime" | "Instant" | "UNIX_EPOCH" | "*",
                    ..,
                ] => true,
                ["chrono", "Utc" | "Local", "now", ..]
                | ["Utc" | "Local" | "SystemTime" | "Instant", "now", ..] => true,
                [first, _, ..] => IMPURE_CRATES.contains(&first),
                _ => false,
            };
            if impure {
                let message = format!(
                    "domain is given its facts, it does not fetch them: `{}`",
                    names.join("::")
                );
                found.push(Finding::at(&file.path, path.line, DOMAIN, message));
            }
        }
    }
}

fn sqlx(tree: &Tree, found: &mut Vec<Finding>) {
    const SAYS: &str = "only crates/store speaks SQL: give it a function there";
    for file in &tree.files {
        if file.under("crates/store") {
            continue;
        }
        if file.path.ends_with("/Cargo.toml") {
            for (line, _) in dependencies(file)
                .iter()
                .filter(|(_, name)| name == "sqlx" || name.starts_with("sqlx-"))
            {
                found.push(Finding::at(&file.path, *line, SQLX, SAYS));
            }
        } else if file.extension() == "rs" && !file.under("xtask") && !file.is_test() {
            for path in paths(&program_tokens(&file.text))
                .iter()
                .filter(|path| path.names[0] == "sqlx")
            {
                found.push(Finding::at(&file.path, path.line, SQLX, SAYS));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;

    fn one(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        broken(&[(path, text)], check)
            .into_iter()
            .map(|(_, line, rule)| (line, rule))
            .collect()
    }

    #[test]
    fn domain_stays_pure() {
        for text in [
            "use std::time::SystemTime;",
            "use std::{collections::BTreeMap, fs};",
            "let home = std::env::var(\"HOME\");",
            "use tokio::sync::mpsc;",
            "use rand::Rng;",
            "pub async fn settle() {}",
            "let now = chrono::Utc::now();",
        ] {
            assert_eq!(
                one("crates/domain/src/ledger.rs", text),
                [(1, DOMAIN)],
                "{text}"
            );
        }
        assert_eq!(
            one(
                "crates/domain/src/ledger.rs",
                "use std::time::Duration; let env = period.env; // std::fs\n"
            ),
            []
        );
        assert_eq!(
            one(
                "crates/domain/src/ledger.rs",
                "#[cfg(test)]\nmod tests { use std::fs; }"
            ),
            []
        );
        assert_eq!(
            one(
                "crates/domain/Cargo.toml",
                "[dependencies]\nrand = \"1\"\n[dev-dependencies]\ntokio = \"1\""
            ),
            [(2, DOMAIN)]
        );
    }

    #[test]
    fn sql_stays_in_the_store() {
        assert_eq!(
            one(
                "crates/wuxing/src/app/people.rs",
                "sqlx::query(\"SELECT 1\")"
            ),
            [(1, SQLX)]
        );
        assert_eq!(
            one("bench/Cargo.toml", "[dependencies]\nsqlx.workspace = true"),
            [(2, SQLX)]
        );
        assert_eq!(
            one("crates/store/src/people.rs", "sqlx::query(\"SELECT 1\")"),
            []
        );
    }
}
