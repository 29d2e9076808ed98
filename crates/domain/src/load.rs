//! The load meter (A4, B7): what a charter asks of people in a year, in items and hours, of those who do and of those who
//! receive; who is over the cap; what trimming would save.
//!
//! Counted by the engine's own rules for somebody who is there all year ([`full_requirement`]). Weeks are those of the ISO
//! year, all other periods those of the calendar year; the day from which a charter applies plays no part. Standing duties
//! are done once and ask nothing of a year.
//!
//! Minutes are whole. Where work is shared out (the office's among its members, a deputy's talks over the sections) each
//! person's share is the average, rounded up, so that a load is never understated. A working week is five working days of
//! the year's own number, a working day is [`HOURS_PER_DAY`] hours.

use std::collections::BTreeMap;

use crate::calendar::{Calendar, HALF_DAYS_PER_DAY};
use crate::charter::{Charter, Duty, Force, Receiver, Unit};
use crate::ledger::full_requirement;
use crate::period::{Cadence, Period};

mod people;
mod report;
mod trim;

pub use people::{Place, Position, Staffing};
pub use report::{
    DutyLoad, ExcusedPeriod, Hundredths, LoadReport, Part, PositionLoad, ReceiverLoad,
    ReceivingLoad, Total,
};
pub use trim::{Measure, Saving, Trim};

use people::People;

/// Hours in a working day; a half-day has 240 minutes.
pub const HOURS_PER_DAY: u32 = 8;

/// Working days in a working week, for hours per week.
const DAYS_PER_WEEK: u64 = 5;

const MINUTES_PER_HOUR: u64 = 60;

/// The load that `charter` puts on people in `year`, with as many of them as `staffing` says.
///
/// Years from 1900 to 2999 have periods; in others nothing falls due.
pub fn load(charter: &Charter, calendar: &Calendar, year: i32, staffing: &Staffing) -> LoadReport {
    let people = People::of(charter, staffing);
    let scale = Scale::of(charter, calendar, year);
    let burdens: Vec<(&Duty, Burden)> = charter
        .duties
        .iter()
        .filter(|duty| duty.force != Force::Standing)
        .map(|duty| {
            (
                duty,
                Burden::of(duty, &Asked::of(duty, calendar, year), &people),
            )
        })
        .collect();
    let positions: Vec<PositionLoad> = (0..people.groups.len())
        .map(|index| position_load(index, &people, &burdens, scale))
        .filter(|load| load.people > 0)
        .collect();
    let proposals = trim::proposals(&burdens, &people, scale, |changed| {
        Burden::of(changed, &Asked::of(changed, calendar, year), &people)
    });
    LoadReport {
        year,
        provisional: calendar.is_provisional(year),
        working_days: u32::try_from(scale.working_days).unwrap_or(u32::MAX),
        cap_hours_per_week: charter.cap.hours_per_week,
        over_cap: positions.iter().any(|load| load.over_cap),
        positions,
        receivers: receiver_loads(&people, &burdens, scale),
        proposals,
    }
}

fn position_load(
    index: usize,
    people: &People,
    burdens: &[(&Duty, Burden)],
    scale: Scale,
) -> PositionLoad {
    let group = &people.groups[index];
    let mut duties = Vec::new();
    let mut receiving = Vec::new();
    let mut sums: BTreeMap<Force, (u64, u64)> = BTreeMap::new();
    for (duty, burden) in burdens {
        let on = &burden.on[index];
        for (part, counterparts, minutes_each) in [
            (Part::Owner, on.owed_towards, duty.minutes),
            (Part::Counterpart, on.owed_by, burden.counterpart_minutes),
        ] {
            if counterparts > 0 {
                duties.push(
                    burden
                        .asked
                        .load(duty, part, counterparts, minutes_each, scale),
                );
            }
        }
        if on.receiving > 0 {
            receiving.push(ReceivingLoad {
                duty: duty.id.clone(),
                force: duty.force,
                minutes: on.receiving,
            });
        }
        let sum = sums.entry(duty.force).or_default();
        sum.0 = sum.0.saturating_add(
            burden
                .asked
                .half_items(duty, on.owed_towards.saturating_add(on.owed_by)),
        );
        sum.1 = sum.1.saturating_add(on.minutes);
    }
    let total = |force: Force| {
        let (half_items, minutes) = sums.get(&force).copied().unwrap_or_default();
        scale.total(half_items, minutes)
    };
    let required = total(Force::Required);
    PositionLoad {
        position: group.position.clone(),
        people: group.people,
        duties,
        receiving,
        required,
        encouraged: total(Force::Encouraged),
        over_cap: scale.over_cap(required.minutes),
    }
}

