//! Changing a charter's text part by part: exactly what was meant changes, and comments, order and spelling survive.

use chrono::NaiveDate;
use domain::charter::edit::{self, Direction, Document, Fields};
use domain::charter::{
    Article, Charter, CharterProblem, Counterpart, Duty, EvidenceFilter, Force, LoadCap, Part,
    Pillar, PillarText, Receiver, ReceiverMinutes, Selector, Text, Unit, check, parse,
};
use domain::identity::DutyId;
use domain::people::Role;
use domain::period::Cadence;
use proptest::prelude::*;

use crate::*;

fn read(text: &str) -> Charter {
    parse(text, "x").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn document(name: &str) -> (String, Document) {
    let text = file(&format!("{name}.toml"));
    let document = Document::read(&text).unwrap();
    assert_eq!(document.text(), text, "reading changes nothing");
    (text, document)
}

fn comments(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    // What is typed may look like one: a line of a text.
    lines
        .filter(|line| line.starts_with('#') && !line.starts_with("# no comment"))
        .collect()
}

/// Lines of `after` that are not in `before`, and the other way round.
fn changed_lines(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let without = |these: &str, those: &str| {
        let mut left: Vec<&str> = those.lines().collect();
        let mut found = Vec::new();
        for line in these.lines() {
            match left.iter().position(|other| *other == line) {
                Some(place) => drop(left.remove(place)),
                None => found.push(line.to_owned()),
            }
        }
        found
    };
    (without(after, before), without(before, after))
}

#[test]
fn what_is_shown_and_saved_unchanged_leaves_the_text_as_it_is() {
    for name in PRESETS {
        let (text, mut document) = document(name);
        let mut parts = vec![Part::Frame];
        parts.extend((0..document.count(Part::Pillar(0))).map(Part::Pillar));
        parts.extend((0..document.count(Part::Article(0))).map(Part::Article));
        parts.extend((0..document.count(Part::Duty(0))).map(Part::Duty));
        assert!(parts.len() > 40 || name == "company", "{name}");
        for part in parts {
            let fields = document.fields(part).unwrap();
            // As a browser sends it back.
            let sent: Fields = fields
                .into_iter()
                .map(|(key, text)| (key, text.replace('\n', "\r\n")))
                .collect();
            assert!(document.put(part, &sent));
            assert_eq!(document.text(), text, "{name} {part:?}");
        }
    }
}

#[test]
fn one_field_is_one_line() {
    let (text, mut document) = document("wuxing");
    let charter = read(&text);
    let index = charter
        .duties
        .iter()
        .position(|duty| duty.id.as_str() == "reflection")
        .unwrap();
    let part = Part::Duty(index);
    let mut fields = document.fields(part).unwrap();
    fields.insert("every".to_owned(), "month".to_owned());
    document.put(part, &fields);
    let after = document.text();
    let mut expected = charter;
    expected.duties[index].cadence = Cadence::Month;
    assert_eq!(read(&after), expected);
    let (new, old) = changed_lines(&text, &after);
    assert_eq!(
        (new, old),
        (
            vec!["every = \"month\"".to_owned()],
            vec!["every = \"week\"".to_owned()]
        )
    );
}

#[test]
fn what_makes_no_sense_is_written_down_and_complained_about_at_its_field() {
    let (text, mut document) = document("wuxing");
    let part = Part::Duty(3);
    let mut fields = document.fields(part).unwrap();
    for (key, value) in [
        ("quota", "viele"),
        ("who", "staff\nclerks"),
        ("minutes", ""),
    ] {
        fields.insert(key.to_owned(), value.to_owned());
    }
    document.put(part, &fields);
    let mistakes = check(&document.text(), "x").unwrap_err();
    let found: Vec<_> = mistakes
        .all
        .iter()
        .map(|fault| (fault.part, fault.key))
        .collect();
    assert_eq!(
        found,
        [
            (part, Some("who")),
            (part, Some("quota")),
            (part, Some("minutes"))
        ]
    );
    assert_eq!(
        document.fields(part).unwrap().get("quota").unwrap(),
        "viele"
    );
    // Put right again it is the charter that it was.
    let right = Document::read(&text).unwrap().fields(part).unwrap();
    document.put(part, &right);
    assert_eq!(read(&document.text()), read(&text));
}

#[test]
fn every_mistake_is_named_and_none_follows_from_another() {
    let text = SMALL
        .replacen("key = \"learning\"", "key = \"learning\"\nclauses2 = 1", 1)
        .replacen("every = \"week\"", "every = \"fortnight\"", 1)
        .replacen("minutes = 30", "minutes = -1", 1);
    let mistakes = check(&text, "x").unwrap_err();
    // The pillar cannot be read, so whatever names it would be told too; that much is true as long as it stands.
    assert_eq!(mistakes.first, parse(&text, "x").unwrap_err());
    let keys: Vec<_> = mistakes
        .all
        .iter()
        .map(|fault| (fault.part, fault.key))
        .collect();
    assert!(keys.contains(&(Part::Duty(0), Some("every"))), "{keys:?}");
    assert!(keys.contains(&(Part::Duty(1), Some("minutes"))), "{keys:?}");

    // An article with a mistake is still there for the duties that name it.
    let text = SMALL.replacen("text = \"条文\"", "text = \"\"", 1);
    let mistakes = check(&text, "x").unwrap_err();
    assert_eq!(mistakes.all.len(), 1, "{mistakes:?}");
    assert_eq!(mistakes.all[0].error.problem, CharterProblem::EmptyText);
}

#[test]
fn r41_an_article_names_an_owner_and_a_day_of_review() {
    let text = SMALL.replacen(
        "rules = [\"R23\"]",
        "rules = [\"R23\"]\nowner = \"office\"\nreview = 2027-03-01",
        1,
    );
    let article = &read(&text).articles[0];
    let day = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
    assert_eq!(
        (article.owner.clone(), article.review),
        (Some(Selector::Office), Some(day))
    );
    assert!(!article.is_review_overdue(day));
    assert!(article.is_review_overdue(day.succ_opt().unwrap()));
    for wrong in ["\"2027-03-01\"", "2027-03-01T10:00:00", "10:00:00"] {
        let wrong = text.replacen("2027-03-01", wrong, 1);
        let mistakes = check(&wrong, "x").unwrap_err();
        assert_eq!(mistakes.all[0].key, Some("review"), "{wrong}: {mistakes:?}");
    }
}

#[test]
fn an_entry_is_added_moved_and_taken_out_and_comments_stay_with_their_place() {
    let text = "title = \"甲\"\n[cap]\nhours_per_week = 4\n\n# ── Pillars ──\n\n# the only one\n[[pillar]]\nkey = \"learning\"\nname = \"学习型\"\n\n# ── Articles ──\n\n[[article]]\nnumber = 1 # the first\ntitle = \"一\"\ntext = \"一\"\n\n# about two\n[[article]]\nnumber = 2\ntitle = \"二\"\ntext = \"二\"\n# the end\n";
    let mut document = Document::read(text).unwrap();
    assert!(document.shift(Part::Article(1), Direction::Up));
    let moved = document.text();
    assert!(
        moved.contains("# ── Articles ──\n\n# about two\n[[article]]\nnumber = 2"),
        "{moved}"
    );
    assert!(
        moved.find("number = 1 # the first") > moved.find("number = 2"),
        "{moved}"
    );
    assert!(!document.shift(Part::Article(0), Direction::Up));
    assert!(!document.shift(Part::Article(1), Direction::Down));
    assert!(document.shift(Part::Article(0), Direction::Down));
    assert_eq!(read(&document.text()), read(text));

    // The heading of the place stays when its first entry goes, the entry's own comment goes with it.
    assert!(document.remove(Part::Pillar(0)));
    let without = document.text();
    assert!(without.contains("# ── Pillars ──"), "{without}");
    assert!(!without.contains("# the only one"), "{without}");
    assert!(without.contains("# ── Articles ──"), "{without}");
    assert!(!document.remove(Part::Pillar(0)));
    assert!(!document.remove(Part::Frame));

    let fields = edit::of_pillar(&PillarText {
        pillar: Pillar::Harmony,
        name: Text::plain("和谐型"),
        clauses: vec![Text::plain("关心同事")],
    });
    assert_eq!(document.add(Part::Pillar(9), &fields), Part::Pillar(0));
    let charter = read(&document.text());
    assert_eq!(charter.pillars[0].pillar, Pillar::Harmony);
    assert_eq!(charter.articles.len(), 2);
}

#[test]
fn entries_written_as_a_list_can_be_changed_too() {
    let text = "title = \"甲\"\ncap = { hours_per_week = 4 }\npillar = [ { key = \"learning\", name = \"学习型\" } ]\n";
    let mut document = Document::read(text).unwrap();
    let mut fields = document.fields(Part::Pillar(0)).unwrap();
    fields.insert("name.en".to_owned(), "Learning".to_owned());
    assert!(document.put(Part::Pillar(0), &fields));
    let charter = read(&document.text());
    assert_eq!(
        charter.pillars[0].name,
        Text {
            original: "学习型".to_owned(),
            english: Some("Learning".to_owned())
        }
    );
}

#[test]
fn hostile_texts_are_read_or_refused() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let nested = format!("title = {}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(Document::read(&nested).is_none());
    }
    assert!(Document::read(&"a.".repeat(500_000)).is_none());
    assert!(Document::read(&"x = 1\n".repeat(2)).is_none());
    assert!(Document::read(&format!("#{}", "x".repeat(5 * 1024 * 1024))).is_none());
    // What is no list where a list should be gives way only to what is added.
    let mut document = Document::read("duty = 3\npillar = \"x\"\n").unwrap();
    assert_eq!(document.count(Part::Duty(0)), 0);
    assert!(document.fields(Part::Duty(0)).is_none());
    assert!(!document.put(Part::Duty(0), &Fields::new()));
    assert!(!document.shift(Part::Pillar(0), Direction::Down));
    assert_eq!(document.add(Part::Duty(0), &Fields::new()), Part::Duty(0));
    assert_eq!(document.count(Part::Duty(0)), 1);
}

