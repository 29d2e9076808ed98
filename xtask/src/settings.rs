//! `xtask/tidy.toml`: what the rules must know about this house, and the exceptions with their reasons.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Where the settings stand, from the root.
pub const PATH: &str = "xtask/tidy.toml";

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Top-level modules of the program, and which of the others each may import.
    #[serde(default)]
    pub modules: BTreeMap<String, Vec<String>>,
    /// How keys of the locales are used.
    #[serde(default)]
    pub locales: Locales,
    /// Tables without an organisation.
    #[serde(default)]
    pub tables_without_org: Vec<Exception>,
    /// Tables whose rows have an organisation, and whose primary key nevertheless cannot begin with it.
    #[serde(default)]
    pub keys_without_org: Vec<Exception>,
    /// Public functions of the store that need no organisation, as `file stem::function`.
    #[serde(default)]
    pub functions_without_org: Vec<Exception>,
    /// Templates that may use the filter `safe`.
    #[serde(default)]
    pub safe_templates: Vec<Exception>,
}

/// How keys of the locales are used.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locales {
    /// Names of the functions whose first literal is a key.
    pub functions: Vec<String>,
}

/// Something that a rule lets pass.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// What is let pass.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl Settings {
    /// Reads the settings of the checkout at `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(root.join(PATH)).with_context(|| format!("reading {PATH}"))?;
        toml::from_str(&text).with_context(|| format!("reading {PATH}"))
    }
}

/// Whether a list of exceptions names this.
pub fn excepts(list: &[Exception], name: &str) -> bool {
    list.iter()
        .any(|exception| exception.name == name && !exception.reason.trim().is_empty())
}
