//! Cleaning cells: what is invisible goes, what is only a matter of typing is made alike, what was meant stays.

use unicode_normalization::UnicodeNormalization;

use super::{Column, parse_date};

/// The longest name whose characters may be joined over spaces: three, such as 欧阳 修. Four may be two people.
const JOINED_NAME: usize = 3;

/// A cell of `column`, cleaned as that column needs it.
pub(super) fn cell(column: Column, raw: &str) -> String {
    match column {
        Column::Name => name(raw),
        Column::Account | Column::Email => visible(raw)
            .nfkc()
            .filter(|character| !character.is_whitespace())
            // An accent that stood on a space now stands on the letter before.
            .nfc()
            .collect(),
        Column::Section | Column::Post | Column::Role => joined(&text(raw)),
        Column::Since => match parse_date(raw) {
            Some(date) => date.format("%Y-%m-%d").to_string(),
            None => text(raw),
        },
        Column::InChargeOf => {
            let sections = visible(raw);
            let sections = sections
                .split(['、', '，', ',', '；', ';', '\n', '/', '|'])
                .map(|section| joined(&text(section)));
            sections
                .filter(|section| !section.is_empty())
                .collect::<Vec<_>>()
                .join("、")
        }
    }
}

/// Visible characters only, full-width letters and digits made ordinary, runs of any spaces made one, none at the ends.
pub(super) fn text(raw: &str) -> String {
    let narrow: String = visible(raw).chars().map(narrow).collect();
    narrow.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Leaves out control characters (those that reverse the direction of writing, too) and characters without width, and
/// makes blank characters that Unicode does not count as spaces into spaces. Line ends and tabs stay.
fn visible(raw: &str) -> String {
    let shown = raw.chars().filter_map(|character| match character {
        '\t' | '\n' | '\r' => Some(character),
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => Some(' '),
        // Soft hyphen, joiners, direction marks, invisible operators, byte order mark, annotations, tags.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => None,
        // U+0085 is a line end among the control characters.
        _ if character.is_control() && character != '\u{85}' => None,
        _ => Some(character),
    });
    shown.collect()
}

/// Full-width letters and digits have the same meaning as ordinary ones. Full-width punctuation is good Chinese and
/// stays.
fn narrow(character: char) -> char {
    match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        _ => character,
    }
}

/// Without spaces between Chinese characters, as they are put in to align a column (办 公 室).
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let between = out.chars().next_back().is_some_and(is_han)
            && characters.peek().copied().is_some_and(is_han);
        if !(character == ' ' && between) {
            out.push(character);
        }
    }
    out
}

/// A person's name: two- and three-character names closed up, the dot in names of other languages written one way.
fn name(raw: &str) -> String {
    let spaced = text(raw).replace(['•', '・', '‧', '∙', '⋅', '●', '．'], "·");
    let spaced = spaced
        .split('·')
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("·");
    let parts: Vec<&str> = spaced.split(' ').collect();
    let han_only = parts.iter().all(|part| part.chars().all(is_han));
    let count = parts.iter().map(|part| part.chars().count()).sum::<usize>();
    let one_each = parts.iter().all(|part| part.chars().count() == 1);
    if han_only && (one_each || count <= JOINED_NAME) {
        parts.concat()
    } else {
        spaced
    }
}

/// Whether it is a Chinese character, those of rare names included.
fn is_han(character: char) -> bool {
    matches!(character,
        '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
