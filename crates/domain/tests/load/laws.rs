//! The load agrees with the ledger and with itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::charter::{
    Charter, Counterpart, Force, Receiver, ReceiverMinutes, Selector, Unit, Version,
};
use domain::identity::{DutyId, PersonId, PostId, SectionId};
use domain::ledger::{PersonFacts, Rules, settle};
use domain::load::{Measure, Part, Place, Position, Staffing, load};
use domain::people::{Appointment, Charge, Person, Post, Role, Roster, RosterFacts, Section};
use domain::period::Cadence;
use domain::time::Span;
use proptest::prelude::*;
use uuid::Uuid;

use crate::*;

#[test]
fn proposals_come_greatest_first_and_their_savings_are_what_a_recount_shows() {
    let full = preset("wuxing-full");
    let report = in_2026(&full);
    assert!(report.proposals.is_sorted_by(|a, b| a.minutes >= b.minutes));
    let clipping = report
        .proposals
        .iter()
        .find(|t| t.duty.as_str() == "clipping" && t.measure == Measure::Encourage);
    let of_cadre = clipping
        .unwrap()
        .saves
        .iter()
        .find(|saving| saving.position == Position::Staff(Place::Any))
        .unwrap();
    assert_eq!(of_cadre.hours.to_string(), "62");
    for trim in &report.proposals {
        let mut changed = full.clone();
        let duty = changed
            .duties
            .iter_mut()
            .find(|duty| duty.id == trim.duty)
            .unwrap();
        match trim.measure {
            Measure::Encourage => duty.force = Force::Encouraged,
            Measure::LessOften(cadence) => duty.cadence = cadence,
            Measure::SmallerQuota(quota) => duty.quota = quota,
        }
        let after = in_2026(&changed);
        assert_eq!(trim.within_cap, !after.over_cap, "{trim:?}");
        for (before, after) in report.positions.iter().zip(&after.positions) {
            let saving = trim
                .saves
                .iter()
                .find(|saving| saving.position == before.position);
            let saved = saving.map_or(0, |saving| saving.minutes);
            assert_eq!(
                before.required.minutes,
                after.required.minutes + saved,
                "{trim:?} {}",
                before.position
            );
        }
    }
}

/// One minister, one deputy in charge of one section with a head and a clerk: all there from before the charter on.
fn small_department() -> (Roster, Vec<PersonId>) {
    let since = Span::from(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap());
    let id = |n: u128| Uuid::from_u128(n);
    let section = SectionId::new(id(100));
    let roles = [Role::Minister, Role::Deputy, Role::Head, Role::Staff];
    let mut facts = RosterFacts {
        sections: vec![Section {
            id: section,
            name: "研究室".to_owned(),
            office: false,
            rank: 0,
        }],
        charges: vec![Charge {
            post: PostId::new(id(11)),
            section,
            span: since,
        }],
        ..RosterFacts::default()
    };
    for (n, role) in (0u32..).zip(roles) {
        let (person, post) = (
            PersonId::new(id(n.into())),
            PostId::new(id(10 + u128::from(n))),
        );
        let section = matches!(role, Role::Head | Role::Staff).then_some(section);
        facts.people.push(Person {
            id: person,
            name: role.word().to_owned(),
            rank: n,
        });
        facts.posts.push(Post {
            id: post,
            title: role.word().to_owned(),
            role,
            section,
        });
        facts.appointments.push(Appointment {
            person,
            post,
            span: since,
        });
    }
    let people = facts.people.iter().map(|person| person.id).collect();
    (Roster::new(facts), people)
}

#[test]
fn the_load_is_what_the_ledger_asks_of_people_who_are_there_all_year() {
    let staffing = Staffing {
        ministers: 1,
        deputies: 1,
        heads: 1,
        staff: 1,
        office_members: 0,
        sections: 1,
        ..Staffing::reference()
    };
    let (roster, people) = small_department();
    for name in ["wuxing-full", "company"] {
        let charter = preset(name);
        let report = load(&charter, &calendar(), 2026, &staffing);
        let effective = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let version = Version {
            number: 1,
            effective,
            charter: charter.clone(),
        };
        let last = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
        let rules = Rules::compile(&[version], &calendar(), last);
        let positions = [
            Position::Minister,
            Position::Deputy,
            Position::Head(Place::Any),
            Position::Staff(Place::Any),
        ];
        let mut asked: BTreeMap<(DutyId, PersonId, Part), u64> = BTreeMap::new();
        for person in &people {
            let facts = PersonFacts {
                person: *person,
                evidence: &[],
            };
            settle(
                &rules,
                &roster,
                facts,
                Span::between(effective, last).unwrap(),
                |cell| {
                    let in_year = cell.key.period.year() == 2026 && cell.required > 0;
                    let sides = [
                        (Some(*person), Part::Owner),
                        (cell.key.counterpart, Part::Counterpart),
                    ];
                    for (person, part) in sides.into_iter().filter(|_| in_year) {
                        if let Some(person) = person {
                            *asked
                                .entry((cell.key.duty.clone(), person, part))
                                .or_default() += u64::from(cell.required);
                        }
                    }
                },
            );
        }
        let mut loaded: BTreeMap<(DutyId, PersonId, Part), u64> = BTreeMap::new();
        for (person, wanted) in people.iter().zip(positions) {
            for duty in &position(&report, wanted).duties {
                loaded.insert((duty.duty.clone(), *person, duty.part), duty.owed);
            }
        }
        assert_eq!(loaded, asked, "{name}");
    }
}

