//! The check of a roster before it is imported: every fault at its line and field, and nothing else refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use chrono::NaiveDate;
use domain::roster_import::{
    Circumstances, Field, RosterCheck, RosterLine, RosterProblem, SinceCell, check,
};

mod among;
mod lines;

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A line without faults: a clerk of the research section.
pub(crate) fn clerk(number: usize, name: &str) -> RosterLine {
    RosterLine {
        number,
        name: name.to_owned(),
        account: String::new(),
        section: "研究室".to_owned(),
        post: "科员".to_owned(),
        role: "工作人员".to_owned(),
        since: SinceCell::Day(day(2024, 3, 1)),
        in_charge_of: Vec::new(),
        email: String::new(),
    }
}

pub(crate) fn with(line: RosterLine, change: impl FnOnce(&mut RosterLine)) -> RosterLine {
    let mut line = line;
    change(&mut line);
    line
}

pub(crate) fn circumstances() -> Circumstances {
    Circumstances {
        sections: ["部办公室", "研究室", "干部一科", "干部二科"]
            .map(str::to_owned)
            .to_vec(),
        ..Circumstances::default()
    }
}

pub(crate) fn checked(lines: &[RosterLine]) -> RosterCheck {
    check(lines, &circumstances(), &|_| "zhang.san".to_owned())
}

pub(crate) fn problems(check: &RosterCheck) -> Vec<(usize, Field, RosterProblem)> {
    check
        .problems
        .iter()
        .map(|p| (p.number, p.field, p.problem.clone()))
        .collect()
}
