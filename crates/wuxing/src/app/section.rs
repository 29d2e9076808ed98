//! 科室落实情况: what a section owes and has done, duty × period, with the records behind each figure.
//!
//! Of encouraged duties others see what was done, never what was not (B7): they come as plain counts, without a denominator.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::access::{Action, Resource};
use domain::charter::{Duty, Force};
use domain::identity::{DutyId, PersonId, RecordId, SectionId};
use domain::ledger::{Cell, Status};
use domain::people::{Person, Section};
use domain::period::Period;
use store::ledger::CellQuery;

use super::{Cx, Error, Result};

/// Whose figures: a section's, or those of the leaders, who belong to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// A section.
    Section(SectionId),
    /// 部领导: the minister and the deputies; their n/m is as visible as a clerk's.
    Leaders,
}

/// A share: done over required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Done, counted at most up to what each cell requires.
    pub done: u32,
    /// Required.
    pub required: u32,
    /// Cells in which nothing was owed.
    pub excused: u32,
}

impl Share {
    fn add(&mut self, cell: &Cell, as_of: NaiveDate) {
        self.done += cell.done_by(as_of).min(cell.required);
        self.required += cell.required;
        self.excused += u32::from(cell.because.excuse.is_some());
    }
}

/// One binding duty through the year.
#[derive(Clone, Debug)]
pub struct DutyRow {
    /// The duty, as the latest version that rules one of the periods has it.
    pub duty: Duty,
    /// Its periods that have begun, in order.
    pub periods: Vec<(Period, Share)>,
    /// All of them together.
    pub total: Share,
}

/// One member.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// Who.
    pub person: Person,
    /// The post's title.
    pub title: String,
    /// Away today, and why.
    pub away: Option<domain::people::AbsenceKind>,
    /// The binding duties of the periods that run, in the charter's order.
    pub running: Vec<(Duty, Period, Share)>,
}

/// The page of a section.
#[derive(Clone, Debug)]
pub struct SectionLedger {
    /// Whose.
    pub group: Group,
    /// Name of the section; empty for the leaders.
    pub name: String,
    /// The year.
    pub year: i32,
    /// Members today, in roster order.
    pub members: Vec<MemberRow>,
    /// Binding duties, in the charter's order.
    pub rows: Vec<DutyRow>,
    /// Encouraged duties: what was done.
    pub encouraged: Vec<(Duty, u32)>,
    /// All sections, for choosing another.
    pub sections: Vec<Section>,
}

/// Opens the page; without a wish it is one's own section, for leaders the leaders'.
pub async fn section(cx: &mut Cx, wish: Option<Group>, year: i32) -> Result<SectionLedger> {
    cx.authorize(Action::Read, Resource::SharedLedger)?;
    let group = wish.unwrap_or_else(|| {
        let own = cx.actor.as_ref().and_then(|actor| actor.section);
        own.map_or(Group::Leaders, Group::Section)
    });
    let name = match group {
        Group::Section(id) => cx
            .house
            .roster
            .section(id)
            .ok_or(Error::NotFound)?
            .name
            .clone(),
        Group::Leaders => String::new(),
    };
    let cells = year_of(cx, group, year, None).await?;
    let as_of = cx.today;
    let mut rows: BTreeMap<(usize, DutyId), (Duty, BTreeMap<Period, Share>)> = BTreeMap::new();
    let mut encouraged: BTreeMap<(usize, DutyId), (Duty, u32)> = BTreeMap::new();
    for cell in &cells {
        let Some(version) = cx.house.version(cell.because.version) else {
            continue;
        };
        let Some(order) = version
            .charter
            .duties
            .iter()
            .position(|duty| duty.id == cell.key.duty)
        else {
            continue;
        };
        let duty = &version.charter.duties[order];
        let key = (order, duty.id.clone());
        if duty.force == Force::Encouraged {
            encouraged.entry(key).or_insert_with(|| (duty.clone(), 0)).1 += cell.done_by(as_of);
        } else {
            let row = rows
                .entry(key)
                .or_insert_with(|| (duty.clone(), BTreeMap::new()));
            row.1.entry(cell.key.period).or_default().add(cell, as_of);
        }
    }
    let rows = rows.into_values().map(|(duty, periods)| {
        let mut total = Share::default();
        for share in periods.values() {
            total.done += share.done;
            total.required += share.required;
            total.excused += share.excused;
        }
        DutyRow {
            duty,
            periods: periods.into_iter().collect(),
            total,
        }
    });
    Ok(SectionLedger {
        group,
        name,
        year,
        members: members(cx, group, &cells),
        rows: rows.collect(),
        encouraged: encouraged
            .into_values()
            .filter(|(_, done)| *done > 0)
            .collect(),
        sections: cx.house.roster.sections().to_vec(),
    })
}

/// The cells of everybody who belonged to the group when their period ended (or belongs to it now, while it runs).
async fn year_of(cx: &mut Cx, group: Group, year: i32, duty: Option<DutyId>) -> Result<Vec<Cell>> {
    let people: Vec<PersonId> = cx
        .house
        .roster
        .people()
        .iter()
        .map(|person| person.id)
        .collect();
    let ever: Vec<PersonId> = people
        .into_iter()
        .filter(|id| {
            cx.house
                .roster
                .postings(*id)
                .iter()
                .any(|posting| is_in(group, posting.section))
        })
        .collect();
    if ever.is_empty() {
        return Ok(Vec::new());
    }
    let january = NaiveDate::from_ymd_opt(year, 1, 1).ok_or(Error::NotFound)?;
    let december = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(Error::NotFound)?;
    let query = CellQuery {
        persons: Some(ever),
        duty,
        from: Some(january - Days::new(6)),
        to: Some(december.min(cx.today)),
        ..CellQuery::default()
    };
    let mut cells = store::ledger::cells(&mut cx.tx, cx.org, &query).await?;
    let today = cx.today;
    let roster = &cx.house.roster;
    cells.retain(|cell| {
        let day = cell.key.period.last.min(today);
        cell.key.period.year() == year
            && roster
                .postings_on(cell.key.person, day)
                .any(|posting| is_in(group, posting.section))
    });
    Ok(cells)
}

