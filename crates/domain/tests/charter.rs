//! Charters as files: the presets are what the product page says, and a mistake is named with its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use domain::charter::{
    Charter, CharterError, CharterProblem, CharterWarning, Counterpart, Force, Pillar, Receiver, Selector, Shape,
    Thing, Unit, parse, warnings,
};
use domain::people::Role;
use domain::period::Cadence;
use proptest::prelude::*;

const PRESETS: [&str; 3] = ["wuxing", "wuxing-full", "company"];

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../charters/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn preset(name: &str) -> Charter {
    let name = format!("{name}.toml");
    parse(&file(&name), &name).unwrap_or_else(|error| panic!("{error}"))
}

/// A small charter in which the tests make their mistakes.
const SMALL: &str = r#"title = "小章程"
preamble = ["前言"]

[cap]
hours_per_week = 4

[[pillar]]
key = "learning"
name = { zh = "学习型", en = "Learning" }
clauses = ["甲甲甲甲", "乙乙乙乙", "丙丙丙丙", "丁丁丁丁"]

[[article]]
number = 1
pillar = "learning"
title = "第一条"
text = "条文"
rules = ["R23"]

[[duty]]
id = "one"
name = "任务"
pillar = "learning"
article = 1
force = "required"
who = ["staff"]
evidence = "clipping"
every = "week"
minutes = 15
exclusive = "pair"

[[duty]]
id = "two"
name = "任务"
pillar = "learning"
article = 1
force = "required"
who = ["deputies"]
with = "in-charge"
evidence = "talk"
every = "month"
minutes = 30
receivers = { counterpart = 30 }
exclusive = "pair"
"#;

/// The small charter with the first `from` replaced, and where `marker` (the offending text) then stands.
fn changed(from: &str, to: &str, marker: &str) -> (String, usize, usize) {
    assert!(SMALL.contains(from), "{from}");
    let text = SMALL.replacen(from, to, 1);
    let offset = text.find(marker).unwrap();
    let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let place = (text[..offset].matches('\n').count() + 1, text[line_start..offset].chars().count() + 1);
    (text, place.0, place.1)
}

#[test]
fn the_presets_and_the_example_of_the_readme_are_charters() {
    parse(SMALL, "small.toml").unwrap();
    for name in PRESETS {
        let charter = preset(name);
        assert_eq!(warnings(&charter), [], "{name}");
        assert_eq!(charter.pillars.len(), 5, "{name}");
    }
    let readme = file("README.md");
    let example = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let charter = parse(example, "README.md").unwrap();
    let absent = warnings(&charter).into_iter().filter(|w| matches!(w, CharterWarning::AbsentPillar { .. })).count();
    assert_eq!((charter.duties.len(), absent), (1, 4));
}

#[test]
fn r1_to_r86_each_rule_stands_in_exactly_one_article_of_the_reference() {
    for name in ["wuxing", "wuxing-full"] {
        let mut carried: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for article in &preset(name).articles {
            for rule in &article.rules {
                carried.entry(rule[1..].parse().unwrap()).or_default().push(article.number);
            }
        }
        let rules: Vec<u32> = carried.keys().copied().collect();
        assert_eq!(rules, (1..=86).collect::<Vec<_>>(), "{name}");
        assert!(carried.values().all(|articles| articles.len() == 1), "{name}: {carried:?}");
    }
}

#[test]
fn r14_the_reference_pillars_have_four_clauses_of_four_characters() {
    let mut charter = preset("wuxing");
    assert!(charter.pillars_without_four_clauses().is_empty());
    charter.pillars[1].clauses.pop();
    let expected = CharterWarning::IrregularStandard { pillar: Pillar::Knowledge, lengths: vec![4, 4, 4] };
    assert_eq!(warnings(&charter), [expected]);
}

