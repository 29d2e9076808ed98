//! 我的落实情况: one's own duties through the year, each period with why it asks what it asks and what counted.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{Datelike as _, Days, NaiveDate};
use documents::list::{CellValue, ListDocument};
use domain::charter::{Duty, Force};
use domain::identity::{DutyId, RecordId};
use domain::ledger::{Cell, Counted, Status};
use domain::period::Period;
use serde::Deserialize;

use super::download::{Format, download};
use super::error::Problem;
use super::page::{Page, show};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use super::today::article_href;
use super::{Routes, wording};
use crate::app::ledger::{self, OwnDuty};
use crate::app::today::{Due, gather};
use crate::app::{Cx, Error, Result as Outcome};
use crate::cx::House;

pub mod heat;
pub mod why;

use heat::{HeatMap, Line, Tile};

/// The routes of one's own ledger.
pub fn routes() -> Routes {
    Routes::new()
        .get("/ledger", open)
        .get("/ledger/{duty}", open_duty)
        .get("/ledger/{duty}/export", export_duty)
        .and(why::routes())
}

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// The year; this one if it is left out.
    pub year: Option<i32>,
    format: Option<String>,
}

/// A year to choose.
#[derive(Clone, Debug)]
pub struct YearTab {
    /// Where it leads.
    pub href: String,
    /// The year.
    pub label: String,
    /// Whether it is shown.
    pub current: bool,
}

/// The years in which a charter was in force, the latest first; `path` is what stands before the year.
pub fn years(house: &House, today: NaiveDate, shown: i32, path: &str) -> Vec<YearTab> {
    let first = house
        .versions
        .iter()
        .map(|version| version.effective)
        .min()
        .unwrap_or(today);
    // The week in which a charter takes effect may belong to the next year.
    let first = first.iso_week().year().max(first.year()).min(today.year());
    let tab = |year: i32| YearTab {
        href: format!("{path}{year}"),
        label: year.to_string(),
        current: year == shown,
    };
    (first..=today.year()).rev().map(tab).collect()
}

/// A year that the ledger knows, from what was asked.
pub fn year_of(asked: Option<i32>, today: NaiveDate) -> Outcome<i32> {
    let year = asked.unwrap_or(today.year());
    // Weeks of the first days of January may belong to the year before, those of the last of December to the next.
    if (1990..=today.year() + 1).contains(&year) {
        Ok(year)
    } else {
        Err(Error::NotFound)
    }
}

/// The page.
#[derive(Clone, Debug)]
pub struct LedgerView {
    line: String,
    years: Vec<YearTab>,
    binding: HeatMap,
    encouraged: HeatMap,
}

#[derive(Template)]
#[template(path = "ledger/page.html")]
struct LedgerPage {
    page: Page,
    view: LedgerView,
}

async fn open(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, asked.year)))
        .await?;
    let title = page.t("nav-ledger");
    show(&LedgerPage {
        page: page.titled(title).at("/ledger"),
        view,
    })
}

async fn assemble(cx: &mut Cx, language: Language, asked: Option<i32>) -> Outcome<LedgerView> {
    let year = year_of(asked, cx.today)?;
    let (first, last) = bounds(year)?;
    let cells = ledger::own(cx, first, last).await?;
    let mut dues = gather(cx, cells, cx.today);
    dues.retain(|due| due.period.year() == year && due.period.first <= cx.today);
    let (encouraged, binding): (Vec<Due>, Vec<Due>) = dues
        .into_iter()
        .partition(|due| due.duty.force == Force::Encouraged);
    let map = |dues: Vec<Due>, own: bool| {
        HeatMap::new(language, year, cx.today, lines(language, year, &dues, own))
    };
    let as_of = wording::date(language, cx.today, cx.today);
    Ok(LedgerView {
        line: tr_with(
            language,
            "ledger-line",
            &[("year", &year.to_string()), ("day", &as_of)],
        ),
        years: years(&cx.house, cx.today, year, "/ledger?year="),
        binding: map(binding, false),
        encouraged: map(encouraged, true),
    })
}

/// The days that any period of a year can touch.
fn bounds(year: i32) -> Outcome<(NaiveDate, NaiveDate)> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).ok_or(Error::NotFound)?;
    let last = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(Error::NotFound)?;
    Ok((first - Days::new(7), last + Days::new(7)))
}

