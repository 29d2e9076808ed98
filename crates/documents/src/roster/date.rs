//! Dates as people write them.

use chrono::{Days, NaiveDate, NaiveTime};
use unicode_normalization::UnicodeNormalization;

/// Days of a spreadsheet program that are taken for dates when a cell has lost its date format: 1954 to 2064. Other
/// numbers of five digits are more likely something else.
const SERIAL_DAYS: std::ops::RangeInclusive<u64> = 20_000..=60_000;
/// Day 0 of spreadsheet programs, such that days from March 1900 on come out right.
const SERIAL_START: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// The day that `text` names, or `None` when it does not name exactly one.
///
/// Read are `2026-3-1`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, `20260301`, each also in full-width characters and with
/// a time of day behind (which is left out), and the day number that a spreadsheet program shows for a date without
/// date format (`46082`; five digits from 20000 to 60000). A month without its day is not a date, nor is a year of two
/// digits.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let folded: String = text
        .nfkc()
        .filter(|character| !is_invisible(*character))
        .collect();
    let folded = folded.trim();
    if folded.chars().all(|character| character.is_ascii_digit()) {
        return match folded.len() {
            8 => date(&folded[..4], &folded[4..6], &folded[6..]),
            5 => {
                let days = folded
                    .parse()
                    .ok()
                    .filter(|days| SERIAL_DAYS.contains(days))?;
                SERIAL_START?.checked_add_days(Days::new(days))
            }
            _ => None,
        };
    }
    if folded.contains('年') {
        let (year, rest) = folded.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        let (day, time) = rest.split_once(['日', '号'])?;
        return if is_time(time) {
            date(year.trim(), month.trim(), day.trim())
        } else {
            None
        };
    }
    let separator = folded
        .chars()
        .find(|character| !character.is_ascii_digit())?;
    if !matches!(
        separator,
        '-' | '/' | '.' | '\u{2010}'..='\u{2014}' | '\u{2212}'
    ) {
        return None;
    }
    let mut parts = folded.splitn(3, separator);
    let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = rest.len()
        - rest
            .trim_start_matches(|character: char| character.is_ascii_digit())
            .len();
    let (day, time) = rest.split_at(digits);
    if is_time(time) {
        date(year.trim(), month.trim(), day)
    } else {
        None
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u32>().ok()).flatten()
    };
    let year = i32::try_from(number(year, 4..=4)?)
        .ok()
        .filter(|year| *year >= 1900)?;
    NaiveDate::from_ymd_opt(year, number(month, 1..=2)?, number(day, 1..=2)?)
}

/// Nothing, or a time of day after a space or a `T`.
fn is_time(text: &str) -> bool {
    let time = text.trim();
    if time.is_empty() {
        return true;
    }
    if !text.starts_with([' ', 'T']) {
        return false;
    }
    let time = time.trim_start_matches('T').trim_end_matches('Z');
    ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"]
        .iter()
        .any(|format| NaiveTime::parse_from_str(time, format).is_ok())
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
