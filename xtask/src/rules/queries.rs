//! One organisation never sees another's rows: the store's functions, its query texts and its keys all name `org`.

use crate::finding::Finding;
use crate::lexer::{Placed, Token, behind_bracket, program_tokens};
use crate::pattern::{LazyLock, Pattern, pattern};
use crate::settings::{Exception, PATH as SETTINGS, Settings, excepts};
use crate::tree::{File, Tree};

/// Functions of the store ask for the organisation.
pub const ORG_PARAMETER: &str = "org-parameter";
/// Query texts name the organisation.
pub const ORG_QUERY: &str = "org-query";
/// Keys begin with the organisation.
pub const ORG_KEY: &str = "org-key";

static STATEMENT: Pattern =
    LazyLock::new(|| pattern(r"\bWHERE\b|^\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\b"));
static TABLE: Pattern =
    LazyLock::new(|| pattern(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_][a-z0-9_]*)\b"));
static ORG: Pattern = LazyLock::new(|| pattern(r"\borg\b"));
static CREATE: Pattern = LazyLock::new(|| {
    pattern(r"(?i)\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([a-z_][a-z0-9_]*)\s*\(")
});
static KEY: Pattern = LazyLock::new(|| {
    let keys = r"PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY|REFERENCES\s+[a-z_][a-z0-9_]*|UNIQUE\s+INDEX\s+[a-z_0-9\s]+\bON\s+[a-z_][a-z0-9_]*";
    pattern(&format!(r"(?i)\b({keys})\s*\(\s*([a-z_][a-z0-9_]*)"))
});

/// Checks the rules of this file.
pub fn check(tree: &Tree, settings: &Settings, found: &mut Vec<Finding>) {
    let mut functions = Vec::new();
    for file in tree.program("crates/store/src") {
        let tokens = program_tokens(&file.text);
        parameters(file, &tokens, settings, &mut functions, found);
        texts(file, &tokens, settings, found);
    }
    let mut tables = Vec::new();
    for file in tree.under("crates/store/migrations", &["sql"]) {
        keys(file, settings, &mut tables, found);
    }
    let unused = |list: &[Exception], known: &[String]| {
        list.iter()
            .filter(|exception| !known.contains(&exception.name))
            .map(|e| e.name.clone())
            .collect::<Vec<_>>()
    };
    if !functions.is_empty() {
        for name in unused(&settings.functions_without_org, &functions) {
            found.push(Finding::at(
                SETTINGS,
                0,
                ORG_PARAMETER,
                format!("`{name}` is excepted, and no longer there"),
            ));
        }
    }
    if !tables.is_empty() {
        for name in unused(&settings.tables_without_org, &tables) {
            found.push(Finding::at(
                SETTINGS,
                0,
                ORG_KEY,
                format!("the table `{name}` is excepted, and no longer there"),
            ));
        }
    }
}

/// `pub async fn f(tx: &mut Tx, org: OrgId, …)`, unless excepted.
fn parameters(
    file: &File,
    tokens: &[Placed],
    settings: &Settings,
    known: &mut Vec<String>,
    found: &mut Vec<Finding>,
) {
    let stem = file
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs");
    let word = |at: usize| tokens.get(at).and_then(Placed::word);
    for at in 0..tokens.len() {
        if [word(at), word(at + 1), word(at + 2)] != [Some("pub"), Some("async"), Some("fn")] {
            continue;
        }
        let Some(name) = word(at + 3) else { continue };
        let Some(open) = (at + 4..tokens.len()).find(|at| tokens[*at].is('(')) else {
            continue;
        };
        let list = split(&tokens[open + 1..behind_bracket(tokens, open).saturating_sub(1)]);
        if !list.iter().any(|words| is_transaction(words)) {
            continue;
        }
        let full = format!("{stem}::{name}");
        known.push(full.clone());
        let in_order = list.first().is_some_and(|words| is_transaction(words))
            && list
                .get(1)
                .is_some_and(|words| matches!(words[..], ["org" | "_org", .., "OrgId"]));
        if !in_order && !excepts(&settings.functions_without_org, &full) {
            let message = format!(
                "`{full}` takes a transaction: its parameters begin with `tx: &mut Tx, org: OrgId`"
            );
            found.push(Finding::at(
                &file.path,
                tokens[at].line,
                ORG_PARAMETER,
                message,
            ));
        }
    }
}