/// One line per duty; encouraged ones end with what was done, without a denominator.
fn lines(language: Language, year: i32, dues: &[Due], own: bool) -> Vec<Line> {
    let mut by_duty: Vec<(&Due, Vec<&Due>)> = Vec::new();
    for due in dues {
        match by_duty
            .iter_mut()
            .find(|(first, _)| first.duty.id == due.duty.id)
        {
            Some((latest, all)) => {
                *latest = due;
                all.push(due);
            }
            None => by_duty.push((due, vec![due])),
        }
    }
    let lines = by_duty.into_iter().map(|(latest, mut all)| {
        all.sort_by_key(|due| due.period);
        let duty = &latest.duty;
        let href = format!("/ledger/{}?year={year}", duty.id);
        let done: u32 = all.iter().map(|due| due.done.min(due.required)).sum();
        let required: u32 = all.iter().map(|due| due.required).sum();
        Line {
            pillar: duty.pillar.word(),
            name: duty.name.reading(language == Language::English).to_owned(),
            tiles: all
                .iter()
                .map(|due| Tile {
                    period: due.period,
                    done: due.done,
                    required: due.required,
                    href: format!("{href}#p-{}", due.period.first),
                })
                .collect(),
            sum: if own {
                wording::amount(language, duty.unit, &duty.evidence.kind, done.into())
            } else {
                format!("{done}/{required}")
            },
            href,
        }
    });
    lines.collect()
}

/// A record behind a figure.
#[derive(Clone, Debug, Default)]
pub struct RecordLine {
    /// Where it is; empty if one may not read it.
    pub href: String,
    /// Its title, or that one may not read it.
    pub title: String,
    /// When it was recorded, how much it counts.
    pub note: String,
}

/// One period of a duty.
#[derive(Clone, Debug)]
pub struct PeriodView {
    anchor: NaiveDate,
    href: String,
    name: String,
    status: &'static str,
    status_class: &'static str,
    figures: String,
    why: String,
    article: String,
    article_href: String,
    records: Vec<RecordLine>,
}

/// A duty's page.
#[derive(Clone, Debug)]
pub struct DutyView {
    year: i32,
    name: String,
    pillar: &'static str,
    line: String,
    rule: String,
    article: String,
    article_href: String,
    years: Vec<YearTab>,
    periods: Vec<PeriodView>,
    export_href: String,
    action: &'static str,
    action_href: String,
}

#[derive(Template)]
#[template(path = "ledger/duty.html")]
struct DutyPage {
    page: Page,
    view: DutyView,
}

async fn open_duty(
    visitor: Visitor,
    Path(duty): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let duty = DutyId::parse(&duty).ok_or(Problem::not_found())?;
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble_duty(cx, language, duty, asked.year)))
        .await?;
    let title = view.name.clone();
    show(&DutyPage {
        page: page.titled(title).at("/ledger"),
        view,
    })
}

async fn assemble_duty(
    cx: &mut Cx,
    language: Language,
    duty: DutyId,
    asked: Option<i32>,
) -> Outcome<DutyView> {
    let year = year_of(asked, cx.today)?;
    let found = ledger::own_duty(cx, &duty, year).await?;
    let today = cx.today;
    let version = cx
        .house
        .charter_on(today)
        .map_or(1, |version| version.number);
    let mut periods: BTreeMap<Period, Vec<&Cell>> = BTreeMap::new();
    for cell in &found.cells {
        periods.entry(cell.key.period).or_default().push(cell);
    }
    let encouraged = found.duty.force == Force::Encouraged;
    let views = periods.iter().rev().map(|(period, cells)| {
        let together = gather(
            cx,
            cells.iter().map(|cell| (*cell).clone()).collect(),
            today,
        );
        let due = together.into_iter().next();
        period_view(
            language,
            &cx.house,
            &found,
            *period,
            cells,
            due.as_ref(),
            today,
        )
    });
    let periods: Vec<PeriodView> = views.collect();
    let (done, required) = found.cells.iter().fold((0, 0), |(done, required), cell| {
        (
            done + cell.done_by(today).min(cell.required),
            required + cell.required,
        )
    });
    let (action, action_href) = super::today::capture_of(language, &found.duty);
    Ok(DutyView {
        year,
        name: found
            .duty
            .name
            .reading(language == Language::English)
            .to_owned(),
        pillar: found.duty.pillar.word(),
        line: if encouraged {
            let amount = wording::amount(
                language,
                found.duty.unit,
                &found.duty.evidence.kind,
                u64::from(done),
            );
            tr_with(
                language,
                "ledger-duty-own",
                &[("year", &year.to_string()), ("amount", &amount)],
            )
        } else {
            tr_with(
                language,
                "ledger-duty-line",
                &[
                    ("year", &year.to_string()),
                    ("done", &done),
                    ("required", &required),
                ],
            )
        },
        rule: rule(language, &found.duty),
        article: wording::article(language, found.duty.article),
        article_href: article_href(version, found.duty.article),
        years: years(&cx.house, today, year, &format!("/ledger/{duty}?year=")),
        export_href: format!("/ledger/{duty}/export?year={year}&"),
        action: if periods.is_empty() { "" } else { action },
        action_href,
        periods,
    })
}

