//! A very small department, and duties to try the rules on.

use chrono::{NaiveDate, NaiveTime};
use domain::calendar::{Calendar, YearCalendar};
use domain::charter::{
    Charter, Counterpart, Duty, EvidenceFilter, Force, LoadCap, Pillar, Selector, Text, Unit,
    Version,
};
use domain::identity::{DutyId, Id, SectionId};
use domain::ledger::{Cell, Evidence, PersonFacts, Rules, settle};
use domain::people::{
    Absence, AbsenceKind, Appointment, Charge, Person, Post, Role, Roster, RosterFacts, Section,
};
use domain::period::Cadence;
use domain::time::{Half, HalfDay, Span};
use uuid::Uuid;

pub fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn id<Kind>(number: u128) -> Id<Kind> {
    Id::new(Uuid::from_u128(number))
}

pub fn calendar() -> Calendar {
    Calendar::new(["2025", "2026"].map(|year| {
        let path = format!("{}/../../calendars/{year}.json", env!("CARGO_MANIFEST_DIR"));
        YearCalendar::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    }))
}

pub fn duty(name: &str, cadence: Cadence, kind: &str) -> Duty {
    Duty {
        id: DutyId::parse(name).unwrap(),
        name: Text::plain(name),
        pillar: Pillar::Learning,
        article: 7,
        force: Force::Required,
        who: vec![Selector::Everyone],
        counterpart: None,
        evidence: EvidenceFilter {
            kind: kind.to_owned(),
            category: None,
        },
        quota: 1,
        unit: Unit::Times,
        cadence,
        grace: 2,
        prorated: false,
        minutes: 10,
        receivers: Vec::new(),
        exclusive: None,
    }
}

pub fn field_day() -> Duty {
    Duty {
        quota: 4,
        unit: Unit::HalfDays,
        prorated: true,
        ..duty("field-day", Cadence::Week, "field-day")
    }
}

pub fn charter(duties: Vec<Duty>) -> Charter {
    Charter {
        title: Text::plain("章程"),
        preamble: Vec::new(),
        pillars: Vec::new(),
        articles: Vec::new(),
        duties,
        topics: Vec::new(),
        cap: LoadCap { hours_per_week: 10 },
        notes: Vec::new(),
    }
}

pub fn version(number: u32, effective: NaiveDate, duties: Vec<Duty>) -> Version {
    Version {
        number,
        effective,
        charter: charter(duties),
    }
}

pub fn rules(duties: Vec<Duty>) -> Rules {
    Rules::compile(
        &[version(1, date(2025, 12, 29), duties)],
        &calendar(),
        date(2026, 12, 31),
    )
}

pub const SECTION: u128 = 50;
pub const STAFF_POST: u128 = 60;
pub const DEPUTY_POST: u128 = 61;

pub fn appointment(
    person: u128,
    post: u128,
    first: NaiveDate,
    last: Option<NaiveDate>,
) -> Appointment {
    Appointment {
        person: id(person),
        post: id(post),
        span: Span { first, last },
    }
}

/// Persons 1 and 2 are staff of one section; persons 3 and 4 can hold the deputy's post that is in charge of it.
pub fn facts(appointments: Vec<Appointment>, absences: Vec<Absence>) -> RosterFacts {
    let post = |number, role, section: Option<SectionId>| Post {
        id: id(number),
        title: format!("{role:?}"),
        role,
        section,
    };
    RosterFacts {
        people: (1..=4)
            .map(|n| Person {
                id: id(n),
                name: format!("第{n}人"),
                rank: n as u32,
            })
            .collect(),
        sections: vec![Section {
            id: id(SECTION),
            name: "干部科".to_owned(),
            office: false,
            rank: 1,
        }],
        posts: vec![
            post(STAFF_POST, Role::Staff, Some(id(SECTION))),
            post(DEPUTY_POST, Role::Deputy, None),
        ],
        appointments,
        charges: vec![Charge {
            post: id(DEPUTY_POST),
            section: id(SECTION),
            span: Span::from(date(2025, 1, 1)),
        }],
        absences,
    }
}

pub fn staffed() -> Vec<Appointment> {
    [1, 2]
        .map(|person| appointment(person, STAFF_POST, date(2025, 1, 1), None))
        .to_vec()
}

pub fn away(person: u128, first: (NaiveDate, Half), last: (NaiveDate, Half)) -> Absence {
    Absence {
        person: id(person),
        first: HalfDay {
            date: first.0,
            half: first.1,
        },
        last: HalfDay {
            date: last.0,
            half: last.1,
        },
        kind: AbsenceKind::Illness,
    }
}

pub fn evidence(
    number: u128,
    kind: &str,
    actor: u128,
    day: NaiveDate,
    recorded: NaiveDate,
) -> Evidence {
    Evidence {
        record: id(1000 + number),
        kind: kind.to_owned(),
        category: None,
        actor: id(actor),
        counterpart: None,
        date: day,
        recorded_at: recorded.and_time(NaiveTime::MIN).and_utc(),
        recorded_on: recorded,
        amount: 1,
        words: 0,
    }
}

pub fn settled(rules: &Rules, roster: &Roster, person: u128, evidence: &[Evidence]) -> Vec<Cell> {
    let mut cells = Vec::new();
    let facts = PersonFacts {
        person: id(person),
        evidence,
    };
    settle(rules, roster, facts, Span::from(rules.first()), |cell| {
        cells.push(cell)
    });
    cells
}

pub fn cell_at(cells: &[Cell], duty: &str, day: NaiveDate) -> Option<Cell> {
    cells
        .iter()
        .find(|cell| cell.key.duty.as_str() == duty && cell.key.period.contains(day))
        .cloned()
}

/// A talk of the deputy with everybody in his charge.
pub fn talk() -> Duty {
    Duty {
        who: vec![Selector::Role(Role::Deputy)],
        counterpart: Some(Counterpart::InCharge),
        ..duty("talk-deputy", Cadence::Month, "talk")
    }
}
