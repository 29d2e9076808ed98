//! The load meter against the numbers of the product page (B7), and its laws.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use domain::calendar::{Calendar, YearCalendar};
use domain::charter::{Charter, parse};
use domain::load::{DutyLoad, LoadReport, Place, Position, PositionLoad, Staffing, load};

mod laws;
mod numbers;

pub(crate) fn file(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub(crate) fn preset(name: &str) -> Charter {
    parse(&file(&format!("charters/{name}.toml")), name).unwrap()
}

pub(crate) fn calendar() -> Calendar {
    Calendar::new(
        [2024, 2025, 2026]
            .map(|year| YearCalendar::parse(&file(&format!("calendars/{year}.json"))).unwrap()),
    )
}

pub(crate) fn in_2026(charter: &Charter) -> LoadReport {
    load(charter, &calendar(), 2026, &Staffing::reference())
}

pub(crate) fn position(report: &LoadReport, position: Position) -> &PositionLoad {
    report
        .positions
        .iter()
        .find(|load| load.position == position)
        .unwrap()
}

pub(crate) fn cadre(report: &LoadReport) -> &PositionLoad {
    position(report, Position::Staff(Place::Any))
}

pub(crate) fn duty<'r>(load: &'r PositionLoad, id: &str) -> &'r DutyLoad {
    load.duties
        .iter()
        .find(|duty| duty.duty.as_str() == id)
        .unwrap()
}