#[test]
fn r15_the_study_topics_are_those_of_the_rule() {
    let topics = preset("wuxing").topics;
    let topics: Vec<&str> = topics.iter().map(|topic| topic.original.as_str()).collect();
    assert_eq!(topics, ["理论和全会文件", "组织工作", "政策和程序", "经济", "法律", "科学", "文化", "历史"]);
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
        ("suggestion-department", Required, Week, 1, Unit::Times, "R35"),
        ("field-day", Required, Week, 4, Unit::HalfDays, "R37"),
        ("research-topic", Required, Month, 1, Unit::Times, "R39"),
        ("talk-deputy", Required, Month, 1, Unit::Times, "R76"),
        ("talk-minister", Required, Quarter, 1, Unit::Times, "R77"),
    ];
    let charter = preset("wuxing");
    assert_eq!(charter.duties.len(), expected.len());
    for (duty, (id, force, cadence, quota, unit, rule)) in charter.duties.iter().zip(expected) {
        assert_eq!((duty.id.as_str(), duty.force, duty.cadence), (id, force, cadence));
        assert_eq!((duty.quota, duty.unit, duty.grace, duty.prorated), (quota, unit, 2, id == "field-day"), "{id}");
        let article = charter.article(duty.article).unwrap();
        assert!(article.rules.iter().any(|carried| carried == rule), "{id}");
        assert_eq!(article.pillar, Some(duty.pillar), "{id}");
    }
    let duty = |id: &str| charter.duties.iter().find(|duty| duty.id.as_str() == id).unwrap();
    assert_eq!(duty("clipping").who, [Selector::Everyone]);
    assert_eq!(duty("suggestion-work").who, [Selector::Role(Role::Head), Selector::Role(Role::Staff)]);
    assert_eq!(duty("suggestion-department").evidence.category.as_deref(), Some("department"));
    assert_eq!(duty("talk-deputy").counterpart, Some(Counterpart::InCharge));
    assert_eq!(duty("talk-minister").counterpart, Some(Counterpart::Everyone));
    assert!(duty("talk-minister").receivers.iter().any(|r| r.receiver == Receiver::Counterpart && r.minutes == 30));
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
    let differing: Vec<u32> =
        full.articles.iter().zip(&faithful.articles).filter(|(a, b)| a != b).map(|(a, _)| a.number).collect();
    assert_eq!(differing, [10]);
}

#[test]
fn every_text_of_the_presets_has_english() {
    for name in PRESETS {
        let charter = preset(name);
        let texts = [&charter.title].into_iter().chain(&charter.preamble).chain(&charter.topics).chain(&charter.notes);
        let pillars = charter.pillars.iter().flat_map(|pillar| [&pillar.name].into_iter().chain(&pillar.clauses));
        let articles = charter.articles.iter().flat_map(|article| [&article.title, &article.text]);
        let duties = charter.duties.iter().map(|duty| &duty.name);
        for text in texts.chain(pillars).chain(articles).chain(duties) {
            assert!(text.english.is_some(), "{name}: {}", text.original);
            assert!(!text.original.contains([',', ';', ':']), "{name}: narrow punctuation in {}", text.original);
        }
    }
}

#[test]
fn a_mistake_names_file_line_column_what_was_expected_and_what_was_found() {
    let (text, ..) = changed("every = \"week\"", "every = \"fortnight\"", "\"fortnight\"");
    assert_eq!(
        parse(&text, "charters/x.toml").unwrap_err().to_string(),
        "charters/x.toml:27:9: expected one of day, week, xun, month, quarter, half, year; found \"fortnight\""
    );
}

