//! ARCHITECTURE.md stays a true map: it names every rule of `tidy`, and every file that grew large.

use crate::finding::Finding;
use crate::pattern::pattern;
use crate::rules::ALL;
use crate::tree::Tree;

/// Large files explain themselves.
pub const SIZE: &str = "file-size";
/// The numbered invariants and the rules are the same list.
pub const RULES: &str = "map-rules";

const MAP: &str = "ARCHITECTURE.md";
const LINES: usize = 600;

/// What people write by hand. Locks, pictures and data are as long as they are.
const WRITTEN: [&str; 14] = [
    "rs", "html", "css", "scss", "js", "mjs", "sql", "toml", "ftl", "md", "sh", "txt", "service",
    "yml",
];

/// Checks the rules of this file.
pub fn check(tree: &Tree, found: &mut Vec<Finding>) {
    let map = tree.file(MAP).map_or("", |file| file.text.as_str());
    for file in tree
        .files
        .iter()
        .filter(|file| WRITTEN.contains(&file.extension()))
    {
        let lines = file.text.lines().count();
        if lines > LINES && !map.contains(&format!("`{}`", file.path)) {
            let message = format!("{lines} lines: split it, or name it in {MAP} with the reason");
            found.push(Finding::at(&file.path, 0, SIZE, message));
        }
    }
    if tree.file("xtask/src/rules.rs").is_none() {
        return;
    }
    for rule in ALL
        .iter()
        .filter(|rule| !map.contains(&format!("`{}`", rule.id)))
    {
        found.push(Finding::at(
            MAP,
            0,
            RULES,
            format!(
                "the rule `{}` belongs to an invariant: {}",
                rule.id, rule.says
            ),
        ));
    }
    let named = pattern(r"tidy: ((?:`[a-z-]+`(?:, )?)+)");
    for (line, text) in map.lines().enumerate() {
        let ids = named
            .captures_iter(text)
            .flat_map(|hit| hit[1].split(", ").map(str::to_owned).collect::<Vec<_>>());
        for id in ids
            .map(|id| id.trim_matches('`').to_owned())
            .filter(|id| !id.is_empty())
        {
            if !ALL.iter().any(|rule| rule.id == id) {
                found.push(Finding::at(
                    MAP,
                    line + 1,
                    RULES,
                    format!("tidy has no rule `{id}`"),
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;

    #[test]
    fn a_large_file_explains_itself() {
        let long = "x\n".repeat(LINES + 1);
        let path = "crates/store/src/ledger.rs";
        assert_eq!(
            broken(&[(path, &long)], check),
            [(path.to_owned(), 0, SIZE)]
        );
        assert_eq!(
            broken(
                &[
                    (path, &long),
                    (MAP, "`crates/store/src/ledger.rs` is one algorithm")
                ],
                check
            ),
            []
        );
        assert_eq!(
            broken(
                &[("Cargo.lock", &long), (path, &"x\n".repeat(LINES))],
                check
            ),
            []
        );
    }

    #[test]
    fn the_map_names_every_rule_and_no_other() {
        let all: String = ALL
            .iter()
            .map(|rule| format!("- tidy: `{}`\n", rule.id))
            .collect();
        let rules = ("xtask/src/rules.rs", "");
        assert_eq!(broken(&[rules, (MAP, &all)], check), []);
        assert_eq!(
            broken(
                &[rules, (MAP, &all.replacen("- tidy: `words`\n", "", 1))],
                check
            ),
            [(MAP.to_owned(), 0, RULES)]
        );
        let more = format!("{all}tidy: `words`, `manners`\n");
        assert_eq!(
            broken(&[rules, (MAP, &more)], check),
            [(MAP.to_owned(), ALL.len() + 1, RULES)]
        );
    }
}
