//! Exclusive groups at work: what fits a cell and counts somewhere else.

use chrono::NaiveDate;

use super::{Cell, Evidence, Lane, Rules};
use crate::identity::{DutyId, RecordId};
use crate::period::Period;

/// A piece of evidence that fits a cell and counts for another duty of the same exclusive group instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedElsewhere {
    /// The record.
    pub record: RecordId,
    /// The day it happened.
    pub date: NaiveDate,
    /// The duty it counts for.
    pub duty: DutyId,
    /// The version that rules the period it counts in.
    pub version: u32,
    /// That period.
    pub period: Period,
    /// The group that both duties belong to.
    pub group: String,
}

/// What fits `cell` and counts elsewhere, in the order of `evidence`. `others` are the cells of the same person, `evidence`
/// what can count for that person; both may hold more than is needed.
pub fn counted_elsewhere(
    rules: &Rules,
    cell: &Cell,
    others: &[Cell],
    evidence: &[Evidence],
) -> Vec<CountedElsewhere> {
    let Some(lane) = lane_of(rules, cell) else {
        return Vec::new();
    };
    let Some(group) = lane.duty.exclusive.as_deref() else {
        return Vec::new();
    };
    let counts_here =
        |record: RecordId| cell.counted.iter().any(|counted| counted.record == record);
    let fits = |piece: &&Evidence| {
        lane.duty
            .evidence
            .accepts(&piece.kind, piece.category.as_deref())
            && lane
                .slot_of(piece.date)
                .is_some_and(|slot| slot.period == cell.key.period)
            && (cell.key.counterpart.is_none() || cell.key.counterpart == piece.counterpart)
            && !counts_here(piece.record)
    };
    let elsewhere = |piece: &Evidence| {
        let other = others.iter().find(|other| {
            other.key.person == cell.key.person
                && other.key != cell.key
                && other
                    .counted
                    .iter()
                    .any(|counted| counted.record == piece.record)
                && lane_of(rules, other)
                    .is_some_and(|lane| lane.duty.exclusive.as_deref() == Some(group))
        })?;
        Some(CountedElsewhere {
            record: piece.record,
            date: piece.date,
            duty: other.key.duty.clone(),
            version: other.because.version,
            period: other.key.period,
            group: group.to_owned(),
        })
    };
    evidence.iter().filter(fits).filter_map(elsewhere).collect()
}

fn lane_of<'r>(rules: &'r Rules, cell: &Cell) -> Option<&'r Lane> {
    rules
        .lanes()
        .iter()
        .find(|lane| lane.version == cell.because.version && lane.duty.id == cell.key.duty)
}
