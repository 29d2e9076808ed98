//! 负担测算: what the charter asks of people in a year, of those who do and of those who receive, and what to trim (A4, B7).

use std::fmt::Write as _;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::{Datelike as _, NaiveDate};
use domain::charter::{Charter, Force, Receiver};
use domain::load::{
    DutyLoad, Hundredths, LoadReport, Measure, Part, Place, Position, PositionLoad, ReceiverLoad,
    Trim,
};
use domain::period::{Cadence, Period};
use serde::Deserialize;

use super::error::Problem;
use super::ledger::{YearTab, year_of};
use super::page::{Page, show};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use super::{Routes, wording};
use crate::app::{Cx, Error, Result as Outcome, charter};

/// The most proposals shown; what follows saves little.
const PROPOSALS: usize = 8;
/// The most excused periods that are named one by one.
const EXCUSED_NAMED: usize = 6;

/// The routes of the load meter.
pub fn routes() -> Routes {
    Routes::new().get("/charter/load", open)
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Asked {
    year: Option<i32>,
}

/// One duty of a position.
#[derive(Clone, Debug)]
pub struct DutyRow {
    pillar: &'static str,
    name: String,
    note: String,
    force: &'static str,
    cadence: &'static str,
    owed: String,
    hours: String,
    share: String,
}

/// One person of a kind.
#[derive(Clone, Debug)]
pub struct PositionView {
    anchor: String,
    name: String,
    detail: String,
    people: u32,
    items: String,
    hours: String,
    hours_per_week: String,
    share: String,
    encouraged: String,
    over_cap: bool,
    duties: Vec<DutyRow>,
    receiving: String,
    open: bool,
}

/// Those who receive.
#[derive(Clone, Debug)]
pub struct ReceiverView {
    name: &'static str,
    people: u32,
    hours: String,
    each: String,
    week: String,
    over_cap: bool,
}

/// A way to ask less.
#[derive(Clone, Debug)]
pub struct TrimView {
    pillar: &'static str,
    pub(super) what: String,
    pub(super) saves: String,
    within_cap: bool,
}

/// The page.
#[derive(Clone, Debug)]
pub struct View {
    line: String,
    years: Vec<YearTab>,
    over_cap: String,
    provisional: String,
    cap_line: String,
    positions: Vec<PositionView>,
    receivers: Vec<ReceiverView>,
    proposals: Vec<TrimView>,
}

#[derive(Template)]
#[template(path = "charter/load.html")]
struct LoadPage {
    page: Page,
    view: View,
}

async fn open(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, asked.year)))
        .await?;
    let title = page.t("nav-load");
    show(&LoadPage {
        page: page.titled(title).at("/charter/load"),
        view,
    })
}

async fn assemble(cx: &mut Cx, language: Language, asked: Option<i32>) -> Outcome<View> {
    let year = year_of(asked, cx.today)?;
    let (charter, report) = charter::measure(cx, year).await?;
    let version = cx.house.charter_on(cx.today).ok_or(Error::NotFound)?.number;
    Ok(view(language, cx.today, version, &charter, &report))
}

