//! 工作日历: the days of a year that are not what their weekday says, and how far the calendar is known.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use super::error::Problem;
use super::page::{Page, show};
use super::session::Visitor;
use super::text::date;
use super::{Routes, wording};
use crate::app::calendar::{self, SpecialSpan};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().get("/calendar", year)
}

#[derive(Template)]
#[template(path = "administration/calendar.html")]
struct CalendarPage {
    page: Page,
    year: i32,
    valid_through: String,
    provisional: bool,
    spans: Vec<Row>,
    months: Vec<(String, u32)>,
    days: u32,
    before: String,
    after: String,
}

/// Days that belong together.
struct Row {
    name: String,
    days: String,
    off: bool,
    count: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    year: Option<i32>,
}

async fn year(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (page, view) = visitor
        .read(move |cx| Box::pin(calendar::year(cx, asked.year)))
        .await?;
    let language = page.language;
    let valid = view
        .valid_through
        .map(|day| date(language, day))
        .unwrap_or_default();
    let link = |year: i32| {
        if calendar::YEARS.contains(&year) {
            format!("/calendar?year={year}")
        } else {
            String::new()
        }
    };
    let months = (1..).zip(view.working_days);
    let title = page.t_with("calendar-title", "year", view.year);
    show(&CalendarPage {
        year: view.year,
        valid_through: if valid.is_empty() {
            valid
        } else {
            page.t_with("calendar-valid-through", "day", valid)
        },
        provisional: view.provisional,
        spans: view.spans.iter().map(|span| row(&page, span)).collect(),
        months: months
            .map(|(number, days)| (wording::month(language, number), days))
            .collect(),
        days: view.working_days.iter().sum(),
        before: link(view.year - 1),
        after: link(view.year + 1),
        page: page.titled(title),
    })
}

fn row(page: &Page, span: &SpecialSpan) -> Row {
    let language = page.language;
    // The year stands in the heading.
    let day = |day| wording::day_and_weekday(language, day, span.first);
    let count = (span.last - span.first).num_days() + 1;
    Row {
        name: wording::holiday(language, &span.name),
        days: if count == 1 {
            day(span.first)
        } else {
            page.t_with_two(
                "calendar-range",
                ("first", day(span.first)),
                ("last", day(span.last)),
            )
        },
        off: span.off,
        count: page.t_with("calendar-days", "n", count),
    }
}
