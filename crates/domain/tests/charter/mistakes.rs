//! Mistakes, each with its place.

use domain::charter::{CharterError, CharterProblem, Shape, Thing, parse};

use crate::*;

/// The small charter with the first `from` replaced, and where `marker` (the offending text) then stands.
fn changed(from: &str, to: &str, marker: &str) -> (String, usize, usize) {
    assert!(SMALL.contains(from), "{from}");
    let text = SMALL.replacen(from, to, 1);
    let offset = text.find(marker).unwrap();
    let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let place = (
        text[..offset].matches('\n').count() + 1,
        text[line_start..offset].chars().count() + 1,
    );
    (text, place.0, place.1)
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
    let unknown = |expected, found: &str| CharterProblem::UnknownWord {
        expected,
        found: found.to_owned(),
    };
    let range = |least, most, found: &str| CharterProblem::OutOfRange {
        least,
        most,
        found: found.to_owned(),
    };
    let wrong = |expected, found| CharterProblem::WrongType { expected, found };
    let twice = |what, found: &str, first_line| CharterProblem::Twice {
        what,
        found: found.to_owned(),
        first_line,
    };
    let malformed = |found: &str| CharterProblem::MalformedName {
        found: found.to_owned(),
    };
    let pillars = words(&[
        "learning",
        "knowledge",
        "integrity",
        "achievement",
        "harmony",
    ]);
    let owners = words(&[
        "everyone",
        "minister",
        "deputies",
        "heads",
        "staff",
        "office",
        "section:NAME",
        "post:TITLE",
    ]);
    let cases: Vec<(&str, &str, &str, CharterProblem)> = vec![
        // Words.
        (
            "force = \"required\"",
            "force = \"must\"",
            "\"must\"",
            unknown(words(&["required", "encouraged", "standing"]), "must"),
        ),
        (
            "who = [\"staff\"]",
            "who = [\"clerks\"]",
            "\"clerks\"",
            unknown(owners.clone(), "clerks"),
        ),
        (
            "who = [\"staff\"]",
            "who = [\"section: \"]",
            "\"section: \"",
            unknown(owners, "section:"),
        ),
        (
            "every = \"week\"",
            "every = \"week\"\nunit = \"pages\"",
            "\"pages\"",
            unknown(words(&["times", "half-days", "words"]), "pages"),
        ),
        (
            "with = \"in-charge\"",
            "with = \"anybody\"",
            "\"anybody\"",
            unknown(words(&["everyone", "in-charge", "own-section"]), "anybody"),
        ),
        (
            "key = \"learning\"",
            "key = \"sport\"",
            "\"sport\"",
            unknown(pillars, "sport"),
        ),
        // Keys and types.
        (
            "minutes = 15",
            "minutes = 15\nminuets = 3",
            "minuets",
            CharterProblem::UnknownKey {
                expected: &[
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
                ],
                found: "minuets".to_owned(),
            },
        ),
        (
            "{ counterpart = 30 }",
            "{ everybody = 30 }",
            "everybody",
            CharterProblem::UnknownKey {
                expected: &[
                    "office",
                    "section-head",
                    "deputy-in-charge",
                    "minister",
                    "counterpart",
                ],
                found: "everybody".to_owned(),
            },
        ),
        (
            "id = \"one\"\n",
            "",
            "[[duty]]",
            CharterProblem::MissingKey { expected: "id" },
        ),
        (
            "[cap]\nhours_per_week = 4\n",
            "",
            "title",
            CharterProblem::MissingKey { expected: "cap" },
        ),
        (
            "name = \"任务\"",
            "name = { en = \"Duty\" }",
            "{ en = \"Duty\" }",
            CharterProblem::MissingKey { expected: "zh" },
        ),
        (
            "title = \"第一条\"",
            "title = 1",
            "1\ntext",
            wrong(Shape::Text, "integer"),
        ),
        (
            "minutes = 15",
            "minutes = 15.5",
            "15.5",
            wrong(Shape::Integer, "float"),
        ),
        (
            "minutes = 15",
            "minutes = 15\nprorated = \"no\"",
            "\"no\"",
            wrong(Shape::Boolean, "string"),
        ),
        (
            "who = [\"staff\"]",
            "who = \"staff\"",
            "\"staff\"",
            wrong(Shape::List, "string"),
        ),
        (
            "evidence = \"clipping\"",
            "evidence = [\"clipping\"]",
            "[\"clipping\"]",
            wrong(Shape::String, "array"),
        ),
        (
            "[[pillar]]",
            "[pillar]",
            "[pillar]",
            wrong(Shape::Tables, "table"),
        ),
        (
            "receivers = { counterpart = 30 }",
            "receivers = 30",
            "30\nexclusive",
            wrong(Shape::Table, "integer"),
        ),
        // Numbers.
        (
            "minutes = 15",
            "minutes = 100001",
            "100001",
            range(0, 100_000, "100001"),
        ),
        (
            "minutes = 15",
            "minutes = 15\nquota = 0",
            "0\nexclusive",
            range(1, 100_000, "0"),
        ),
        (
            "minutes = 15",
            "minutes = -15",
            "-15",
            range(0, 100_000, "-15"),
        ),
        (
            "minutes = 15",
            "minutes = 15\ngrace = 61",
            "61",
            range(0, 60, "61"),
        ),
        (
            "hours_per_week = 4",
            "hours_per_week = 169",
            "169",
            range(1, 168, "169"),
        ),
        ("number = 1", "number = 0", "0\npillar", range(1, 9999, "0")),
        // Names.
        ("id = \"one\"", "id = \"One\"", "\"One\"", malformed("One")),
        ("id = \"one\"", "id = \"一\"", "\"一\"", malformed("一")),
        (
            "evidence = \"clipping\"",
            "evidence = \"a clipping\"",
            "\"a clipping\"",
            malformed("a clipping"),
        ),
        (
            "rules = [\"R23\"]",
            "rules = [\"R23\", \"R0\"]",
            "\"R0\"",
            CharterProblem::MalformedRule {
                found: "R0".to_owned(),
            },
        ),
        (
            "id = \"two\"",
            "id = \"one\" # again",
            "\"one\" # again",
            twice(Thing::Duty, "one", 20),
        ),
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
        (
            "who = [\"staff\"]",
            "who = [\"staff\", \"heads\", \"staff\" ]",
            "\"staff\" ]",
            twice(Thing::Selector, "staff", 25),
        ),
        // Meaning.
        (
            "article = 1\n",
            "article = 7\n",
            "7\nforce",
            CharterProblem::AbsentArticle { found: 7 },
        ),
        (
            "pillar = \"learning\"\ntitle",
            "pillar = \"harmony\"\ntitle",
            "\"harmony\"",
            CharterProblem::AbsentPillar { found: "harmony" },
        ),
        (
            "who = [\"staff\"]",
            "who = []",
            "[]",
            CharterProblem::NobodyOwes,
        ),
        (
            "who = [\"deputies\"]",
            "who = [\"staff\", \"heads\"]",
            "\"in-charge\"",
            CharterProblem::NoCounterparts { with: "in-charge" },
        ),
        (
            "with = \"in-charge\"",
            "with = \"own-section\"",
            "\"own-section\"",
            CharterProblem::NoCounterparts {
                with: "own-section",
            },
        ),
        (
            "with = \"in-charge\"\n",
            "",
            "30 }",
            CharterProblem::ReceiverWithoutCounterpart,
        ),
        (
            "exclusive = \"pair\"\n\n",
            "\n",
            "\"pair\"",
            CharterProblem::LonelyExclusive {
                group: "pair".to_owned(),
            },
        ),
        (
            "title = \"小章程\"",
            "title = \"  \"",
            "\"  \"",
            CharterProblem::EmptyText,
        ),
    ];
    for (from, to, marker, problem) in cases {
        let (text, line, column) = changed(from, to, marker);
        let expected = CharterError {
            file: "x.toml".to_owned(),
            line,
            column,
            problem,
        };
        assert_eq!(parse(&text, "x.toml"), Err(expected), "{from} → {to}");
    }
}

#[test]
fn what_is_not_toml_is_named_with_its_place() {
    for (from, to, line) in [
        ("hours_per_week = 4", "hours_per_week = ", 5),
        ("[cap]", "[cap", 4),
        ("id = \"one\"", "id = \"one", 20),
    ] {
        let (text, ..) = changed(from, to, to);
        let error = parse(&text, "x.toml").unwrap_err();
        assert!(
            matches!(error.problem, CharterProblem::Syntax(_)),
            "{error}"
        );
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
