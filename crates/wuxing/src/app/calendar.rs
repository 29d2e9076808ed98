//! The working-day calendar that comes with the program.

use domain::calendar::YearCalendar;

use super::{Error, Result};

/// The years that ship with the program: file name and text.
const SHIPPED: [(&str, &str); 3] = [
    ("calendars/2024.json", include_str!("../../../../calendars/2024.json")),
    ("calendars/2025.json", include_str!("../../../../calendars/2025.json")),
    ("calendars/2026.json", include_str!("../../../../calendars/2026.json")),
];

/// The years that ship with the program.
pub fn shipped() -> Result<Vec<YearCalendar>> {
    let parse = |(name, text): (&str, &str)| {
        YearCalendar::parse(text).map_err(|error| Error::Broken(anyhow::anyhow!("{name}: {error}")))
    };
    SHIPPED.into_iter().map(parse).collect()
}
