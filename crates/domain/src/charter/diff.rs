//! What leads from one charter to another: texts, articles, duties field by field; and which duty may be another one renamed.

use std::collections::BTreeMap;

use super::{Article, Charter, Duty, LoadCap, PillarText, Text};
use crate::identity::DutyId;

/// One thing of both charters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'c, T> {
    /// Only the second charter has it.
    Added(&'c T),
    /// Only the first charter has it.
    Removed(&'c T),
    /// Both have it, and it differs.
    Changed {
        /// In the first charter.
        before: &'c T,
        /// In the second charter.
        after: &'c T,
    },
}

/// A list of texts that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListChange<'c> {
    /// In the first charter.
    pub before: &'c [Text],
    /// In the second charter.
    pub after: &'c [Text],
}

/// A field of a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DutyField {
    /// Its name.
    Name,
    /// Its pillar.
    Pillar,
    /// The article behind it.
    Article,
    /// How binding.
    Force,
    /// Whom it falls on.
    Who,
    /// With whom.
    Counterpart,
    /// Which evidence counts.
    Evidence,
    /// How much, with its unit.
    Quota,
    /// How often.
    Cadence,
    /// Grace.
    Grace,
    /// Proration.
    Prorated,
    /// Minutes of the doer.
    Minutes,
    /// Minutes of those who receive.
    Receivers,
    /// Exclusive group.
    Exclusive,
}

impl DutyField {
    /// All fields, in the order in which they are shown.
    pub const ALL: [Self; 14] = [
        Self::Name,
        Self::Pillar,
        Self::Article,
        Self::Force,
        Self::Who,
        Self::Counterpart,
        Self::Evidence,
        Self::Quota,
        Self::Cadence,
        Self::Grace,
        Self::Prorated,
        Self::Minutes,
        Self::Receivers,
        Self::Exclusive,
    ];

    /// The key under which a charter writes it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pillar => "pillar",
            Self::Article => "article",
            Self::Force => "force",
            Self::Who => "who",
            Self::Counterpart => "with",
            Self::Evidence => "evidence",
            Self::Quota => "quota",
            Self::Cadence => "every",
            Self::Grace => "grace",
            Self::Prorated => "prorated",
            Self::Minutes => "minutes",
            Self::Receivers => "receivers",
            Self::Exclusive => "exclusive",
        }
    }

    /// Whether the field differs.
    fn differs(self, before: &Duty, after: &Duty) -> bool {
        match self {
            Self::Name => before.name != after.name,
            Self::Pillar => before.pillar != after.pillar,
            Self::Article => before.article != after.article,
            Self::Force => before.force != after.force,
            Self::Who => before.who != after.who,
            Self::Counterpart => before.counterpart != after.counterpart,
            Self::Evidence => before.evidence != after.evidence,
            Self::Quota => (before.quota, before.unit) != (after.quota, after.unit),
            Self::Cadence => before.cadence != after.cadence,
            Self::Grace => before.grace != after.grace,
            Self::Prorated => before.prorated != after.prorated,
            Self::Minutes => before.minutes != after.minutes,
            Self::Receivers => before.receivers != after.receivers,
            Self::Exclusive => before.exclusive != after.exclusive,
        }
    }
}

/// The fields in which two duties differ.
pub fn fields(before: &Duty, after: &Duty) -> Vec<DutyField> {
    let all = DutyField::ALL.into_iter();
    all.filter(|field| field.differs(before, after)).collect()
}

/// Everything in which two charters differ. What is the same is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes<'c> {
    /// The title.
    pub title: Option<(&'c Text, &'c Text)>,
    /// The preamble (R1–R2).
    pub preamble: Option<ListChange<'c>>,
    /// Topics (R15).
    pub topics: Option<ListChange<'c>>,
    /// Notes.
    pub notes: Option<ListChange<'c>>,
    /// The cap on the load.
    pub cap: Option<(LoadCap, LoadCap)>,
    /// Pillars and their standards, in the second charter's order, the removed ones last.
    pub pillars: Vec<Change<'c, PillarText>>,
    /// Articles by number.
    pub articles: Vec<Change<'c, Article>>,
    /// Duties in the second charter's order, the removed ones last.
    pub duties: Vec<Change<'c, Duty>>,
    /// Whether duties that both charters have stand in another order: with exclusive groups it matters which comes first.
    pub reordered: bool,
}

impl Changes<'_> {
    /// Whether the charters say the same.
    pub const fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.preamble.is_none()
            && self.topics.is_none()
            && self.notes.is_none()
            && self.cap.is_none()
            && self.pillars.is_empty()
            && self.articles.is_empty()
            && self.duties.is_empty()
            && !self.reordered
    }
}

