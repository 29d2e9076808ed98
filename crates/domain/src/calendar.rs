//! The working-day calendar (B7): statutory holidays and make-up workdays (调休) per year, as data.
//!
//! The file format is the common one `{"year": 2026, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}, …]}`.
//! A year without a file is *provisional*: weekdays work, the statutory days with a fixed date (1 January, 1–2 May,
//! 1–3 October) do not.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time::{day_number, days};

/// Half-days in a working day.
pub const HALF_DAYS_PER_DAY: u32 = 2;

/// A day on which the calendar differs from the plain week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialDay {
    /// The holiday it belongs to, e.g. 春节.
    pub name: String,
    /// The day.
    pub date: NaiveDate,
    /// `true`: off; `false`: a make-up workday.
    #[serde(rename = "isOffDay")]
    pub off: bool,
}

/// One year as officially announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearCalendar {
    /// The year.
    pub year: i32,
    /// The notice it is taken from.
    #[serde(default)]
    pub source: String,
    /// The special days.
    pub days: Vec<SpecialDay>,
}

/// What is wrong with a calendar file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct CalendarError {
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in the line, in characters, from 1.
    pub column: usize,
    /// What was found and what was expected.
    pub problem: CalendarProblem,
}

/// What can be wrong with a calendar file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarProblem {
    /// Not the format.
    #[error("expected {{\"year\": …, \"days\": [{{\"name\", \"date\", \"isOffDay\"}}, …]}}: {0}")]
    Format(String),
    /// The same day twice.
    #[error("{0} stands twice; each day may stand once")]
    Overlap(NaiveDate),
    /// A day of another year.
    #[error("{date} does not belong to {year}")]
    OtherYear {
        /// The day.
        date: NaiveDate,
        /// The file's year.
        year: i32,
    },
    /// Outside 1990–2200.
    #[error("expected a year from 1990 to 2200, found {0}")]
    Year(i32),
}

impl YearCalendar {
    /// Reads one year's file.
    pub fn parse(json: &str) -> Result<Self, CalendarError> {
        let at = |offset: usize, problem| {
            let (line, column) = line_and_column(json, offset);
            CalendarError {
                line,
                column,
                problem,
            }
        };
        let calendar: Self = serde_json::from_str(json).map_err(|error| CalendarError {
            line: error.line().max(1),
            column: error.column().max(1),
            problem: CalendarProblem::Format(error.to_string()),
        })?;
        if !(1990..=2200).contains(&calendar.year) {
            return Err(at(
                json.find("\"year\"").unwrap_or(0),
                CalendarProblem::Year(calendar.year),
            ));
        }
        let mut seen: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        for day in &calendar.days {
            let text = day.date.to_string();
            let before = seen.entry(day.date).or_insert(0);
            let offset = json
                .match_indices(&text)
                .nth(*before)
                .map_or(0, |(offset, _)| offset);
            *before += 1;
            if *before > 1 {
                return Err(at(offset, CalendarProblem::Overlap(day.date)));
            }
            if day.date.year() != calendar.year {
                return Err(at(
                    offset,
                    CalendarProblem::OtherYear {
                        date: day.date,
                        year: calendar.year,
                    },
                ));
            }
        }
        Ok(calendar)
    }
}

/// Line and column (in characters, from 1) of a byte offset.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// The calendar of an organisation: all the years it knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, BTreeMap<NaiveDate, SpecialDay>>,
}

impl Calendar {
    /// A calendar of these years; of two files for one year the later one counts.
    pub fn new(years: impl IntoIterator<Item = YearCalendar>) -> Self {
        let years = years
            .into_iter()
            .map(|year| {
                (
                    year.year,
                    year.days.into_iter().map(|day| (day.date, day)).collect(),
                )
            })
            .collect();
        Self { years }
    }

    /// Whether the year has no file, so that only weekdays and fixed-date holidays are known.
    pub fn is_provisional(&self, year: i32) -> bool {
        !self.years.contains_key(&year)
    }

    /// The last day that a file covers without a gap from the first known year; shown as "calendar valid through".
    pub fn valid_through(&self) -> Option<NaiveDate> {
        let mut last = *self.years.keys().next()?;
        while self.years.contains_key(&(last + 1)) {
            last += 1;
        }
        NaiveDate::from_ymd_opt(last, 12, 31)
    }

    /// What is special about `day`, if a file says so.
    pub fn special(&self, day: NaiveDate) -> Option<&SpecialDay> {
        self.years.get(&day.year())?.get(&day)
    }

    /// Whether `day` is a working day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        match self.years.get(&day.year()) {
            Some(special) => special.get(&day).map_or(weekday, |day| !day.off),
            None => weekday && !is_fixed_date_holiday(day),
        }
    }

    /// Working half-days from `first` to `last`, both included.
    pub fn working_half_days(&self, first: NaiveDate, last: NaiveDate) -> u32 {
        let working = days(first, last)
            .filter(|day| self.is_working(*day))
            .count();
        u32::try_from(working)
            .unwrap_or(u32::MAX)
            .saturating_mul(HALF_DAYS_PER_DAY)
    }

    /// The last working day on or before `day`, looking back at most 60 days.
    pub fn working_day_at_or_before(&self, day: NaiveDate) -> Option<NaiveDate> {
        (0..60)
            .map(|back| day - Days::new(back))
            .find(|candidate| self.is_working(*candidate))
    }

    /// The working day that is `count` working days after `day` (the day itself for 0).
    pub fn add_working_days(&self, day: NaiveDate, count: u32) -> NaiveDate {
        let mut left = count;
        let mut current = day;
        while left > 0 {
            current = current + Days::new(1);
            if self.is_working(current) {
                left -= 1;
            }
        }
        current
    }
}

