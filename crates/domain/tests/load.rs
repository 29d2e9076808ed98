//! The load meter against the numbers of the product page (B7), and its laws.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use chrono::NaiveDate;
use domain::calendar::{Calendar, YearCalendar};
use domain::charter::{Charter, Counterpart, Force, Receiver, ReceiverMinutes, Selector, Unit, parse};
use domain::ledger::Excuse;
use domain::load::{DutyLoad, Hundredths, LoadReport, Measure, Part, Place, Position, PositionLoad, Staffing, load};
use domain::people::Role;
use domain::period::Cadence;
use proptest::prelude::*;

fn file(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn preset(name: &str) -> Charter {
    parse(&file(&format!("charters/{name}.toml")), name).unwrap()
}

fn calendar() -> Calendar {
    Calendar::new([2024, 2025, 2026].map(|year| YearCalendar::parse(&file(&format!("calendars/{year}.json"))).unwrap()))
}

fn in_2026(charter: &Charter) -> LoadReport {
    load(charter, &calendar(), 2026, &Staffing::reference())
}

fn position(report: &LoadReport, position: Position) -> &PositionLoad {
    report.positions.iter().find(|load| load.position == position).unwrap()
}

fn cadre(report: &LoadReport) -> &PositionLoad {
    position(report, Position::Staff(Place::Any))
}

fn duty<'r>(load: &'r PositionLoad, id: &str) -> &'r DutyLoad {
    load.duties.iter().find(|duty| duty.duty.as_str() == id).unwrap()
}

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
    assert_eq!((owed("talk-deputy"), duty(cadre, "talk-deputy").part), (12, Part::Counterpart));
    assert_eq!((owed("talk-minister"), duty(cadre, "talk-minister").part), (4, Part::Counterpart));
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
    let excused: Vec<(u32, Excuse)> = reflection.excused.iter().map(|period| (period.number, period.why)).collect();
    assert_eq!((reflection.periods, excused), (52, vec![(8, Excuse::NoWorkingDay)]));
    assert_eq!(reflection.excused[0].first, NaiveDate::from_ymd_opt(2026, 2, 16).unwrap());
    assert!(duty(cadre(&report), "clipping").excused.is_empty());

    let mut only_those_weeks = preset("wuxing");
    only_those_weeks.duties.retain(|duty| duty.id.as_str() == "field-day");
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
    assert_eq!(cadre.required.minutes, 104 * 30 + 197 * 240 + 12 * 480 + 16 * 30);
    assert_eq!(cadre.encouraged.minutes, 248 * 15 + 52 * 60 + 36 * 180 + 12 * 300);
    assert_eq!(cadre.required.hours_per_week.to_string(), "19.03");
    assert!(!in_2026(&preset("company")).over_cap);
}

#[test]
fn leaders_owe_their_talks_towards_each_person() {
    let report = in_2026(&preset("wuxing"));
    let minister = position(&report, Position::Minister);
    let talks = duty(minister, "talk-minister");
    assert_eq!((talks.part, talks.counterparts, talks.owed), (Part::Owner, 23, 4 * 23));
    assert!(minister.duties.iter().all(|duty| duty.duty.as_str() != "talk-deputy"));
    // Twenty people in sections, three deputies: seven on average, rounded up.
    let deputy = position(&report, Position::Deputy);
    assert_eq!((duty(deputy, "talk-deputy").counterparts, duty(deputy, "talk-deputy").owed), (7, 84));
    assert_eq!((duty(deputy, "talk-minister").part, duty(deputy, "talk-minister").owed), (Part::Counterpart, 4));
}

#[test]
fn a_head_owes_talks_to_the_own_section_and_its_people_receive_them() {
    let report = in_2026(&preset("company"));
    // Twenty people in six sections, one of them the head: 14 / 6, rounded up.
    let head = position(&report, Position::Head(Place::Any));
    assert_eq!((duty(head, "talk-head").part, duty(head, "talk-head").counterparts), (Part::Owner, 3));
    assert_eq!((duty(cadre(&report), "talk-head").part, duty(cadre(&report), "talk-head").owed), (Part::Counterpart, 12));
}

#[test]
fn a4_those_who_receive_are_counted() {
    let report = in_2026(&preset("wuxing"));
    let office = report.receivers.iter().find(|load| load.receiver == Receiver::Office).unwrap();
    // Twenty people make two suggestions a week and a topic a month; twenty-four may clip, reflect, write and read.
    assert_eq!(office.required_minutes, 20 * (104 * 5 + 12 * 5));
    assert_eq!(office.encouraged_minutes, 24 * (248 + 52 * 3 + 36 * 8 + 12 * 5));
    assert_eq!(office.people, 3);
    let clerk = position(&report, Position::Staff(Place::Office));
    let collating: u64 = clerk.receiving.iter().filter(|r| r.force == Force::Required).map(|r| r.minutes).sum();
    // Shares are rounded up duty by duty.
    assert_eq!(collating, 2 * (20u64 * 52 * 5).div_ceil(3) + (20u64 * 12 * 5).div_ceil(3));
    assert_eq!(clerk.required.minutes, cadre(&report).required.minutes + collating);
    // A head reads the section's notes, not the own.
    let reading = report.receivers.iter().find(|load| load.receiver == Receiver::SectionHead).unwrap();
    assert_eq!(reading.required_minutes, 14 * (197 * 2 + 12 * 15));
    assert!(cadre(&report).receiving.is_empty());
}

