//! The working-day calendar that comes with the program.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};
use domain::access::{Action, Resource};
use domain::calendar::YearCalendar;

use super::{Cx, Error, Result};

/// Years that can be looked at.
pub const YEARS: RangeInclusive<i32> = 2000..=2100;

/// The years that ship with the program: file name and text.
const SHIPPED: [(&str, &str); 3] = [
    (
        "calendars/2024.json",
        include_str!("../../../../calendars/2024.json"),
    ),
    (
        "calendars/2025.json",
        include_str!("../../../../calendars/2025.json"),
    ),
    (
        "calendars/2026.json",
        include_str!("../../../../calendars/2026.json"),
    ),
];

/// The years that ship with the program.
pub fn shipped() -> Result<Vec<YearCalendar>> {
    let parse = |(name, text): (&str, &str)| {
        YearCalendar::parse(text).map_err(|error| Error::Broken(anyhow::anyhow!("{name}: {error}")))
    };
    SHIPPED.into_iter().map(parse).collect()
}

/// Days in a row that belong to one holiday, or a make-up workday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialSpan {
    /// The holiday.
    pub name: String,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// `true`: off; `false`: worked although it is a weekend.
    pub off: bool,
}

/// A year of the organisation's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// Whether nobody has announced it yet.
    pub provisional: bool,
    /// Up to when the calendar is known without a gap.
    pub valid_through: Option<NaiveDate>,
    /// What is special, in order.
    pub spans: Vec<SpecialSpan>,
    /// Working days of each month.
    pub working_days: [u32; 12],
}

/// A year of the calendar; without a wish this one.
pub async fn year(cx: &mut Cx, wish: Option<i32>) -> Result<YearView> {
    cx.authorize(Action::Read, Resource::Charter)?;
    let year = wish.unwrap_or_else(|| cx.today.year());
    let first = NaiveDate::from_ymd_opt(year, 1, 1)
        .filter(|_| YEARS.contains(&year))
        .ok_or(Error::NotFound)?;
    let calendar = &cx.house.calendar;
    let mut spans: Vec<SpecialSpan> = Vec::new();
    let mut working_days = [0; 12];
    for day in first.iter_days().take_while(|day| day.year() == year) {
        if let Some(count) = working_days.get_mut(day.month0() as usize) {
            *count += u32::from(calendar.is_working(day));
        }
        let Some(special) = calendar.special(day) else {
            continue;
        };
        match spans.last_mut() {
            Some(span)
                if span.name == special.name
                    && span.off == special.off
                    && span.last.succ_opt() == Some(day) =>
            {
                span.last = day;
            }
            _ => spans.push(SpecialSpan {
                name: special.name.clone(),
                first: day,
                last: day,
                off: special.off,
            }),
        }
    }
    let provisional = calendar.is_provisional(year);
    Ok(YearView {
        year,
        provisional,
        valid_through: calendar.valid_through(),
        spans,
        working_days,
    })
}
