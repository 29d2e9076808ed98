//! A year as a heat map: one line per duty, one column per week, the share in the colour and in words.
//!
//! A period stands in the column of the week in which it ends; the days of a week share one.

use chrono::{Datelike as _, NaiveDate};
use domain::period::{Cadence, Period};

use super::super::text::{Language, tr};
use super::super::wording;

/// Columns that there are at least, so that January's are no broad bars.
const FEWEST_COLUMNS: usize = 26;

/// One period of one duty.
#[derive(Clone, Debug)]
pub struct Tile {
    /// The period.
    pub period: Period,
    /// Done.
    pub done: u32,
    /// Required; 0 if nothing was owed.
    pub required: u32,
    /// Where its records are shown.
    pub href: String,
}

/// One duty through the year.
#[derive(Clone, Debug)]
pub struct Line {
    /// The pillar's word.
    pub pillar: &'static str,
    /// The duty's name.
    pub name: String,
    /// Where the whole line is shown in words; empty for nowhere.
    pub href: String,
    /// Its periods, in order.
    pub tiles: Vec<Tile>,
    /// What stands at the end of the line.
    pub sum: String,
}

/// A month over its columns.
#[derive(Clone, Debug)]
pub struct MonthHead {
    /// Its name.
    pub name: String,
    /// How many columns.
    pub columns: usize,
    /// Whether the name does not fit over them: then it is for those who listen only.
    pub narrow: bool,
}

/// One cell.
#[derive(Clone, Debug, Default)]
pub struct HeatCell {
    /// What it says; empty where no period ends.
    pub label: String,
    /// The style sheet's class: nothing for a share, else `heat-zero`, `heat-open`, `heat-excused`.
    pub class: &'static str,
    /// The share, from 0 to 1.
    pub share: String,
    /// Where it leads.
    pub href: String,
}

/// A line as it is printed.
#[derive(Clone, Debug)]
pub struct HeatLine {
    /// The pillar's word.
    pub pillar: &'static str,
    /// The duty's name.
    pub name: String,
    /// Where the line is shown in words.
    pub href: String,
    /// One for each column.
    pub cells: Vec<HeatCell>,
    /// What stands at the end.
    pub sum: String,
}

/// The map.
#[derive(Clone, Debug)]
pub struct HeatMap {
    /// The months over the columns.
    pub months: Vec<MonthHead>,
    /// The lines, in the charter's order.
    pub lines: Vec<HeatLine>,
}

impl HeatMap {
    /// The map of these lines over the weeks of `year`, as of `today`.
    pub fn new(language: Language, year: i32, today: NaiveDate, lines: Vec<Line>) -> Self {
        let weeks = Cadence::Week.periods_of_year(year);
        let column_of = |day: NaiveDate| {
            weeks
                .partition_point(|week| week.last < day)
                .min(weeks.len().saturating_sub(1))
        };
        let ends = lines
            .iter()
            .flat_map(|line| &line.tiles)
            .map(|tile| column_of(tile.period.last) + 1);
        let columns = ends
            .max()
            .unwrap_or(0)
            .max(column_of(today) + 1)
            .max(FEWEST_COLUMNS)
            .min(weeks.len());
        let lines = lines.into_iter().map(|line| {
            let mut gathered: Vec<Option<Tile>> = vec![None; columns];
            for tile in line.tiles {
                let Some(place) = gathered.get_mut(column_of(tile.period.last)) else {
                    continue;
                };
                match place {
                    Some(together) => {
                        together.done += tile.done;
                        together.required += tile.required;
                        together.period.last = tile.period.last;
                    }
                    None => *place = Some(tile),
                }
            }
            let cells = gathered.into_iter().zip(&weeks).map(|(tile, week)| {
                tile.map(|tile| cell(language, &tile, *week, today))
                    .unwrap_or_default()
            });
            HeatLine {
                pillar: line.pillar,
                name: line.name,
                href: line.href,
                cells: cells.collect(),
                sum: line.sum,
            }
        });
        Self {
            lines: lines.collect(),
            months: months(language, &weeks[..columns]),
        }
    }
}

