//! What leads from one charter to another.

use domain::charter::diff::{Change, DutyField, compare, fields, renamed};
use domain::charter::{Force, Text};
use domain::identity::DutyId;
use domain::period::Cadence;
use proptest::prelude::*;

use crate::*;

fn id(name: &str) -> DutyId {
    DutyId::parse(name).unwrap()
}

#[test]
fn r1_r2_the_same_charter_differs_in_nothing() {
    for name in PRESETS {
        let charter = preset(name);
        assert!(compare(&charter, &charter).is_empty());
        assert!(renamed(&charter, &charter).is_empty());
    }
}

#[test]
fn r1_r2_each_change_is_told_once_where_it_is() {
    let before = preset("wuxing");
    let mut after = before.clone();
    after.title = Text::plain("新章程");
    after.preamble.pop();
    after.articles[3].text = Text::plain("改过的条文");
    after.articles.remove(5);
    let place = |name: &str| {
        before
            .duties
            .iter()
            .position(|duty| duty.id == id(name))
            .unwrap()
    };
    after.duties[place("reflection")].cadence = Cadence::Month;
    after.duties[place("reflection")].force = Force::Required;
    let mut added = after.duties[place("clipping")].clone();
    added.id = id("briefing");
    added.name = Text::plain("每日简报");
    added.evidence.kind = "briefing".to_owned();
    after.duties.push(added);
    let changes = compare(&before, &after);
    assert!(changes.title.is_some() && changes.preamble.is_some());
    assert!(changes.topics.is_none() && changes.notes.is_none() && changes.cap.is_none());
    assert!(changes.pillars.is_empty());
    let articles: Vec<(char, u32)> = changes
        .articles
        .iter()
        .map(|change| match change {
            Change::Added(article) => ('+', article.number),
            Change::Removed(article) => ('-', article.number),
            Change::Changed { after, .. } => ('~', after.number),
        })
        .collect();
    assert_eq!(articles, [('~', 4), ('-', 6)]);
    assert_eq!(changes.duties.len(), 2);
    let Change::Changed {
        before: old,
        after: new,
    } = changes.duties[0]
    else {
        panic!("{:?}", changes.duties[0]);
    };
    assert_eq!(fields(old, new), [DutyField::Force, DutyField::Cadence]);
    assert!(matches!(changes.duties[1], Change::Added(duty) if duty.id == id("briefing")));
    assert!(!changes.reordered);
    // The other way round what was added is removed.
    let back = compare(&after, &before);
    assert!(matches!(back.duties[1], Change::Removed(duty) if duty.id == id("briefing")));
}

#[test]
fn b7_an_order_that_changes_is_a_change() {
    let before = preset("wuxing");
    let mut after = before.clone();
    after.duties.swap(0, 1);
    let changes = compare(&before, &after);
    assert!(changes.reordered && changes.duties.is_empty());
    // A duty put between them does not reorder the others.
    let mut after = before.clone();
    let mut new = after.duties[0].clone();
    new.id = id("new-one");
    after.duties.insert(1, new);
    assert!(!compare(&before, &after).reordered);
}

#[test]
fn b7_a_renamed_duty_is_recognised_and_another_one_is_not() {
    let before = preset("wuxing");
    let mut after = before.clone();
    let place = after
        .duties
        .iter()
        .position(|duty| duty.id == id("reflection"))
        .unwrap();
    after.duties[place].id = id("weekly-reflection");
    let found = renamed(&before, &after);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0].removed.id, &found[0].added.id),
        (&id("reflection"), &id("weekly-reflection"))
    );
    // With another name but the same evidence of the same people it still looks like it.
    after.duties[place].name = Text::plain("每周心得");
    assert_eq!(renamed(&before, &after).len(), 1);
    // Something else altogether.
    after.duties[place].name = Text::plain("值班");
    after.duties[place].evidence.kind = "watch".to_owned();
    assert!(renamed(&before, &after).is_empty());
}

proptest! {
    #[test]
    fn law_a_comparison_is_empty_only_for_equals(first in 0..3usize, second in 0..3usize, place in 0..100usize, grace in 0..9u32) {
        let (before, mut after) = (preset(PRESETS[first]), preset(PRESETS[second]));
        let index = place % after.duties.len();
        after.duties[index].grace = grace;
        prop_assert_eq!(compare(&before, &after).is_empty(), before == after);
        for pair in renamed(&before, &after) {
            prop_assert!(before.duty(&pair.removed.id).is_some() && after.duty(&pair.removed.id).is_none());
            prop_assert!(after.duty(&pair.added.id).is_some() && before.duty(&pair.added.id).is_none());
        }
    }
}
