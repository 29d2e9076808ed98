//! The ledger against the exact rules of the design page, and its laws over random histories.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use domain::calendar::{Calendar, YearCalendar};
use domain::charter::{
    Charter, Counterpart, Duty, EvidenceFilter, Force, LoadCap, Pillar, Selector, Text, Unit,
    Version,
};
use domain::identity::{DutyId, Id, PersonId, PostId, SectionId};
use domain::ledger::{
    Cell, CellKey, Evidence, Excuse, PersonFacts, Reach, Rules, Status, full_requirement, reach,
    settle, settle_one,
};
use domain::people::{
    Absence, AbsenceKind, Appointment, Charge, Person, Post, Role, Roster, RosterFacts, Section,
};
use domain::period::Cadence;
use domain::time::{Half, HalfDay, Span};
use proptest::prelude::*;
use uuid::Uuid;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn id<Kind>(number: u128) -> Id<Kind> {
    Id::new(Uuid::from_u128(number))
}

fn calendar() -> Calendar {
    Calendar::new(["2025", "2026"].map(|year| {
        let path = format!("{}/../../calendars/{year}.json", env!("CARGO_MANIFEST_DIR"));
        YearCalendar::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    }))
}

fn duty(name: &str, cadence: Cadence, kind: &str) -> Duty {
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

fn field_day() -> Duty {
    Duty {
        quota: 4,
        unit: Unit::HalfDays,
        prorated: true,
        ..duty("field-day", Cadence::Week, "field-day")
    }
}

fn charter(duties: Vec<Duty>) -> Charter {
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

fn version(number: u32, effective: NaiveDate, duties: Vec<Duty>) -> Version {
    Version {
        number,
        effective,
        charter: charter(duties),
    }
}

fn rules(duties: Vec<Duty>) -> Rules {
    Rules::compile(
        &[version(1, date(2025, 12, 29), duties)],
        &calendar(),
        date(2026, 12, 31),
    )
}

const SECTION: u128 = 50;
const STAFF_POST: u128 = 60;
const DEPUTY_POST: u128 = 61;

fn appointment(person: u128, post: u128, first: NaiveDate, last: Option<NaiveDate>) -> Appointment {
    Appointment {
        person: id(person),
        post: id(post),
        span: Span { first, last },
    }
}

/// Persons 1 and 2 are staff of one section; persons 3 and 4 can hold the deputy's post that is in charge of it.
fn facts(appointments: Vec<Appointment>, absences: Vec<Absence>) -> RosterFacts {
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

fn staffed() -> Vec<Appointment> {
    [1, 2]
        .map(|person| appointment(person, STAFF_POST, date(2025, 1, 1), None))
        .to_vec()
}

fn away(person: u128, first: (NaiveDate, Half), last: (NaiveDate, Half)) -> Absence {
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

fn evidence(
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

fn settled(rules: &Rules, roster: &Roster, person: u128, evidence: &[Evidence]) -> Vec<Cell> {
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

fn cell_at(cells: &[Cell], duty: &str, day: NaiveDate) -> Option<Cell> {
    cells
        .iter()
        .find(|cell| cell.key.duty.as_str() == duty && cell.key.period.contains(day))
        .cloned()
}

#[test]
fn r37_two_field_days_a_week_are_prorated_on_the_2026_calendar() {
    let weeks = Cadence::Week.periods_of_year(2026);
    let asked: Vec<Result<u32, Excuse>> = weeks
        .iter()
        .map(|week| full_requirement(&field_day(), *week, &calendar()))
        .collect();
    assert_eq!(asked[7], Err(Excuse::NoWorkingDay));
    assert_eq!(
        [asked[39], asked[40]],
        [Ok(2), Ok(2)],
        "three working days ask one day"
    );
    let total: u32 = asked.into_iter().flatten().sum();
    assert_eq!(total, 197);
}

#[test]
fn b7_less_than_half_of_the_working_time_available_is_excused_else_the_full_quota() {
    let monday = date(2026, 3, 2);
    let cases = [
        // Ill until Wednesday noon: exactly half of ten half-days is left.
        ((date(2026, 3, 4), Half::Morning), None),
        (
            (date(2026, 3, 4), Half::Afternoon),
            Some(Excuse::LittleTime),
        ),
        (
            (date(2026, 3, 6), Half::Afternoon),
            Some(Excuse::Away(AbsenceKind::Illness)),
        ),
    ];
    for (until, excuse) in cases {
        let roster = Roster::new(facts(
            staffed(),
            vec![away(1, (monday, Half::Morning), until)],
        ));
        let cells = settled(
            &rules(vec![duty("reflection", Cadence::Week, "reflection")]),
            &roster,
            1,
            &[],
        );
        let cell = cell_at(&cells, "reflection", monday).unwrap();
        assert_eq!(
            (cell.because.excuse, cell.required),
            (excuse, u32::from(excuse.is_none())),
            "until {until:?}"
        );
    }
}

#[test]
fn b7_a_prorated_quota_shrinks_with_the_time_available() {
    let monday = date(2026, 3, 2);
    for (half_days_away, required) in [
        (0, 4),
        (1, 4),
        (2, 3),
        (3, 3),
        (4, 2),
        (5, 2),
        (7, 1),
        (9, 0),
    ] {
        let absences = if half_days_away == 0 {
            Vec::new()
        } else {
            let last = half_days_away - 1;
            let half = if last % 2 == 0 {
                Half::Morning
            } else {
                Half::Afternoon
            };
            vec![away(
                1,
                (monday, Half::Morning),
                (monday + Days::new(last / 2), half),
            )]
        };
        let roster = Roster::new(facts(staffed(), absences));
        let cell = cell_at(
            &settled(&rules(vec![field_day()]), &roster, 1, &[]),
            "field-day",
            monday,
        )
        .unwrap();
        assert_eq!(cell.required, required, "{half_days_away} half-days away");
    }
}

#[test]
fn b7_evidence_of_a_day_off_counts_for_the_last_working_day_before_it() {
    let roster = Roster::new(facts(staffed(), Vec::new()));
    let rules = rules(vec![duty("clipping", Cadence::Day, "clipping")]);
    let saturday = date(2026, 3, 7);
    let cells = settled(
        &rules,
        &roster,
        1,
        &[evidence(1, "clipping", 1, saturday, saturday)],
    );
    assert_eq!(
        cell_at(&cells, "clipping", date(2026, 3, 6))
            .unwrap()
            .done(),
        1
    );
    assert_eq!(cell_at(&cells, "clipping", saturday), None);
    assert_eq!(
        cell_at(&cells, "clipping", date(2026, 3, 9))
            .unwrap()
            .done(),
        0
    );
    // The whole spring holiday belongs to the working day before it, a make-up Saturday.
    let holiday = date(2026, 2, 23);
    let cells = settled(
        &rules,
        &roster,
        1,
        &[evidence(1, "clipping", 1, holiday, holiday)],
    );
    assert_eq!(
        cell_at(&cells, "clipping", date(2026, 2, 14))
            .unwrap()
            .done(),
        1
    );
}

#[test]
fn b7_status_is_derived_from_grace_and_the_day_of_recording() {
    let roster = Roster::new(facts(staffed(), Vec::new()));
    let rules = rules(vec![duty("reflection", Cadence::Week, "reflection")]);
    let sunday = date(2026, 3, 8);
    let due = date(2026, 3, 10);
    let of = |recorded: Option<NaiveDate>, as_of| {
        let pieces: Vec<Evidence> = recorded
            .into_iter()
            .map(|on| evidence(1, "reflection", 1, date(2026, 3, 4), on))
            .collect();
        let cell = cell_at(&settled(&rules, &roster, 1, &pieces), "reflection", sunday).unwrap();
        assert_eq!(cell.due, due);
        cell.status(as_of)
    };
    assert_eq!(of(None, due), Status::Open);
    assert_eq!(of(None, date(2026, 3, 11)), Status::Missed);
    assert_eq!(of(Some(due), due), Status::Done);
    assert_eq!(
        of(Some(date(2026, 3, 11)), due),
        Status::Open,
        "as of then it had not been recorded"
    );
    assert_eq!(of(Some(date(2026, 3, 11)), date(2026, 3, 11)), Status::Late);
}

#[test]
fn r23_an_encouraged_duty_is_never_missed() {
    let roster = Roster::new(facts(staffed(), Vec::new()));
    let encouraged = Duty {
        force: Force::Encouraged,
        ..duty("clipping", Cadence::Day, "clipping")
    };
    let cells = settled(&rules(vec![encouraged]), &roster, 1, &[]);
    assert!(
        cells
            .iter()
            .all(|cell| cell.status(date(2027, 6, 1)) == Status::Passed)
    );
}

#[test]
fn b7_within_an_exclusive_group_evidence_counts_for_the_first_unmet_duty() {
    let roster = Roster::new(facts(staffed(), Vec::new()));
    let grouped = |name, cadence| Duty {
        exclusive: Some("texts".to_owned()),
        ..duty(name, cadence, "article")
    };
    let rules = rules(vec![
        grouped("article", Cadence::Xun),
        grouped("report", Cadence::Month),
    ]);
    let day = date(2026, 3, 3);
    let pieces: Vec<Evidence> = (1..=3)
        .map(|n| evidence(n, "article", 1, day, day))
        .collect();
    let done = |count: usize| {
        let cells = settled(&rules, &roster, 1, &pieces[..count]);
        ["article", "report"].map(|name| cell_at(&cells, name, day).unwrap().done())
    };
    assert_eq!([done(1), done(2), done(3)], [[1, 0], [1, 1], [2, 1]]);
}

#[test]
fn a7_a_version_rules_the_periods_that_begin_on_or_after_its_effective_day() {
    let roster = Roster::new(facts(staffed(), Vec::new()));
    let before = duty("article", Cadence::Month, "article");
    let after = Duty {
        quota: 2,
        ..before.clone()
    };
    let versions = [
        version(1, date(2025, 12, 29), vec![before]),
        version(2, date(2026, 3, 16), vec![after]),
    ];
    let rules = Rules::compile(&versions, &calendar(), date(2026, 12, 31));
    let cells = settled(&rules, &roster, 1, &[]);
    let required = |month| {
        cell_at(&cells, "article", date(2026, month, 20)).map(|c| (c.because.version, c.required))
    };
    assert_eq!([required(3), required(4)], [Some((1, 1)), Some((2, 2))]);
}

#[test]
fn a7_when_the_cadence_changes_the_old_period_in_progress_runs_out() {
    let roster = Roster::new(facts(staffed(), Vec::new()));
    let versions = [
        version(
            1,
            date(2025, 12, 29),
            vec![duty("article", Cadence::Month, "article")],
        ),
        version(
            2,
            date(2026, 3, 16),
            vec![duty("article", Cadence::Week, "article")],
        ),
    ];
    let rules = Rules::compile(&versions, &calendar(), date(2026, 12, 31));
    let cells = settled(&rules, &roster, 1, &[]);
    let march = cell_at(&cells, "article", date(2026, 3, 31)).unwrap();
    assert_eq!(march.key.period.cadence, Cadence::Month);
    let first_week = cells
        .iter()
        .find(|cell| cell.key.period.cadence == Cadence::Week)
        .unwrap();
    assert_eq!(first_week.key.period.first, date(2026, 4, 6));
}

fn talk() -> Duty {
    Duty {
        who: vec![Selector::Role(Role::Deputy)],
        counterpart: Some(Counterpart::InCharge),
        ..duty("talk-deputy", Cadence::Month, "talk")
    }
}

#[test]
fn r76_a_talk_is_owed_by_whoever_is_deputy_at_the_end_and_the_predecessors_talks_count() {
    let change = date(2026, 3, 16);
    let mut appointments = staffed();
    appointments.push(appointment(
        3,
        DEPUTY_POST,
        date(2025, 1, 1),
        Some(change - Days::new(1)),
    ));
    appointments.push(appointment(4, DEPUTY_POST, change, None));
    let roster = Roster::new(facts(appointments, Vec::new()));
    let rules = rules(vec![talk()]);
    let day = date(2026, 3, 5);
    let talked = Evidence {
        counterpart: Some(id(1)),
        ..evidence(1, "talk", 3, day, day)
    };
    assert_eq!(roster.actors_for(id(4)), [id::<_>(3), id(4)]);

    let cells = settled(&rules, &roster, 4, &[talked.clone()]);
    let march: Vec<(Option<PersonId>, u32, u32)> = cells
        .iter()
        .filter(|cell| cell.key.period.contains(day))
        .map(|cell| (cell.key.counterpart, cell.required, cell.done()))
        .collect();
    assert_eq!(march, [(Some(id(1)), 1, 1), (Some(id(2)), 1, 0)]);
    assert_eq!(
        cell_at(
            &settled(&rules, &roster, 3, &[talked.clone()]),
            "talk-deputy",
            day
        ),
        None
    );
    assert!(
        reach(&rules, &roster, &talked)
            .iter()
            .any(|reach| matches!(reach, Reach::Cell { person, .. } if *person == id(4)))
    );
}

#[test]
fn r71_somebody_who_is_not_there_owes_no_talk_and_is_owed_none() {
    let mut appointments = staffed();
    appointments.push(appointment(3, DEPUTY_POST, date(2025, 1, 1), None));
    let march = (
        (date(2026, 3, 1), Half::Morning),
        (date(2026, 3, 31), Half::Afternoon),
    );
    let roster = Roster::new(facts(appointments, vec![away(2, march.0, march.1)]));
    let cells = settled(&rules(vec![talk()]), &roster, 3, &[]);
    let excuse = |month, other: u128| {
        let of = |cell: &&Cell| {
            cell.key.counterpart == Some(id(other))
                && cell.key.period.contains(date(2026, month, 9))
        };
        cells.iter().find(of).unwrap().because.excuse
    };
    assert_eq!(
        [excuse(3, 1), excuse(3, 2), excuse(4, 2)],
        [None, Some(Excuse::Away(AbsenceKind::Illness)), None]
    );
}

#[test]
fn nobody_owes_anything_before_joining_and_after_leaving() {
    let appointments = vec![appointment(
        1,
        STAFF_POST,
        date(2026, 3, 11),
        Some(date(2026, 3, 27)),
    )];
    let roster = Roster::new(facts(appointments, Vec::new()));
    let cells = settled(
        &rules(vec![duty("reflection", Cadence::Week, "reflection")]),
        &roster,
        1,
        &[],
    );
    let weeks: Vec<(u32, Option<Excuse>)> = cells
        .iter()
        .map(|c| (c.key.period.number(), c.because.excuse))
        .collect();
    assert_eq!(weeks, [(11, None), (12, None), (13, None)]);
    assert!(settled(&rules(vec![field_day()]), &roster, 2, &[]).is_empty());
}

fn any_half() -> impl Strategy<Value = Half> {
    prop_oneof![Just(Half::Morning), Just(Half::Afternoon)]
}

prop_compose! {
    fn any_evidence()(number in 0..500u128, kind in 0..3usize, actor in 1..5u128, other in 1..5u128, day in 0..200u64, lag in 0..9u64, amount in 1..3u32) -> Evidence {
        let on = date(2026, 1, 1) + Days::new(day);
        let kind = ["clipping", "article", "talk"][kind];
        Evidence { counterpart: (kind == "talk").then(|| id(other)), amount, ..evidence(number, kind, actor, on, on + Days::new(lag)) }
    }
}

prop_compose! {
    fn any_roster()(changes in prop::collection::vec((1..5u128, 0..2u128, 0..150u64, prop::option::of(0..120u64)), 0..6), absences in prop::collection::vec((1..5u128, 0..200u64, any_half(), 0..30u64, any_half()), 0..4)) -> Roster {
        let mut appointments = staffed();
        appointments.push(appointment(3, DEPUTY_POST, date(2025, 1, 1), Some(date(2026, 3, 15))));
        appointments.push(appointment(4, DEPUTY_POST, date(2026, 3, 16), None));
        appointments.extend(changes.into_iter().map(|(person, post, start, length)| {
            let first = date(2026, 1, 1) + Days::new(start);
            appointment(person, STAFF_POST + post, first, length.map(|days| first + Days::new(days)))
        }));
        let absences = absences.into_iter().map(|(person, start, half, length, last)| {
            let first = date(2026, 1, 1) + Days::new(start);
            away(person, (first, half), (first + Days::new(length + 1), last))
        });
        Roster::new(facts(appointments, absences.collect()))
    }
}

fn law_rules(exclusive: bool) -> Rules {
    let group = exclusive.then(|| "texts".to_owned());
    let grouped = |duty| Duty {
        exclusive: group.clone(),
        ..duty
    };
    let first = vec![
        duty("clipping", Cadence::Day, "clipping"),
        grouped(Duty {
            prorated: true,
            quota: 2,
            ..duty("article", Cadence::Week, "article")
        }),
        grouped(duty("report", Cadence::Month, "article")),
        talk(),
    ];
    let second = vec![
        grouped(duty("report", Cadence::Xun, "article")),
        duty("clipping", Cadence::Week, "clipping"),
        talk(),
    ];
    let versions = [
        version(1, date(2025, 12, 29), first),
        version(2, date(2026, 4, 15), second),
    ];
    Rules::compile(&versions, &calendar(), date(2026, 8, 31))
}

type Ledger = BTreeMap<CellKey, Cell>;

fn recomputed(rules: &Rules, roster: &Roster, evidence: &[Evidence]) -> Ledger {
    let cells = (1..=4).flat_map(|person| settled(rules, roster, person, evidence));
    cells.map(|cell| (cell.key.clone(), cell)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn law_b7_kept_incrementally_the_ledger_equals_a_recomputation(
        roster in any_roster(), pieces in prop::collection::vec(any_evidence(), 0..25), exclusive: bool, gone in 0..25usize
    ) {
        let rules = law_rules(exclusive);
        let mut unique: Vec<Evidence> = Vec::new();
        for piece in pieces {
            if unique.iter().all(|known| known.record != piece.record) {
                unique.push(piece);
            }
        }
        let mut present: Vec<Evidence> = Vec::new();
        let mut ledger = recomputed(&rules, &roster, &present);
        // Each piece arrives; one of them is withdrawn again at the end.
        let withdrawn = unique.get(gone).cloned();
        for piece in unique.iter().chain(&withdrawn) {
            match present.iter().position(|known| known.record == piece.record) {
                Some(place) => { present.remove(place); }
                None => present.push(piece.clone()),
            }
            for reached in reach(&rules, &roster, piece) {
                let mut sink = |cell: Cell| { ledger.insert(cell.key.clone(), cell); };
                match reached {
                    Reach::Cell { person, duty, period } =>
                        settle_one(&rules, &roster, PersonFacts { person, evidence: &present }, &duty, period, &mut sink),
                    Reach::Person(person) =>
                        settle(&rules, &roster, PersonFacts { person, evidence: &present }, Span::from(rules.first()), &mut sink),
                }
            }
        }
        prop_assert_eq!(ledger, recomputed(&rules, &roster, &present));
    }

    #[test]
    fn law_b7_the_order_in_which_evidence_is_given_does_not_matter(
        roster in any_roster(), pieces in prop::collection::vec(any_evidence(), 0..25), exclusive: bool
    ) {
        let rules = law_rules(exclusive);
        let mut backwards = pieces.clone();
        backwards.reverse();
        let mut keyed: Vec<_> = pieces.iter().map(|piece| (piece.date, piece.recorded_at, piece.record)).collect();
        keyed.sort();
        keyed.dedup();
        prop_assume!(keyed.len() == pieces.len());
        prop_assert_eq!(recomputed(&rules, &roster, &pieces), recomputed(&rules, &roster, &backwards));
    }

    #[test]
    fn law_b7_cells_are_unique_bounded_and_more_absence_never_asks_more(
        roster in any_roster(), start in 0..200u64, length in 0..30u64
    ) {
        let rules = law_rules(false);
        let mut keys = std::collections::BTreeSet::new();
        for cell in (1..=4).flat_map(|person| settled(&rules, &roster, person, &[])) {
            prop_assert!(keys.insert(cell.key.clone()), "twice: {:?}", cell.key);
            prop_assert!(cell.because.available <= cell.because.working);
            prop_assert_eq!(cell.required == 0, cell.because.excuse.is_some());
            prop_assert!(cell.required <= 2 && cell.due >= cell.key.period.last);
        }
        let first = date(2026, 1, 1) + Days::new(start);
        let absence = away(1, (first, Half::Morning), (first + Days::new(length), Half::Afternoon));
        let fuller = Roster::new(facts(staffed(), Vec::new()));
        let thinner = Roster::new(facts(staffed(), vec![absence]));
        let asked = |roster: &Roster| -> Vec<u32> { settled(&rules, roster, 1, &[]).iter().map(|cell| cell.required).collect() };
        prop_assert!(asked(&thinner).iter().zip(asked(&fuller)).all(|(less, more)| *less <= more));
    }

    #[test]
    fn law_b7_once_met_in_time_a_cell_stays_done(pieces in prop::collection::vec(any_evidence(), 0..25), later in 0..200u64) {
        let rules = law_rules(false);
        let roster = Roster::new(facts(staffed(), Vec::new()));
        for cell in settled(&rules, &roster, 1, &pieces) {
            if cell.status(cell.due) == Status::Done {
                prop_assert_eq!(cell.status(cell.due + Days::new(later)), Status::Done);
            }
            prop_assert_ne!(cell.status(cell.due + Days::new(1)), Status::Open);
        }
    }
}

#[test]
fn a_post_that_nobody_holds_and_a_person_unknown_to_the_roster_settle_to_nothing() {
    let roster = Roster::new(facts(Vec::new(), Vec::new()));
    assert!(settled(&rules(vec![talk(), field_day()]), &roster, 3, &[]).is_empty());
    let post: PostId = id(999);
    assert!(roster.holders(post).is_empty() && roster.postings(id(77)).is_empty());
}
