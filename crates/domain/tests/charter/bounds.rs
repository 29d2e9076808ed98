//! Any text is read or refused, in bounded space and without falling over.

use domain::charter::{CharterProblem, parse};
use proptest::prelude::*;

use crate::*;

#[test]
fn the_size_of_a_charter_is_bounded() {
    let large = format!("{SMALL}#{}", "x".repeat(1024 * 1024));
    assert!(matches!(
        parse(&large, "x").unwrap_err().problem,
        CharterProblem::TooLarge { .. }
    ));

    let (before, _) = SMALL.split_once("[[duty]]").unwrap();
    let duty = |n: usize| {
        format!(
            "[[duty]]\nid = \"d{n}\"\nname = \"n\"\npillar = \"learning\"\narticle = 1\nforce = \"required\"\n\
             who = [\"staff\"]\nevidence = \"e\"\nevery = \"week\"\nminutes = 1\n"
        )
    };
    let with = |count: usize| format!("{before}{}", (0..count).map(duty).collect::<String>());
    assert_eq!(parse(&with(500), "x").unwrap().duties.len(), 500);
    assert_eq!(
        parse(&with(501), "x").unwrap_err().problem,
        CharterProblem::TooMany {
            most: 500,
            found: 501
        }
    );

    let article = |n: usize| format!("[[article]]\nnumber = {n}\ntitle = \"t\"\ntext = \"t\"\n");
    let articles = format!("{before}{}", (2..=2001).map(article).collect::<String>());
    assert_eq!(
        parse(&articles, "x").unwrap_err().problem,
        CharterProblem::TooMany {
            most: 2000,
            found: 2001
        }
    );

    let long = SMALL.replacen("条文", &"文".repeat(20_001), 1);
    assert_eq!(
        parse(&long, "x").unwrap_err().problem,
        CharterProblem::LongText {
            most: 20_000,
            found: 20_001
        }
    );
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
    let text = SMALL
        .replacen("number = 1", "number = 0x0A", 1)
        .replace("article = 1", "article = 10");
    let text = text.replacen(
        "[[duty]]",
        "[[article]]\nnumber = 2\ntitle = \"t\"\ntext = \"t\"\n\n[[duty]]",
        1,
    );
    let numbers: Vec<u32> = parse(&text, "x")
        .unwrap()
        .articles
        .iter()
        .map(|article| article.number)
        .collect();
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
