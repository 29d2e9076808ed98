//! Who may import whom: between the crates, and between the floors inside the program.

use crate::finding::Finding;
use crate::lexer::{PathUse, paths, program_tokens};
use crate::settings::{PATH as SETTINGS, Settings};
use crate::tree::{File, Tree};

/// The crates' own order.
pub const CRATES: &str = "imports-crates";
/// The floors inside the program.
pub const FLOORS: &str = "imports-floors";
/// Pages and the JSON interface go through actions.
pub const NO_STORE: &str = "imports-no-store";
/// What we do not own is called from two places.
pub const OUTSIDE: &str = "imports-outside";

/// The crates of the house and which of the others each may depend on.
const HOUSE: [(&str, &[&str]); 5] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("documents", &["domain"]),
    ("fixtures", &["domain"]),
    ("wuxing", &["domain", "store", "documents", "fixtures"]),
];

/// The files that put the house together.
const TOP: [&str; 3] = ["main", "lib", "cli"];

/// Checks the four rules of this file.
pub fn check(tree: &Tree, settings: &Settings, found: &mut Vec<Finding>) {
    crates(tree, found);
    floors(tree, settings, found);
}

fn crates(tree: &Tree, found: &mut Vec<Finding>) {
    for (name, may) in HOUSE {
        let folder = if name == "fixtures" {
            "fixtures".to_owned()
        } else {
            format!("crates/{name}")
        };
        let barred = |other: &str| {
            other != name && HOUSE.iter().any(|(house, _)| *house == other) && !may.contains(&other)
        };
        if let Some(manifest) = tree.file(&format!("{folder}/Cargo.toml")) {
            for (line, dependency) in dependencies(manifest) {
                if barred(&dependency) {
                    found.push(Finding::at(
                        &manifest.path,
                        line,
                        CRATES,
                        says(name, may, &dependency),
                    ));
                }
            }
        }
        let sources = format!("{folder}/src");
        for file in tree.program(&sources) {
            // A path of one name may be a module or a variable; two names say that it is the crate.
            for path in paths(&program_tokens(&file.text))
                .iter()
                .filter(|path| path.names.len() > 1)
            {
                if barred(&path.names[0]) && !names_own_module(tree, &sources, &path.names[0]) {
                    found.push(Finding::at(
                        &file.path,
                        path.line,
                        CRATES,
                        says(name, may, &path.names[0]),
                    ));
                }
            }
        }
    }
}

fn says(name: &str, may: &[&str], other: &str) -> String {
    match may {
        [] => format!("`{name}` imports no other crate of the house, and names `{other}` here"),
        _ => format!(
            "`{name}` may import {} only, and names `{other}` here",
            may.join(", ")
        ),
    }
}

/// Whether a crate has a module of its own under the name of another crate, so that the name means that module.
fn names_own_module(tree: &Tree, sources: &str, name: &str) -> bool {
    tree.file(&format!("{sources}/{name}.rs")).is_some()
        || tree.file(&format!("{sources}/{name}/mod.rs")).is_some()
}

/// The names under `[dependencies]` and `[build-dependencies]` (tests may use more), with their lines.
pub fn dependencies(manifest: &File) -> Vec<(usize, String)> {
    let mut inside = false;
    let mut out = Vec::new();
    for (line, text) in manifest.lines() {
        let text = text.trim();
        if let Some(section) = text.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies") && !section.ends_with("dev-dependencies");
            if let Some((table, name)) = section.split_once("dependencies.")
                && table != "dev-"
                && !table.ends_with(".dev-")
            {
                out.push((line, name.trim_matches('"').to_owned()));
            }
        } else if inside && let Some((name, _)) = text.split_once(['=', '.']) {
            let name = name.trim().trim_matches('"');
            if !name.is_empty() && !name.starts_with('#') {
                out.push((line, name.to_owned()));
            }
        }
    }
    out
}

/// The modules around a file, from its crate's root: `src/web/learning/notes.rs` is `web, learning, notes`.
pub fn module_of(file: &File) -> Vec<String> {
    let inside = file
        .path
        .split_once("/src/")
        .map_or("", |(_, inside)| inside)
        .trim_end_matches(".rs");
    let mut modules: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if modules.last().is_some_and(|last| last == "mod")
        || matches!(&modules[..], [only] if only == "main" || only == "lib")
    {
        modules.pop();
    }
    modules
}

/// A path's names from the root of its crate, or from another crate's name; `None` when it only names something local.
pub fn absolute(file: &File, path: &PathUse, own_crate: &str) -> Option<Vec<String>> {
    let mut around = module_of(file);
    around.extend(path.inside.iter().cloned());
    let mut names = path.names.as_slice();
    match names.first()?.as_str() {
        "crate" => return Some(rooted(own_crate, &names[1..])),
        "self" => names = &names[1..],
        "super" => {
            while names.first().is_some_and(|name| name == "super") {
                around.pop();
                names = &names[1..];
            }
        }
        _ if names.len() > 1 => return Some(names.to_vec()),
        _ => return None,
    }
    around.extend(names.iter().cloned());
    Some(rooted(own_crate, &around))
}

fn rooted(own_crate: &str, names: &[String]) -> Vec<String> {
    std::iter::once(own_crate.to_owned())
        .chain(names.iter().cloned())
        .collect()
}

