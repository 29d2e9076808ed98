//! Two texts side by side, word by word.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// After this long the rest of two long and very different texts is shown as wholly replaced.
const PATIENCE: Duration = Duration::from_millis(150);

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    change: Change,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Same,
    Added,
    Removed,
}

impl Piece {
    /// Whether it stands in the second text only.
    pub fn is_added(&self) -> bool {
        self.change == Change::Added
    }

    /// Whether it stands in the first text only.
    pub fn is_removed(&self) -> bool {
        self.change == Change::Removed
    }
}

/// What leads from the first text to the second. Chinese is compared character by character, other scripts by words.
pub fn compare(first: &str, second: &str) -> Vec<Piece> {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_unicode_words(first, second);
    let mut pieces: Vec<Piece> = Vec::new();
    for step in diff.iter_all_changes() {
        let change = match step.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Removed,
        };
        match pieces.last_mut() {
            Some(last) if last.change == change => last.text.push_str(step.value()),
            _ => pieces.push(Piece {
                text: step.value().to_owned(),
                change,
            }),
        }
    }
    pieces
}

/// A run of text that is found or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub marked: bool,
}

/// Characters of a snippet.
const SNIPPET: usize = 96;
/// Characters before the first thing found.
const LEAD: usize = 24;

/// A piece of `text` around the first word of `question` that occurs in it, with what was found marked; the beginning if none
/// does. Upper and lower case are the same.
pub fn snippet(text: &str, question: &str) -> Vec<Marked> {
    let plain: Vec<char> = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .collect();
    let folded: Vec<char> = plain.iter().map(|c| fold(*c)).collect();
    let words: Vec<Vec<char>> = question
        .split_whitespace()
        .map(|word| word.chars().map(fold).collect())
        .filter(|w: &Vec<char>| !w.is_empty())
        .collect();
    let found_at = |from: usize| {
        let places = words.iter().filter_map(|word| {
            let at = folded
                .get(from..)?
                .windows(word.len())
                .position(|window| window == word.as_slice())?;
            Some((from + at, word.len()))
        });
        // The longest of those that begin first.
        places.min_by_key(|(at, length)| (*at, usize::MAX - length))
    };
    let first = found_at(0).map_or(0, |(at, _)| at);
    let start = if first + LEAD < SNIPPET {
        0
    } else {
        first - LEAD
    };
    let end = plain.len().min(start + SNIPPET);
    let mut pieces = Vec::new();
    let mut push = |from: usize, to: usize, marked: bool| {
        if from < to {
            pieces.push(Marked {
                text: plain[from..to].iter().collect(),
                marked,
            });
        }
    };
    let mut at = start;
    while let Some((place, length)) = found_at(at).filter(|(place, length)| place + length <= end) {
        push(at, place, false);
        push(place, place + length, true);
        at = place + length;
    }
    push(at, end, false);
    if start > 0 {
        pieces.insert(
            0,
            Marked {
                text: "…".to_owned(),
                marked: false,
            },
        );
    }
    if end < plain.len() {
        pieces.push(Marked {
            text: "…".to_owned(),
            marked: false,
        });
    }
    pieces
}

/// The small letter, where it is one character.
fn fold(c: char) -> char {
    let mut small = c.to_lowercase();
    match (small.next(), small.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        let mut out = String::new();
        for piece in pieces {
            match piece.change {
                Change::Same => out.push_str(&piece.text),
                Change::Added => out.push_str(&format!("[+{}]", piece.text)),
                Change::Removed => out.push_str(&format!("[-{}]", piece.text)),
            }
        }
        out
    }

    #[test]
    fn changes_are_shown_where_they_are() {
        assert_eq!(
            shown(&compare("会议材料双面打印", "会议材料一律双面打印")),
            "会议材料[+一律]双面打印"
        );
        assert_eq!(
            shown(&compare("two pages", "two long pages")),
            "two [+long ]pages"
        );
        assert_eq!(shown(&compare("a", "b")), "[-a][+b]");
        assert!(compare("", "").is_empty());
    }

    #[test]
    fn nothing_of_either_text_is_lost() {
        let (first, second) = ("第一行\n第二行 <script>", "第一行\n\n第三行 👩‍👧");
        let pieces = compare(first, second);
        let of = |without: Change| -> String {
            pieces
                .iter()
                .filter(|piece| piece.change != without)
                .map(|piece| piece.text.as_str())
                .collect()
        };
        assert_eq!(
            (of(Change::Added), of(Change::Removed)),
            (first.to_owned(), second.to_owned())
        );
    }

    fn marked(text: &str, question: &str) -> String {
        let pieces = snippet(text, question);
        pieces
            .iter()
            .map(|p| {
                if p.marked {
                    format!("[{}]", p.text)
                } else {
                    p.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn a_snippet_shows_what_was_found() {
        assert_eq!(marked("走访三个社区", "社区"), "走访三个[社区]");
        assert_eq!(marked("Rust and rust", "RUST"), "[Rust] and [rust]");
        assert_eq!(marked("走访\n三个  社区", "没有"), "走访 三个 社区");
        assert_eq!(marked("", "x"), "");
    }

    #[test]
    fn a_long_text_is_cut_around_the_place() {
        let text = format!("{}关键{}", "前".repeat(200), "后".repeat(200));
        let shown = marked(&text, "关键");
        assert!(
            shown.starts_with("…前") && shown.ends_with("后…") && shown.contains("[关键]"),
            "{shown}"
        );
        assert!(shown.chars().count() <= SNIPPET + 4);
    }
}
