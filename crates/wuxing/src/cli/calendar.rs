//! `wuxing calendar show YEAR`.

use std::path::Path;

use anyhow::Context as _;
use chrono::{Datelike as _, NaiveDate};
use domain::calendar::{Calendar, YearCalendar};

use super::{Format, Outcome, read_text, say};

/// The calendars in a folder, or those that come with the program.
pub(super) fn read(folder: Option<&Path>) -> anyhow::Result<Calendar> {
    let Some(folder) = folder else {
        let shipped =
            crate::app::calendar::shipped().map_err(|error| anyhow::anyhow!("{error:?}"))?;
        return Ok(Calendar::new(shipped));
    };
    let mut years = Vec::new();
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("reading the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = read_text(&path)?;
            years.push(
                YearCalendar::parse(&text)
                    .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?,
            );
        }
    }
    Ok(Calendar::new(years))
}

pub(super) fn show(year: i32, folder: Option<&Path>, format: Format) -> anyhow::Result<Outcome> {
    let calendar = read(folder)?;
    let day = |month, day| {
        NaiveDate::from_ymd_opt(year, month, day).context("expected a year from -262143 to 262142")
    };
    let (first, last) = (day(1, 1)?, day(12, 31)?);
    let special: Vec<_> = domain::time::days(first, last)
        .filter_map(|day| calendar.special(day))
        .collect();
    let months: Vec<u32> = (1..=12)
        .map(|month| {
            domain::time::days(first, last)
                .filter(|d| d.month() == month && calendar.is_working(*d))
                .count()
        })
        .map(|count| u32::try_from(count).unwrap_or(0))
        .collect();
    let working: u32 = months.iter().sum();
    let provisional = calendar.is_provisional(year);
    match format {
        Format::Json => say(&serde_json::to_string_pretty(&serde_json::json!({
            "year": year,
            "provisional": provisional,
            "valid_through": calendar.valid_through(),
            "working_days": working,
            "working_days_by_month": months,
            "special_days": special,
        }))?),
        Format::Text => {
            say(&format!(
                "{year}: {working} working days{}",
                if provisional {
                    " (provisional: no notice for this year is known)"
                } else {
                    ""
                }
            ));
            for day in special {
                say(&format!(
                    "  {}  {}  {}",
                    day.date,
                    if day.off { "off " } else { "work" },
                    day.name
                ));
            }
            if let Some(through) = calendar.valid_through() {
                say(&format!("calendar valid through {through}"));
            }
        }
    }
    Ok(Outcome::Good)
}
