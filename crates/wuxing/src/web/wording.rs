//! Dates, periods, amounts and states as readers write them, in both languages. Pure: the page says what day it is.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use domain::charter::{Duty, Force, Unit};
use domain::ledger::{Because, Excuse, Status};
use domain::people::AbsenceKind;
use domain::period::{Cadence, Period};
use domain::records::Kind;

use super::text::{self, Language, tr, tr_with};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
/// The most names that stand in a line; of more only their number.
const NAMES_SHOWN: usize = 4;

/// The statutory holidays as the official notices name them, with their messages.
const HOLIDAYS: [(&str, &str); 7] = [
    ("元旦", "holiday-new-year"),
    ("春节", "holiday-spring-festival"),
    ("清明节", "holiday-qingming"),
    ("劳动节", "holiday-labour-day"),
    ("端午节", "holiday-dragon-boat"),
    ("中秋节", "holiday-mid-autumn"),
    ("国庆节", "holiday-national-day"),
];

/// A holiday's name; one that is no statutory holiday, or two in one, stays as the notice names it.
pub fn holiday(language: Language, name: &str) -> String {
    let known = HOLIDAYS.iter().find(|(noticed, _)| *noticed == name);
    known.map_or_else(|| name.to_owned(), |(_, key)| tr(language, key).to_owned())
}

/// A whole number up to 9999 in Chinese numerals, e.g. 十四; larger ones in digits.
pub fn chinese_number(number: u32) -> String {
    if number > 9999 {
        return number.to_string();
    }
    let mut written = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = !written.is_empty();
            continue;
        }
        if gap {
            written.push('零');
            gap = false;
        }
        // 14 is 十四, 114 is 一百一十四.
        if !(unit == 10 && digit == 1 && written.is_empty()) {
            written.push_str(DIGITS.get(digit as usize).copied().unwrap_or_default());
        }
        written.push_str(name);
    }
    if written.is_empty() {
        "零".to_owned()
    } else {
        written
    }
}

/// An article of the charter: 章程第十四条.
pub fn article(language: Language, number: u32) -> String {
    match language {
        Language::Chinese => format!("章程第{}条", chinese_number(number)),
        Language::English => format!("Article {number}"),
    }
}

