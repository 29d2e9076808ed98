//! What the cells of a roster mean: words as people type them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::{KnownPerson, LONGEST_NAME, RosterLine, SinceCell};
use crate::people::Role;

/// A line as far as it could be read.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) account: Option<String>,
    /// The section, if there is such a one.
    pub(super) section: Option<String>,
    /// The section as entered, to tell people apart by; empty for leaders.
    pub(super) place: String,
    pub(super) post: String,
    pub(super) role: Option<Role>,
    pub(super) since: Option<NaiveDate>,
    pub(super) in_charge_of: Vec<String>,
    pub(super) email: Option<String>,
}

impl Draft {
    /// Somebody on the roster, to compare lines with.
    pub(super) fn known(person: &KnownPerson) -> Self {
        Self {
            number: 0,
            name: clean(&person.name),
            account: person.account.clone(),
            section: None,
            place: person.section.as_deref().map(clean).unwrap_or_default(),
            post: clean(&person.post),
            role: Some(person.role),
            since: None,
            in_charge_of: Vec::new(),
            email: None,
        }
    }

    /// Whether both are the same person in the same post: one account, or one section and post and no accounts that differ.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let same_account = self.account.is_some() && self.account == other.account;
        let accounts_differ = self.account.is_some() && other.account.is_some() && !same_account;
        let same_place = self.place == other.place && self.post == other.post;
        self.name == other.name && (same_account || (same_place && !accounts_differ))
    }
}

/// Whether nothing is entered in the line.
pub(super) fn is_blank(line: &RosterLine) -> bool {
    let cells = [
        &line.name,
        &line.account,
        &line.section,
        &line.post,
        &line.role,
        &line.email,
    ];
    let charges = line.in_charge_of.iter();
    line.since == SinceCell::Empty
        && cells
            .into_iter()
            .chain(charges)
            .all(|cell| clean(cell).is_empty())
}

/// The text as meant: full-width letters and digits made narrow, marks that cannot be seen left out, spaces around it and
/// those that only spread a Chinese name (张　三) removed, other runs of spaces made one.
pub(super) fn clean(text: &str) -> String {
    // Long cells are refused later on; there is no need to normalise a whole book.
    let normal: String = text
        .chars()
        .take(20 * LONGEST_NAME)
        .nfkc()
        .filter(|c| !is_invisible(*c))
        .collect();
    let mut cleaned = String::with_capacity(normal.len());
    for word in normal.split_whitespace() {
        let ends_in_han = cleaned.chars().next_back().is_some_and(is_han);
        let joined = cleaned.is_empty() || (ends_in_han && word.starts_with(is_han));
        if !joined {
            cleaned.push(' ');
        }
        cleaned.push_str(word);
    }
    cleaned
}

/// Zero-width characters and marks of writing direction: they make two equal names differ, or a name read backwards.
fn is_invisible(c: char) -> bool {
    let format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}');
    format || (c.is_control() && !c.is_whitespace())
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// What was found, short enough to be shown.
pub(super) fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_NAME).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The account as typed, in lower case; none if nothing is entered.
pub(super) fn account(text: &str) -> Option<String> {
    let account = clean(text).to_lowercase();
    (!account.is_empty()).then_some(account)
}

/// What a role's word or a post's title stands for.
pub(super) fn role(word: &str) -> Option<Role> {
    let word = word.to_lowercase();
    let exact = match word.as_str() {
        "部长" | "minister" | "总经理" | "general manager" => Some(Role::Minister),
        "副部长"
        | "分管副部长"
        | "常务副部长"
        | "deputy"
        | "deputy minister"
        | "副总经理"
        | "deputy general manager" => Some(Role::Deputy),
        "科室负责人" | "负责人" | "科长" | "主任" | "办公室主任" | "head" | "head of section"
        | "section head" | "部门负责人" => Some(Role::Head),
        "工作人员" | "干部" | "科员" | "副科长" | "副主任" | "员工" | "staff" | "cadre"
        | "clerk" | "employee" => Some(Role::Staff),
        _ => None,
    };
    // 主任科员, 一级科员 and the like are grades of staff.
    exact.or_else(|| word.ends_with("科员").then_some(Role::Staff))
}

/// Whether the text can be an address: one @ with something on both sides, a dot after it, no spaces.
pub(super) fn is_email(text: &str) -> bool {
    let plain = text.len() <= 254
        && !text
            .chars()
            .any(|c| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | ';'));
    plain
        && text.split_once('@').is_some_and(|(name, host)| {
            let labels = || host.split('.');
            !name.is_empty()
                && !host.contains('@')
                && labels().count() > 1
                && labels().all(|label| !label.is_empty())
        })
}

/// At most three of the names that are similar to `name`, the most similar first.
pub(super) fn nearest(name: &str, names: &BTreeSet<String>) -> Vec<String> {
    let wanted: Vec<char> = name.chars().collect();
    let mut near: Vec<(usize, &String)> = names
        .iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.chars().collect();
            let contained = candidate.contains(name) || name.contains(candidate.as_str());
            let distance = distance(&wanted, &letters);
            let longest = wanted.len().max(letters.len());
            (contained || 2 * distance <= longest).then_some((distance, candidate))
        })
        .collect();
    near.sort();
    near.into_iter()
        .take(3)
        .map(|(_, candidate)| candidate.clone())
        .collect()
}

/// How many letters must be put in, left out or replaced to turn one word into the other (Levenshtein).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    for (row, left) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, right) in to.iter().enumerate() {
            let replaced = previous[column] + usize::from(left != right);
            current.push(
                replaced
                    .min(previous[column + 1] + 1)
                    .min(current[column] + 1),
            );
        }
        previous = current;
    }
    previous.last().copied().unwrap_or(0)
}