/// What leads from `before` to `after`.
pub fn compare<'c>(before: &'c Charter, after: &'c Charter) -> Changes<'c> {
    let list = |before: &'c [Text], after: &'c [Text]| {
        (before != after).then_some(ListChange { before, after })
    };
    let mut articles = matched(&before.articles, &after.articles, |article| article.number);
    articles.sort_by_key(|change| match change {
        Change::Added(article)
        | Change::Removed(article)
        | Change::Changed { after: article, .. } => article.number,
    });
    let kept = |charter: &'c Charter, other: &'c Charter| -> Vec<&'c DutyId> {
        let ids = charter.duties.iter().map(|duty| &duty.id);
        ids.filter(|id| other.duty(id).is_some()).collect()
    };
    Changes {
        title: (before.title != after.title).then_some((&before.title, &after.title)),
        preamble: list(&before.preamble, &after.preamble),
        topics: list(&before.topics, &after.topics),
        notes: list(&before.notes, &after.notes),
        cap: (before.cap != after.cap).then_some((before.cap, after.cap)),
        pillars: matched(&before.pillars, &after.pillars, |text| text.pillar),
        articles,
        duties: matched(&before.duties, &after.duties, |duty| duty.id.clone()),
        reordered: kept(before, after) != kept(after, before),
    }
}

fn matched<'c, T: PartialEq, K: Ord>(
    before: &'c [T],
    after: &'c [T],
    key: impl Fn(&T) -> K,
) -> Vec<Change<'c, T>> {
    let mut left: BTreeMap<K, &'c T> = before.iter().map(|thing| (key(thing), thing)).collect();
    let mut changes = Vec::new();
    for thing in after {
        match left.remove(&key(thing)) {
            None => changes.push(Change::Added(thing)),
            Some(same) if same == thing => {}
            Some(before) => changes.push(Change::Changed {
                before,
                after: thing,
            }),
        }
    }
    // In the first one's order.
    let gone = before
        .iter()
        .filter(|thing| left.contains_key(&key(thing)))
        .map(Change::Removed);
    changes.extend(gone);
    changes
}

/// A duty that was removed and one that was added and look like the same: with a new identifier its history ends, and what was
/// done under the old one is told apart from what is done under the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renamed<'c> {
    /// The removed duty.
    pub removed: &'c Duty,
    /// The added duty.
    pub added: &'c Duty,
}

/// Below this likeness two duties are not taken for one. In hundredths.
const ALIKE: u32 = 60;

/// Which added duties look like a removed one under another identifier; each duty once, the likest pairs first.
pub fn renamed<'c>(before: &'c Charter, after: &'c Charter) -> Vec<Renamed<'c>> {
    let removed = before
        .duties
        .iter()
        .filter(|duty| after.duty(&duty.id).is_none());
    let added: Vec<&Duty> = after
        .duties
        .iter()
        .filter(|duty| before.duty(&duty.id).is_none())
        .collect();
    let mut pairs: Vec<(u32, Renamed<'c>)> = removed
        .flat_map(|removed| {
            let pairs = added
                .iter()
                .map(move |added| (likeness(removed, added), Renamed { removed, added }));
            pairs.collect::<Vec<_>>()
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    pairs.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    let mut found: Vec<Renamed<'c>> = Vec::new();
    for (_, pair) in pairs {
        let taken = |known: &Renamed<'c>| {
            known.removed.id == pair.removed.id || known.added.id == pair.added.id
        };
        if !found.iter().any(taken) {
            found.push(pair);
        }
    }
    found
}

/// How alike two duties are, in hundredths: half of it their names, the rest what they count and on whom they fall.
fn likeness(one: &Duty, other: &Duty) -> u32 {
    let points = [
        (one.evidence == other.evidence, 25),
        (
            one.who == other.who && one.counterpart == other.counterpart,
            15,
        ),
        (
            one.cadence == other.cadence && one.quota == other.quota && one.unit == other.unit,
            5,
        ),
        (one.pillar == other.pillar, 5),
    ];
    let same: u32 = points
        .into_iter()
        .filter(|(same, _)| *same)
        .map(|(_, points)| points)
        .sum();
    same + names_alike(&one.name.original, &other.name.original) / 2
}

/// How alike two names are, in hundredths: the pairs of neighbouring characters that they share.
fn names_alike(one: &str, other: &str) -> u32 {
    if one == other {
        return 100;
    }
    let pairs = |name: &str| {
        let characters: Vec<char> = name.chars().collect();
        let mut pairs: Vec<[char; 2]> = characters
            .windows(2)
            .filter_map(|pair| <[char; 2]>::try_from(pair).ok())
            .collect();
        pairs.sort_unstable();
        pairs
    };
    let (one, mut other) = (pairs(one), pairs(other));
    let all = one.len() + other.len();
    let mut shared = 0;
    for pair in one {
        if let Ok(place) = other.binary_search(&pair) {
            other.remove(place);
            shared += 2;
        }
    }
    u32::try_from(shared * 100).unwrap_or(100) / u32::try_from(all.max(1)).unwrap_or(u32::MAX)
}