#[test]
fn proposals_come_greatest_first_and_their_savings_are_what_a_recount_shows() {
    let full = preset("wuxing-full");
    let report = in_2026(&full);
    assert!(report.proposals.is_sorted_by(|a, b| a.minutes >= b.minutes));
    let clipping = report.proposals.iter().find(|t| t.duty.as_str() == "clipping" && t.measure == Measure::Encourage);
    let of_cadre = clipping.unwrap().saves.iter().find(|saving| saving.position == Position::Staff(Place::Any)).unwrap();
    assert_eq!(of_cadre.hours.to_string(), "62");
    for trim in &report.proposals {
        let mut changed = full.clone();
        let duty = changed.duties.iter_mut().find(|duty| duty.id == trim.duty).unwrap();
        match trim.measure {
            Measure::Encourage => duty.force = Force::Encouraged,
            Measure::LessOften(cadence) => duty.cadence = cadence,
            Measure::SmallerQuota(quota) => duty.quota = quota,
        }
        let after = in_2026(&changed);
        assert_eq!(trim.within_cap, !after.over_cap, "{trim:?}");
        for (before, after) in report.positions.iter().zip(&after.positions) {
            let saving = trim.saves.iter().find(|saving| saving.position == before.position);
            let saved = saving.map_or(0, |saving| saving.minutes);
            assert_eq!(before.required.minutes, after.required.minutes + saved, "{trim:?} {}", before.position);
        }
    }
}

#[test]
fn the_cap_is_exceeded_from_the_first_minute_above_it() {
    let mut charter = preset("company");
    charter.duties.retain(|duty| duty.id.as_str() == "suggestion");
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
    charter.duties.retain(|duty| duty.id.as_str() == "reflection");
    let only = &mut charter.duties[0];
    (only.unit, only.quota) = (Unit::Words, 800);
    let report = in_2026(&charter);
    let reflection = duty(cadre(&report), "reflection");
    assert_eq!((reflection.owed, reflection.items.to_string().as_str(), reflection.minutes), (9600, "12", 12 * 45));
    charter.duties[0].force = Force::Standing;
    assert!(in_2026(&charter).positions.iter().all(|load| load.duties.is_empty()));
}

#[test]
fn the_office_named_sections_and_posts_are_positions_of_their_own() {
    let mut charter = preset("company");
    charter.duties.retain(|duty| duty.id.as_str() == "suggestion");
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
    assert_eq!((people(Position::Head(section())), people(Position::Staff(section()))), (1, 3));
    assert_eq!((people(Position::Head(Place::Any)), people(Position::Staff(Place::Any))), (4, 9));
    let owes = |wanted: Position| !position(&report, wanted).duties.is_empty();
    assert!(owes(Position::Head(Place::Any)) && owes(Position::Staff(Place::Office)) && owes(Position::Staff(section())));
    assert!(owes(Position::Post("主任".to_owned())));
    assert!(!owes(Position::Staff(Place::Any)) && !owes(Position::Deputy));
}

#[test]
fn a_report_is_json_with_words_and_numbers() {
    let json = serde_json::to_value(in_2026(&preset("wuxing-full"))).unwrap();
    let cadre = json["positions"].as_array().unwrap().iter().find(|load| load["position"] == "staff").unwrap();
    assert_eq!(cadre["required"]["items"], 578.5);
    let reflection = cadre["duties"].as_array().unwrap().iter().find(|duty| duty["duty"] == "reflection").unwrap();
    assert_eq!((&reflection["owed"], &reflection["cadence"]), (&52.into(), &"week".into()));
    assert_eq!(reflection["excused"][0]["why"], "no-working-day");
    assert_eq!(reflection["excused"][0]["first"], "2026-02-16");
    let trim = &json["proposals"][0];
    assert_eq!((&trim["duty"], &trim["measure"]["kind"]), (&"field-day".into(), &"encourage".into()));
}

#[test]
fn a_year_without_a_calendar_is_provisional_and_one_out_of_range_asks_nothing() {
    let charter = preset("wuxing-full");
    assert!(load(&charter, &calendar(), 2099, &Staffing::reference()).provisional);
    for year in [i32::MIN, -1, 1899, 3000, i32::MAX] {
        let report = load(&charter, &calendar(), year, &Staffing::reference());
        assert!(report.positions.iter().all(|load| load.required.minutes == 0), "{year}");
    }
}

#[test]
fn hundredths_are_written_as_short_as_they_are() {
    for (hundredths, text) in [(0, "0"), (5, "0.05"), (50, "0.5"), (57_850, "578.5"), (3972, "39.72"), (6200, "62")] {
        assert_eq!(Hundredths(hundredths).to_string(), text);
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
    let duty = (any_selectors(), counterpart, unit, 1..100_001u32, 0..7usize, any::<bool>(), 0..100_001u32, 0..5usize);
    proptest::collection::vec(duty, 1..4).prop_map(|duties| {
        let mut charter = preset("company");
        charter.duties.truncate(duties.len());
        for (duty, (who, counterpart, unit, quota, cadence, prorated, minutes, receiver)) in
            charter.duties.iter_mut().zip(duties)
        {
            duty.force = Force::Required;
            (duty.who, duty.counterpart, duty.unit, duty.quota) = (who, counterpart, unit, quota);
            (duty.cadence, duty.prorated, duty.minutes) = (Cadence::ALL[cadence], prorated, minutes);
            duty.receivers = vec![ReceiverMinutes { receiver: Receiver::ALL[receiver], minutes }];
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
