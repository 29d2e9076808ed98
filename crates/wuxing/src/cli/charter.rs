//! `wuxing charter load FILE --year Y`: the yearly load of a charter, from the engine's own count.

use std::path::Path;

use domain::charter::Text;
use domain::load::{Staffing, load as measure};

use super::{Format, Outcome, read_text, say};

pub(super) fn load(
    file: &Path,
    year: i32,
    calendars: Option<&Path>,
    format: Format,
) -> anyhow::Result<Outcome> {
    let text = read_text(file)?;
    let charter = domain::charter::parse(&text, &file.display().to_string())
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let calendar = super::calendar::read(calendars)?;
    let report = measure(&charter, &calendar, year, &Staffing::reference());
    if format == Format::Json {
        say(&serde_json::to_string_pretty(&report)?);
        return Ok(Outcome::Good);
    }
    let name = |text: &Text| text.original.clone();
    say(&format!(
        "{} · {year} · {} working days",
        name(&charter.title),
        report.working_days
    ));
    if report.provisional {
        say("the calendar of this year is provisional");
    }
    for position in &report.positions {
        say(&format!(
            "\n{} ({} people): {} items and {} hours a year required, {} hours a week{}",
            position.position,
            position.people,
            position.required.items,
            position.required.hours,
            position.required.hours_per_week,
            if position.over_cap {
                ", OVER THE CAP"
            } else {
                ""
            }
        ));
        for duty in &position.duties {
            let label = charter
                .duty(&duty.duty)
                .map(|duty| name(&duty.name))
                .unwrap_or_default();
            say(&format!(
                "  {label}: {} {} in {} periods, {} hours, {} % of working time ({})",
                duty.owed,
                duty.unit.word(),
                duty.periods,
                duty.hours,
                duty.share_percent,
                duty.force.word()
            ));
        }
    }
    say("");
    for receiver in &report.receivers {
        say(&format!(
            "{} receives: {} hours a year",
            receiver.receiver.word(),
            receiver.hours
        ));
    }
    for trim in &report.proposals {
        say(&format!(
            "could be trimmed: {} saves {} hours a year of each",
            trim.duty, trim.hours
        ));
    }
    Ok(Outcome::Good)
}

/// `wuxing charter check FILE`: the mistakes that the editor shows, and what is only worth a warning. Warnings are no failure.
pub(super) fn check(file: &Path, format: Format) -> anyhow::Result<Outcome> {
    let text = read_text(file)?;
    let name = file.display().to_string();
    let (warnings, mistakes) = match domain::charter::check(&text, &name) {
        Ok(charter) => (domain::charter::warnings(&charter), Vec::new()),
        Err(mistakes) => (Vec::new(), mistakes.all),
    };
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    if format == Format::Json {
        let told = mistakes.iter().map(|fault| {
            serde_json::json!({
                "line": fault.error.line,
                "column": fault.error.column,
                "part": fault.part.word(),
                "field": fault.key,
                "problem": fault.error.problem.to_string(),
            })
        });
        let report = serde_json::json!({
            "file": name,
            "good": mistakes.is_empty(),
            "mistakes": told.collect::<Vec<_>>(),
            "warnings": warnings,
        });
        say(&serde_json::to_string_pretty(&report)?);
    } else {
        for fault in &mistakes {
            say(&fault.error.to_string());
        }
        for warning in &warnings {
            say(&format!("{name}: warning: {warning}"));
        }
        if mistakes.is_empty() {
            say(&format!("{name}: no mistakes"));
        }
    }
    Ok(if mistakes.is_empty() {
        Outcome::Good
    } else {
        Outcome::Failed
    })
}