/// Words as people and their enemies write them; without spaces around them, which a charter does not keep.
fn words() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "\"\"\"",
        "'''",
        "\\",
        "# no comment",
        "[[duty]]",
        "= 1",
        "<script>",
        "第一条",
        "\t|\u{7f}",
        "行一\n行二",
        "👩‍👧",
        "\u{202e}",
        "{ zh = 1 }",
        "-0",
        "true",
        "1979-05-27",
    ]);
    prop::collection::vec(
        prop_oneof![hostile.prop_map(str::to_owned), "[a-z ]{1,8}"],
        1..5,
    )
    .prop_map(|parts| parts.concat().trim().to_owned())
    .prop_filter("a text says something", |text| !text.is_empty())
}

fn any_text() -> impl Strategy<Value = Text> {
    (words(), prop::option::of(words())).prop_map(|(original, english)| Text { original, english })
}

fn texts() -> impl Strategy<Value = Vec<Text>> {
    prop::collection::vec(any_text(), 0..4)
}

fn selectors() -> impl Strategy<Value = Selector> {
    prop_oneof![
        Just(Selector::Everyone),
        prop::sample::select(Role::ALL.to_vec()).prop_map(Selector::Role),
        Just(Selector::Office),
        Just(Selector::Section("研究室".to_owned())),
        Just(Selector::Post("主任 \"甲\"".to_owned())),
    ]
}