fn is_fixed_date_holiday(day: NaiveDate) -> bool {
    matches!((day.month(), day.day()), (1, 1) | (5, 1 | 2) | (10, 1..=3))
}

/// Working time of a range of days, counted once so that any part of it is a subtraction.
#[derive(Clone, Debug)]
pub(crate) struct WorkingTime {
    first: i32,
    /// `sums[i]`: working half-days before day `first + i`.
    sums: Vec<u32>,
}

impl WorkingTime {
    pub(crate) fn of(calendar: &Calendar, first: NaiveDate, last: NaiveDate) -> Self {
        let mut sums = vec![0];
        let mut sum = 0;
        for day in days(first, last) {
            sum += if calendar.is_working(day) {
                HALF_DAYS_PER_DAY
            } else {
                0
            };
            sums.push(sum);
        }
        Self {
            first: day_number(first),
            sums,
        }
    }

    /// Working half-days from `first` to `last`; what lies outside the range counts nothing.
    pub(crate) fn half_days(&self, first: NaiveDate, last: NaiveDate) -> u32 {
        self.before(day_number(last) + 1)
            .saturating_sub(self.before(day_number(first)))
    }

    pub(crate) fn is_working(&self, day: NaiveDate) -> bool {
        self.half_days(day, day) > 0
    }

    fn before(&self, day: i32) -> u32 {
        let index = usize::try_from((day - self.first).max(0)).unwrap_or(0);
        self.sums
            .get(index)
            .or(self.sums.last())
            .copied()
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::period::Cadence;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn official() -> Calendar {
        let files = ["2024", "2025", "2026"].map(|year| {
            let path = format!("{}/../../calendars/{year}.json", env!("CARGO_MANIFEST_DIR"));
            YearCalendar::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
        });
        Calendar::new(files)
    }

    #[test]
    fn b7_2026_has_248_working_days_none_of_them_in_week_8_and_three_in_weeks_40_and_41() {
        let calendar = official();
        assert_eq!(
            calendar.working_half_days(date(2026, 1, 1), date(2026, 12, 31)),
            2 * 248
        );
        let weeks = Cadence::Week.periods_of_year(2026);
        let working_days = |week: usize| {
            calendar.working_half_days(weeks[week - 1].first, weeks[week - 1].last) / 2
        };
        assert_eq!(
            [working_days(8), working_days(40), working_days(41)],
            [0, 3, 3]
        );
        assert_eq!(calendar.valid_through(), Some(date(2026, 12, 31)));
    }

    #[test]
    fn the_official_years_have_the_announced_number_of_working_days() {
        let calendar = official();
        for (year, working_days) in [(2024, 251), (2025, 248), (2026, 248)] {
            let half_days = calendar.working_half_days(date(year, 1, 1), date(year, 12, 31));
            assert_eq!(half_days, 2 * working_days, "{year}");
        }
    }

    #[test]
    fn a_year_without_a_file_is_provisional_with_the_fixed_dates_off() {
        let calendar = official();
        assert!(calendar.is_provisional(2099) && !calendar.is_provisional(2026));
        for (month, day) in [(1, 1), (5, 1), (10, 1), (10, 2)] {
            assert!(
                !calendar.is_working(date(2099, month, day)),
                "2099-{month}-{day}"
            );
        }
        assert!(calendar.is_working(date(2099, 10, 5)));
    }

    #[test]
    fn a_faulty_file_names_line_and_column() {
        let twice = "{\"year\": 2026, \"days\": [\n {\"name\": \"元旦\", \"date\": \"2026-01-01\", \"isOffDay\": true},\n {\"name\": \"元旦\", \"date\": \"2026-01-01\", \"isOffDay\": false}]}";
        let error = YearCalendar::parse(twice).unwrap_err();
        assert_eq!((error.line, error.column), (3, 26));
        assert_eq!(error.problem, CalendarProblem::Overlap(date(2026, 1, 1)));

        let other = "{\"year\": 2026, \"days\": [{\"name\": \"x\", \"date\": \"2027-01-01\", \"isOffDay\": true}]}";
        let problem = YearCalendar::parse(other).unwrap_err().problem;
        assert_eq!(
            problem,
            CalendarProblem::OtherYear {
                date: date(2027, 1, 1),
                year: 2026
            }
        );

        let wrong = YearCalendar::parse("{\"year\": 2026,\n \"days\": 3}").unwrap_err();
        assert_eq!(wrong.line, 2);
        assert!(matches!(
            YearCalendar::parse("{\"year\": 9999, \"days\": []}")
                .unwrap_err()
                .problem,
            CalendarProblem::Year(9999)
        ));
    }

    proptest! {
        #[test]
        fn law_counted_once_equals_counted_each_time(start in 0..1200u64, length in 0..500u64, slack in 0..40u64) {
            let calendar = official();
            let first = date(2023, 11, 1) + Days::new(start);
            let last = first + Days::new(length);
            let time = WorkingTime::of(&calendar, first - Days::new(slack), last + Days::new(slack));
            prop_assert_eq!(time.half_days(first, last), calendar.working_half_days(first, last));
        }

        #[test]
        fn law_adding_working_days_lands_on_the_nth_working_day(start in 0..1200u64, count in 0..30u32) {
            let calendar = official();
            let day = date(2023, 11, 1) + Days::new(start);
            let then = calendar.add_working_days(day, count);
            prop_assert_eq!(calendar.working_half_days(day + Days::new(1), then), count * HALF_DAYS_PER_DAY);
            prop_assert!(count == 0 || calendar.is_working(then));
        }

        #[test]
        fn law_parsing_never_panics(text in "\\PC{0,200}") {
            let _ = YearCalendar::parse(&text);
        }
    }
}
