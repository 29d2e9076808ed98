//! 科室落实情况: what a section, or the leaders, owe and have done; every figure leads to its records.
//!
//! People stand in roster order, and nothing here can be sorted (A4). Of encouraged duties only what was done is shown.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::NaiveDate;
use domain::charter::Force;
use domain::identity::{DutyId, SectionId};
use domain::ledger::Cell;
use domain::load::{Place, Position};
use domain::period::Cadence;
use serde::Deserialize;
use uuid::Uuid;

use super::error::Problem;
use super::ledger::heat::{HeatMap, Line, Tile};
use super::ledger::{RecordLine, YearTab, records, rule, year_of, years};
use super::page::{Page, show};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use super::today::article_href;
use super::{Routes, wording};
use crate::app::section::{self, Group, MemberRow, Opened, SectionLedger};
use crate::app::{Cx, Error, Result as Outcome, charter};
use crate::cx::House;

/// The routes of the sections' ledgers.
pub fn routes() -> Routes {
    Routes::new()
        .get("/section", open)
        .get("/section/{of}/{duty}/{first}", open_cell)
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    of: Option<String>,
    year: Option<i32>,
}

/// A group to choose.
#[derive(Clone, Debug)]
pub struct GroupTab {
    href: String,
    label: String,
    current: bool,
}

/// A member's week.
#[derive(Clone, Debug)]
pub struct MemberView {
    name: String,
    note: String,
}

/// What was done of an encouraged duty.
#[derive(Clone, Debug)]
pub struct Figure {
    name: String,
    count: String,
}

/// The page.
#[derive(Clone, Debug)]
pub struct SectionView {
    year: i32,
    line: String,
    groups: Vec<GroupTab>,
    years: Vec<YearTab>,
    map: HeatMap,
    encouraged: Vec<Figure>,
    /// The day that the members' progress is told of.
    as_of: String,
    members: Vec<MemberView>,
    load: String,
}

#[derive(Template)]
#[template(path = "section/page.html")]
struct SectionPage {
    page: Page,
    view: SectionView,
}

/// The word for the leaders in addresses.
const LEADERS: &str = "leaders";

fn word(group: Group) -> String {
    match group {
        Group::Section(id) => id.to_string(),
        Group::Leaders => LEADERS.to_owned(),
    }
}

fn group(word: &str) -> Outcome<Group> {
    if word == LEADERS {
        return Ok(Group::Leaders);
    }
    Ok(Group::Section(SectionId::new(
        Uuid::parse_str(word).map_err(|_| Error::NotFound)?,
    )))
}

async fn open(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, asked)))
        .await?;
    let title = page.t("nav-section");
    show(&SectionPage {
        page: page.titled(title).at("/section"),
        view,
    })
}

async fn assemble(cx: &mut Cx, language: Language, asked: Asked) -> Outcome<SectionView> {
    let year = year_of(asked.year, cx.today)?;
    let wish = asked.of.as_deref().map(group).transpose()?;
    let found = section::section(cx, wish, year).await?;
    let load = load_line(cx, language, year, found.group)?;
    Ok(view(language, &cx.house, cx.today, &found, load))
}

fn view(
    language: Language,
    house: &House,
    today: NaiveDate,
    found: &SectionLedger,
    load: String,
) -> SectionView {
    let own = word(found.group);
    let english = language == Language::English;
    let lines = found.rows.iter().map(|row| Line {
        pillar: row.duty.pillar.word(),
        name: row.duty.name.reading(english).to_owned(),
        href: String::new(),
        tiles: row
            .periods
            .iter()
            .map(|(period, share)| Tile {
                period: *period,
                done: share.done,
                required: share.required,
                href: format!("/section/{own}/{}/{}", row.duty.id, period.first),
            })
            .collect(),
        sum: format!("{}/{}", row.total.done, row.total.required),
    });
    let count = found.members.len();
    let as_of = wording::date(language, today, today);
    SectionView {
        year: found.year,
        line: tr_with(
            language,
            "section-line",
            &[
                ("name", &group_name(language, house, found.group)),
                ("n", &count),
                ("day", &as_of),
            ],
        ),
        groups: groups(language, found),
        years: years(
            house,
            today,
            found.year,
            &format!("/section?of={own}&year="),
        ),
        map: HeatMap::new(language, found.year, today, lines.collect()),
        encouraged: found
            .encouraged
            .iter()
            .map(|(duty, done)| Figure {
                name: duty.name.reading(english).to_owned(),
                count: done.to_string(),
            })
            .collect(),
        as_of: wording::date(language, today, today),
        members: found
            .members
            .iter()
            .map(|member| member_view(language, member))
            .collect(),
        load,
    }
}

fn group_name(language: Language, house: &House, group: Group) -> String {
    match group {
        Group::Section(id) => house
            .roster
            .section(id)
            .map(|section| section.name.clone())
            .unwrap_or_default(),
        Group::Leaders => tr(language, "section-leaders").to_owned(),
    }
}

fn groups(language: Language, found: &SectionLedger) -> Vec<GroupTab> {
    let tab = |group: Group, label: String| GroupTab {
        href: format!("/section?of={}&year={}", word(group), found.year),
        label,
        current: group == found.group,
    };
    let leaders = tab(Group::Leaders, tr(language, "section-leaders").to_owned());
    let sections = found
        .sections
        .iter()
        .map(|section| tab(Group::Section(section.id), section.name.clone()));
    std::iter::once(leaders).chain(sections).collect()
}

