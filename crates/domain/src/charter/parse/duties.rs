//! Reads the duties of a charter.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::fault::Part;
use super::super::problem::{CharterProblem, Shape, Thing};
use super::super::raw::{self, At, Outcome, Table, complain};
use super::super::{
    Counterpart, Duty, EvidenceFilter, Force, Receiver, ReceiverMinutes, Selector, Unit,
};
use super::values::{Once, duty_id, identifier, selector, short_text};
use super::{Reading, known_article};
use crate::identity::DutyId;
use crate::people::Role;
use crate::period::Cadence;

const MOST_SELECTORS: usize = 100;

const QUOTAS: Range<u32> = 1..100_001;
const GRACE_DAYS: Range<u32> = 0..61;
const MINUTES: Range<u32> = 0..100_001;

/// Working days after a period until which a record is not late, where the charter does not say (B7).
const USUAL_GRACE: u32 = 2;

/// The keys of a duty.
pub(super) const KEYS: &[&str] = &[
    "id",
    "name",
    "pillar",
    "article",
    "force",
    "who",
    "with",
    "evidence",
    "category",
    "quota",
    "unit",
    "every",
    "grace",
    "prorated",
    "minutes",
    "receivers",
    "exclusive",
];
const RECEIVER_KEYS: &[&str] = &[
    "office",
    "section-head",
    "deputy-in-charge",
    "minister",
    "counterpart",
];

const FORCES: &[(&str, Force)] = &[
    (Force::Required.word(), Force::Required),
    (Force::Encouraged.word(), Force::Encouraged),
    (Force::Standing.word(), Force::Standing),
];
const UNITS: &[(&str, Unit)] = &[
    (Unit::Times.word(), Unit::Times),
    (Unit::HalfDays.word(), Unit::HalfDays),
    (Unit::Words.word(), Unit::Words),
];
const COUNTERPARTS: &[(&str, Counterpart)] = &[
    (Counterpart::Everyone.word(), Counterpart::Everyone),
    (Counterpart::InCharge.word(), Counterpart::InCharge),
    (Counterpart::OwnSection.word(), Counterpart::OwnSection),
];

/// The members of an exclusive group, and where it is named first.
struct Group {
    members: usize,
    first: (usize, usize),
}

pub(super) fn read(reading: &mut Reading<'_, '_>, entries: Vec<(usize, Table<'_>)>) -> Vec<Duty> {
    let mut once = Once::new(reading.source, Thing::Duty);
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut duties = Vec::new();
    for (index, entry) in entries {
        reading.faults.begin(Part::Duty(index));
        let id = entry
            .required("id")
            .and_then(duty_id)
            .and_then(|at| once.check(at.value.as_str(), at.offset).map(|()| at.value));
        let id = reading.faults.note(Some("id"), id);
        let exclusive = entry.optional("exclusive").map(identifier).transpose();
        let exclusive = reading.faults.note(Some("exclusive"), exclusive);
        if let Some(Some(group)) = &exclusive {
            let group = groups.entry(group.value.to_owned()).or_insert(Group {
                members: 0,
                first: (index, group.offset),
            });
            group.members += 1;
        }
        let exclusive = exclusive.map(|group| group.map(|at| at.value.to_owned()));
        duties.extend(duty(reading, &entry, id, exclusive));
    }
    // Among duties that cannot be read there may be the group's other one.
    if reading.faults.is_empty() {
        let lonely = groups
            .into_iter()
            .filter(|(_, group)| group.members == 1)
            .min_by_key(|(_, group)| group.first);
        if let Some((name, group)) = lonely {
            let (index, offset) = group.first;
            reading.faults.begin(Part::Duty(index));
            let alone: Outcome<()> =
                complain(offset, CharterProblem::LonelyExclusive { group: name });
            reading.faults.note(Some("exclusive"), alone);
        }
    }
    duties
}

/// The rest of a duty; `id` and `exclusive` are none if they could not be read.
fn duty(
    reading: &mut Reading<'_, '_>,
    entry: &Table<'_>,
    id: Option<DutyId>,
    exclusive: Option<Option<String>>,
) -> Option<Duty> {
    let name = entry.required("name").and_then(short_text);
    let name = reading.faults.note(Some("name"), name);
    let pillar = entry
        .required("pillar")
        .and_then(|value| reading.described(value));
    let pillar = reading.faults.note(Some("pillar"), pillar);
    let article = entry
        .required("article")
        .and_then(|value| known_article(&reading.numbers, value));
    let article = reading.faults.note(Some("article"), article);
    let force = entry
        .required("force")
        .and_then(|value| raw::word(value, FORCES));
    let force = reading.faults.note(Some("force"), force);
    let who = owners(reading, entry);
    let who = reading.faults.note(Some("who"), who);
    let counterpart = entry
        .optional("with")
        .map(|value| raw::word(value, COUNTERPARTS))
        .transpose()
        .and_then(|at| within_reach(at, who.as_deref()));
    let counterpart = reading.faults.note(Some("with"), counterpart);
    let kind = entry.required("evidence").and_then(identifier);
    let kind = reading.faults.note(Some("evidence"), kind);
    let category = entry.optional("category").map(identifier).transpose();
    let category = reading.faults.note(Some("category"), category);
    let mut count = |key: &'static str, range: &Range<u32>, otherwise: u32| {
        let number = match entry.optional(key) {
            Some(value) => raw::number(value, range).map(|at| at.value),
            None => Ok(otherwise),
        };
        reading.faults.note(Some(key), number)
    };
    let quota = count("quota", &QUOTAS, 1);
    let grace = count("grace", &GRACE_DAYS, USUAL_GRACE);
    let unit = entry
        .optional("unit")
        .map(|value| raw::word(value, UNITS))
        .transpose();
    let unit = reading.faults.note(Some("unit"), unit);
    let cadences = Cadence::ALL.map(|cadence| (cadence.word(), cadence));
    let cadence = entry
        .required("every")
        .and_then(|value| raw::word(value, &cadences));
    let cadence = reading.faults.note(Some("every"), cadence);
    let prorated = entry.optional("prorated").map(raw::boolean).transpose();
    let prorated = reading.faults.note(Some("prorated"), prorated);
    let minutes = entry
        .required("minutes")
        .and_then(|value| raw::number(value, &MINUTES));
    let minutes = reading.faults.note(Some("minutes"), minutes);
    // Of a counterpart that cannot be read nothing follows for its minutes.
    let towards_somebody = counterpart.is_none_or(|known| known.is_some());
    let receivers = receivers(entry, towards_somebody);
    let receivers = reading.faults.note(Some("receivers"), receivers);
    Some(Duty {
        id: id?,
        name: name?,
        pillar: pillar?,
        article: article?,
        force: force?.value,
        who: who?,
        counterpart: counterpart?,
        evidence: EvidenceFilter {
            kind: kind?.value.to_owned(),
            category: category?.map(|at| at.value.to_owned()),
        },
        quota: quota?,
        unit: unit?.map_or(Unit::Times, |at| at.value),
        cadence: cadence?.value,
        grace: grace?,
        prorated: prorated?.unwrap_or(false),
        minutes: minutes?.value,
        receivers: receivers?,
        exclusive: exclusive?,
    })
}

