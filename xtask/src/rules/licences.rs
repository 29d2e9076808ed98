//! What is built in, and under which licence: `deny.toml` against `cargo metadata` and the front-end locks. Needs no
//! tool beside cargo and, once the dependencies are there, no network.

use crate::finding::Finding;
use crate::tree::Tree;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Licences are on the list.
pub const LICENCES: &str = "licences";
/// Banned crates and other sources stay out.
pub const BANS: &str = "bans";

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

/// A package that is built in.
#[derive(Clone, Debug)]
struct Package {
    /// The lock it stands in.
    lock: String,
    name: String,
    version: String,
    /// An SPDX expression, when it has one.
    licence: Option<String>,
    /// Whether it came from the default registry of its language, or is our own.
    from_registry: bool,
}

/// Checks the rules of this file.
pub fn check(root: &Path, tree: &Tree) -> Result<Vec<Finding>> {
    let deny = tree.file("deny.toml").context("deny.toml is missing")?;
    let deny: Deny = toml::from_str(&deny.text).context("reading deny.toml")?;
    let mut packages = crates(&metadata(root)?);
    for lock in tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("package-lock.json"))
    {
        packages.extend(modules(&lock.path, &lock.text).with_context(|| lock.path.clone())?);
    }
    Ok(judge(&deny, &packages))
}

fn metadata(root: &Path) -> Result<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let version = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("asking rustc for this machine's target")?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let arguments = [
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        host,
    ];
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(root)
        .output()
        .context("running cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    serde_json::from_slice(&output.stdout).context("reading what cargo metadata printed")
}

/// The packages that the resolved graph for this platform really holds.
fn crates(metadata: &Value) -> Vec<Package> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let used: Vec<String> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| text(&node["id"]))
        .collect();
    let packages = list(&metadata["packages"]);
    let packages = packages
        .iter()
        .filter(|package| used.contains(&text(&package["id"])));
    packages
        .map(|package| Package {
            lock: "Cargo.lock".to_owned(),
            name: text(&package["name"]),
            version: text(&package["version"]),
            licence: package["license"].as_str().map(str::to_owned),
            from_registry: package["source"].as_str().is_none_or(|source| {
                source.starts_with("registry+") && source.contains("rust-lang/crates.io-index")
            }),
        })
        .collect()
}

/// The packages of an npm lock.
fn modules(path: &str, lock: &str) -> Result<Vec<Package>> {
    let lock: Value = serde_json::from_str(lock)?;
    let packages = lock["packages"]
        .as_object()
        .context("the lock names no packages")?;
    let named = packages
        .iter()
        .filter_map(|(place, package)| Some((place.rsplit_once("node_modules/")?.1, package)));
    let package = |(name, package): (&str, &Value)| Package {
        lock: path.to_owned(),
        name: name.to_owned(),
        version: package["version"].as_str().unwrap_or_default().to_owned(),
        licence: package["license"].as_str().map(str::to_owned),
        from_registry: package["resolved"].is_null() && package["integrity"].is_string(),
    };
    Ok(named.map(package).collect())
}

fn judge(deny: &Deny, packages: &[Package]) -> Vec<Finding> {
    let mut found = Vec::new();
    for Package {
        lock,
        name,
        version,
        licence,
        from_registry,
    } in packages
    {
        let mut add = |rule, message: String| {
            found.push(Finding::at(
                lock,
                0,
                rule,
                format!("{name} {version}: {message}"),
            ))
        };
        match licence {
            None => add(LICENCES, "states no licence".to_owned()),
            Some(licence) if !allowed(licence, &deny.licenses.allow) => {
                add(
                    LICENCES,
                    format!("`{licence}` is not on the list of deny.toml"),
                );
            }
            Some(_) => {}
        }
        if let Some(banned) = deny.bans.deny.iter().find(|banned| banned.name == *name) {
            add(BANS, format!("banned: {}", banned.reason));
        }
        if !from_registry {
            add(
                BANS,
                "does not come from the default registry, or its lock names a host".to_owned(),
            );
        }
    }
    found
}

