//! The five pillars do not know each other; `app` connects them.

use super::imports::absolute;
use crate::finding::Finding;
use crate::lexer::{paths, program_tokens};
use crate::tree::Tree;

/// A pillar never imports a sibling.
pub const SIBLINGS: &str = "imports-pillars";

/// The folder names of the pillars: 学习型 知识型 正派型 干事型 和谐型.
const PILLARS: [&str; 5] = [
    "learning",
    "knowledge",
    "integrity",
    "achievement",
    "harmony",
];

/// Checks the rule of this file.
pub fn check(tree: &Tree, found: &mut Vec<Finding>) {
    for file in tree.program("crates") {
        let Some(own_crate) = file.path.split('/').nth(1) else {
            continue;
        };
        let mut parts = file.path.trim_end_matches(".rs").split('/').skip(3);
        let Some(pillar) = parts.find(|part| PILLARS.contains(part)) else {
            continue;
        };
        // `app` connects: its pillars may use what lies below them, of any pillar, but not each other.
        let in_app = file.under("crates/wuxing/src/app");
        for path in paths(&program_tokens(&file.text)) {
            let Some(names) = absolute(file, &path, own_crate) else {
                continue;
            };
            let connects = in_app && names[0] != "wuxing";
            let sibling = names
                .iter()
                .skip(1)
                .take(2)
                .find(|name| PILLARS.contains(&name.as_str()) && *name != pillar);
            if let Some(sibling) = sibling.filter(|_| !connects) {
                let message =
                    format!("`{pillar}` imports its sibling `{sibling}`: let `app` connect them");
                found.push(Finding::at(&file.path, path.line, SIBLINGS, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;

    #[test]
    fn siblings_do_not_know_each_other() {
        let one = |path: &str, text: &str| broken(&[(path, text)], check).len();
        assert_eq!(
            one(
                "crates/domain/src/learning/notes.rs",
                "use crate::knowledge::Docket;"
            ),
            1
        );
        assert_eq!(
            one("crates/domain/src/learning.rs", "use super::harmony;"),
            1
        );
        assert_eq!(
            one(
                "crates/wuxing/src/web/learning/notes.rs",
                "use crate::app::integrity::plea;"
            ),
            1
        );
        assert_eq!(
            one(
                "crates/wuxing/src/app/learning/notes.rs",
                "use crate::app::integrity::plea;"
            ),
            1
        );
        assert_eq!(
            one(
                "crates/wuxing/src/app/learning/notes.rs",
                "use domain::integrity::Plea;"
            ),
            0
        );
        assert_eq!(
            one(
                "crates/wuxing/src/app/connect.rs",
                "use crate::app::{learning, harmony};"
            ),
            0
        );
        assert_eq!(
            one(
                "crates/domain/src/learning/notes.rs",
                "use crate::learning::Topic; use crate::ledger;"
            ),
            0
        );
    }
}