/// What a duty asks, in one sentence: 规定 · 每周 4 个半天 · 宽限 2 个工作日.
pub fn rule(language: Language, duty: &Duty) -> String {
    let force = tr(language, &format!("force-{}", duty.force.word()));
    let amount = wording::amount(language, duty.unit, &duty.evidence.kind, duty.quota.into());
    let cadence = wording::cadence(language, duty.cadence);
    let often = match language {
        Language::Chinese => format!("{cadence} {amount}"),
        Language::English => format!("{amount} {cadence}"),
    };
    let mut parts = vec![force.to_owned(), often];
    if duty.force == Force::Required && duty.grace > 0 {
        parts.push(tr_with(language, "rule-grace", &[("days", &duty.grace)]));
    }
    if duty.prorated {
        parts.push(tr(language, "rule-prorated").to_owned());
    }
    parts.join(" · ")
}

fn period_view(
    language: Language,
    house: &House,
    found: &OwnDuty,
    period: Period,
    cells: &[&Cell],
    due: Option<&Due>,
    today: NaiveDate,
) -> PeriodView {
    let status = due.map_or(Status::Excused, |due| due.status);
    let because = due.map(|due| due.because);
    let quota = cells
        .iter()
        .filter(|cell| cell.because.excuse.is_none())
        .count()
        .max(1);
    let quota = found
        .duty
        .quota
        .saturating_mul(u32::try_from(quota).unwrap_or(u32::MAX));
    let (done, required) = due.map_or((0, 0), |due| (due.done, due.required));
    let why = because
        .map(|because| wording::because(language, &because, quota, required))
        .unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    if status == Status::Open
        && let Some(due) = due
    {
        parts.push(wording::until(language, period, due.due, today));
        if !due.left.is_empty() {
            let names = wording::names(language, &super::today::names(house, &due.left));
            parts.push(tr_with(language, "today-still-with", &[("names", &names)]));
        }
    }
    parts.push(why);
    let version = because.map_or(1, |because| because.version);
    PeriodView {
        anchor: period.first,
        href: format!("/ledger/{}/{}", found.duty.id, period.first),
        name: wording::period(language, period, today),
        status: wording::status(language, status),
        status_class: wording::status_class(status),
        figures: if status == Status::Excused {
            String::new()
        } else {
            format!("{done}/{required}")
        },
        why: parts.join(" · "),
        article: wording::article(language, found.duty.article),
        article_href: article_href(version, found.duty.article),
        records: cells
            .iter()
            .flat_map(|cell| records(language, house, cell, &found.titles, today, true))
            .collect(),
    }
}

/// The records that count in a cell; of those that one may not read only that there are. `with_delays`: whether it is said
/// which of them came late.
pub fn records(
    language: Language,
    house: &House,
    cell: &Cell,
    titles: &BTreeMap<RecordId, String>,
    today: NaiveDate,
    with_delays: bool,
) -> Vec<RecordLine> {
    let with = cell
        .key
        .counterpart
        .map(|id| super::today::names(house, &[id]).concat());
    let line = |piece: &Counted| {
        let late = (with_delays && piece.recorded_on > cell.due)
            .then(|| tr(language, "status-late").to_owned());
        let recorded = wording::date(language, piece.recorded_on, today);
        let recorded = tr_with(language, "ledger-recorded", &[("day", &recorded)]);
        let amount = (piece.amount > 1).then(|| format!("×{}", piece.amount));
        let note = [with.clone(), amount, Some(recorded), late];
        let note = note.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        match titles.get(&piece.record) {
            Some(title) => RecordLine {
                href: format!("/records/{}", piece.record),
                title: title.clone(),
                note,
            },
            None => RecordLine {
                href: String::new(),
                title: tr(language, "ledger-unreadable").to_owned(),
                note,
            },
        }
    };
    cell.counted.iter().map(line).collect()
}

async fn export_duty(
    visitor: Visitor,
    Path(duty): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let format = Format::from_word(asked.format.as_deref()).ok_or(Problem::not_found())?;
    let language = visitor.language();
    let duty = DutyId::parse(&duty).ok_or(Problem::not_found())?;
    let (page, (view, organisation)) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let view = assemble_duty(cx, language, duty, asked.year).await?;
                Ok((view, cx.house.name.clone()))
            })
        })
        .await?;
    let created = visitor
        .site()
        .program()
        .clock
        .now()
        .with_timezone(&page.zone())
        .naive_local();
    let as_of = super::text::date(language, page.today());
    let headers = [
        "ledger-period",
        "ledger-status",
        "ledger-done-of-required",
        "ledger-why",
        "ledger-records",
    ];
    let rows = view.periods.iter().map(|period| {
        let records: Vec<&str> = period
            .records
            .iter()
            .map(|record| record.title.as_str())
            .collect();
        let cells = [
            &period.name,
            period.status,
            &period.figures,
            &period.why,
            &records.join("\n"),
        ];
        cells.map(|text| CellValue::from(text as &str)).to_vec()
    });
    let list = ListDocument {
        title: format!("{} {}", view.name, view.year),
        headers: headers
            .iter()
            .map(|key| tr(language, key).to_owned())
            .collect(),
        rows: rows.collect(),
        notes: vec![
            organisation,
            format!("{} · {}", view.rule, view.article),
            tr_with(language, "take-away-as-of", &[("day", &as_of)]),
        ],
    };
    download(list, format, created).await
}