fn floors(tree: &Tree, settings: &Settings, found: &mut Vec<Finding>) {
    const SOURCES: &str = "crates/wuxing/src";
    for file in tree.program(SOURCES) {
        let module = module_of(file);
        let Some(floor) = module
            .first()
            .map(String::as_str)
            .filter(|floor| !TOP.contains(floor) && *floor != "bin")
        else {
            continue;
        };
        let Some(may) = settings.modules.get(floor) else {
            let message =
                format!("`{floor}` is not on the map: say in {SETTINGS} what it may import");
            found.push(Finding::at(&file.path, 0, FLOORS, message));
            continue;
        };
        for path in paths(&program_tokens(&file.text)) {
            let Some(names) = absolute(file, &path, "wuxing") else {
                continue;
            };
            let first = names[0].as_str();
            if first == "store" && matches!(floor, "web" | "api") {
                let message =
                    format!("`{floor}` goes through an action in `app`, never to the store");
                found.push(Finding::at(&file.path, path.line, NO_STORE, message));
            }
            let Some(target) = names
                .get(1)
                .map(String::as_str)
                .filter(|_| first == "wuxing")
            else {
                continue;
            };
            let known = settings.modules.contains_key(target) || TOP.contains(&target);
            if !known || target == floor || may.iter().any(|allowed| allowed == target) {
                continue;
            }
            let (rule, message) = if target == "outside" {
                (
                    OUTSIDE,
                    format!(
                        "only app and jobs call `outside`; `{floor}` asks an action or leaves a job"
                    ),
                )
            } else {
                (
                    FLOORS,
                    format!("`{floor}` may import {}, not `{target}`", list(may)),
                )
            };
            found.push(Finding::at(&file.path, path.line, rule, message));
        }
    }
}

fn list(may: &[String]) -> String {
    if may.is_empty() {
        "no other module".to_owned()
    } else {
        may.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;

    fn settings() -> Settings {
        let may = |list: &[&str]| {
            list.iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let modules = [
            ("cx", may(&[])),
            ("outside", may(&[])),
            ("app", may(&["cx", "outside"])),
            ("web", may(&["cx", "app"])),
            ("api", may(&["cx", "app"])),
        ];
        let modules = modules
            .into_iter()
            .map(|(name, may)| (name.to_owned(), may))
            .collect();
        Settings {
            modules,
            ..Settings::default()
        }
    }

    fn run(files: &[(&str, &str)]) -> Vec<(String, usize, &'static str)> {
        broken(files, |tree, found| check(tree, &settings(), found))
    }

    fn one(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        run(&[(path, text)])
            .into_iter()
            .map(|(_, line, rule)| (line, rule))
            .collect()
    }

    #[test]
    fn domain_imports_none_and_store_only_domain() {
        assert_eq!(
            one("crates/domain/src/a.rs", "\nuse store::Tx;"),
            [(2, CRATES)]
        );
        assert_eq!(
            one(
                "crates/store/src/a.rs",
                "use documents::read;\nuse domain::Charter;"
            ),
            [(1, CRATES)]
        );
        assert_eq!(
            one(
                "crates/documents/Cargo.toml",
                "[dependencies]\nstore.workspace = true"
            ),
            [(2, CRATES)]
        );
        assert_eq!(
            one(
                "crates/documents/Cargo.toml",
                "[dependencies.wuxing]\npath = \"..\""
            ),
            [(1, CRATES)]
        );
        assert_eq!(
            one(
                "crates/store/Cargo.toml",
                "[dev-dependencies]\nfixtures.workspace = true"
            ),
            []
        );
    }

    #[test]
    fn a_module_may_bear_a_crates_name() {
        assert_eq!(
            run(&[
                ("crates/domain/src/documents.rs", ""),
                ("crates/domain/src/a.rs", "documents::x()")
            ]),
            []
        );
    }

    #[test]
    fn floors_import_downwards_only() {
        assert_eq!(
            one(
                "crates/wuxing/src/web/today.rs",
                "use crate::app::today;\nuse crate::{api::x};"
            ),
            [(2, FLOORS)]
        );
        assert_eq!(
            one(
                "crates/wuxing/src/app/today.rs",
                "fn f() { crate::web::page() }"
            ),
            [(1, FLOORS)]
        );
        assert_eq!(
            one("crates/wuxing/src/cx.rs", "use super::app;"),
            [(1, FLOORS)]
        );
        assert_eq!(
            one("crates/wuxing/src/web/mod.rs", "use super::cli::Arguments;"),
            [(1, FLOORS)]
        );
        assert_eq!(
            one(
                "crates/wuxing/src/main.rs",
                "use wuxing::web; use crate::outside;"
            ),
            []
        );
        assert_eq!(
            one(
                "crates/wuxing/src/web.rs",
                "#[cfg(test)] mod tests { use crate::api; }"
            ),
            []
        );
    }

    #[test]
    fn web_and_api_never_reach_the_store() {
        assert_eq!(
            one("crates/wuxing/src/web/learning/notes.rs", "use store::Tx;"),
            [(1, NO_STORE)]
        );
        assert_eq!(
            one("crates/wuxing/src/api.rs", "fn f(tx: &mut store::Tx) {}"),
            [(1, NO_STORE)]
        );
        assert_eq!(one("crates/wuxing/src/app/notes.rs", "use store::Tx;"), []);
    }

    #[test]
    fn outside_is_called_by_app_and_jobs() {
        assert_eq!(
            one("crates/wuxing/src/web/a.rs", "use crate::outside::mail;"),
            [(1, OUTSIDE)]
        );
        assert_eq!(
            one("crates/wuxing/src/app/a.rs", "use crate::outside::mail;"),
            []
        );
    }

    #[test]
    fn a_new_module_must_be_placed_on_the_map() {
        assert_eq!(one("crates/wuxing/src/helpers.rs", ""), [(0, FLOORS)]);
    }
}