fn receiver_loads(people: &People, burdens: &[(&Duty, Burden)], scale: Scale) -> Vec<ReceiverLoad> {
    let load = |receiver: Receiver| {
        let sum = |force: Force| {
            let of_force = burdens.iter().filter(|(duty, _)| duty.force == force);
            of_force.fold(0u64, |sum, (_, burden)| {
                sum.saturating_add(burden.received_by(receiver))
            })
        };
        let (required_minutes, encouraged_minutes) = (sum(Force::Required), sum(Force::Encouraged));
        let sharing = people.sharing(receiver);
        let minutes = required_minutes.saturating_add(encouraged_minutes);
        let required_each = required_minutes.div_ceil(u64::from(sharing.max(1)));
        ReceiverLoad {
            receiver,
            people: sharing,
            required_minutes,
            encouraged_minutes,
            hours: Hundredths::hours(minutes),
            hours_per_person: Hundredths::ratio(
                minutes,
                MINUTES_PER_HOUR.saturating_mul(sharing.max(1).into()),
            ),
            required_hours_per_week: scale.total(0, required_each).hours_per_week,
            over_cap: scale.over_cap(required_each),
        }
    };
    let all = Receiver::ALL.into_iter().map(load);
    all.filter(|load| load.required_minutes > 0 || load.encouraged_minutes > 0)
        .collect()
}

/// The year against which minutes are measured.
#[derive(Clone, Copy, Debug)]
struct Scale {
    working_days: u64,
    cap_hours_per_week: u64,
}

impl Scale {
    fn of(charter: &Charter, calendar: &Calendar, year: i32) -> Self {
        let months = periods(Cadence::Month, year);
        let working_days = match (months.first(), months.last()) {
            (Some(first), Some(last)) => {
                calendar.working_half_days(first.first, last.last) / HALF_DAYS_PER_DAY
            }
            _ => 0,
        };
        Self {
            working_days: working_days.into(),
            cap_hours_per_week: charter.cap.hours_per_week.into(),
        }
    }

    fn total(self, half_items: u64, minutes: u64) -> Total {
        let week = MINUTES_PER_HOUR * self.working_days;
        Total {
            items: Hundredths::ratio(half_items, 2),
            items_per_working_day: Hundredths::ratio(half_items, 2 * self.working_days),
            minutes,
            hours: Hundredths::hours(minutes),
            hours_per_week: Hundredths::ratio(minutes.saturating_mul(DAYS_PER_WEEK), week),
            share_percent: self.share_percent(minutes),
        }
    }

    fn share_percent(self, minutes: u64) -> Hundredths {
        let year = MINUTES_PER_HOUR * u64::from(HOURS_PER_DAY) * self.working_days;
        Hundredths::ratio(minutes.saturating_mul(100), year)
    }

    /// Hours per working week above the cap, in whole minutes of the year.
    const fn over_cap(self, minutes: u64) -> bool {
        minutes.saturating_mul(DAYS_PER_WEEK)
            > self.cap_hours_per_week * MINUTES_PER_HOUR * self.working_days
    }
}

fn periods(cadence: Cadence, year: i32) -> Vec<Period> {
    if (1900..3000).contains(&year) {
        cadence.periods_of_year(year)
    } else {
        Vec::new()
    }
}

/// What a duty asks of one owner towards one counterpart in the year.
#[derive(Clone, Debug)]
struct Asked {
    periods: u32,
    owed: u64,
    excused: Vec<ExcusedPeriod>,
}

impl Asked {
    fn of(duty: &Duty, calendar: &Calendar, year: i32) -> Self {
        let mut asked = Self {
            periods: 0,
            owed: 0,
            excused: Vec::new(),
        };
        for period in periods(duty.cadence, year) {
            match full_requirement(duty, period, calendar) {
                Ok(required) => {
                    asked.periods += 1;
                    asked.owed = asked.owed.saturating_add(required.into());
                }
                Err(_) if duty.cadence == Cadence::Day => {}
                Err(why) => {
                    let Period { first, last, .. } = period;
                    asked.excused.push(ExcusedPeriod {
                        number: period.number(),
                        first,
                        last,
                        why,
                    });
                }
            }
        }
        asked
    }

