//! The organisation's calendar years, each as announced.

use domain::calendar::YearCalendar;
use domain::identity::OrgId;

use crate::error::{Error, Result};
use crate::tx::{Tx, on};

/// Stores a year, in place of what was known of it before.
///
/// # Errors
/// What the database says.
pub async fn put_year(tx: &mut Tx, org: OrgId, year: &YearCalendar) -> Result<()> {
    let content = serde_json::to_string(year).map_err(|error| corrupt(&error))?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO calendar_years (org, year, content) VALUES ($1, $2, $3) \
             ON CONFLICT (org, year) DO UPDATE SET content = excluded.content",
        )
        .bind(org.uuid())
        .bind(i64::from(year.year))
        .bind(content.as_str())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All years known, in order.
///
/// # Errors
/// [`Error::Corrupt`] for a year that no longer reads; otherwise what the database says.
pub async fn years(tx: &mut Tx, org: OrgId) -> Result<Vec<YearCalendar>> {
    let rows: Vec<(String,)> = on!(tx, |c| {
        sqlx::query_as("SELECT content FROM calendar_years WHERE org = $1 ORDER BY year")
            .bind(org.uuid())
            .fetch_all(c)
            .await
    })?;
    rows.into_iter()
        .map(|(content,)| serde_json::from_str(&content).map_err(|error| corrupt(&error)))
        .collect()
}

fn corrupt(error: &serde_json::Error) -> Error {
    Error::Corrupt {
        table: "calendar_years",
        what: error.to_string(),
    }
}