/// The month by its name: 九月, September.
pub fn month(language: Language, number: u32) -> String {
    match language {
        Language::Chinese => format!("{}月", chinese_number(number)),
        Language::English => MONTHS
            .get(number.saturating_sub(1) as usize)
            .copied()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The first letters of a month, for narrow columns.
pub fn month_short(language: Language, number: u32) -> String {
    match language {
        Language::Chinese => month(language, number),
        Language::English => month(language, number).chars().take(3).collect(),
    }
}

/// A day; its year only if it is not this one.
pub fn date(language: Language, day: NaiveDate, today: NaiveDate) -> String {
    let same_year = day.year() == today.year();
    match (language, same_year) {
        (Language::Chinese, true) => format!("{}月{}日", day.month(), day.day()),
        (Language::Chinese, false) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        (Language::English, true) => format!("{} {}", day.day(), month(language, day.month())),
        (Language::English, false) => format!(
            "{} {} {}",
            day.day(),
            month(language, day.month()),
            day.year()
        ),
    }
}

/// A day with its weekday: 9月20日（周日）, Sunday 20 September.
pub fn day_and_weekday(language: Language, day: NaiveDate, today: NaiveDate) -> String {
    match language {
        Language::Chinese => format!(
            "{}（{}）",
            date(language, day, today),
            weekday_short(day.weekday())
        ),
        Language::English => format!(
            "{} {}",
            text::weekday(language, day.weekday()),
            date(language, day, today)
        ),
    }
}

fn weekday_short(day: Weekday) -> String {
    text::weekday(Language::Chinese, day).replace("星期", "周")
}

/// What stands beside the day's heading: 9月16日 星期三 · 第38周 · 九月中旬.
pub fn day_line(language: Language, day: NaiveDate) -> String {
    let week = period(language, Cadence::Week.period_of(day), day);
    match language {
        Language::Chinese => {
            let xun = period(language, Cadence::Xun.period_of(day), day);
            format!(
                "{} {} · {week} · {xun}",
                date(language, day, day),
                text::weekday(language, day.weekday())
            )
        }
        Language::English => format!("{} · {week}", day_and_weekday(language, day, day)),
    }
}

/// A moment by the organisation's clock: 今天 14:05, 9月16日 14:05.
pub fn moment(language: Language, at: DateTime<Utc>, zone: Tz, today: NaiveDate) -> String {
    let local = at.with_timezone(&zone);
    let clock = local.format("%H:%M");
    match (language, local.date_naive() == today) {
        (Language::Chinese, true) => format!("今天 {clock}"),
        (Language::English, true) => format!("today {clock}"),
        (_, false) => format!("{} {clock}", date(language, local.date_naive(), today)),
    }
}

/// A period by its name: 第38周, 九月中旬, 9月, 三季度; its year only if it is not this one.
pub fn period(language: Language, period: Period, today: NaiveDate) -> String {
    let this_year = period.cadence.period_of(today).year();
    let other_year =
        period.year() != this_year && !matches!(period.cadence, Cadence::Day | Cadence::Year);
    let name = match language {
        Language::Chinese => period_in_chinese(period, today),
        Language::English => period_in_english(period, today),
    };
    match (language, other_year) {
        (_, false) => name,
        (Language::Chinese, true) => format!("{}年{name}", period.year()),
        (Language::English, true) => format!("{name} {}", period.year()),
    }
}

fn period_in_chinese(period: Period, today: NaiveDate) -> String {
    let number = period.number();
    match period.cadence {
        Cadence::Day => date(Language::Chinese, period.first, today),
        Cadence::Week => format!("第{number}周"),
        Cadence::Xun => {
            let third = ["下旬", "上旬", "中旬"]
                .get(number as usize % 3)
                .copied()
                .unwrap_or_default();
            format!("{}{third}", month(Language::Chinese, period.first.month()))
        }
        Cadence::Month => format!("{number}月"),
        Cadence::Quarter => format!("{}季度", chinese_number(number)),
        Cadence::Half => if number == 1 {
            "上半年"
        } else {
            "下半年"
        }
        .to_owned(),
        Cadence::Year => format!("{}年", period.year()),
    }
}

fn period_in_english(period: Period, today: NaiveDate) -> String {
    let number = period.number();
    let named_month = || month(Language::English, period.first.month());
    match period.cadence {
        Cadence::Day => date(Language::English, period.first, today),
        Cadence::Week => format!("week {number}"),
        Cadence::Xun => format!(
            "{}–{} {}",
            period.first.day(),
            period.last.day(),
            named_month()
        ),
        Cadence::Month => named_month(),
        Cadence::Quarter => format!("quarter {number}"),
        Cadence::Half => if number == 1 {
            "first half"
        } else {
            "second half"
        }
        .to_owned(),
        Cadence::Year => period.year().to_string(),
    }
}

/// The period that runs now: 本周, this week.
pub fn current_period(language: Language, cadence: Cadence) -> &'static str {
    let (chinese, english) = match cadence {
        Cadence::Day => ("今天", "today"),
        Cadence::Week => ("本周", "this week"),
        Cadence::Xun => ("本旬", "these ten days"),
        Cadence::Month => ("本月", "this month"),
        Cadence::Quarter => ("本季度", "this quarter"),
        Cadence::Half => ("本半年", "this half-year"),
        Cadence::Year => ("今年", "this year"),
    };
    if language == Language::Chinese {
        chinese
    } else {
        english
    }
}

/// How often: 每周, each week.
pub fn cadence(language: Language, cadence: Cadence) -> &'static str {
    let (chinese, english) = match cadence {
        Cadence::Day => ("每个工作日", "each working day"),
        Cadence::Week => ("每周", "each week"),
        Cadence::Xun => ("每旬", "every ten days"),
        Cadence::Month => ("每月", "each month"),
        Cadence::Quarter => ("每季度", "each quarter"),
        Cadence::Half => ("每半年", "each half-year"),
        Cadence::Year => ("每年", "each year"),
    };
    if language == Language::Chinese {
        chinese
    } else {
        english
    }
}

/// Until when something can be done: 今天, 周日前, 9月30日前（宽限到10月9日）; in the grace 本期已过，宽限到周三.
pub fn until(language: Language, period: Period, due: NaiveDate, today: NaiveDate) -> String {
    if today > period.last {
        let grace = day_near(language, due, today);
        return match language {
            Language::Chinese => format!("本期已过，宽限到{grace}"),
            Language::English => format!("the period is over, grace until {grace}"),
        };
    }
    let last = day_near(language, period.last, today);
    if period.last == today {
        return last;
    }
    let with_grace = due > period.last && !matches!(period.cadence, Cadence::Day | Cadence::Week);
    let grace = date(language, due, today);
    match (language, with_grace) {
        (Language::Chinese, false) => format!("{last}前"),
        (Language::Chinese, true) => format!("{last}前，宽限到{grace}"),
        (Language::English, false) => format!("by {last}"),
        (Language::English, true) => format!("by {last}, grace until {grace}"),
    }
}

/// A day as one speaks of it from `today`: 今天, 周日 within the week, else its date.
fn day_near(language: Language, day: NaiveDate, today: NaiveDate) -> String {
    if day == today {
        current_period(language, Cadence::Day).to_owned()
    } else if Cadence::Week.period_of(today).contains(day) {
        match language {
            Language::Chinese => weekday_short(day.weekday()),
            Language::English => text::weekday(language, day.weekday()).to_owned(),
        }
    } else {
        date(language, day, today)
    }
}

