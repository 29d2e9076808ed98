//! The presets against the product page.

use std::collections::BTreeMap;

use domain::charter::{
    CharterWarning, Counterpart, Force, Pillar, Receiver, Selector, Unit, parse, warnings,
};
use domain::people::Role;
use domain::period::Cadence;

use crate::*;

#[test]
fn the_presets_and_the_example_of_the_readme_are_charters() {
    parse(SMALL, "small.toml").unwrap();
    for name in PRESETS {
        let charter = preset(name);
        assert_eq!(warnings(&charter), [], "{name}");
        assert_eq!(charter.pillars.len(), 5, "{name}");
    }
    let readme = file("README.md");
    let example = readme
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let charter = parse(example, "README.md").unwrap();
    let absent = warnings(&charter)
        .into_iter()
        .filter(|w| matches!(w, CharterWarning::AbsentPillar { .. }))
        .count();
    assert_eq!((charter.duties.len(), absent), (1, 4));
}

#[test]
fn r1_to_r86_each_rule_stands_in_exactly_one_article_of_the_reference() {
    for name in ["wuxing", "wuxing-full"] {
        let mut carried: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for article in &preset(name).articles {
            for rule in &article.rules {
                carried
                    .entry(rule[1..].parse().unwrap())
                    .or_default()
                    .push(article.number);
            }
        }
        let rules: Vec<u32> = carried.keys().copied().collect();
        assert_eq!(rules, (1..=86).collect::<Vec<_>>(), "{name}");
        assert!(
            carried.values().all(|articles| articles.len() == 1),
            "{name}: {carried:?}"
        );
    }
}

#[test]
fn r14_the_reference_pillars_have_four_clauses_of_four_characters() {
    let mut charter = preset("wuxing");
    assert!(charter.pillars_without_four_clauses().is_empty());
    charter.pillars[1].clauses.pop();
    let expected = CharterWarning::IrregularStandard {
        pillar: Pillar::Knowledge,
        lengths: vec![4, 4, 4],
    };
    assert_eq!(warnings(&charter), [expected]);
}

#[test]
fn r15_the_study_topics_are_those_of_the_rule() {
    let topics = preset("wuxing").topics;
    let topics: Vec<&str> = topics.iter().map(|topic| topic.original.as_str()).collect();
    assert_eq!(
        topics,
        [
            "理论和全会文件",
            "组织工作",
            "政策和程序",
            "经济",
            "法律",
            "科学",
            "文化",
            "历史"
        ]
    );
}

/// What a preset says of one duty: force, cadence, quota, unit, the articles' rule.
type Row = (&'static str, Force, Cadence, u32, Unit, &'static str);

#[test]
fn b7_the_reference_is_faithful_r23_to_r26_encouraged_and_the_rest_required() {
    use Cadence::{Day, Month, Quarter, Week, Xun};
    use Force::{Encouraged, Required};
    let expected: [Row; 10] = [
        ("clipping", Encouraged, Day, 1, Unit::Times, "R23"),
        ("reflection", Encouraged, Week, 1, Unit::Times, "R24"),
        ("article", Encouraged, Xun, 1, Unit::Times, "R25"),
        ("book-note", Encouraged, Month, 1, Unit::Times, "R26"),
        ("suggestion-work", Required, Week, 1, Unit::Times, "R35"),
        (
            "suggestion-department",
            Required,
            Week,
            1,
            Unit::Times,
            "R35",
        ),
        ("field-day", Required, Week, 4, Unit::HalfDays, "R37"),
        ("research-topic", Required, Month, 1, Unit::Times, "R39"),
        ("talk-deputy", Required, Month, 1, Unit::Times, "R76"),
        ("talk-minister", Required, Quarter, 1, Unit::Times, "R77"),
    ];
    let charter = preset("wuxing");
    assert_eq!(charter.duties.len(), expected.len());
    for (duty, (id, force, cadence, quota, unit, rule)) in charter.duties.iter().zip(expected) {
        assert_eq!(
            (duty.id.as_str(), duty.force, duty.cadence),
            (id, force, cadence)
        );
        assert_eq!(
            (duty.quota, duty.unit, duty.grace, duty.prorated),
            (quota, unit, 2, id == "field-day"),
            "{id}"
        );
        let article = charter.article(duty.article).unwrap();
        assert!(article.rules.iter().any(|carried| carried == rule), "{id}");
        assert_eq!(article.pillar, Some(duty.pillar), "{id}");
    }
    let duty = |id: &str| {
        charter
            .duties
            .iter()
            .find(|duty| duty.id.as_str() == id)
            .unwrap()
    };
    assert_eq!(duty("clipping").who, [Selector::Everyone]);
    assert_eq!(
        duty("suggestion-work").who,
        [Selector::Role(Role::Head), Selector::Role(Role::Staff)]
    );
    assert_eq!(
        duty("suggestion-department").evidence.category.as_deref(),
        Some("department")
    );
    assert_eq!(duty("talk-deputy").counterpart, Some(Counterpart::InCharge));
    assert_eq!(
        duty("talk-minister").counterpart,
        Some(Counterpart::Everyone)
    );
    assert!(
        duty("talk-minister")
            .receivers
            .iter()
            .any(|r| r.receiver == Receiver::Counterpart && r.minutes == 30)
    );
}

#[test]
fn wuxing_full_differs_in_the_force_of_r23_to_r26_and_says_so() {
    let (faithful, mut full) = (preset("wuxing"), preset("wuxing-full"));
    assert!(full.duties.iter().all(|duty| duty.force == Force::Required));
    for (theirs, ours) in full.duties.iter_mut().zip(&faithful.duties) {
        theirs.force = ours.force;
    }
    assert_eq!(full.duties, faithful.duties);
    assert_eq!(full.notes[1..], faithful.notes);
    let differing: Vec<u32> = full
        .articles
        .iter()
        .zip(&faithful.articles)
        .filter(|(a, b)| a != b)
        .map(|(a, _)| a.number)
        .collect();
    assert_eq!(differing, [10]);
}

#[test]
fn every_text_of_the_presets_has_english() {
    for name in PRESETS {
        let charter = preset(name);
        let texts = [&charter.title]
            .into_iter()
            .chain(&charter.preamble)
            .chain(&charter.topics)
            .chain(&charter.notes);
        let pillars = charter
            .pillars
            .iter()
            .flat_map(|pillar| [&pillar.name].into_iter().chain(&pillar.clauses));
        let articles = charter
            .articles
            .iter()
            .flat_map(|article| [&article.title, &article.text]);
        let duties = charter.duties.iter().map(|duty| &duty.name);
        for text in texts.chain(pillars).chain(articles).chain(duties) {
            assert!(text.english.is_some(), "{name}: {}", text.original);
            assert!(
                !text.original.contains([',', ';', ':']),
                "{name}: narrow punctuation in {}",
                text.original
            );
        }
    }
}