fn is_in(group: Group, section: Option<SectionId>) -> bool {
    match group {
        Group::Section(id) => section == Some(id),
        Group::Leaders => section.is_none(),
    }
}

fn members(cx: &Cx, group: Group, cells: &[Cell]) -> Vec<MemberRow> {
    let today = cx.today;
    let roster = &cx.house.roster;
    let mut rows = Vec::new();
    for person in roster.people() {
        let Some(posting) = roster
            .postings_on(person.id, today)
            .find(|posting| is_in(group, posting.section))
        else {
            continue;
        };
        let mut running: BTreeMap<(usize, Period), (Duty, Share)> = BTreeMap::new();
        for cell in cells
            .iter()
            .filter(|cell| cell.key.person == person.id && cell.binding)
        {
            let Some(version) = cx
                .house
                .version(cell.because.version)
                .filter(|_| cell.key.period.contains(today))
            else {
                continue;
            };
            let Some(order) = version
                .charter
                .duties
                .iter()
                .position(|duty| duty.id == cell.key.duty)
            else {
                continue;
            };
            let line = running.entry((order, cell.key.period));
            line.or_insert_with(|| (version.charter.duties[order].clone(), Share::default()))
                .1
                .add(cell, today);
        }
        let noon = domain::time::HalfDay {
            date: today,
            half: domain::time::Half::Morning,
        };
        rows.push(MemberRow {
            person: person.clone(),
            title: roster
                .post(posting.post)
                .map(|post| post.title.clone())
                .unwrap_or_default(),
            away: roster
                .absences(person.id)
                .iter()
                .find(|absence| absence.contains(noon))
                .map(|absence| absence.kind),
            running: running
                .into_iter()
                .map(|((_, period), (duty, share))| (duty, period, share))
                .collect(),
        });
    }
    rows
}

/// One cell of the heat map, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The duty.
    pub duty: Duty,
    /// The period.
    pub period: Period,
    /// The charter version that rules it.
    pub version: u32,
    /// Who owes it, in roster order.
    pub lines: Vec<OpenedLine>,
    /// All together.
    pub total: Share,
}

/// One person (and counterpart) of an opened cell.
#[derive(Clone, Debug)]
pub struct OpenedLine {
    /// Who owes it.
    pub person: String,
    /// Towards whom.
    pub counterpart: Option<String>,
    /// The ledger's cell.
    pub cell: Cell,
    /// Where it stands; `None` for encouraged duties of others, of which only what was done shows.
    pub status: Option<Status>,
    /// The records that count; titles only of those that the actor may read.
    pub records: Vec<(RecordId, Option<String>)>,
}

/// Opens one duty of one period: every figure leads to its records. The days of a week are opened together, since they share
/// a cell of the heat map.
pub async fn open(cx: &mut Cx, group: Group, duty: DutyId, first: NaiveDate) -> Result<Opened> {
    cx.authorize(Action::Read, Resource::SharedLedger)?;
    let mut cells = Vec::new();
    let week = domain::period::Cadence::Week.period_of(first);
    let asked = |period: Period| match period.cadence {
        domain::period::Cadence::Day => week.contains(period.first),
        _ => period.first == first,
    };
    // A week belongs to its ISO year, which need not be its first day's.
    for year in [
        chrono::Datelike::year(&first),
        chrono::Datelike::year(&first) + 1,
    ] {
        cells = year_of(cx, group, year, Some(duty.clone())).await?;
        cells.retain(|cell| asked(cell.key.period));
        if !cells.is_empty() {
            break;
        }
    }
    let sample = cells.first().ok_or(Error::NotFound)?;
    let (period, version) = (sample.key.period, sample.because.version);
    let found = cx
        .house
        .version(version)
        .and_then(|version| version.charter.duty(&duty))
        .cloned();
    let duty = found.ok_or(Error::NotFound)?;
    let records: Vec<RecordId> = cells
        .iter()
        .flat_map(|cell| cell.counted.iter().map(|piece| piece.record))
        .collect();
    let titles = super::library::titles(cx, &records).await?;
    let me = cx.person().ok();
    let today = cx.today;
    let mut total = Share::default();
    let mut lines = Vec::new();
    let roster = &cx.house.roster;
    let name = |id: PersonId| {
        roster
            .person(id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    };
    cells.sort_by_key(|cell| {
        let rank = |id: PersonId| roster.person(id).map(|person| person.rank);
        (
            rank(cell.key.person),
            cell.key.counterpart.and_then(rank),
            cell.key.period,
        )
    });
    for cell in cells {
        let private = duty.force == Force::Encouraged && me != Some(cell.key.person);
        if private && cell.done_by(today) == 0 {
            continue;
        }
        total.add(&cell, today);
        lines.push(OpenedLine {
            person: name(cell.key.person),
            counterpart: cell.key.counterpart.map(name),
            status: (!private).then(|| cell.status(today)),
            records: cell
                .counted
                .iter()
                .map(|piece| (piece.record, titles.get(&piece.record).cloned()))
                .collect(),
            cell,
        });
    }
    Ok(Opened {
        duty,
        period,
        version,
        lines,
        total,
    })
}