fn owners(reading: &Reading<'_, '_>, entry: &Table<'_>) -> Outcome<Vec<Selector>> {
    let value = entry.required("who")?;
    let entries = raw::entries(value, Shape::List, MOST_SELECTORS)?;
    if entries.is_empty() {
        return complain(value.span().start, CharterProblem::NobodyOwes);
    }
    let mut once = Once::new(reading.source, Thing::Selector);
    let mut who = Vec::new();
    for entry in entries {
        let At { offset, value } = selector(entry)?;
        once.check(&value.word(), offset)?;
        who.push(value);
    }
    Ok(who)
}

/// The counterpart, if any of those who owe the duty can have such ones.
fn within_reach(
    counterpart: Option<At<Counterpart>>,
    who: Option<&[Selector]>,
) -> Outcome<Option<Counterpart>> {
    match (counterpart, who) {
        (Some(At { offset, value }), Some(who))
            if !who.iter().any(|selector| can_have(selector, value)) =>
        {
            complain(
                offset,
                CharterProblem::NoCounterparts { with: value.word() },
            )
        }
        (counterpart, _) => Ok(counterpart.map(|at| at.value)),
    }
}

/// Whether somebody selected so can have these counterparts: leaders are in charge of sections, others belong to one.
const fn can_have(owner: &Selector, counterpart: Counterpart) -> bool {
    match counterpart {
        Counterpart::Everyone => true,
        Counterpart::InCharge => {
            matches!(
                owner,
                Selector::Everyone
                    | Selector::Post(_)
                    | Selector::Role(Role::Minister | Role::Deputy)
            )
        }
        Counterpart::OwnSection => !matches!(owner, Selector::Role(Role::Minister | Role::Deputy)),
    }
}

fn receivers(entry: &Table<'_>, towards_somebody: bool) -> Outcome<Vec<ReceiverMinutes>> {
    let Some(value) = entry.optional("receivers") else {
        return Ok(Vec::new());
    };
    let table = raw::table(value, Shape::Table, RECEIVER_KEYS)?;
    let mut receivers = Vec::new();
    for receiver in Receiver::ALL {
        let Some(value) = table.optional(receiver.word()) else {
            continue;
        };
        let minutes = raw::number(value, &MINUTES)?;
        if receiver == Receiver::Counterpart && !towards_somebody {
            return complain(minutes.offset, CharterProblem::ReceiverWithoutCounterpart);
        }
        receivers.push(ReceiverMinutes {
            receiver,
            minutes: minutes.value,
        });
    }
    Ok(receivers)
}
