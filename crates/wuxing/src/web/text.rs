//! The parts of a date in the two languages. How periods, amounts and states are worded stands in `wording`.

use chrono::{Datelike as _, NaiveDate, Weekday};

pub use crate::text::{Language, Variable, tr, tr_with, try_tr};

/// A day with its year: 2026年1月5日, 5 January 2026.
pub fn date(language: Language, day: NaiveDate) -> String {
    match language {
        Language::Chinese => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Language::English => format!(
            "{} {} {}",
            day.day(),
            super::wording::month(language, day.month()),
            day.year()
        ),
    }
}

/// The day of the week: 星期一, Monday.
pub const fn weekday(language: Language, day: Weekday) -> &'static str {
    match (language, day) {
        (Language::Chinese, Weekday::Mon) => "星期一",
        (Language::Chinese, Weekday::Tue) => "星期二",
        (Language::Chinese, Weekday::Wed) => "星期三",
        (Language::Chinese, Weekday::Thu) => "星期四",
        (Language::Chinese, Weekday::Fri) => "星期五",
        (Language::Chinese, Weekday::Sat) => "星期六",
        (Language::Chinese, Weekday::Sun) => "星期日",
        (Language::English, Weekday::Mon) => "Monday",
        (Language::English, Weekday::Tue) => "Tuesday",
        (Language::English, Weekday::Wed) => "Wednesday",
        (Language::English, Weekday::Thu) => "Thursday",
        (Language::English, Weekday::Fri) => "Friday",
        (Language::English, Weekday::Sat) => "Saturday",
        (Language::English, Weekday::Sun) => "Sunday",
    }
}