    /// How many times the duty's estimated minutes are spent.
    fn pieces(&self, duty: &Duty) -> u64 {
        match duty.unit {
            Unit::Times | Unit::HalfDays => self.owed,
            Unit::Words => self.periods.into(),
        }
    }

    /// Twice the number of items, since a half-day is half an item.
    fn half_items(&self, duty: &Duty, counterparts: u64) -> u64 {
        let halves = if duty.unit == Unit::HalfDays { 1 } else { 2 };
        self.pieces(duty)
            .saturating_mul(halves)
            .saturating_mul(counterparts)
    }

    fn load(
        &self,
        duty: &Duty,
        part: Part,
        counterparts: u64,
        minutes_each: u32,
        scale: Scale,
    ) -> DutyLoad {
        let minutes = self
            .pieces(duty)
            .saturating_mul(counterparts)
            .saturating_mul(minutes_each.into());
        DutyLoad {
            duty: duty.id.clone(),
            force: duty.force,
            part,
            cadence: duty.cadence,
            periods: self.periods,
            counterparts,
            owed: self.owed.saturating_mul(counterparts),
            unit: duty.unit,
            items: Hundredths::ratio(self.half_items(duty, counterparts), 2),
            minutes,
            hours: Hundredths::hours(minutes),
            share_percent: scale.share_percent(minutes),
            excused: self.excused.clone(),
        }
    }
}

/// What a duty asks of one person of a group.
#[derive(Clone, Copy, Debug, Default)]
struct OnPerson {
    /// Towards how many the person owes it; 0 if not at all.
    owed_towards: u64,
    /// How many owe it towards the person.
    owed_by: u64,
    /// Minutes of receiving.
    receiving: u64,
    /// Minutes of all three.
    minutes: u64,
}

/// What a duty asks of everybody.
#[derive(Clone, Debug)]
struct Burden {
    asked: Asked,
    counterpart_minutes: u32,
    /// By group of people.
    on: Vec<OnPerson>,
    /// Minutes of all who receive, by receiver.
    received: Vec<(Receiver, u64)>,
}

impl Burden {
    fn of(duty: &Duty, asked: &Asked, people: &People) -> Self {
        let pieces = asked.pieces(duty);
        let estimate = |receiver: Receiver| {
            let own = duty
                .receivers
                .iter()
                .filter(|entry| entry.receiver == receiver);
            own.fold(0u32, |sum, entry| sum.saturating_add(entry.minutes))
        };
        let counterpart_minutes = estimate(Receiver::Counterpart);
        let mut on = people.sides(duty);
        let mut received = Vec::new();
        for receiver in Receiver::ALL
            .into_iter()
            .filter(|receiver| *receiver != Receiver::Counterpart)
        {
            let sent = people
                .groups
                .iter()
                .zip(&on)
                .filter(|(group, _)| group.sends_to(receiver));
            let sent = sent.fold(0u64, |sum, (group, on)| {
                sum.saturating_add(on.owed_towards.saturating_mul(group.people.into()))
            });
            let minutes = sent
                .saturating_mul(pieces)
                .saturating_mul(estimate(receiver).into());
            let each = minutes.div_ceil(u64::from(people.sharing(receiver).max(1)));
            for (group, on) in people
                .groups
                .iter()
                .zip(&mut on)
                .filter(|(group, _)| group.receives_as(receiver))
            {
                on.receiving = on
                    .receiving
                    .saturating_add(if group.people > 0 { each } else { 0 });
            }
            received.push((receiver, minutes));
        }
        let mut as_counterpart = 0u64;
        for (group, on) in people.groups.iter().zip(&mut on) {
            let spent = |times: u64, minutes: u32| {
                times.saturating_mul(pieces).saturating_mul(minutes.into())
            };
            let receiving = spent(on.owed_by, counterpart_minutes);
            on.minutes = spent(on.owed_towards, duty.minutes)
                .saturating_add(receiving)
                .saturating_add(on.receiving);
            as_counterpart =
                as_counterpart.saturating_add(receiving.saturating_mul(group.people.into()));
        }
        received.push((Receiver::Counterpart, as_counterpart));
        Self {
            asked: asked.clone(),
            counterpart_minutes,
            on,
            received,
        }
    }

    fn received_by(&self, receiver: Receiver) -> u64 {
        self.received
            .iter()
            .find(|(candidate, _)| *candidate == receiver)
            .map_or(0, |(_, minutes)| *minutes)
    }
}
