//! What readers see of dates, periods, amounts and states, as tables.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use Language::{Chinese, English};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

/// Wednesday.
fn today() -> NaiveDate {
    day(9, 16)
}

fn duty(unit: Unit, evidence: &str) -> Duty {
    let mut duty = fixtures::duty("field-day", "驻点调研", 4, Cadence::Week);
    duty.unit = unit;
    evidence.clone_into(&mut duty.evidence.kind);
    duty
}

#[test]
fn numbers_in_chinese() {
    let cases = [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (14, "十四"),
        (20, "二十"),
        (40, "四十"),
        (101, "一百零一"),
        (114, "一百一十四"),
        (1005, "一千零五"),
        (12345, "12345"),
    ];
    for (number, expected) in cases {
        assert_eq!(chinese_number(number), expected);
    }
    assert_eq!(
        (article(Chinese, 14), article(English, 14)),
        ("章程第十四条".to_owned(), "Article 14".to_owned())
    );
}

#[test]
fn the_line_beside_the_days_heading() {
    assert_eq!(
        day_line(Chinese, today()),
        "9月16日 星期三 · 第38周 · 九月中旬"
    );
    assert_eq!(
        day_line(English, today()),
        "Wednesday 16 September · week 38"
    );
}

#[test]
fn periods_by_their_names() {
    let cases = [
        (Cadence::Day, today(), "9月16日", "16 September"),
        (Cadence::Week, today(), "第38周", "week 38"),
        (Cadence::Xun, day(9, 1), "九月上旬", "1–10 September"),
        (Cadence::Xun, today(), "九月中旬", "11–20 September"),
        (Cadence::Xun, day(2, 28), "二月下旬", "21–28 February"),
        (Cadence::Month, today(), "9月", "September"),
        (Cadence::Quarter, today(), "三季度", "quarter 3"),
        (Cadence::Half, today(), "下半年", "second half"),
        (Cadence::Year, today(), "2026年", "2026"),
        (
            Cadence::Week,
            NaiveDate::from_ymd_opt(2025, 12, 28).unwrap(),
            "2025年第52周",
            "week 52 2025",
        ),
        // The last days of December 2025 belong to the first week of 2026.
        (
            Cadence::Week,
            NaiveDate::from_ymd_opt(2025, 12, 29).unwrap(),
            "第1周",
            "week 1",
        ),
        (
            Cadence::Day,
            NaiveDate::from_ymd_opt(2025, 12, 31).unwrap(),
            "2025年12月31日",
            "31 December 2025",
        ),
    ];
    for (cadence, at, chinese, english) in cases {
        let named = cadence.period_of(at);
        assert_eq!(
            (
                period(Chinese, named, today()),
                period(English, named, today())
            ),
            (chinese.to_owned(), english.to_owned())
        );
    }
}

#[test]
fn until_when() {
    let cases = [
        (Cadence::Day, today(), day(9, 18), "今天", "today"),
        (Cadence::Week, today(), day(9, 22), "周日前", "by Sunday"),
        (
            Cadence::Month,
            today(),
            day(10, 9),
            "9月30日前，宽限到10月9日",
            "by 30 September, grace until 9 October",
        ),
        (
            Cadence::Week,
            day(9, 13),
            today(),
            "本期已过，宽限到今天",
            "the period is over, grace until today",
        ),
        (
            Cadence::Week,
            day(9, 13),
            day(9, 17),
            "本期已过，宽限到周四",
            "the period is over, grace until Thursday",
        ),
        (
            Cadence::Month,
            day(8, 31),
            day(9, 22),
            "本期已过，宽限到9月22日",
            "the period is over, grace until 22 September",
        ),
        (
            Cadence::Year,
            today(),
            day(12, 31),
            "12月31日前",
            "by 31 December",
        ),
    ];
    for (cadence, at, due, chinese, english) in cases {
        let period = cadence.period_of(at);
        assert_eq!(until(Chinese, period, due, today()), chinese);
        assert_eq!(until(English, period, due, today()), english);
    }
}