fn view(
    language: Language,
    today: NaiveDate,
    version: u32,
    charter: &Charter,
    report: &LoadReport,
) -> View {
    let year = report.year;
    let tab = |shown: i32| YearTab {
        href: format!("/charter/load?year={shown}"),
        label: shown.to_string(),
        current: shown == year,
    };
    let line = tr_with(
        language,
        "load-line",
        &[
            ("year", &year.to_string()),
            ("version", &version),
            ("days", &report.working_days),
        ],
    );
    let heaviest = report
        .positions
        .iter()
        .filter(|load| load.over_cap)
        .max_by_key(|load| load.required.minutes);
    View {
        line,
        years: (today.year() - 1..=today.year() + 1).map(tab).collect(),
        over_cap: heaviest
            .map(|load| over_cap(language, load, report.cap_hours_per_week))
            .unwrap_or_default(),
        provisional: if report.provisional {
            tr_with(language, "load-provisional", &[("year", &year.to_string())])
        } else {
            String::new()
        },
        cap_line: tr_with(
            language,
            "load-cap",
            &[("hours", &report.cap_hours_per_week)],
        ),
        positions: report
            .positions
            .iter()
            .map(|load| PositionView {
                // The table of those who are most is open from the beginning.
                open: Some(load.people) == report.positions.iter().map(|load| load.people).max(),
                ..position_view(language, today, charter, load)
            })
            .collect(),
        receivers: report
            .receivers
            .iter()
            .map(|load| receiver_view(language, load))
            .collect(),
        proposals: report
            .proposals
            .iter()
            .take(PROPOSALS)
            .filter_map(|trim| trim_view(language, charter, trim, report.over_cap))
            .collect(),
    }
}

/// Who is over the cap, and by how much.
pub(super) fn over_cap(language: Language, load: &PositionLoad, cap: u32) -> String {
    let hours = rounded(load.required.hours_per_week);
    let name = position_name(language, &load.position);
    tr_with(
        language,
        "load-over-cap",
        &[("position", &name), ("hours", &hours), ("cap", &cap)],
    )
}

fn position_view(
    language: Language,
    today: NaiveDate,
    charter: &Charter,
    load: &PositionLoad,
) -> PositionView {
    let name = position_name(language, &load.position);
    let received: u64 = load.receiving.iter().map(|received| received.minutes).sum();
    let required = &load.required;
    let detail = [
        ("position", &name as &dyn super::text::Variable),
        ("items", &rounded(required.items)),
        ("day", &rounded(required.items_per_working_day)),
        ("hours", &rounded(required.hours_per_week)),
    ];
    PositionView {
        anchor: anchor(&load.position),
        detail: tr_with(language, "load-detail", &detail),
        name,
        people: load.people,
        items: rounded(required.items),
        hours: rounded(required.hours),
        hours_per_week: rounded(required.hours_per_week),
        share: rounded(required.share_percent),
        encouraged: rounded(load.encouraged.hours_per_week),
        over_cap: load.over_cap,
        duties: load
            .duties
            .iter()
            .filter_map(|duty| duty_row(language, today, charter, duty))
            .collect(),
        receiving: if received > 0 {
            hours(received)
        } else {
            String::new()
        },
        open: false,
    }
}

/// An anchor for an address: letters, digits and hyphens.
fn anchor(position: &Position) -> String {
    let mut anchor = String::from("position-");
    for byte in position.to_string().bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            anchor.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(anchor, "{byte:02x}");
        }
    }
    anchor
}

/// A figure to one decimal: what rests on estimated minutes is not known to a hundredth.
pub(super) fn rounded(figure: Hundredths) -> String {
    Hundredths((figure.0 + 5) / 10 * 10).to_string()
}

fn hours(minutes: u64) -> String {
    rounded(Hundredths((minutes.saturating_mul(10) + 3) / 6))
}

fn duty_row(
    language: Language,
    today: NaiveDate,
    charter: &Charter,
    load: &DutyLoad,
) -> Option<DutyRow> {
    let duty = charter.duty(&load.duty)?;
    let name = duty.name.reading(language == Language::English);
    let mut notes = Vec::new();
    if load.part == Part::Counterpart {
        notes.push(tr(language, "load-as-counterpart").to_owned());
    }
    if load.counterparts > 1 {
        notes.push(tr_with(
            language,
            "load-counterparts",
            &[("n", &load.counterparts)],
        ));
    }
    if !load.excused.is_empty() {
        notes.push(excused(language, today, load));
    }
    Some(DutyRow {
        pillar: duty.pillar.word(),
        name: name.to_owned(),
        note: notes.join(" · "),
        force: tr(language, &format!("force-{}", load.force.word())),
        cadence: wording::cadence(language, load.cadence),
        owed: wording::amount(language, load.unit, &duty.evidence.kind, load.owed),
        hours: rounded(load.hours),
        share: rounded(load.share_percent),
    })
}

