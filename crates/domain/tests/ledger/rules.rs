//! The exact rules, case by case.

use chrono::{Days, NaiveDate};
use domain::charter::{Duty, Force};
use domain::identity::{PersonId, PostId};
use domain::ledger::{
    Cell, Evidence, Excuse, Reach, Rules, Status, full_requirement, reach, sources,
};
use domain::people::{AbsenceKind, Roster};
use domain::period::Cadence;
use domain::time::Half;

use crate::cast::*;

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
    assert_eq!(sources(&rules, &roster, id(4), None), [id::<_>(3), id(4)]);
    assert_eq!(sources(&rules, &roster, id(1), None), [id::<_>(1)]);

    let cells = settled(&rules, &roster, 4, std::slice::from_ref(&talked));
    let march: Vec<(Option<PersonId>, u32, u32)> = cells
        .iter()
        .filter(|cell| cell.key.period.contains(day))
        .map(|cell| (cell.key.counterpart, cell.required, cell.done()))
        .collect();
    assert_eq!(march, [(Some(id(1)), 1, 1), (Some(id(2)), 1, 0)]);
    assert_eq!(
        cell_at(
            &settled(&rules, &roster, 3, std::slice::from_ref(&talked)),
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

#[test]
fn a_post_that_nobody_holds_and_a_person_unknown_to_the_roster_settle_to_nothing() {
    let roster = Roster::new(facts(Vec::new(), Vec::new()));
    assert!(settled(&rules(vec![talk(), field_day()]), &roster, 3, &[]).is_empty());
    let post: PostId = id(999);
    assert!(roster.holders(post).is_empty() && roster.postings(id(77)).is_empty());
}
