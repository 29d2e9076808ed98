//! Cadences and their periods (B7): 日 day, 周 week, 旬 ten-day, 月, 季, 半年, 年.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// How often a duty falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// 日: each working day.
    Day,
    /// 周: Monday to Sunday; an ISO week, which belongs to its ISO year.
    Week,
    /// 旬: the 1st–10th, the 11th–20th, the 21st to the end of the month.
    Xun,
    /// 月.
    Month,
    /// 季.
    Quarter,
    /// 半年: January–June, July–December.
    Half,
    /// 年: the calendar year.
    Year,
}

impl Cadence {
    /// All cadences, the shortest first.
    pub const ALL: [Self; 7] = [
        Self::Day,
        Self::Week,
        Self::Xun,
        Self::Month,
        Self::Quarter,
        Self::Half,
        Self::Year,
    ];

    /// The word for it in charters, in stored rows and in URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Xun => "xun",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Year => "year",
        }
    }

    /// The cadence that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cadence| cadence.word() == word)
    }

    /// The period that `day` lies in.
    pub fn period_of(self, day: NaiveDate) -> Period {
        let (first, last) = match self {
            Self::Day => (day, day),
            Self::Week => {
                let week = day.week(Weekday::Mon);
                (week.first_day(), week.last_day())
            }
            Self::Xun => match day.day() {
                1..=10 => (with_day(day, 1), with_day(day, 10)),
                11..=20 => (with_day(day, 11), with_day(day, 20)),
                _ => (with_day(day, 21), end_of_month(day)),
            },
            Self::Month => (with_day(day, 1), end_of_month(day)),
            Self::Quarter => months_around(day, 3),
            Self::Half => months_around(day, 6),
            Self::Year => months_around(day, 12),
        };
        Period {
            cadence: self,
            first,
            last,
        }
    }

    /// The periods that begin from `first` to `last`, both included, in order.
    pub fn beginning_between(
        self,
        first: NaiveDate,
        last: NaiveDate,
    ) -> impl Iterator<Item = Period> {
        let around = self.period_of(first);
        let start = if around.first >= first {
            around
        } else {
            around.next()
        };
        std::iter::successors(Some(start), |period| Some(period.next()))
            .take_while(move |period| period.first <= last)
    }

    /// The periods that belong to `year`. Weeks belong to their ISO year: 2026 has 53.
    pub fn periods_of_year(self, year: i32) -> Vec<Period> {
        let bounds = if self == Self::Week {
            NaiveDate::from_isoywd_opt(year, 1, Weekday::Mon).zip(NaiveDate::from_isoywd_opt(
                year + 1,
                1,
                Weekday::Mon,
            ))
        } else {
            NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year + 1, 1, 1))
        };
        match bounds {
            Some((first, next)) => self.beginning_between(first, next - Days::new(1)).collect(),
            None => Vec::new(),
        }
    }
}

/// One day, week, ten-day, … of a cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Its cadence.
    pub cadence: Cadence,
    /// First day.
    pub first: NaiveDate,
    /// Last day, included.
    pub last: NaiveDate,
}

impl Period {
    /// The period after this one.
    pub fn next(self) -> Self {
        self.cadence.period_of(self.last + Days::new(1))
    }

    /// The period before this one.
    pub fn previous(self) -> Self {
        self.cadence.period_of(self.first - Days::new(1))
    }

    /// Whether `day` lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// Its number within its year, from 1: the ISO week, the ten-day (1–36), the month, the quarter, …
    pub fn number(self) -> u32 {
        let first = self.first;
        match self.cadence {
            Cadence::Day => first.ordinal(),
            Cadence::Week => first.iso_week().week(),
            Cadence::Xun => first.month0() * 3 + (first.day() - 1) / 10 + 1,
            Cadence::Month => first.month(),
            Cadence::Quarter => first.month0() / 3 + 1,
            Cadence::Half => first.month0() / 6 + 1,
            Cadence::Year => 1,
        }
    }