fn any_staffing() -> impl Strategy<Value = Staffing> {
    let (few, many) = (0..4u32, prop_oneof![0..30u32, Just(u32::MAX)]);
    (few.clone(), few.clone(), many.clone(), many, few, 0..9u32).prop_map(
        |(ministers, deputies, heads, staff, office_members, sections)| Staffing {
            ministers,
            deputies,
            heads,
            staff,
            office_members,
            sections,
            ..Staffing::reference()
        },
    )
}

fn any_selectors() -> impl Strategy<Value = Vec<Selector>> {
    let one = prop_oneof![
        Just(Selector::Everyone),
        Just(Selector::Role(Role::Minister)),
        Just(Selector::Role(Role::Deputy)),
        Just(Selector::Role(Role::Head)),
        Just(Selector::Role(Role::Staff)),
        Just(Selector::Office),
        Just(Selector::Section("甲科".to_owned())),
        Just(Selector::Post("主任".to_owned())),
    ];
    proptest::collection::vec(one, 1..4)
}

fn any_charter() -> impl Strategy<Value = Charter> {
    let counterpart = prop_oneof![
        Just(None),
        Just(Some(Counterpart::Everyone)),
        Just(Some(Counterpart::InCharge)),
        Just(Some(Counterpart::OwnSection)),
    ];
    let unit = prop_oneof![Just(Unit::Times), Just(Unit::HalfDays), Just(Unit::Words)];
    let duty = (
        any_selectors(),
        counterpart,
        unit,
        1..100_001u32,
        0..7usize,
        any::<bool>(),
        0..100_001u32,
        0..5usize,
    );
    proptest::collection::vec(duty, 1..4).prop_map(|duties| {
        let mut charter = preset("company");
        charter.duties.truncate(duties.len());
        for (duty, (who, counterpart, unit, quota, cadence, prorated, minutes, receiver)) in
            charter.duties.iter_mut().zip(duties)
        {
            duty.force = Force::Required;
            (duty.who, duty.counterpart, duty.unit, duty.quota) = (who, counterpart, unit, quota);
            (duty.cadence, duty.prorated, duty.minutes) =
                (Cadence::ALL[cadence], prorated, minutes);
            duty.receivers = vec![ReceiverMinutes {
                receiver: Receiver::ALL[receiver],
                minutes,
            }];
        }
        charter
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn law_any_charter_and_staffing_have_a_load_that_is_the_sum_of_its_parts(
        charter in any_charter(),
        staffing in any_staffing(),
        year in 2023..2030i32,
    ) {
        let report = load(&charter, &calendar(), year, &staffing);
        for load in &report.positions {
            let parts = load.duties.iter().map(|duty| duty.minutes).chain(load.receiving.iter().map(|r| r.minutes));
            prop_assert_eq!(load.required.minutes, parts.fold(0u64, u64::saturating_add));
        }
        let placed = report.positions.iter().filter(|load| load.position.role().is_some());
        let placed = placed.fold(0u32, |sum, load| sum.saturating_add(load.people));
        let everybody = [staffing.ministers, staffing.deputies, staffing.heads, staffing.staff];
        prop_assert_eq!(placed, everybody.into_iter().fold(0u32, u32::saturating_add));
        prop_assert_eq!(report.over_cap, report.positions.iter().any(|load| load.over_cap));
    }

    #[test]
    fn law_asking_more_never_lightens_the_load(charter in any_charter(), which in 0..3usize, more in 1..1000u32) {
        let mut heavier = charter.clone();
        let index = which % heavier.duties.len();
        heavier.duties[index].quota += more;
        let (before, after) = (in_2026(&charter), in_2026(&heavier));
        for (before, after) in before.positions.iter().zip(&after.positions) {
            prop_assert!(before.required.minutes <= after.required.minutes);
        }
    }
}