/// The periods in which nothing is owed: 免计：第8周（这一期没有工作日）.
fn excused(language: Language, today: NaiveDate, load: &DutyLoad) -> String {
    let named = load.excused.iter().take(EXCUSED_NAMED).map(|excused| {
        let period = Period {
            cadence: load.cadence,
            first: excused.first,
            last: excused.last,
        };
        let name = match load.cadence {
            Cadence::Week => wording::period(language, period, excused.last),
            _ => wording::period(language, period, today),
        };
        let why = wording::excuse(language, excused.why);
        match language {
            Language::Chinese => format!("{name}（{why}）"),
            Language::English => format!("{name} ({why})"),
        }
    });
    let mut named: Vec<String> = named.collect();
    if load.excused.len() > EXCUSED_NAMED {
        named.push(format!("… {}", load.excused.len()));
    }
    let said = tr(language, "status-excused");
    match language {
        Language::Chinese => format!("{said}：{}", named.join("、")),
        Language::English => format!("{said}: {}", named.join(", ")),
    }
}

/// A position in words.
pub(super) fn position_name(language: Language, position: &Position) -> String {
    let named = |key: &str, place: &Place| match place {
        Place::Any => tr(language, key).to_owned(),
        Place::Office => tr(language, &format!("{key}-office")).to_owned(),
        Place::Section(name) => format!("{name} · {}", tr(language, key)),
    };
    match position {
        Position::Minister => tr(language, "position-minister").to_owned(),
        Position::Deputy => tr(language, "position-deputy").to_owned(),
        Position::Head(place) => named("position-head", place),
        Position::Staff(place) => named("position-staff", place),
        Position::Post(title) => tr_with(language, "position-post", &[("title", title)]),
    }
}

fn receiver_view(language: Language, load: &ReceiverLoad) -> ReceiverView {
    ReceiverView {
        name: receiver_name(language, load.receiver),
        people: load.people,
        hours: rounded(load.hours),
        each: rounded(load.hours_per_person),
        week: rounded(load.required_hours_per_week),
        over_cap: load.over_cap,
    }
}

fn receiver_name(language: Language, receiver: Receiver) -> &'static str {
    tr(language, &format!("receiver-{}", receiver.word()))
}

pub(super) fn trim_view(
    language: Language,
    charter: &Charter,
    trim: &Trim,
    over_cap: bool,
) -> Option<TrimView> {
    let duty = charter.duty(&trim.duty)?;
    let name = duty.name.reading(language == Language::English);
    let what = match trim.measure {
        Measure::Encourage => {
            let force = tr(language, &format!("force-{}", Force::Encouraged.word()));
            tr_with(
                language,
                "trim-encourage",
                &[("duty", &name), ("force", &force)],
            )
        }
        Measure::LessOften(cadence) => tr_with(
            language,
            "trim-less-often",
            &[
                ("duty", &name),
                ("cadence", &wording::cadence(language, cadence)),
            ],
        ),
        Measure::SmallerQuota(quota) => {
            let amount = wording::amount(language, duty.unit, &duty.evidence.kind, quota.into());
            tr_with(
                language,
                "trim-smaller-quota",
                &[("duty", &name), ("amount", &amount)],
            )
        }
    };
    let most = trim.saves.iter().max_by_key(|saving| saving.minutes);
    let each = most.map(|saving| {
        let who = position_name(language, &saving.position);
        tr_with(
            language,
            "trim-saves-each",
            &[("position", &who), ("hours", &rounded(saving.hours))],
        )
    });
    let all = tr_with(language, "trim-saves", &[("hours", &rounded(trim.hours))]);
    let saves = [Some(all), each]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    Some(TrimView {
        pillar: duty.pillar.word(),
        what,
        saves,
        within_cap: over_cap && trim.within_cap,
    })
}