/// `tx: &mut Tx`, by whatever path.
fn is_transaction(words: &[&str]) -> bool {
    words.contains(&"mut") && words.last() == Some(&"Tx")
}

/// The words of each parameter.
fn split(tokens: &[Placed]) -> Vec<Vec<&str>> {
    let mut out = vec![Vec::new()];
    let mut depth = 0i32;
    for placed in tokens {
        match &placed.token {
            Token::Mark('(' | '[' | '{' | '<') => depth += 1,
            Token::Mark(')' | ']' | '}' | '>') => depth -= 1,
            Token::Mark(',') if depth == 0 => out.push(Vec::new()),
            Token::Word(word) => {
                if let Some(last) = out.last_mut() {
                    last.push(word.as_str());
                }
            }
            _ => {}
        }
    }
    out
}

/// A literal that is a query names `org`, unless all its tables exist once for the installation.
fn texts(file: &File, tokens: &[Placed], settings: &Settings, found: &mut Vec<Finding>) {
    for placed in tokens {
        let Token::Text(text) = &placed.token else {
            continue;
        };
        if !STATEMENT.is_match(text) || ORG.is_match(text) {
            continue;
        }
        let tables: Vec<&str> = TABLE
            .captures_iter(text)
            .filter_map(|hit| hit.get(1))
            .map(|name| name.as_str())
            .collect();
        let foreign = tables
            .iter()
            .find(|name| !excepts(&settings.tables_without_org, name));
        let whole = tables.is_empty() && text.contains("WHERE");
        if foreign.is_some() || whole {
            let of = foreign.map_or(String::new(), |name| format!(" of `{name}`"));
            let message = format!(
                "this query{of} names no `org`: one organisation could read another's rows"
            );
            found.push(Finding::at(&file.path, placed.line, ORG_QUERY, message));
        }
    }
}