    /// The year it belongs to; for weeks the ISO year.
    pub fn year(self) -> i32 {
        if self.cadence == Cadence::Week {
            self.first.iso_week().year()
        } else {
            self.first.year()
        }
    }
}

fn with_day(day: NaiveDate, number: u32) -> NaiveDate {
    // Every month has the days 1, 10, 11, 20 and 21.
    day.with_day(number).unwrap_or(day)
}

fn end_of_month(day: NaiveDate) -> NaiveDate {
    with_day(day, 1) + Months::new(1) - Days::new(1)
}

/// The run of `length` months (a divisor of 12, counted from January) around `day`.
fn months_around(day: NaiveDate, length: u32) -> (NaiveDate, NaiveDate) {
    let first = with_day(day, 1) - Months::new(day.month0() % length);
    (first, first + Months::new(length) - Days::new(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn b7_a_xun_is_1_to_10_then_11_to_20_then_21_to_the_end() {
        let cases = [
            (1, 1, 10),
            (10, 1, 10),
            (11, 11, 20),
            (20, 11, 20),
            (21, 21, 28),
            (28, 21, 28),
        ];
        for (day, first, last) in cases {
            let period = Cadence::Xun.period_of(date(2026, 2, day));
            assert_eq!(
                (period.first, period.last),
                (date(2026, 2, first), date(2026, 2, last)),
                "2026-02-{day}"
            );
        }
        assert_eq!(
            Cadence::Xun.period_of(date(2024, 2, 29)).last,
            date(2024, 2, 29)
        );
    }

    #[test]
    fn b7_weeks_belong_to_their_iso_year() {
        let weeks = Cadence::Week.periods_of_year(2026);
        assert_eq!(weeks.len(), 53);
        assert_eq!(weeks[0].first, date(2025, 12, 29));
        assert_eq!(weeks[52].last, date(2027, 1, 3));
        assert_eq!((weeks[0].year(), weeks[0].number()), (2026, 1));
        assert_eq!((weeks[52].year(), weeks[52].number()), (2026, 53));
    }

    #[test]
    fn a_year_has_36_xun_12_months_4_quarters_2_halves() {
        let count = |cadence: Cadence| cadence.periods_of_year(2026).len();
        assert_eq!(Cadence::ALL.map(count), [365, 53, 36, 12, 4, 2, 1]);
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0..60_000i64).prop_map(|offset| date(1970, 1, 1) + chrono::Duration::days(offset))
    }

    proptest! {
        #[test]
        fn law_periods_tile_the_calendar(day in any_day(), which in 0..7usize) {
            let period = Cadence::ALL[which].period_of(day);
            prop_assert!(period.contains(day));
            prop_assert_eq!(period.next().first, period.last + Days::new(1));
            prop_assert_eq!(period.next().previous(), period);
            prop_assert_eq!(Cadence::ALL[which].period_of(period.first), period);
            prop_assert_eq!(Cadence::ALL[which].period_of(period.last), period);
        }

        #[test]
        fn law_every_period_belongs_to_exactly_one_year(day in any_day(), which in 0..7usize) {
            let period = Cadence::ALL[which].period_of(day);
            let year = period.year();
            for candidate in [year - 1, year, year + 1] {
                let member = Cadence::ALL[which].periods_of_year(candidate).contains(&period);
                prop_assert_eq!(member, candidate == year);
            }
            let numbers: Vec<u32> = Cadence::ALL[which].periods_of_year(year).into_iter().map(Period::number).collect();
            prop_assert_eq!(numbers, (1..=Cadence::ALL[which].periods_of_year(year).len() as u32).collect::<Vec<_>>());
        }

        #[test]
        fn law_beginning_between_lists_each_period_once(day in any_day(), length in 0..800u64, which in 0..7usize) {
            let last = day + Days::new(length);
            let listed: Vec<Period> = Cadence::ALL[which].beginning_between(day, last).collect();
            prop_assert!(listed.windows(2).all(|pair| pair[0].next() == pair[1]));
            prop_assert!(listed.iter().all(|period| day <= period.first && period.first <= last));
        }
    }
}