#[test]
fn each_kind_of_mistake_is_found_at_its_place() {
    let words = |words: &[&'static str]| words.to_vec();
    let unknown = |expected, found: &str| CharterProblem::UnknownWord { expected, found: found.to_owned() };
    let range = |least, most, found: &str| CharterProblem::OutOfRange { least, most, found: found.to_owned() };
    let wrong = |expected, found| CharterProblem::WrongType { expected, found };
    let twice = |what, found: &str, first_line| CharterProblem::Twice { what, found: found.to_owned(), first_line };
    let malformed = |found: &str| CharterProblem::MalformedName { found: found.to_owned() };
    let pillars = words(&["learning", "knowledge", "integrity", "achievement", "harmony"]);
    let owners = words(&["everyone", "minister", "deputies", "heads", "staff", "office", "section:NAME", "post:TITLE"]);
    let cases: Vec<(&str, &str, &str, CharterProblem)> = vec![
        // Words.
        (
            "force = \"required\"",
            "force = \"must\"",
            "\"must\"",
            unknown(words(&["required", "encouraged", "standing"]), "must"),
        ),
        ("who = [\"staff\"]", "who = [\"clerks\"]", "\"clerks\"", unknown(owners.clone(), "clerks")),
        ("who = [\"staff\"]", "who = [\"section: \"]", "\"section: \"", unknown(owners, "section:")),
        ("every = \"week\"", "every = \"week\"\nunit = \"pages\"", "\"pages\"", unknown(words(&["times", "half-days", "words"]), "pages")),
        ("with = \"in-charge\"", "with = \"anybody\"", "\"anybody\"", unknown(words(&["everyone", "in-charge", "own-section"]), "anybody")),
        ("key = \"learning\"", "key = \"sport\"", "\"sport\"", unknown(pillars, "sport")),
        // Keys and types.
        ("minutes = 15", "minutes = 15\nminuets = 3", "minuets", CharterProblem::UnknownKey {
            expected: &[
                "id", "name", "pillar", "article", "force", "who", "with", "evidence", "category", "quota", "unit",
                "every", "grace", "prorated", "minutes", "receivers", "exclusive",
            ],
            found: "minuets".to_owned(),
        }),
        ("{ counterpart = 30 }", "{ everybody = 30 }", "everybody", CharterProblem::UnknownKey {
            expected: &["office", "section-head", "deputy-in-charge", "minister", "counterpart"],
            found: "everybody".to_owned(),
        }),
        ("id = \"one\"\n", "", "[[duty]]", CharterProblem::MissingKey { expected: "id" }),
        ("[cap]\nhours_per_week = 4\n", "", "title", CharterProblem::MissingKey { expected: "cap" }),
        ("name = \"任务\"", "name = { en = \"Duty\" }", "{ en = \"Duty\" }", CharterProblem::MissingKey { expected: "zh" }),
        ("title = \"第一条\"", "title = 1", "1\ntext", wrong(Shape::Text, "integer")),
        ("minutes = 15", "minutes = 15.5", "15.5", wrong(Shape::Integer, "float")),
        ("minutes = 15", "minutes = 15\nprorated = \"no\"", "\"no\"", wrong(Shape::Boolean, "string")),
        ("who = [\"staff\"]", "who = \"staff\"", "\"staff\"", wrong(Shape::List, "string")),
        ("evidence = \"clipping\"", "evidence = [\"clipping\"]", "[\"clipping\"]", wrong(Shape::String, "array")),
        ("[[pillar]]", "[pillar]", "[pillar]", wrong(Shape::Tables, "table")),
        ("receivers = { counterpart = 30 }", "receivers = 30", "30\nexclusive", wrong(Shape::Table, "integer")),
        // Numbers.
        ("minutes = 15", "minutes = 100001", "100001", range(0, 100_000, "100001")),
        ("minutes = 15", "minutes = 15\nquota = 0", "0\nexclusive", range(1, 100_000, "0")),
        ("minutes = 15", "minutes = -15", "-15", range(0, 100_000, "-15")),
        ("minutes = 15", "minutes = 15\ngrace = 61", "61", range(0, 60, "61")),
        ("hours_per_week = 4", "hours_per_week = 169", "169", range(1, 168, "169")),
        ("number = 1", "number = 0", "0\npillar", range(1, 9999, "0")),
        // Names.
        ("id = \"one\"", "id = \"One\"", "\"One\"", malformed("One")),
        ("id = \"one\"", "id = \"一\"", "\"一\"", malformed("一")),
        ("evidence = \"clipping\"", "evidence = \"a clipping\"", "\"a clipping\"", malformed("a clipping")),
        ("rules = [\"R23\"]", "rules = [\"R23\", \"R0\"]", "\"R0\"", CharterProblem::MalformedRule { found: "R0".to_owned() }),
        ("id = \"two\"", "id = \"one\" # again", "\"one\" # again", twice(Thing::Duty, "one", 20)),
        (
            "[[article]]",
            "[[pillar]]\nkey = \"learning\" # again\nname = \"x\"\n\n[[article]]",
            "\"learning\" # again",
            twice(Thing::Pillar, "learning", 8),
        ),
        (
            "[[duty]]",
            "[[article]]\nnumber = 1 # again\ntitle = \"x\"\ntext = \"x\"\n\n[[duty]]",
            "1 # again",
            twice(Thing::Article, "1", 13),
        ),
        ("who = [\"staff\"]", "who = [\"staff\", \"heads\", \"staff\" ]", "\"staff\" ]", twice(Thing::Selector, "staff", 25)),
        // Meaning.
        ("article = 1\n", "article = 7\n", "7\nforce", CharterProblem::AbsentArticle { found: 7 }),
        ("pillar = \"learning\"\ntitle", "pillar = \"harmony\"\ntitle", "\"harmony\"", CharterProblem::AbsentPillar { found: "harmony" }),
        ("who = [\"staff\"]", "who = []", "[]", CharterProblem::NobodyOwes),
        ("who = [\"deputies\"]", "who = [\"staff\", \"heads\"]", "\"in-charge\"", CharterProblem::NoCounterparts { with: "in-charge" }),
        ("with = \"in-charge\"", "with = \"own-section\"", "\"own-section\"", CharterProblem::NoCounterparts { with: "own-section" }),
        ("with = \"in-charge\"\n", "", "30 }", CharterProblem::ReceiverWithoutCounterpart),
        ("exclusive = \"pair\"\n\n", "\n", "\"pair\"", CharterProblem::LonelyExclusive { group: "pair".to_owned() }),
        ("title = \"小章程\"", "title = \"  \"", "\"  \"", CharterProblem::EmptyText),
    ];
    for (from, to, marker, problem) in cases {
        let (text, line, column) = changed(from, to, marker);
        let expected = CharterError { file: "x.toml".to_owned(), line, column, problem };
        assert_eq!(parse(&text, "x.toml"), Err(expected), "{from} → {to}");
    }
}

#[test]
fn what_is_not_toml_is_named_with_its_place() {
    for (from, to, line) in [("hours_per_week = 4", "hours_per_week = ", 5), ("[cap]", "[cap", 4), ("id = \"one\"", "id = \"one", 20)] {
        let (text, ..) = changed(from, to, to);
        let error = parse(&text, "x.toml").unwrap_err();
        assert!(matches!(error.problem, CharterProblem::Syntax(_)), "{error}");
        assert_eq!(error.line, line, "{error}");
    }
    let twice = parse("title = \"a\"\ntitle = \"b\"\n", "x.toml").unwrap_err();
    assert_eq!((twice.line, twice.column), (2, 1), "{twice}");
    assert!(parse("PK\u{3}\u{4}\0\0", "x.toml").is_err() && parse("", "x.toml").is_err());
}

#[test]
fn a_charter_without_pillars_is_refused_and_one_without_duties_is_fine() {
    let none = parse("title = \"x\"\n[cap]\nhours_per_week = 1\n", "x.toml").unwrap_err();
    assert_eq!(none.problem, CharterProblem::NoPillars);
    let only_text = SMALL.split("[[duty]]").next().unwrap();
    assert_eq!(parse(only_text, "x.toml").unwrap().duties, []);
}

#[test]
fn the_size_of_a_charter_is_bounded() {
    let large = format!("{SMALL}#{}", "x".repeat(1024 * 1024));
    assert!(matches!(parse(&large, "x").unwrap_err().problem, CharterProblem::TooLarge { .. }));

    let (before, _) = SMALL.split_once("[[duty]]").unwrap();
    let duty = |n: usize| {
        format!(
            "[[duty]]\nid = \"d{n}\"\nname = \"n\"\npillar = \"learning\"\narticle = 1\nforce = \"required\"\n\
             who = [\"staff\"]\nevidence = \"e\"\nevery = \"week\"\nminutes = 1\n"
        )
    };
    let with = |count: usize| format!("{before}{}", (0..count).map(duty).collect::<String>());
    assert_eq!(parse(&with(500), "x").unwrap().duties.len(), 500);
    assert_eq!(parse(&with(501), "x").unwrap_err().problem, CharterProblem::TooMany { most: 500, found: 501 });

    let article = |n: usize| format!("[[article]]\nnumber = {n}\ntitle = \"t\"\ntext = \"t\"\n");
    let articles = format!("{before}{}", (2..=2001).map(article).collect::<String>());
    assert_eq!(parse(&articles, "x").unwrap_err().problem, CharterProblem::TooMany { most: 2000, found: 2001 });

    let long = SMALL.replacen("条文", &"文".repeat(20_001), 1);
    assert_eq!(parse(&long, "x").unwrap_err().problem, CharterProblem::LongText { most: 20_000, found: 20_001 });
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let nested = format!("title = {}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(parse(&nested, "x").is_err());
    }
}

#[test]
fn articles_stand_by_number_and_numbers_may_be_written_in_other_bases() {
    let text = SMALL.replacen("number = 1", "number = 0x0A", 1).replace("article = 1", "article = 10");
    let text = text.replacen("[[duty]]", "[[article]]\nnumber = 2\ntitle = \"t\"\ntext = \"t\"\n\n[[duty]]", 1);
    let numbers: Vec<u32> = parse(&text, "x").unwrap().articles.iter().map(|article| article.number).collect();
    assert_eq!(numbers, [2, 10]);
}

proptest! {
    #[test]
    fn law_any_text_gives_a_charter_or_an_error_in_the_text(text in "\\PC{0,300}") {
        if let Err(error) = parse(&text, "x") {
            prop_assert!(error.line >= 1 && error.column >= 1);
        }
    }

    #[test]
    fn law_lines_of_toml_in_any_order_never_panic(order in proptest::collection::vec(0..45usize, 0..60)) {
        let lines: Vec<&str> = SMALL.lines().collect();
        let text: String = order.iter().filter_map(|index| lines.get(*index)).map(|line| format!("{line}\n")).collect();
        let _ = parse(&text, "x");
    }

    #[test]
    fn law_a_damaged_preset_gives_a_charter_or_an_error_in_the_text(
        which in 0..3usize,
        at in 0.0..1.0f64,
        cut in 0..40usize,
        insert in "[\\[\\]{}\"'=,#\\n0-9a-z学\u{202e}-]{0,12}",
    ) {
        let text: Vec<char> = file(&format!("{}.toml", PRESETS[which])).chars().collect();
        let start = ((text.len() as f64) * at) as usize;
        let end = (start + cut).min(text.len());
        let damaged: String = text[..start].iter().copied().chain(insert.chars()).chain(text[end..].iter().copied()).collect();
        if let Err(error) = parse(&damaged, "x") {
            prop_assert!(error.line <= damaged.lines().count() + 1);
            prop_assert!(!error.to_string().contains('\n'));
        }
    }
}