/// Primary, unique and foreign keys begin with `org`.
fn keys(file: &File, settings: &Settings, known: &mut Vec<String>, found: &mut Vec<Finding>) {
    let text = without_comments(&file.text);
    let line_of = |byte: usize| text[..byte].matches('\n').count() + 1;
    for statement in statements(&text) {
        let body = &text[statement.clone()];
        let table = CREATE
            .captures(body)
            .and_then(|hit| hit.get(1))
            .map(|name| name.as_str().to_owned());
        if let Some(table) = &table {
            known.push(table.clone());
            if excepts(&settings.tables_without_org, table) {
                continue;
            }
            if !KEY
                .captures_iter(body)
                .any(|hit| starts(&hit, "PRIMARY") && &hit[2] == "org")
            {
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
            let to_shared = starts(&hit, "REFERENCES") && {
                let target = hit[1].split_whitespace().nth(1).unwrap_or_default();
                excepts(&settings.tables_without_org, target)
            };
            let index_on_shared = hit[1].to_uppercase().contains(" INDEX ") && {
                let target = hit[1].split_whitespace().last().unwrap_or_default();
                excepts(&settings.tables_without_org, target)
            };
            if &hit[2] != "org" && !to_shared && !index_on_shared {
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

    fn settings() -> Settings {
        let except = |name: &str| {
            vec![Exception {
                name: name.to_owned(),
                reason: "because".to_owned(),
            }]
        };
        Settings {
            tables_without_org: except("organisations"),
            functions_without_org: except("people::all_over"),
            ..Settings::default()
        }
    }

    fn one(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        let found = broken(&[(path, text)], |tree, found| {
            check(tree, &settings(), found)
        });
        found
            .into_iter()
            .filter(|(path, _, _)| path != SETTINGS)
            .map(|(_, line, rule)| (line, rule))
            .collect()
    }

    #[test]
    fn functions_ask_for_the_organisation() {
        let file = "crates/store/src/people.rs";
        assert_eq!(
            one(
                file,
                "\npub async fn find(tx: &mut Tx, id: PersonId) -> X {}"
            ),
            [(2, ORG_PARAMETER)]
        );
        assert_eq!(
            one(file, "pub async fn find(org: OrgId, tx: &mut Tx) {}"),
            [(1, ORG_PARAMETER)]
        );
        assert_eq!(
            one(
                file,
                "pub async fn find(tx: &mut crate::Tx, org: OrgId, ids: &BTreeMap<A, (B, C)>) {}"
            ),
            []
        );
        assert_eq!(
            one(
                file,
                "pub async fn f<'a>(tx: &'a mut crate::Tx, org: domain::OrgId) {}"
            ),
            []
        );
        assert_eq!(
            one(file, "pub async fn f(tx: &mut crate::Tx, org: &str) {}"),
            [(1, ORG_PARAMETER)]
        );
        assert_eq!(one(file, "pub async fn all_over(tx: &mut Tx) {}"), []);
        assert_eq!(
            one(
                file,
                "async fn inner(tx: &mut Tx) {} pub async fn open(url: &str) {}"
            ),
            []
        );
    }

    #[test]
    fn queries_name_the_organisation() {
        let file = "crates/store/src/people.rs";
        assert_eq!(
            one(file, "\nq(\"SELECT name FROM persons WHERE id = $1\")"),
            [(2, ORG_QUERY)]
        );
        assert_eq!(one(file, "q(\"DELETE FROM persons\")"), [(1, ORG_QUERY)]);
        assert_eq!(
            one(
                file,
                "q(r#\"UPDATE persons SET name = $3\n WHERE org = $1 AND id = $2\"#)"
            ),
            []
        );
        assert_eq!(
            one(
                file,
                "q(\"SELECT id FROM organisations WHERE name = $1\"); q(\"SELECT 1\")"
            ),
            []
        );
        assert_eq!(
            one(
                file,
                "q(\"SELECT 1 FROM organisations JOIN persons USING (id)\")"
            ),
            [(1, ORG_QUERY)]
        );
        assert_eq!(one(file, "q(\" WHERE id = $1\")"), [(1, ORG_QUERY)]);
        assert_eq!(
            one(
                file,
                "#[cfg(test)] mod tests { const Q: &str = \"DELETE FROM persons\"; }"
            ),
            []
        );
    }

    #[test]
    fn keys_begin_with_the_organisation() {
        let file = "crates/store/migrations/sqlite/1.sql";
        assert_eq!(
            one(
                file,
                "-- people\nCREATE TABLE persons (id TEXT PRIMARY KEY, org TEXT);"
            ),
            [(2, ORG_KEY)]
        );
        let good = "CREATE TABLE persons (\n  org BLOB, id BLOB,\n  PRIMARY KEY (org, id),\n  UNIQUE (org, name),\n  FOREIGN KEY (org, section) REFERENCES sections (org, id)\n);";
        assert_eq!(one(file, good), []);
        assert_eq!(
            one(file, &good.replace("UNIQUE (org, ", "UNIQUE (")),
            [(4, ORG_KEY)]
        );
        assert_eq!(
            one(file, "CREATE UNIQUE INDEX persons_name ON persons (name);"),
            [(1, ORG_KEY)]
        );
        assert_eq!(
            one(
                file,
                "CREATE UNIQUE INDEX a ON organisations (name); CREATE INDEX b ON persons (name);"
            ),
            []
        );
        let reference = good.replace(
            "UNIQUE (org, name)",
            "FOREIGN KEY (org) REFERENCES organisations (id)",
        );
        assert_eq!(one(file, &reference), []);
    }

    #[test]
    fn an_exception_that_nothing_needs_is_found() {
        let found = broken(
            &[(
                "crates/store/src/a.rs",
                "pub async fn f(tx: &mut Tx, org: OrgId) {}",
            )],
            |tree, found| {
                check(tree, &settings(), found);
            },
        );
        assert_eq!(found, [(SETTINGS.to_owned(), 0, ORG_PARAMETER)]);
    }
}
