//! Words for searching: Chinese text as overlapping character pairs, other words whole; two-character words work.

use unicode_normalization::UnicodeNormalization as _;

/// A run of text that belongs together in a search: its pieces stand next to each other.
pub type Phrase = Vec<String>;

/// The longest word kept; anything longer is cut.
const LONGEST_WORD: usize = 64;

/// The pieces of `text` in order, joined by blanks, as stored in the index. A Chinese run 建议书 gives 建议 议书 书: the
/// last character stands alone so that a search for it by its beginning finds it too.
pub fn index_text(text: &str) -> String {
    let mut pieces = Vec::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => pieces.push(word),
            Run::Chinese(characters) => {
                pieces.extend(
                    characters
                        .windows(2)
                        .map(|pair| pair.iter().collect::<String>()),
                );
                pieces.extend(characters.last().map(char::to_string));
            }
        }
    }
    pieces.join(" ")
}

/// What a question asks for: every phrase must occur. A single Chinese character gives a phrase of one piece that is meant
/// as a beginning (see [`is_beginning`]). Nothing to look for gives no phrases.
pub fn question(text: &str) -> Vec<Phrase> {
    runs(text)
        .map(|run| match run {
            Run::Word(word) => vec![word],
            Run::Chinese(characters) if characters.len() == 1 => vec![characters.iter().collect()],
            Run::Chinese(characters) => characters
                .windows(2)
                .map(|pair| pair.iter().collect())
                .collect(),
        })
        .collect()
}

/// Whether a phrase is one Chinese character, which the index holds as the beginning of a pair.
pub fn is_beginning(phrase: &[String]) -> bool {
    matches!(phrase, [piece] if piece.chars().count() == 1 && piece.chars().all(is_chinese))
}

enum Run {
    Word(String),
    Chinese(Vec<char>),
}

fn runs(text: &str) -> impl Iterator<Item = Run> {
    let folded: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
    let mut position = 0;
    std::iter::from_fn(move || {
        while position < folded.len() && !folded[position].is_alphanumeric() {
            position += 1;
        }
        let first = *folded.get(position)?;
        let chinese = is_chinese(first);
        let start = position;
        while position < folded.len()
            && folded[position].is_alphanumeric()
            && is_chinese(folded[position]) == chinese
        {
            position += 1;
        }
        let run = &folded[start..position];
        Some(if chinese {
            Run::Chinese(run.to_vec())
        } else {
            Run::Word(run.iter().take(LONGEST_WORD).collect())
        })
    })
}

/// Han characters, kana and hangul: scripts written without blanks between words.
fn is_chinese(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether the index would find `question` in `text`: pieces of a phrase next to each other.
    fn finds(text: &str, asked: &str) -> bool {
        let indexed = index_text(text);
        let pieces: Vec<&str> = indexed.split(' ').collect();
        question(asked).iter().all(|phrase| {
            if is_beginning(phrase) {
                return pieces
                    .iter()
                    .any(|piece| piece.starts_with(phrase[0].as_str()));
            }
            pieces
                .windows(phrase.len())
                .any(|window| window.iter().zip(phrase).all(|(a, b)| a == b))
        })
    }

    #[test]
    fn two_character_words_work() {
        assert_eq!(
            index_text("调研报告2026 Version"),
            "调研 研报 报告 告 2026 version"
        );
        assert!(finds("基层调研报告", "调研"));
        assert!(!finds("调查研究", "调研"));
        assert!(finds("写给ＡＢＣ科", "abc"));
        assert!(finds("报告", "告") && finds("报告", "报"));
        assert!(question("！？ \u{200b}").is_empty());
    }

    proptest! {
        #[test]
        fn law_every_part_of_a_chinese_text_is_found(text in "[\u{4e00}-\u{4e40}]{2,30}", from in 0..29usize, length in 1..8usize) {
            let characters: Vec<char> = text.chars().collect();
            let from = from % characters.len();
            let part: String = characters[from..(from + length).min(characters.len())].iter().collect();
            prop_assert!(finds(&text, &part));
        }

        #[test]
        fn law_indexing_never_panics_and_has_no_hostile_characters(text in "\\PC{0,200}") {
            let indexed = index_text(&text);
            prop_assert!(!indexed.contains(['"', '\'', '*', '(', ')', ':', '&', '|', '\0']));
        }
    }
}
