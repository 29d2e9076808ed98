//! Spans of days and half-days. A "day" is a calendar day in the organisation's time zone.

use chrono::{Datelike, NaiveDate};

/// Days from `first` to `last`, both included; without `last` it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First day.
    pub first: NaiveDate,
    /// Last day, `None` while there is no end.
    pub last: Option<NaiveDate>,
}

impl Span {
    /// The days from `first` on, without an end.
    pub const fn from(first: NaiveDate) -> Self {
        Self { first, last: None }
    }

    /// The days from `first` to `last`, both included. `None` if it would end before it begins.
    pub fn between(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        (first <= last).then_some(Self {
            first,
            last: Some(last),
        })
    }

    /// Whether `day` is one of the days.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && self.last.is_none_or(|last| day <= last)
    }

    /// Whether every day from `first` to `last` is in the span.
    pub fn covers(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first <= first && self.last.is_none_or(|end| last <= end)
    }

    /// Whether any day from `first` to `last` is in the span.
    pub fn touches(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first <= last && self.last.is_none_or(|end| first <= end)
    }
}

/// Which half of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Half {
    /// 上午.
    Morning,
    /// 下午.
    Afternoon,
}

/// A half-day: the unit in which working time and absences are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfDay {
    /// The calendar day.
    pub date: NaiveDate,
    /// Morning or afternoon.
    pub half: Half,
}

/// The days from `first` to `last`, both included; none if `last` is earlier.
pub fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

/// Days since the common era began; the difference of two is a number of days.
pub(crate) fn day_number(day: NaiveDate) -> i32 {
    day.num_days_from_ce()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, d).unwrap()
    }

    #[test]
    fn a_span_never_ends_before_it_begins() {
        assert_eq!(Span::between(day(2), day(1)), None);
        let one = Span::between(day(2), day(2)).unwrap();
        assert!(one.contains(day(2)) && !one.contains(day(1)) && !one.contains(day(3)));
    }

    #[test]
    fn covering_is_stronger_than_touching() {
        let span = Span::between(day(5), day(10)).unwrap();
        assert!(span.covers(day(5), day(10)) && !span.covers(day(4), day(10)));
        assert!(span.touches(day(10), day(20)) && !span.touches(day(11), day(20)));
        assert!(Span::from(day(5)).covers(day(9), day(31)));
    }
}