prop_compose! {
    fn any_article(number: u32)(pillar in prop::option::of(prop::sample::select(Pillar::ALL.to_vec())), title in any_text(), text in any_text(), rules in prop::collection::vec(1..88u32, 0..3), owner in prop::option::of(selectors()), review in prop::option::of(0..900u64)) -> Article {
        let review = review.map(|days| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(days));
        Article { number, pillar, title, text, rules: rules.iter().map(|rule| format!("R{rule}")).collect(), owner, review }
    }
}

prop_compose! {
    fn any_duty(number: usize)(
        name in any_text(),
        pillar in prop::sample::select(Pillar::ALL.to_vec()),
        force in prop::sample::select(vec![Force::Required, Force::Encouraged, Force::Standing]),
        who in prop::collection::vec(selectors(), 1..4),
        category in prop::option::of(Just("work".to_owned())),
        (quota, grace, minutes) in (1..100_001u32, 0..61u32, 0..100_001u32),
        unit in prop::sample::select(vec![Unit::Times, Unit::HalfDays, Unit::Words]),
        cadence in prop::sample::select(Cadence::ALL.to_vec()),
        prorated in any::<bool>(),
        towards in any::<bool>(),
        received in prop::collection::btree_map(0..5usize, 0..99u32, 0..3),
        grouped in any::<bool>(),
    ) -> Duty {
        let mut who = who;
        let mut seen = Vec::new();
        who.retain(|selector| { let new = !seen.contains(selector); seen.push(selector.clone()); new });
        let receivers = received.into_iter().map(|(which, minutes)| ReceiverMinutes { receiver: Receiver::ALL[which], minutes });
        let receivers = receivers.filter(|received| towards || received.receiver != Receiver::Counterpart).collect();
        Duty {
            id: DutyId::parse(&format!("duty-{number}")).unwrap(),
            name, pillar, article: 1, force, who,
            counterpart: towards.then_some(Counterpart::Everyone),
            evidence: EvidenceFilter { kind: "clipping".to_owned(), category },
            quota, unit, cadence, grace, prorated, minutes, receivers,
            exclusive: grouped.then(|| "texts".to_owned()),
        }
    }
}

