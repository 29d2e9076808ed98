//! Both languages are complete: every key that is used exists in each, and every key that exists is used.
//!
//! A key built at run time (`format!("status-{status}")`) is announced once by its beginning, in a comment of a locale:
//! `# dynamic: status-, kind-`.

use super::templates::{FOLDER, without_comments};
use crate::finding::Finding;
use crate::lexer::{Placed, Token, behind_bracket, program_tokens};
use crate::pattern::{LazyLock, Pattern, pattern};
use crate::settings::Settings;
use crate::tree::{File, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Keys and their uses agree.
pub const KEYS: &str = "locale-keys";

/// The two languages, the default one first.
const LOCALES: [&str; 2] = ["locales/zh-CN.ftl", "locales/en.ftl"];

static KEY: Pattern = LazyLock::new(|| pattern("^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$"));
static MESSAGE: Pattern = LazyLock::new(|| pattern(r"^(-?[a-zA-Z][a-zA-Z0-9_-]*)\s*="));
static VARIABLE: Pattern = LazyLock::new(|| pattern(r"\$([a-zA-Z][a-zA-Z0-9_-]*)"));
static REFERENCE: Pattern = LazyLock::new(|| pattern(r"\{\s*([a-z][a-zA-Z0-9_-]*)[\s.}]"));
static QUOTED: Pattern = LazyLock::new(|| pattern(r#""([a-z][a-z0-9-]*)"|'([a-z][a-z0-9-]*)'"#));

/// One language as read.
#[derive(Default)]
struct Locale {
    /// Key → its line and the variables it prints.
    messages: BTreeMap<String, (usize, BTreeSet<String>)>,
    /// Keys that other messages refer to.
    references: BTreeSet<String>,
    /// Beginnings of keys built at run time, with their lines.
    dynamic: Vec<(usize, String)>,
}

/// A use of a key: where, and which.
struct Use<'a> {
    path: &'a str,
    line: usize,
    key: String,
}

/// Checks the rule of this file.
pub fn check(tree: &Tree, settings: &Settings, found: &mut Vec<Finding>) {
    let files: Vec<&File> = LOCALES.iter().filter_map(|path| tree.file(path)).collect();
    let [default, other] = files[..] else {
        if tree
            .files
            .iter()
            .any(|file| file.under("locales") || file.under(FOLDER))
        {
            let message = format!("there are two languages: {}", LOCALES.join(", "));
            found.push(Finding::at("locales", 0, KEYS, message));
        }
        return;
    };
    let locales = [(default, read(default, found)), (other, read(other, found))];
    compare(&locales[0], &locales[1], found);
    compare(&locales[1], &locales[0], found);

    let (calls, literals) = uses(tree, settings);
    for Use { path, line, key } in &calls {
        for (file, locale) in &locales {
            if !locale.messages.contains_key(key) {
                found.push(Finding::at(
                    path,
                    *line,
                    KEYS,
                    format!("`{key}` is not in {}", file.path),
                ));
            }
        }
    }
    let dynamic: Vec<&String> = locales
        .iter()
        .flat_map(|(_, locale)| &locale.dynamic)
        .map(|(_, prefix)| prefix)
        .collect();
    for (file, locale) in &locales {
        for (key, (line, _)) in &locale.messages {
            let used = literals.contains(key)
                || locale.references.contains(key)
                || dynamic
                    .iter()
                    .any(|prefix| key.starts_with(prefix.as_str()));
            if !used {
                found.push(Finding::at(
                    &file.path,
                    *line,
                    KEYS,
                    format!("nothing uses `{key}`"),
                ));
            }
        }
        for (line, prefix) in &locale.dynamic {
            if !locale
                .messages
                .keys()
                .any(|key| key.starts_with(prefix.as_str()))
            {
                found.push(Finding::at(
                    &file.path,
                    *line,
                    KEYS,
                    format!("no key begins with `{prefix}`"),
                ));
            }
        }
    }
}

/// Keys of one language that the other lacks, or prints with other variables.
fn compare(from: &(&File, Locale), to: &(&File, Locale), found: &mut Vec<Finding>) {
    for (key, (line, variables)) in &from.1.messages {
        match to.1.messages.get(key) {
            None => found.push(Finding::at(
                &from.0.path,
                *line,
                KEYS,
                format!("`{key}` is not in {}", to.0.path),
            )),
            Some((_, others)) => {
                for variable in variables.difference(others) {
                    let message =
                        format!("`{key}` prints ${variable} here, and not in {}", to.0.path);
                    found.push(Finding::at(&from.0.path, *line, KEYS, message));
                }
            }
        }
    }
}

fn read(file: &File, found: &mut Vec<Finding>) -> Locale {
    let mut locale = Locale::default();
    let mut current: Option<String> = None;
    for (line, text) in file.lines() {
        if let Some(comment) = text.strip_prefix('#') {
            if let Some(prefixes) = comment
                .trim_start_matches('#')
                .trim()
                .strip_prefix("dynamic:")
            {
                let each = prefixes
                    .split(',')
                    .map(str::trim)
                    .filter(|prefix| !prefix.is_empty());
                locale
                    .dynamic
                    .extend(each.map(|prefix| (line, prefix.to_owned())));
            }
            continue;
        }
        if let Some(key) = MESSAGE
            .captures(text)
            .and_then(|hit| hit.get(1))
            .map(|key| key.as_str().to_owned())
        {
            // A term (`-brand`) is for the locale's own use.
            current = (!key.starts_with('-')).then_some(key.clone());
            if let Some(key) = &current
                && locale
                    .messages
                    .insert(key.clone(), (line, BTreeSet::new()))
                    .is_some()
            {
                found.push(Finding::at(
                    &file.path,
                    line,
                    KEYS,
                    format!("`{key}` is here twice"),
                ));
            }
        }
        locale
            .references
            .extend(REFERENCE.captures_iter(text).map(|hit| hit[1].to_owned()));
        if let Some((_, variables)) = current
            .as_ref()
            .and_then(|key| locale.messages.get_mut(key))
        {
            variables.extend(VARIABLE.captures_iter(text).map(|hit| hit[1].to_owned()));
        }
    }
    locale
}

/// The keys that translating functions are called with, and every literal that might be a key handed on.
fn uses<'a>(tree: &'a Tree, settings: &Settings) -> (Vec<Use<'a>>, BTreeSet<String>) {
    let mut calls = Vec::new();
    let mut literals = BTreeSet::new();
    for file in tree.program("crates") {
        let tokens = program_tokens(&file.text);
        let texts = tokens
            .iter()
            .filter_map(text_of)
            .filter(|text| KEY.is_match(text));
        literals.extend(texts.map(str::to_owned));
        for (at, placed) in tokens.iter().enumerate() {
            let translates = placed
                .word()
                .is_some_and(|word| settings.locales.functions.iter().any(|name| name == word));
            let declared = at > 0 && tokens[at - 1].word() == Some("fn");
            if translates && !declared && tokens.get(at + 1).is_some_and(|next| next.is('(')) {
                let inside = &tokens[at + 1..behind_bracket(&tokens, at + 1)];
                if let Some(text) = inside
                    .iter()
                    .find_map(text_of)
                    .filter(|text| KEY.is_match(text))
                {
                    calls.push(Use {
                        path: &file.path,
                        line: placed.line,
                        key: text.to_owned(),
                    });
                }
            }
        }
    }
    let names = settings.locales.functions.join("|");
    // Without a function there is nothing to find, and an empty alternative would find everything.
    let call = (!names.is_empty()).then(|| pattern(&format!(r#"\b(?:{names})\([^()"]*"([^"]*)""#)));
    for file in tree.under(FOLDER, &["html", "txt", "xml"]) {
        let text = without_comments(&file.text);
        for hit in QUOTED.captures_iter(&text) {
            literals.extend(
                hit.get(1)
                    .or(hit.get(2))
                    .map(|literal| literal.as_str().to_owned()),
            );
        }
        for hit in call.iter().flat_map(|call| call.captures_iter(&text)) {
            if let Some(literal) = hit.get(1).filter(|literal| KEY.is_match(literal.as_str())) {
                calls.push(Use {
                    path: &file.path,
                    line: file.line_of(literal.start()),
                    key: literal.as_str().to_owned(),
                });
            }
        }
    }
    (calls, literals)
}

fn text_of(placed: &Placed) -> Option<&str> {
    match &placed.token {
        Token::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;
    use crate::settings::Locales;

    fn run(zh: &str, en: &str, rust: &str, template: &str) -> Vec<(String, usize)> {
        let template_path = format!("{FOLDER}/today.html");
        let files = [
            ("locales/zh-CN.ftl", zh),
            ("locales/en.ftl", en),
            ("crates/wuxing/src/web/today.rs", rust),
            (template_path.as_str(), template),
        ];
        let locales = Locales {
            functions: vec!["t".to_owned(), "tr".to_owned()],
        };
        let settings = Settings {
            locales,
            ..Settings::default()
        };
        broken(&files, |tree, found| check(tree, &settings, found))
            .into_iter()
            .map(|(path, line, _)| (path, line))
            .collect()
    }

    #[test]
    fn complete_locales_pass() {
        let both = "# dynamic: status-\ntoday-title = A\ndue = { $count } due\n  .label = x\nstatus-open = B\nlast = { due }\n";
        assert_eq!(
            run(
                both,
                both,
                "fn f() { x.t(\"last\"); }",
                "<h1>{{ i18n.tr(\"today-title\", 3) }}</h1>"
            ),
            []
        );
    }

    #[test]
    fn a_used_key_must_exist_in_both() {
        let rust = "\nfn f() { l.t(\"today-title\") }";
        let at = ("crates/wuxing/src/web/today.rs".to_owned(), 2);
        assert_eq!(run("", "", rust, ""), [at.clone(), at]);
        assert_eq!(run("", "", "", "\n\n<p>{{ t(\"due\") }}").len(), 2);
        // A key that is built is announced, not found by its pieces.
        assert_eq!(
            run("", "", "fn f() { t(&format!(\"status-{x}\")) }", ""),
            []
        );
    }

    #[test]
    fn pages_need_locales() {
        let page = format!("{FOLDER}/a.html");
        let settings = Settings::default();
        let found = broken(&[(page.as_str(), "")], |tree, found| {
            check(tree, &settings, found)
        });
        assert_eq!(found, [("locales".to_owned(), 0, KEYS)]);
    }

    #[test]
    fn the_languages_agree() {
        let rust = "fn f() { t(\"a\"); t(\"b\"); }";
        let missing = run("a = A\nb = B\n", "a = A\n", rust, "");
        assert!(missing.contains(&("locales/zh-CN.ftl".to_owned(), 2)));
        assert_eq!(
            run("a = { $n } A\nb = B\n", "a = A\nb = B\n", rust, ""),
            [("locales/zh-CN.ftl".to_owned(), 1)]
        );
        assert_eq!(
            run("a = A\na = A\nb = B\n", "a = A\nb = B\n", rust, ""),
            [("locales/zh-CN.ftl".to_owned(), 2)]
        );
    }

    #[test]
    fn an_unused_key_is_found() {
        let found = run(
            "a = A\n",
            "a = A\n",
            "#[cfg(test)] mod tests { fn f() { t(\"a\") } }",
            "{# t(\"a\") #}",
        );
        assert_eq!(
            found,
            [
                ("locales/en.ftl".to_owned(), 1),
                ("locales/zh-CN.ftl".to_owned(), 1)
            ]
        );
        assert_eq!(
            run("# dynamic: status-\n", "", "", ""),
            [("locales/zh-CN.ftl".to_owned(), 1)]
        );
    }
}