/// An amount as it is owed: 4 个半天, 2 条, 3000 字; twice, 4 half-days.
pub fn amount(language: Language, unit: Unit, evidence: &str, count: u64) -> String {
    match (language, unit) {
        (Language::Chinese, Unit::Times) => format!("{count} {}", measure_word(evidence)),
        (Language::Chinese, Unit::HalfDays) => format!("{count} 个半天"),
        (Language::Chinese, Unit::Words) => format!("{count} 字"),
        (Language::English, Unit::Times) => match count {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            _ => format!("{count} times"),
        },
        (Language::English, Unit::HalfDays) if count == 1 => "half a day".to_owned(),
        (Language::English, Unit::HalfDays) => format!("{count} half-days"),
        (Language::English, Unit::Words) => format!("{count} characters"),
    }
}

/// What one counts with: 篇 for texts, 条 for suggestions, 次 for the rest.
fn measure_word(evidence: &str) -> &'static str {
    match evidence {
        "suggestion" => "条",
        _ if Kind::from_word(evidence).is_some() => "篇",
        _ => "次",
    }
}

/// What is still to be done: 还差半天, 还差 2 条.
pub fn still_to_do(language: Language, duty: &Duty, left: u32) -> String {
    let written = match (language, duty.unit) {
        (Language::Chinese, Unit::HalfDays) if left == 1 => return "还差半天".to_owned(),
        (Language::Chinese, Unit::HalfDays) if left % 2 == 1 => format!("{} 天半", left / 2),
        (Language::Chinese, Unit::HalfDays) => format!("{} 天", left / 2),
        (Language::English, Unit::HalfDays) if left == 2 => "a day".to_owned(),
        (Language::English, Unit::HalfDays) if left > 2 && left.is_multiple_of(2) => {
            format!("{} days", left / 2)
        }
        (Language::English, Unit::HalfDays) if left > 2 => format!("{}½ days", left / 2),
        (Language::English, Unit::Times) => left.to_string(),
        _ => amount(language, duty.unit, &duty.evidence.kind, left.into()),
    };
    match language {
        Language::Chinese => format!("还差 {written}"),
        Language::English => format!("{written} to go"),
    }
}

/// Names in roster order; of many the first few and how many there are.
pub fn names(language: Language, names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
    let more = names.len() - shown.len();
    match (language, more) {
        (Language::Chinese, 0) => shown.join("、"),
        (Language::Chinese, _) => format!("{}等 {} 人", shown.join("、"), names.len()),
        (Language::English, 0) => shown.join(", "),
        (Language::English, _) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Done over required in words, for those who do not see the dots: 已做 3，应做 4. What is encouraged is not owed.
pub fn progress(language: Language, duty: &Duty, done: u32, required: u32) -> String {
    match (language, duty.force) {
        (Language::Chinese, Force::Encouraged) => format!("已做 {done}，倡导 {required}"),
        (Language::Chinese, _) => format!("已做 {done}，应做 {required}"),
        (Language::English, Force::Encouraged) => format!("{done} done, {required} encouraged"),
        (Language::English, _) => format!("{done} of {required} done"),
    }
}

/// Where a cell stands.
pub fn status(language: Language, status: Status) -> &'static str {
    tr(language, &format!("status-{}", status.word()))
}

/// The class of the style sheet for a status; what is over without being owed looks like what was excused.
pub const fn status_class(status: Status) -> &'static str {
    match status {
        Status::Passed => Status::Excused.word(),
        other => other.word(),
    }
}

/// Why nothing is owed.
pub fn excuse(language: Language, excuse: Excuse) -> String {
    match excuse {
        Excuse::Away(kind) => tr_with(
            language,
            "excuse-away",
            &[("why", &absence(language, kind))],
        ),
        other => tr(language, &format!("excuse-{}", other.word())).to_owned(),
    }
}

/// Why somebody is away.
pub fn absence(language: Language, kind: AbsenceKind) -> &'static str {
    tr(language, &format!("absence-{}", kind.word()))
}

/// Why a cell requires what it requires: the excuse, or the working time that was there.
pub fn because(language: Language, because: &Because, quota: u32, required: u32) -> String {
    if let Some(why) = because.excuse {
        return excuse(language, why);
    }
    let time = tr_with(
        language,
        "because-time",
        &[
            ("working", &because.working),
            ("available", &because.available),
        ],
    );
    if required >= quota {
        return time;
    }
    let prorated = tr_with(
        language,
        "because-prorated",
        &[("quota", &quota), ("required", &required)],
    );
    format!(
        "{time}{}{prorated}",
        if language == Language::Chinese {
            "；"
        } else {
            "; "
        }
    )
}

/// A kind of record: 剪贴, 心得体会 …
pub fn kind(language: Language, kind: Kind) -> &'static str {
    tr(language, &format!("kind-{}", kind.word()))
}

/// A share from 0 to 1 with two decimals, as the style sheet's `--a`; nothing required is nothing done.
pub fn share(done: u32, required: u32) -> String {
    let hundredths = (u64::from(done.min(required)) * 100)
        .checked_div(required.into())
        .unwrap_or(0);
    if hundredths >= 100 {
        "1".to_owned()
    } else {
        format!("0.{hundredths:02}")
    }
}

#[cfg(test)]
mod tests;
