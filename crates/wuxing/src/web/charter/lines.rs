//! Two texts side by side, line by line: what differs, with a few lines around it.

use std::time::Duration;

use similar::{DiffOp, TextDiff};

/// Lines shown around a difference.
const AROUND: usize = 3;

/// After this long the rest of two long and very different texts is shown as wholly replaced.
const PATIENCE: Duration = Duration::from_millis(300);

/// The most rows shown; whoever has changed more reads the text itself.
const MOST_ROWS: usize = 600;

/// A line of each text; either may have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number of the line in the first text, and the line.
    pub first: Option<(usize, String)>,
    /// The same for the second text.
    pub second: Option<(usize, String)>,
    /// Whether the lines differ.
    pub differs: bool,
    /// Whether lines that are the same are left out before this one.
    pub gap: bool,
}

/// The rows in which two texts differ.
pub fn side_by_side(first: &str, second: &str) -> Vec<Row> {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(first, second);
    let (old, new): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    let line = |lines: &[&str], at: usize| lines.get(at).map(|line| (at + 1, (*line).to_owned()));
    let mut rows = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        let mut gap = true;
        for op in group {
            let differs = !matches!(op, DiffOp::Equal { .. });
            let (before, after) = (op.old_range(), op.new_range());
            for at in 0..before.len().max(after.len()) {
                if rows.len() == MOST_ROWS {
                    return rows;
                }
                let first = (at < before.len())
                    .then(|| line(&old, before.start + at))
                    .flatten();
                let second = (at < after.len())
                    .then(|| line(&new, after.start + at))
                    .flatten();
                rows.push(Row {
                    first,
                    second,
                    differs,
                    gap: std::mem::take(&mut gap),
                });
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_stands_side_by_side_with_a_few_lines_around_it() {
        let first: String = (1..=20).map(|n| format!("行{n}\n")).collect();
        let second = first
            .replace("行10\n", "行十\n行十甲\n")
            .replace("行19\n", "");
        let rows = side_by_side(&first, &second);
        let differing: Vec<_> = rows.iter().filter(|row| row.differs).collect();
        let text = |side: &Option<(usize, String)>| side.as_ref().map(|(_, line)| line.clone());
        assert_eq!(differing.len(), 3);
        assert_eq!(text(&differing[0].first).as_deref(), Some("行10"));
        assert_eq!(text(&differing[0].second).as_deref(), Some("行十"));
        assert_eq!(
            (
                text(&differing[1].first),
                text(&differing[1].second).as_deref()
            ),
            (None, Some("行十甲"))
        );
        assert_eq!(
            (
                text(&differing[2].first).as_deref(),
                text(&differing[2].second)
            ),
            (Some("行19"), None)
        );
        assert!(rows.len() < 20 && rows.iter().filter(|row| row.gap).count() == 2);
        assert!(side_by_side(&first, &first).is_empty());
    }

    #[test]
    fn a_text_that_is_wholly_different_is_bounded() {
        let many = |word: &str| -> String { (0..5_000).map(|n| format!("{word}{n}\n")).collect() };
        assert_eq!(side_by_side(&many("a"), &many("b")).len(), MOST_ROWS);
    }
}
