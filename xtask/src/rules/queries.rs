//! One organisation never sees another's rows: the store's functions and its query texts all name `org`.

use crate::finding::Finding;
use crate::lexer::{Placed, Token, behind_bracket, program_tokens};
use crate::pattern::{LazyLock, Pattern, pattern};
use crate::settings::{Exception, PATH as SETTINGS, Settings, excepts};
use crate::tree::{File, Tree};

/// Functions of the store ask for the organisation.
pub const ORG_PARAMETER: &str = "org-parameter";
/// Query texts name the organisation.
pub const ORG_QUERY: &str = "org-query";

static STATEMENT: Pattern =
    LazyLock::new(|| pattern(r"\bWHERE\b|^\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\b"));
static TABLE: Pattern =
    LazyLock::new(|| pattern(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_][a-z0-9_]*)\b"));
static ORG: Pattern = LazyLock::new(|| pattern(r"\borg\b"));

/// Checks the rules of this file.
pub fn check(tree: &Tree, settings: &Settings, found: &mut Vec<Finding>) {
    let mut functions = Vec::new();
    for file in tree.program("crates/store/src") {
        let tokens = program_tokens(&file.text);
        parameters(file, &tokens, settings, &mut functions, found);
        texts(file, &tokens, settings, found);
    }
    let unused = unneeded(&settings.functions_without_org, &functions);
    found.extend(unused.map(|message| Finding::at(SETTINGS, 0, ORG_PARAMETER, message)));
}

/// A message for each exception that nothing needs any more; none while there is nothing it could be for.
pub fn unneeded<'a>(
    list: &'a [Exception],
    known: &'a [String],
) -> impl Iterator<Item = String> + 'a {
    let gone = list
        .iter()
        .filter(|exception| !known.is_empty() && !known.contains(&exception.name));
    gone.map(|exception| format!("`{}` is excepted, and no longer there", exception.name))
}

/// Whether a table exists once for the installation: by the settings, or because the database keeps it for itself.
pub fn is_shared(settings: &Settings, table: &str) -> bool {
    const OF_THE_DATABASE: [&str; 5] =
        ["sqlite_", "pragma_", "pg_", "information_schema", "_sqlx_"];
    OF_THE_DATABASE
        .iter()
        .any(|prefix| table.starts_with(prefix))
        || excepts(&settings.tables_without_org, table)
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
        let foreign = tables.iter().find(|name| !is_shared(settings, name));
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