/// Whether an SPDX expression can be met with the licences on the list. `AND` binds tighter than `OR`; `/` is an old `OR`.
fn allowed(expression: &str, list: &[String]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    any_of(&words, &mut at, list) && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let mut good = all_of(words, at, list);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        // Both sides are read to the end, whatever the first one said.
        good |= all_of(words, at, list);
    }
    good
}

fn all_of(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let mut good = one(words, at, list);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        good &= one(words, at, list);
    }
    good
}

fn one(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let good = any_of(words, at, list);
        *at += 1;
        return good && words.get(*at - 1) == Some(&")");
    }
    let mut name = (*word).to_owned();
    if words.get(*at) == Some(&"WITH")
        && let Some(exception) = words.get(*at + 1)
    {
        name = format!("{name} WITH {exception}");
        *at += 2;
    }
    // Some packages name this one by its older name, which SPDX does not list.
    let name = if name == "BSD-0-Clause" {
        "0BSD".to_owned()
    } else {
        name
    };
    list.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deny() -> Deny {
        let text = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Apache-2.0 WITH LLVM-exception\", \"Unicode-3.0\"]\n[bans]\ndeny = [{ crate = \"openssl\", reason = \"rustls\" }]";
        toml::from_str(text).unwrap()
    }

    #[test]
    fn reads_licence_expressions() {
        let list = deny().licenses.allow;
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(allowed(good, &list), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT",
            "MIT WITH other",
            "MIT MIT",
            "GPL-3.0 OR (MIT AND GPL-2.0)",
        ] {
            assert!(!allowed(bad, &list), "{bad}");
        }
    }

    #[test]
    fn a_planted_package_is_judged() {
        let package = |name: &str, licence: Option<&str>, from_registry| Package {
            lock: "Cargo.lock".to_owned(),
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            from_registry,
        };
        let rules = |package| {
            judge(&deny(), &[package])
                .iter()
                .map(|finding| finding.rule)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            rules(package("serde", Some("MIT OR Apache-2.0"), true)),
            Vec::<&str>::new()
        );
        assert_eq!(rules(package("serde", Some("GPL-3.0"), true)), [LICENCES]);
        assert_eq!(rules(package("serde", None, true)), [LICENCES]);
        assert_eq!(rules(package("openssl", Some("MIT"), true)), [BANS]);
        assert_eq!(rules(package("serde", Some("MIT"), false)), [BANS]);
    }

    #[test]
    fn reads_both_kinds_of_lock() {
        let lock = "{\"packages\": {\"\": {\"name\": \"e2e\"}, \"node_modules/@a/b\": {\"version\": \"2.0.0\", \"license\": \"MIT\", \"integrity\": \"sha512-x\"}, \"node_modules/c\": {\"version\": \"1.0.0\", \"resolved\": \"https://host/c.tgz\", \"integrity\": \"sha512-x\"}}}";
        let modules = modules("e2e/package-lock.json", lock).unwrap();
        assert_eq!(
            modules
                .iter()
                .map(|m| (m.name.as_str(), m.from_registry))
                .collect::<Vec<_>>(),
            [("@a/b", true), ("c", false)]
        );
        let metadata = serde_json::json!({
            "resolve": { "nodes": [{ "id": "a" }] },
            "packages": [
                { "id": "a", "name": "a", "version": "1.0.0", "license": "MIT", "source": "git+https://host/a" },
                { "id": "b", "name": "b", "version": "1.0.0", "license": null, "source": null },
            ],
        });
        let crates = crates(&metadata);
        assert_eq!(
            crates
                .iter()
                .map(|c| (c.name.as_str(), c.from_registry))
                .collect::<Vec<_>>(),
            [("a", false)]
        );
    }
}
