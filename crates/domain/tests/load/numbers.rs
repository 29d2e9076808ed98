//! What the presets ask of people in 2026.

use chrono::NaiveDate;
use domain::charter::{Force, Receiver, Selector, Unit};
use domain::ledger::Excuse;
use domain::load::{Hundredths, Part, Place, Position, Staffing, load};
use domain::people::Role;
use domain::period::Cadence;

use crate::*;

#[test]
fn b7_everything_required_asks_of_a_cadre_in_2026_what_the_product_page_says() {
    let report = in_2026(&preset("wuxing-full"));
    let cadre = cadre(&report);
    let owed = |id: &str| duty(cadre, id).owed;
    assert_eq!(owed("clipping"), 248);
    assert_eq!(owed("reflection"), 52);
    assert_eq!(owed("article"), 36);
    assert_eq!(owed("book-note"), 12);
    assert_eq!(owed("suggestion-work") + owed("suggestion-department"), 104);
    assert_eq!(owed("field-day"), 197);
    assert_eq!(owed("research-topic"), 12);
    assert_eq!(
        (owed("talk-deputy"), duty(cadre, "talk-deputy").part),
        (12, Part::Counterpart)
    );
    assert_eq!(
        (owed("talk-minister"), duty(cadre, "talk-minister").part),
        (4, Part::Counterpart)
    );
    assert_eq!(cadre.duties.len(), 10);

    // About 580 items, more than two per working day, field days about 40 % of the working time.
    assert_eq!(cadre.required.items.to_string(), "578.5");
    assert_eq!(cadre.required.items_per_working_day.to_string(), "2.33");
    assert_eq!(duty(cadre, "field-day").share_percent.to_string(), "39.72");
    assert_eq!(cadre.encouraged.minutes, 0);
    assert!(cadre.over_cap && report.over_cap);
    assert_eq!((report.working_days, report.provisional), (248, false));
}

#[test]
fn b7_week_8_of_2026_is_excused_and_weeks_40_and_41_ask_one_day_in_the_field() {
    let report = in_2026(&preset("wuxing"));
    let reflection = duty(cadre(&report), "reflection");
    let excused: Vec<(u32, Excuse)> = reflection
        .excused
        .iter()
        .map(|period| (period.number, period.why))
        .collect();
    assert_eq!(
        (reflection.periods, excused),
        (52, vec![(8, Excuse::NoWorkingDay)])
    );
    assert_eq!(
        reflection.excused[0].first,
        NaiveDate::from_ymd_opt(2026, 2, 16).unwrap()
    );
    assert!(duty(cadre(&report), "clipping").excused.is_empty());

    let mut only_those_weeks = preset("wuxing");
    only_those_weeks
        .duties
        .retain(|duty| duty.id.as_str() == "field-day");
    let field_day = &only_those_weeks.duties[0];
    let weeks = Cadence::Week.periods_of_year(2026);
    for week in [40, 41] {
        let asked = domain::ledger::full_requirement(field_day, weeks[week - 1], &calendar());
        assert_eq!(asked, Ok(2), "week {week}");
    }
}

#[test]
fn the_reference_charter_stays_below_its_cap_and_counts_the_encouraged_apart() {
    let report = in_2026(&preset("wuxing"));
    assert!(!report.over_cap);
    let cadre = cadre(&report);
    // 52 + 52 suggestions, 197 half-days, 12 topics, 12 + 4 talks.
    assert_eq!(
        cadre.required.minutes,
        104 * 30 + 197 * 240 + 12 * 480 + 16 * 30
    );
    assert_eq!(
        cadre.encouraged.minutes,
        248 * 15 + 52 * 60 + 36 * 180 + 12 * 300
    );
    assert_eq!(cadre.required.hours_per_week.to_string(), "19.03");
    assert!(!in_2026(&preset("company")).over_cap);
}

#[test]
fn leaders_owe_their_talks_towards_each_person() {
    let report = in_2026(&preset("wuxing"));
    let minister = position(&report, Position::Minister);
    let talks = duty(minister, "talk-minister");
    assert_eq!(
        (talks.part, talks.counterparts, talks.owed),
        (Part::Owner, 23, 4 * 23)
    );
    assert!(
        minister
            .duties
            .iter()
            .all(|duty| duty.duty.as_str() != "talk-deputy")
    );
    // Twenty people in sections, three deputies: seven on average, rounded up.
    let deputy = position(&report, Position::Deputy);
    assert_eq!(
        (
            duty(deputy, "talk-deputy").counterparts,
            duty(deputy, "talk-deputy").owed
        ),
        (7, 84)
    );
    assert_eq!(
        (
            duty(deputy, "talk-minister").part,
            duty(deputy, "talk-minister").owed
        ),
        (Part::Counterpart, 4)
    );
}

#[test]
fn a_head_owes_talks_to_the_own_section_and_its_people_receive_them() {
    let report = in_2026(&preset("company"));
    // Twenty people in six sections, one of them the head: 14 / 6, rounded up.
    let head = position(&report, Position::Head(Place::Any));
    assert_eq!(
        (
            duty(head, "talk-head").part,
            duty(head, "talk-head").counterparts
        ),
        (Part::Owner, 3)
    );
    assert_eq!(
        (
            duty(cadre(&report), "talk-head").part,
            duty(cadre(&report), "talk-head").owed
        ),
        (Part::Counterpart, 12)
    );
}