fn member_view(language: Language, member: &MemberRow) -> MemberView {
    let mut notes = vec![member.title.clone()];
    if let Some(away) = member.away {
        notes.push(tr_with(
            language,
            "section-away",
            &[("why", &wording::absence(language, away))],
        ));
    }
    let owed = member
        .running
        .iter()
        .filter(|(_, _, share)| share.required > 0);
    let each = owed.map(|(duty, _, share)| {
        format!(
            "{} {}/{}",
            duty.name.reading(language == Language::English),
            share.done,
            share.required
        )
    });
    let each: Vec<String> = each.collect();
    if !each.is_empty() {
        notes.push(each.join(if language == Language::Chinese {
            "、"
        } else {
            ", "
        }));
    } else if member.away.is_none() {
        notes.push(tr(language, "section-member-nothing").to_owned());
    }
    notes.retain(|note| !note.is_empty());
    MemberView {
        name: member.person.name.clone(),
        note: notes.join(" · "),
    }
}

/// What the charter asks of one member in a week, from the load meter.
fn load_line(cx: &Cx, language: Language, year: i32, group: Group) -> Outcome<String> {
    let Some(charter) = cx.house.charter(cx.today) else {
        return Ok(String::new());
    };
    let report = domain::load::load(charter, &cx.house.calendar, year, &charter::staffing(cx));
    let office = match group {
        Group::Section(id) => cx
            .house
            .roster
            .section(id)
            .is_some_and(|section| section.office),
        Group::Leaders => false,
    };
    let wanted = match group {
        Group::Leaders => Position::Deputy,
        Group::Section(_) => Position::Staff(if office { Place::Office } else { Place::Any }),
    };
    let found = report.positions.iter().find(|load| load.position == wanted);
    Ok(found
        .map(|load| {
            tr_with(
                language,
                "section-load",
                &[("hours", &super::load::rounded(load.required.hours_per_week))],
            )
        })
        .unwrap_or_default())
}

/// One person of an opened cell.
#[derive(Clone, Debug)]
pub struct PersonRow {
    name: String,
    status: &'static str,
    status_class: &'static str,
    figures: String,
    why: String,
    records: Vec<RecordLine>,
}

/// An opened cell.
#[derive(Clone, Debug)]
pub struct CellView {
    name: String,
    pillar: &'static str,
    group: String,
    line: String,
    rule: String,
    article: String,
    article_href: String,
    back_href: String,
    rows: Vec<PersonRow>,
}

#[derive(Template)]
#[template(path = "section/cell.html")]
struct CellPage {
    page: Page,
    view: CellView,
}

async fn open_cell(
    visitor: Visitor,
    Path((of, duty, first)): Path<(String, String, NaiveDate)>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let duty = DutyId::parse(&duty).ok_or(Problem::not_found())?;
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble_cell(cx, language, of, duty, first)))
        .await?;
    let title = view.name.clone();
    show(&CellPage {
        page: page.titled(title).at("/section"),
        view,
    })
}

async fn assemble_cell(
    cx: &mut Cx,
    language: Language,
    of: String,
    duty: DutyId,
    first: NaiveDate,
) -> Outcome<CellView> {
    let group = group(&of)?;
    let found = section::open(cx, group, duty, first).await?;
    Ok(cell_view(language, &cx.house, cx.today, group, &found))
}

fn cell_view(
    language: Language,
    house: &House,
    today: NaiveDate,
    group: Group,
    found: &Opened,
) -> CellView {
    let several = found.duty.cadence == Cadence::Day;
    // The days of a week are opened together.
    let named = if several {
        Cadence::Week.period_of(found.period.first)
    } else {
        found.period
    };
    let period = wording::period(language, named, today);
    let encouraged = found.duty.force == Force::Encouraged;
    let name = group_name(language, house, group);
    let line = if encouraged {
        format!("{name} · {period}")
    } else {
        format!(
            "{name} · {period} · {}/{}",
            found.total.done, found.total.required
        )
    };
    let rows = found.lines.iter().map(|line| {
        let cell = &line.cell;
        let mut name = line.person.clone();
        if let Some(with) = &line.counterpart {
            name = tr_with(
                language,
                "section-with",
                &[("person", &name), ("with", &with)],
            );
        }
        if several {
            name = format!(
                "{name} · {}",
                wording::period(language, cell.key.period, today)
            );
        }
        let (status, status_class, figures, why) = match line.status {
            Some(status) => (
                wording::status(language, status),
                wording::status_class(status),
                if cell.required == 0 {
                    String::new()
                } else {
                    format!("{}/{}", cell.done_by(today), cell.required)
                },
                why(language, cell, found.duty.quota),
            ),
            // Of others' encouraged duties only what was done.
            None => ("", "", String::new(), String::new()),
        };
        let titles = line
            .records
            .iter()
            .filter_map(|(id, title)| Some((*id, title.clone()?)))
            .collect();
        PersonRow {
            name,
            status,
            status_class,
            figures,
            why,
            // Of an encouraged duty of somebody else nothing is late.
            records: records(language, house, cell, &titles, today, line.status.is_some()),
        }
    });
    CellView {
        name: found
            .duty
            .name
            .reading(language == Language::English)
            .to_owned(),
        pillar: found.duty.pillar.word(),
        line,
        rule: rule(language, &found.duty),
        article: wording::article(language, found.duty.article),
        article_href: article_href(found.version, found.duty.article),
        back_href: format!("/section?of={}&year={}", word(group), found.period.year()),
        group: name,
        rows: rows.collect(),
    }
}

fn why(language: Language, cell: &Cell, quota: u32) -> String {
    wording::because(language, &cell.because, quota, cell.required)
}
