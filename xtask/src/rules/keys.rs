//! Every key begins with the organisation, so that a distributed PostgreSQL can keep an organisation's rows together.

use super::queries::{is_shared, unneeded};
use crate::finding::Finding;
use crate::pattern::{LazyLock, Pattern, pattern};
use crate::settings::{PATH as SETTINGS, Settings, excepts};
use crate::tree::{File, Tree};

/// Keys begin with the organisation.
pub const ORG_KEY: &str = "org-key";

static CREATE: Pattern = LazyLock::new(|| {
    pattern(r"(?i)\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([a-z_][a-z0-9_]*)\s*\(")
});
/// A virtual table has no keys of its own, but can be named in the settings.
static VIRTUAL: Pattern =
    LazyLock::new(|| pattern(r"(?i)\bCREATE\s+VIRTUAL\s+TABLE\s+([a-z_][a-z0-9_]*)"));
static KEY: Pattern = LazyLock::new(|| {
    let keys = r"PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY|REFERENCES\s+[a-z_][a-z0-9_]*|UNIQUE\s+INDEX\s+[a-z_0-9\s]+\bON\s+[a-z_][a-z0-9_]*";
    pattern(&format!(r"(?i)\b({keys})\s*\(\s*([a-z_][a-z0-9_]*)"))
});
static ORG_ALONE: Pattern =
    LazyLock::new(|| pattern(r"(?i)\borg\s+[a-z]+\s+(?:NOT\s+NULL\s+)?PRIMARY\s+KEY\b"));

/// Checks the rule of this file.
pub fn check(tree: &Tree, settings: &Settings, found: &mut Vec<Finding>) {
    let mut tables = Vec::new();
    for file in tree.under("crates/store/migrations", &["sql"]) {
        keys(file, settings, &mut tables, found);
    }
    for list in [&settings.tables_without_org, &settings.keys_without_org] {
        found.extend(
            unneeded(list, &tables).map(|message| Finding::at(SETTINGS, 0, ORG_KEY, message)),
        );
    }
}

/// Primary, unique and foreign keys begin with `org`.
fn keys(file: &File, settings: &Settings, known: &mut Vec<String>, found: &mut Vec<Finding>) {
    let text = without_comments(&file.text);
    known.extend(VIRTUAL.captures_iter(&text).map(|hit| hit[1].to_owned()));
    let line_of = |byte: usize| text[..byte].matches('\n').count() + 1;
    for statement in statements(&text) {
        let body = &text[statement.clone()];
        let table = CREATE
            .captures(body)
            .and_then(|hit| hit.get(1))
            .map(|name| name.as_str().to_owned());
        if let Some(table) = &table {
            known.push(table.clone());
            if is_shared(settings, table) {
                continue;
            }
            let in_list = KEY
                .captures_iter(body)
                .any(|hit| starts(&hit, "PRIMARY") && &hit[2] == "org");
            let other = excepts(&settings.keys_without_org, table);
            if !in_list && !ORG_ALONE.is_match(body) && !other {
                let message = format!("the primary key of `{table}` begins with `org`");
                found.push(Finding::at(
                    &file.path,
                    line_of(statement.start),
                    ORG_KEY,
                    message,
                ));
                continue;
            }
        }
        for hit in KEY.captures_iter(body) {
            // `REFERENCES t (` and `UNIQUE INDEX … ON t (` end with the table they are about.
            let table = hit[1].split_whitespace().last().unwrap_or_default();
            if &hit[2] != "org" && !is_shared(settings, table) {
                let at = statement.start + hit.get(0).map_or(0, |whole| whole.start());
                let message = format!(
                    "`{}` begins with `{}`; every key begins with `org`",
                    hit[1].trim(),
                    &hit[2]
                );
                found.push(Finding::at(&file.path, line_of(at), ORG_KEY, message));
            }
        }
    }
}

fn starts(hit: &regex::Captures<'_>, word: &str) -> bool {
    hit[1].to_uppercase().starts_with(word)
}

/// The text with `-- …` blanked, so that bytes and lines stay where they are.
fn without_comments(text: &str) -> String {
    let blank = |line: &str| match line.find("--") {
        Some(at) => format!("{}{}", &line[..at], " ".repeat(line.len() - at)),
        None => line.to_owned(),
    };
    text.split('\n').map(blank).collect::<Vec<_>>().join("\n")
}

/// The byte ranges of the statements, split at semicolons, each beginning with its first word.
fn statements(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for end in text
        .match_indices(';')
        .map(|(at, _)| at)
        .chain([text.len()])
    {
        let lead = text[start..end].len() - text[start..end].trim_start().len();
        if start + lead < end {
            out.push(start + lead..end);
        }
        start = end + 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;
    use crate::settings::Exception;

    fn run(text: &str) -> Vec<(String, usize, &'static str)> {
        let except = |name: &str| {
            vec![Exception {
                name: name.to_owned(),
                reason: "because".to_owned(),
            }]
        };
        let settings = Settings {
            tables_without_org: except("organisations"),
            keys_without_org: except("chunks"),
            ..Settings::default()
        };
        let file = ("crates/store/migrations/sqlite/1.sql", text);
        broken(&[file], |tree, found| check(tree, &settings, found))
    }

    fn one(text: &str) -> Vec<(usize, &'static str)> {
        let found = run(text)
            .into_iter()
            .filter(|(path, _, _)| path != SETTINGS);
        found.map(|(_, line, rule)| (line, rule)).collect()
    }

    #[test]
    fn keys_begin_with_the_organisation() {
        assert_eq!(
            one("-- people\nCREATE TABLE persons (id TEXT PRIMARY KEY, org TEXT);"),
            [(2, ORG_KEY)]
        );
        let good = "CREATE TABLE persons (\n  org BLOB, id BLOB,\n  PRIMARY KEY (org, id),\n  UNIQUE (org, name),\n  FOREIGN KEY (org, section) REFERENCES sections (org, id)\n);";
        assert_eq!(one(good), []);
        assert_eq!(
            one(&good.replace("UNIQUE (org, ", "UNIQUE (")),
            [(4, ORG_KEY)]
        );
        assert_eq!(
            one("CREATE UNIQUE INDEX persons_name ON persons (name);"),
            [(1, ORG_KEY)]
        );
        assert_eq!(
            one("CREATE UNIQUE INDEX a ON organisations (name); CREATE INDEX b ON persons (name);"),
            []
        );
        let reference = good.replace(
            "UNIQUE (org, name)",
            "FOREIGN KEY (org) REFERENCES organisations (id)",
        );
        assert_eq!(one(&reference), []);
    }

    #[test]
    fn a_key_may_be_the_organisation_alone() {
        assert_eq!(
            one("CREATE TABLE heads (org BLOB PRIMARY KEY REFERENCES organisations (id));"),
            []
        );
        assert_eq!(
            one("CREATE TABLE heads (forg BLOB PRIMARY KEY, org BLOB);"),
            [(1, ORG_KEY)]
        );
        assert_eq!(
            one("CREATE TABLE chunks (id INTEGER PRIMARY KEY, org BLOB, UNIQUE (org, n));"),
            []
        );
        assert_eq!(
            one("CREATE TABLE chunks (id INTEGER PRIMARY KEY, org BLOB, UNIQUE (n));"),
            [(1, ORG_KEY)]
        );
    }

    #[test]
    fn an_exception_that_nothing_needs_is_found() {
        let found = run("CREATE TABLE chunks (id INTEGER PRIMARY KEY);");
        assert_eq!(found, [(SETTINGS.to_owned(), 0, ORG_KEY)]);
    }
}