#[test]
fn a4_those_who_receive_are_counted() {
    let report = in_2026(&preset("wuxing"));
    let office = report
        .receivers
        .iter()
        .find(|load| load.receiver == Receiver::Office)
        .unwrap();
    // Twenty people make two suggestions a week and a topic a month; twenty-four may clip, reflect, write and read.
    assert_eq!(office.required_minutes, 20 * (104 * 5 + 12 * 5));
    assert_eq!(
        office.encouraged_minutes,
        24 * (248 + 52 * 3 + 36 * 8 + 12 * 5)
    );
    assert_eq!(office.people, 3);
    let clerk = position(&report, Position::Staff(Place::Office));
    let collating: u64 = clerk
        .receiving
        .iter()
        .filter(|r| r.force == Force::Required)
        .map(|r| r.minutes)
        .sum();
    // Shares are rounded up duty by duty.
    assert_eq!(
        collating,
        2 * (20u64 * 52 * 5).div_ceil(3) + (20u64 * 12 * 5).div_ceil(3)
    );
    assert_eq!(
        clerk.required.minutes,
        cadre(&report).required.minutes + collating
    );
    // A head reads the section's notes, not the own.
    let reading = report
        .receivers
        .iter()
        .find(|load| load.receiver == Receiver::SectionHead)
        .unwrap();
    assert_eq!(reading.required_minutes, 14 * (197 * 2 + 12 * 15));
    assert!(cadre(&report).receiving.is_empty());
}

#[test]
fn the_cap_is_exceeded_from_the_first_minute_above_it() {
    let mut charter = preset("company");
    charter
        .duties
        .retain(|duty| duty.id.as_str() == "suggestion");
    charter.duties[0].receivers.clear();
    charter.duties[0].cadence = Cadence::Year;
    // 248 working days are 49.6 working weeks; 5 hours each are 14,880 minutes.
    charter.cap.hours_per_week = 5;
    for (minutes, over) in [(14_880, false), (14_881, true)] {
        charter.duties[0].minutes = minutes;
        assert_eq!(in_2026(&charter).over_cap, over, "{minutes}");
    }
    charter.duties[0].force = Force::Encouraged;
    assert!(!in_2026(&charter).over_cap);
}

#[test]
fn words_count_one_item_a_period_and_standing_duties_nothing() {
    let mut charter = preset("company");
    charter
        .duties
        .retain(|duty| duty.id.as_str() == "reflection");
    let only = &mut charter.duties[0];
    (only.unit, only.quota) = (Unit::Words, 800);
    let report = in_2026(&charter);
    let reflection = duty(cadre(&report), "reflection");
    assert_eq!(
        (
            reflection.owed,
            reflection.items.to_string().as_str(),
            reflection.minutes
        ),
        (9600, "12", 12 * 45)
    );
    charter.duties[0].force = Force::Standing;
    assert!(
        in_2026(&charter)
            .positions
            .iter()
            .all(|load| load.duties.is_empty())
    );
}

#[test]
fn the_office_named_sections_and_posts_are_positions_of_their_own() {
    let mut charter = preset("company");
    charter
        .duties
        .retain(|duty| duty.id.as_str() == "suggestion");
    charter.duties[0].who = vec![
        Selector::Role(Role::Head),
        Selector::Office,
        Selector::Section("研究室".to_owned()),
        Selector::Post("主任".to_owned()),
    ];
    let report = in_2026(&charter);
    let people = |wanted: Position| position(&report, wanted).people;
    let section = || Place::Section("研究室".to_owned());
    assert_eq!(people(Position::Staff(Place::Office)), 2);
    assert_eq!(
        (
            people(Position::Head(section())),
            people(Position::Staff(section()))
        ),
        (1, 3)
    );
    assert_eq!(
        (
            people(Position::Head(Place::Any)),
            people(Position::Staff(Place::Any))
        ),
        (4, 9)
    );
    let owes = |wanted: Position| !position(&report, wanted).duties.is_empty();
    assert!(
        owes(Position::Head(Place::Any))
            && owes(Position::Staff(Place::Office))
            && owes(Position::Staff(section()))
    );
    assert!(owes(Position::Post("主任".to_owned())));
    assert!(!owes(Position::Staff(Place::Any)) && !owes(Position::Deputy));
}

#[test]
fn a_report_is_json_with_words_and_numbers() {
    let json = serde_json::to_value(in_2026(&preset("wuxing-full"))).unwrap();
    let cadre = json["positions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|load| load["position"] == "staff")
        .unwrap();
    assert_eq!(cadre["required"]["items"], 578.5);
    let reflection = cadre["duties"]
        .as_array()
        .unwrap()
        .iter()
        .find(|duty| duty["duty"] == "reflection")
        .unwrap();
    assert_eq!(
        (&reflection["owed"], &reflection["cadence"]),
        (&52.into(), &"week".into())
    );
    assert_eq!(reflection["excused"][0]["why"], "no-working-day");
    assert_eq!(reflection["excused"][0]["first"], "2026-02-16");
    let trim = &json["proposals"][0];
    assert_eq!(
        (&trim["duty"], &trim["measure"]["kind"]),
        (&"field-day".into(), &"encourage".into())
    );
}

#[test]
fn a_year_without_a_calendar_is_provisional_and_one_out_of_range_asks_nothing() {
    let charter = preset("wuxing-full");
    assert!(load(&charter, &calendar(), 2099, &Staffing::reference()).provisional);
    for year in [i32::MIN, -1, 1899, 3000, i32::MAX] {
        let report = load(&charter, &calendar(), year, &Staffing::reference());
        assert!(
            report
                .positions
                .iter()
                .all(|load| load.required.minutes == 0),
            "{year}"
        );
    }
}

#[test]
fn hundredths_are_written_as_short_as_they_are() {
    for (hundredths, text) in [
        (0, "0"),
        (5, "0.05"),
        (50, "0.5"),
        (57_850, "578.5"),
        (3972, "39.72"),
        (6200, "62"),
    ] {
        assert_eq!(Hundredths(hundredths).to_string(), text);
    }
}