prop_compose! {
    fn any_charter()(title in any_text(), lists in (texts(), texts(), texts()), hours in 1..169u32, names in prop::collection::vec((any_text(), texts()), 5), articles in (any_article(1), any_article(2), any_article(30)), duties in (any_duty(1), any_duty(2), any_duty(3))) -> Charter {
        let mut duties = vec![duties.0, duties.1, duties.2];
        if duties.iter().filter(|duty| duty.exclusive.is_some()).count() == 1 {
            duties.iter_mut().for_each(|duty| duty.exclusive = None);
        }
        Charter {
            title,
            preamble: lists.0,
            topics: lists.1,
            notes: lists.2,
            pillars: Pillar::ALL.into_iter().zip(names).map(|(pillar, (name, clauses))| PillarText { pillar, name, clauses }).collect(),
            articles: vec![articles.0, articles.1, articles.2],
            duties,
            cap: LoadCap { hours_per_week: hours },
        }
    }
}

/// A charter read from a text does not keep spaces around words, nor carriage returns; these have none.
#[test]
fn law_every_preset_survives_being_written_down() {
    for name in PRESETS {
        let charter = preset(name);
        assert_eq!(read(&edit::print(&charter)), charter, "{name}");
    }
}

proptest! {
    #[test]
    fn law_a_charter_survives_being_written_down(charter in any_charter()) {
        let text = edit::print(&charter);
        let again = parse(&text, "x");
        prop_assert!(again.is_ok(), "{}\n{text}", again.unwrap_err());
        prop_assert_eq!(again.unwrap(), charter);
        // Written down once more it is the same text.
        let mut document = Document::read(&text).unwrap();
        let parts = [Part::Frame, Part::Pillar(2), Part::Article(1), Part::Duty(0)];
        for part in parts {
            let fields = document.fields(part).unwrap();
            document.put(part, &fields);
        }
        prop_assert_eq!(document.text(), text);
    }

    #[test]
    fn law_a_changed_part_changes_that_part_alone(which in 0..3usize, place in 0..1000usize, duty in any_duty(7), article in any_article(77), charter in any_charter()) {
        let (text, mut document) = document(PRESETS[which]);
        let before = read(&text);
        // A duty.
        let index = place % before.duties.len();
        let old = &before.duties[index];
        let described = |pillar: Pillar| before.pillar(pillar).map_or(before.pillars[0].pillar, |text| text.pillar);
        let new = Duty { id: old.id.clone(), pillar: described(duty.pillar), article: old.article, exclusive: old.exclusive.clone(), ..duty };
        document.put(Part::Duty(index), &edit::of_duty(&new));
        let mut expected = before.clone();
        expected.duties[index] = new;
        let after = document.text();
        prop_assert_eq!(&read(&after), &expected);
        prop_assert_eq!(comments(&after), comments(&text));
        // An article; the entries stand in the order of their numbers in the presets.
        let index = place % before.articles.len();
        let new = Article { number: before.articles[index].number, pillar: article.pillar.map(described), ..article };
        document.put(Part::Article(index), &edit::of_article(&new));
        expected.articles[index] = new;
        let after = document.text();
        prop_assert_eq!(&read(&after), &expected);
        prop_assert_eq!(comments(&after), comments(&text));
        // The frame.
        let Charter { title, preamble, topics, notes, cap, .. } = charter;
        expected = Charter { title, preamble, topics, notes, cap, ..expected };
        document.put(Part::Frame, &edit::of_frame(&expected));
        let after = document.text();
        prop_assert_eq!(&read(&after), &expected);
        prop_assert_eq!(comments(&after), comments(&text));
    }

    #[test]
    fn law_entries_added_moved_and_taken_out_leave_the_others(which in 0..3usize, steps in prop::collection::vec((0..1000usize, 0..4usize), 1..8), duty in any_duty(7)) {
        let (text, mut document) = document(PRESETS[which]);
        let mut expected = read(&text).duties;
        for (number, (place, step)) in steps.into_iter().enumerate() {
            let index = place % expected.len();
            match step {
                0 if expected.len() > 3 && expected[index].exclusive.is_none() => {
                    prop_assert!(document.remove(Part::Duty(index)));
                    expected.remove(index);
                }
                1 => {
                    prop_assert_eq!(document.shift(Part::Duty(index), Direction::Up), index > 0);
                    if index > 0 { expected.swap(index, index - 1); }
                }
                2 => {
                    let last = expected.len() - 1;
                    prop_assert_eq!(document.shift(Part::Duty(index), Direction::Down), index < last);
                    if index < last { expected.swap(index, index + 1); }
                }
                _ => {
                    let id = DutyId::parse(&format!("new-{number}")).unwrap();
                    let like = &expected[index];
                    let new = Duty { id, pillar: like.pillar, article: like.article, exclusive: None, ..duty.clone() };
                    document.add(Part::Duty(0), &edit::of_duty(&new));
                    expected.push(new);
                }
            }
        }
        let after = read(&document.text());
        prop_assert_eq!(after.duties, expected);
        prop_assert_eq!(after.articles, read(&text).articles);
    }

    #[test]
    fn law_whatever_is_typed_the_document_can_be_read_again(part in 0..4usize, typed in prop::collection::btree_map("(id|name\\.zh|name\\.en|pillar|article|who|quota|receivers\\.office|clauses\\.[0-9]\\.zh|preamble\\.[0-9]\\.en|review|owner|prorated|number|cap\\.hours_per_week)", "\\PC{0,20}", 0..8)) {
        let (_, mut document) = document("company");
        let part = [Part::Frame, Part::Pillar(0), Part::Article(0), Part::Duty(0)][part];
        document.put(part, &typed);
        let text = document.text();
        let mut again = Document::read(&text).unwrap();
        let shown = again.fields(part).unwrap();
        again.put(part, &shown);
        prop_assert_eq!(again.text(), text);
    }
}