#[test]
fn amounts_and_what_is_left_of_them() {
    let cases = [
        (
            Unit::Times,
            "clipping",
            2,
            "2 篇",
            "twice",
            "还差 2 篇",
            "2 to go",
        ),
        (
            Unit::Times,
            "suggestion",
            1,
            "1 条",
            "once",
            "还差 1 条",
            "1 to go",
        ),
        (
            Unit::Times,
            "talk",
            3,
            "3 次",
            "3 times",
            "还差 3 次",
            "3 to go",
        ),
        (
            Unit::HalfDays,
            "field-day",
            1,
            "1 个半天",
            "half a day",
            "还差半天",
            "half a day to go",
        ),
        (
            Unit::HalfDays,
            "field-day",
            2,
            "2 个半天",
            "2 half-days",
            "还差 1 天",
            "a day to go",
        ),
        (
            Unit::HalfDays,
            "field-day",
            3,
            "3 个半天",
            "3 half-days",
            "还差 1 天半",
            "1½ days to go",
        ),
        (
            Unit::HalfDays,
            "field-day",
            4,
            "4 个半天",
            "4 half-days",
            "还差 2 天",
            "2 days to go",
        ),
        (
            Unit::Words,
            "article",
            800,
            "800 字",
            "800 characters",
            "还差 800 字",
            "800 characters to go",
        ),
    ];
    for (unit, evidence, count, chinese, english, left, left_english) in cases {
        let duty = duty(unit, evidence);
        assert_eq!(amount(Chinese, unit, evidence, u64::from(count)), chinese);
        assert_eq!(amount(English, unit, evidence, u64::from(count)), english);
        assert_eq!(still_to_do(Chinese, &duty, count), left);
        assert_eq!(still_to_do(English, &duty, count), left_english);
    }
}

#[test]
fn names_are_a_few() {
    let five = ["甲", "乙", "丙", "丁", "戊"].map(str::to_owned);
    assert_eq!(names(Chinese, &five[..2]), "甲、乙");
    assert_eq!(names(Chinese, &five), "甲、乙、丙、丁等 5 人");
    assert_eq!(names(English, &five), "甲, 乙, 丙, 丁 and 1 more");
}

#[test]
fn states_excuses_and_reasons_have_words_in_both_languages() {
    for language in Language::ALL {
        for found in Status::ALL {
            assert_ne!(status(language, found), "…");
        }
        for found in Excuse::ALL {
            assert!(!excuse(language, found).contains('…'), "{found:?}");
        }
        for found in Kind::ALL {
            assert_ne!(kind(language, found), "…");
        }
    }
    assert_eq!(status(Chinese, Status::Late), "补报");
    assert_eq!(
        excuse(Chinese, Excuse::Away(AbsenceKind::Secondment)),
        "跟班锻炼期间"
    );
    let why = Because {
        version: 1,
        article: 16,
        nominal: 10,
        working: 6,
        available: 6,
        excuse: None,
    };
    assert_eq!(
        because(Chinese, &why, 4, 2),
        "工作时间 6 个半天，在岗 6 个；按出勤折算，4 减为 2"
    );
    assert_eq!(
        because(English, &why, 4, 4),
        "6 working half-days, present on 6"
    );
    let excused = Because {
        excuse: Some(Excuse::NoWorkingDay),
        ..why
    };
    assert_eq!(because(Chinese, &excused, 4, 0), "这一期没有工作日");
}

#[test]
fn shares_and_progress() {
    let cases = [
        ((0, 0), "0.00"),
        ((0, 4), "0.00"),
        ((1, 3), "0.33"),
        ((4, 4), "1"),
        ((9, 4), "1"),
    ];
    for ((done, required), expected) in cases {
        assert_eq!(share(done, required), expected);
    }
    let mut duty = duty(Unit::Times, "clipping");
    assert_eq!(progress(Chinese, &duty, 0, 1), "已做 0，倡导 1");
    duty.force = Force::Required;
    assert_eq!(progress(Chinese, &duty, 2, 4), "已做 2，应做 4");
    assert_eq!(progress(English, &duty, 2, 4), "2 of 4 done");
}

#[test]
fn moments_by_the_organisations_clock() {
    let at = fixtures::moment(today(), 14, 5);
    let zone = Tz::Asia__Shanghai;
    assert_eq!(moment(Chinese, at, zone, today()), "今天 14:05");
    assert_eq!(moment(English, at, zone, day(9, 18)), "16 September 14:05");
    assert_eq!(
        day_and_weekday(Chinese, day(9, 20), today()),
        "9月20日（周日）"
    );
}