/// The months of the weeks: a week belongs to the month of its Thursday, as it belongs to its year.
fn months(language: Language, weeks: &[Period]) -> Vec<MonthHead> {
    let mut heads: Vec<(u32, usize)> = Vec::new();
    for week in weeks {
        let month = (week.first + chrono::Days::new(3)).month();
        match heads.last_mut() {
            Some((last, columns)) if *last == month => *columns += 1,
            _ => heads.push((month, 1)),
        }
    }
    let head = |(month, columns)| MonthHead {
        name: wording::month_short(language, month),
        columns,
        narrow: columns == 1,
    };
    heads.into_iter().map(head).collect()
}

fn cell(language: Language, tile: &Tile, week: Period, today: NaiveDate) -> HeatCell {
    // Days stand in their week's column and are named after it.
    let named = if tile.period.cadence == Cadence::Day {
        week
    } else {
        tile.period
    };
    let name = wording::period(language, named, today);
    let (class, said) = if tile.required == 0 {
        ("heat-excused", tr(language, "status-excused").to_owned())
    } else {
        let figures = format!("{}/{}", tile.done.min(tile.required), tile.required);
        match tile.done {
            0 if tile.period.last >= today => ("heat-open", figures),
            0 => ("heat-zero", figures),
            _ => ("", figures),
        }
    };
    HeatCell {
        label: format!("{name} {said}"),
        class,
        share: wording::share(tile.done, tile.required),
        href: tile.href.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn tile(cadence: Cadence, first: NaiveDate, done: u32, required: u32) -> Tile {
        Tile {
            period: cadence.period_of(first),
            done,
            required,
            href: String::new(),
        }
    }

    fn map(tiles: Vec<Tile>) -> HeatMap {
        let line = Line {
            pillar: "knowledge",
            name: "x".to_owned(),
            href: String::new(),
            tiles,
            sum: String::new(),
        };
        HeatMap::new(Language::Chinese, 2026, day(9, 16), vec![line])
    }

    #[test]
    fn a_period_stands_in_the_week_in_which_it_ends() {
        let map = map(vec![
            tile(Cadence::Week, day(1, 5), 4, 4),
            tile(Cadence::Month, day(8, 1), 1, 2),
        ]);
        let cells = &map.lines[0].cells;
        assert_eq!(cells.len(), 38);
        assert_eq!(
            (
                cells[1].label.as_str(),
                cells[1].share.as_str(),
                cells[1].class
            ),
            ("第2周 4/4", "1", "")
        );
        // 31 August 2026 is the Monday of week 36.
        assert_eq!(
            (cells[35].label.as_str(), cells[35].share.as_str()),
            ("8月 1/2", "0.50")
        );
        assert!(cells[2].label.is_empty());
        assert_eq!(
            map.months.iter().map(|head| head.columns).sum::<usize>(),
            38
        );
    }

    #[test]
    fn the_days_of_a_week_share_a_cell() {
        let days = (7..=11)
            .map(|d| tile(Cadence::Day, day(9, d), u32::from(d != 9), 1))
            .collect();
        let map = map(days);
        let found: Vec<&HeatCell> = map.lines[0]
            .cells
            .iter()
            .filter(|cell| !cell.label.is_empty())
            .collect();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].label.as_str(), found[0].share.as_str()),
            ("第37周 4/5", "0.80")
        );
    }

    #[test]
    fn what_runs_is_open_and_what_was_not_owed_is_excused() {
        let cells = map(vec![
            tile(Cadence::Week, day(2, 16), 0, 0),
            tile(Cadence::Week, day(9, 7), 0, 4),
            tile(Cadence::Week, day(9, 14), 0, 4),
            tile(Cadence::Quarter, day(9, 14), 0, 1),
        ]);
        let classes: Vec<&str> = cells.lines[0]
            .cells
            .iter()
            .filter(|cell| !cell.label.is_empty())
            .map(|cell| cell.class)
            .collect();
        assert_eq!(
            classes,
            ["heat-excused", "heat-zero", "heat-open", "heat-open"]
        );
        // A quarter that runs ends in a column of its own.
        assert_eq!(cells.lines[0].cells.len(), 40);
    }
}
