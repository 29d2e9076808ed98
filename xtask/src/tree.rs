//! The checkout as text.

use anyhow::{Context, Result};
use std::path::Path;

/// A text file of the checkout.
#[derive(Clone, Debug)]
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl File {
    /// The part of the path after its last dot, or nothing.
    pub fn extension(&self) -> &str {
        self.path
            .rsplit('/')
            .next()
            .and_then(|name| name.rsplit_once('.'))
            .map_or("", |(_, extension)| extension)
    }

    /// Whether the file lies under a folder given from the root.
    pub fn under(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// The lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// The line, from 1, on which a byte of the text stands.
    pub fn line_of(&self, byte: usize) -> usize {
        self.text
            .as_bytes()
            .iter()
            .take(byte)
            .filter(|b| **b == b'\n')
            .count()
            + 1
    }

    /// Whether the whole file is test code: the `tests` folder of a crate, or a module file that only tests include.
    pub fn is_test(&self) -> bool {
        let mut parts = self.path.split('/').rev();
        let name = parts.next().unwrap_or_default();
        name == "tests.rs"
            || name.ends_with("_tests.rs")
            || parts.any(|part| part == "tests" || part == "benches")
    }
}

/// All text files that belong to the project, in the order of their paths.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The files.
    pub files: Vec<File>,
}

/// Folders that are made, not written; and what the version control keeps for itself, be it a folder or a file.
const NOT_OURS: [&str; 4] = ["target", "node_modules", ".git", ".cargo"];

impl Tree {
    /// Reads a checkout. Files that are not UTF-8 (pictures, workbooks) are left out.
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}/{name}")
            };
            let kind = entry.file_type()?;
            if kind.is_dir() && path != "data" && !NOT_OURS.contains(&name.as_str()) {
                self.walk(&entry.path(), &path)?;
            } else if kind.is_file() && !NOT_OURS.contains(&name.as_str()) {
                let bytes = std::fs::read(entry.path()).with_context(|| path.clone())?;
                if let Ok(text) = String::from_utf8(bytes) {
                    self.files.push(File { path, text });
                }
            }
        }
        Ok(())
    }

    /// A tree made by hand, for the tests of the rules.
    #[cfg(test)]
    pub fn planted(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        });
        Self {
            files: files.collect(),
        }
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files under a folder that have one of these extensions.
    pub fn under<'a>(
        &'a self,
        folder: &'a str,
        extensions: &'a [&'a str],
    ) -> impl Iterator<Item = &'a File> {
        self.files
            .iter()
            .filter(move |file| file.under(folder) && extensions.contains(&file.extension()))
    }

    /// Rust sources that end up in the program: under `folder`, and not test code.
    pub fn program<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a File> {
        self.under(folder, &["rs"]).filter(|file| !file.is_test())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_files_only_test() {
        let file = |path: &str| File {
            path: path.to_owned(),
            text: String::new(),
        };
        assert!(file("crates/store/tests/people.rs").is_test());
        assert!(file("crates/domain/src/ledger/tests.rs").is_test());
        assert!(!file("crates/domain/src/ledger.rs").is_test());
        assert_eq!(file("crates/domain/src/ledger.rs").extension(), "rs");
        assert_eq!(file("crates/a.b/LICENSE").extension(), "");
        assert!(!file("crates/store2/src/x.rs").under("crates/store"));
    }
}
