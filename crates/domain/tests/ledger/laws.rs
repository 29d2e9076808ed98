//! What holds for every history.

use std::collections::BTreeMap;

use chrono::Days;
use domain::charter::Duty;
use domain::identity::PersonId;
use domain::ledger::{
    Cell, CellKey, Evidence, PersonFacts, Reach, Rules, Status, reach, settle, settle_one, sources,
};
use domain::people::Roster;
use domain::period::Cadence;
use domain::time::{Half, Span};
use proptest::prelude::*;

use crate::cast::*;

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

fn of(evidence: &[Evidence], actors: &[PersonId]) -> Vec<Evidence> {
    let theirs = evidence
        .iter()
        .filter(|piece| actors.contains(&piece.actor));
    theirs.cloned().collect()
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
                    // Only what the sources did is looked at; the recomputation sees everybody's.
                    Reach::Cell { person, duty, period } => {
                        let evidence = of(&present, &sources(&rules, &roster, person, Some(&duty)));
                        settle_one(&rules, &roster, PersonFacts { person, evidence: &evidence }, &duty, period, &mut sink);
                    }
                    Reach::Person(person) => {
                        let evidence = of(&present, &sources(&rules, &roster, person, None));
                        settle(&rules, &roster, PersonFacts { person, evidence: &evidence }, Span::from(rules.first()), &mut sink);
                    }
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
