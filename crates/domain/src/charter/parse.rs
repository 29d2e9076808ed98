//! Reads a charter from TOML. The format, with every key:
//!
//! ```toml
//! title = { zh = "五型章程", en = "Charter of the Five Types" } # a text is a string or { zh = "…", en = "…" }
//! preamble = ["…"]                       # texts; may be left out, as may topics, notes, article and duty
//! topics = ["…"]
//! notes = ["…"]
//!
//! [cap]
//! hours_per_week = 24                    # 1 to 168
//!
//! [[pillar]]                             # at least one, in the charter's order
//! key = "learning"                       # learning, knowledge, integrity, achievement, harmony
//! name = { zh = "学习型", en = "Learning" }
//! clauses = ["…", "…", "…", "…"]
//!
//! [[article]]
//! number = 14                            # unique, 1 to 9999
//! pillar = "knowledge"                   # may be left out: then it belongs to the frame
//! title = "…"
//! text = "…"
//! rules = ["R33", "R35"]                 # may be left out
//!
//! [[duty]]
//! id = "suggestion-work"                 # unique; stays the same across versions
//! name = "…"
//! pillar = "knowledge"
//! article = 14                           # an article of this charter
//! force = "required"                     # required, encouraged, standing
//! who = ["staff", "heads"]               # everyone, minister, deputies, heads, staff, office, section:NAME, post:TITLE
//! with = "in-charge"                     # may be left out: everyone, in-charge, own-section
//! evidence = "suggestion"
//! category = "work"                      # may be left out: any category counts
//! quota = 1                              # 1 if left out
//! unit = "times"                         # times if left out; half-days, words
//! every = "week"                         # day, week, xun, month, quarter, half, year
//! grace = 2                              # working days; 2 if left out
//! prorated = false                       # false if left out
//! minutes = 30                           # of the doer, per item (per half-day; for words per period)
//! receivers = { office = 5 }             # minutes per item: office, section-head, deputy-in-charge, minister, counterpart
//! exclusive = "suggestions"              # may be left out; at least two duties share a group
//! ```

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::problem::{CharterError, CharterProblem, Shape, Thing};
use super::raw::{self, At, Complaint, Outcome, Table, Value, complain};
use super::{
    Article, Charter, Counterpart, Duty, EvidenceFilter, Force, LoadCap, Pillar, PillarText,
    Receiver, ReceiverMinutes, Selector, Text, Unit,
};
use crate::calendar::line_and_column;
use crate::identity::DutyId;
use crate::people::Role;
use crate::period::Cadence;

const MOST_BYTES: usize = 1024 * 1024;
const MOST_ARTICLES: usize = 2000;
const MOST_DUTIES: usize = 500;
const MOST_TEXTS: usize = 200;
const MOST_SELECTORS: usize = 100;

const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 20_000;

const HOURS: Range<u32> = 1..169;
const ARTICLE_NUMBERS: Range<u32> = 1..10_000;
const QUOTAS: Range<u32> = 1..100_001;
const GRACE_DAYS: Range<u32> = 0..61;
const MINUTES: Range<u32> = 0..100_001;

/// Working days after a period until which a record is not late, where the charter does not say (B7).
const USUAL_GRACE: u32 = 2;

const CHARTER_KEYS: &[&str] = &[
    "title", "preamble", "topics", "notes", "cap", "pillar", "article", "duty",
];
const CAP_KEYS: &[&str] = &["hours_per_week"];
const TEXT_KEYS: &[&str] = &["zh", "en"];
const PILLAR_KEYS: &[&str] = &["key", "name", "clauses"];
const ARTICLE_KEYS: &[&str] = &["number", "pillar", "title", "text", "rules"];
const DUTY_KEYS: &[&str] = &[
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
];
const RECEIVER_KEYS: &[&str] = &[
    "office",
    "section-head",
    "deputy-in-charge",
    "minister",
    "counterpart",
];

const FORCES: &[(&str, Force)] = &[
    (Force::Required.word(), Force::Required),
    (Force::Encouraged.word(), Force::Encouraged),
    (Force::Standing.word(), Force::Standing),
];
const UNITS: &[(&str, Unit)] = &[
    (Unit::Times.word(), Unit::Times),
    (Unit::HalfDays.word(), Unit::HalfDays),
    (Unit::Words.word(), Unit::Words),
];
const COUNTERPARTS: &[(&str, Counterpart)] = &[
    (Counterpart::Everyone.word(), Counterpart::Everyone),
    (Counterpart::InCharge.word(), Counterpart::InCharge),
    (Counterpart::OwnSection.word(), Counterpart::OwnSection),
];

/// Reads a charter (format above). `file_name` is only repeated in the error, which names the first mistake with its line
/// and column.
///
/// Total and bounded: any text gives a charter or an error; at most 1 MiB, 2,000 articles and 500 duties are taken.
pub fn parse(toml: &str, file_name: &str) -> Result<Charter, CharterError> {
    read(toml).map_err(|Complaint { offset, problem }| {
        let (line, column) = line_and_column(toml, offset);
        CharterError {
            file: file_name.to_owned(),
            line,
            column,
            problem,
        }
    })
}

fn read(text: &str) -> Outcome<Charter> {
    if text.len() > MOST_BYTES {
        return complain(
            0,
            CharterProblem::TooLarge {
                found: text.len(),
                most: MOST_BYTES,
            },
        );
    }
    let document = DeTable::parse(text).map_err(|error| Complaint {
        offset: error.span().map_or(0, |span| span.start),
        problem: CharterProblem::Syntax(error.message().lines().collect::<Vec<_>>().join(", ")),
    })?;
    let root = Table::new(document.get_ref(), 0, CHARTER_KEYS)?;
    let cap = raw::table(root.required("cap")?, Shape::Table, CAP_KEYS)?;
    let mut reading = Reading {
        source: text,
        pillars: Vec::new(),
        articles: Vec::new(),
        duties: Vec::new(),
    };
    let title = short_text(root.required("title")?)?;
    let preamble = texts(&root, "preamble", LONGEST_TEXT)?;
    let topics = texts(&root, "topics", LONGEST_NAME)?;
    let notes = texts(&root, "notes", LONGEST_TEXT)?;
    let cap = LoadCap {
        hours_per_week: raw::number(cap.required("hours_per_week")?, &HOURS)?.value,
    };
    reading.pillars(&root)?;
    reading.articles(&root)?;
    reading.duties(&root)?;
    let Reading {
        pillars,
        mut articles,
        duties,
        ..
    } = reading;
    articles.sort_by_key(|article| article.number);
    Ok(Charter {
        title,
        preamble,
        pillars,
        articles,
        duties,
        topics,
        cap,
        notes,
    })
}

/// What has been read so far: later parts of the charter name earlier ones.
struct Reading<'t> {
    source: &'t str,
    pillars: Vec<PillarText>,
    articles: Vec<Article>,
    duties: Vec<Duty>,
}

impl Reading<'_> {
    fn pillars(&mut self, root: &Table<'_>) -> Outcome<()> {
        let mut once = Once::new(self.source, Thing::Pillar);
        for entry in root.tables("pillar", MOST_TEXTS, PILLAR_KEYS)? {
            let key = pillar_word(entry.required("key")?)?;
            once.check(key.value.word(), key.offset)?;
            let name = short_text(entry.required("name")?)?;
            let clauses = texts(&entry, "clauses", LONGEST_NAME)?;
            self.pillars.push(PillarText {
                pillar: key.value,
                name,
                clauses,
            });
        }
        if self.pillars.is_empty() {
            complain(self.source.len(), CharterProblem::NoPillars)
        } else {
            Ok(())
        }
    }

    fn articles(&mut self, root: &Table<'_>) -> Outcome<()> {
        let mut once = Once::new(self.source, Thing::Article);
        for entry in root.tables("article", MOST_ARTICLES, ARTICLE_KEYS)? {
            let number = raw::number(entry.required("number")?, &ARTICLE_NUMBERS)?;
            once.check(&number.value.to_string(), number.offset)?;
            self.articles.push(Article {
                number: number.value,
                pillar: entry
                    .optional("pillar")
                    .map(|value| self.described_pillar(value))
                    .transpose()?,
                title: short_text(entry.required("title")?)?,
                text: text(entry.required("text")?, LONGEST_TEXT)?,
                rules: entry
                    .list("rules", MOST_TEXTS)?
                    .into_iter()
                    .map(rule)
                    .collect::<Outcome<_>>()?,
            });
        }
        Ok(())
    }

    fn duties(&mut self, root: &Table<'_>) -> Outcome<()> {
        let mut once = Once::new(self.source, Thing::Duty);
        let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for entry in root.tables("duty", MOST_DUTIES, DUTY_KEYS)? {
            let id = duty_id(entry.required("id")?)?;
            once.check(id.value.as_str(), id.offset)?;
            let exclusive = entry.optional("exclusive").map(identifier).transpose()?;
            if let Some(group) = &exclusive {
                groups
                    .entry(group.value.to_owned())
                    .or_insert((0, group.offset))
                    .0 += 1;
            }
            let duty = self.duty(
                &entry,
                id.value,
                exclusive.map(|group| group.value.to_owned()),
            )?;
            self.duties.push(duty);
        }
        match groups
            .into_iter()
            .filter(|(_, (members, _))| *members == 1)
            .min_by_key(|(_, (_, offset))| *offset)
        {
            Some((group, (_, offset))) => {
                complain(offset, CharterProblem::LonelyExclusive { group })
            }
            None => Ok(()),
        }
    }

    fn duty(&self, entry: &Table<'_>, id: DutyId, exclusive: Option<String>) -> Outcome<Duty> {
        let name = short_text(entry.required("name")?)?;
        let pillar = self.described_pillar(entry.required("pillar")?)?;
        let article = raw::number(entry.required("article")?, &ARTICLE_NUMBERS)?;
        if !self
            .articles
            .iter()
            .any(|known| known.number == article.value)
        {
            return complain(
                article.offset,
                CharterProblem::AbsentArticle {
                    found: article.value,
                },
            );
        }
        let force = raw::word(entry.required("force")?, FORCES)?.value;
        let who = self.who(entry.required("who")?)?;
        let counterpart = entry
            .optional("with")
            .map(|value| raw::word(value, COUNTERPARTS))
            .transpose()?;
        if let Some(At { offset, value }) = counterpart
            && !who.iter().any(|selector| can_have(selector, value))
        {
            return complain(
                offset,
                CharterProblem::NoCounterparts { with: value.word() },
            );
        }
        let counterpart = counterpart.map(|at| at.value);
        let evidence = EvidenceFilter {
            kind: identifier(entry.required("evidence")?)?.value.to_owned(),
            category: entry
                .optional("category")
                .map(identifier)
                .transpose()?
                .map(|at| at.value.to_owned()),
        };
        let count = |key: &str, range: &Range<u32>, otherwise: u32| match entry.optional(key) {
            Some(value) => raw::number(value, range).map(|at| at.value),
            None => Ok(otherwise),
        };
        let unit = entry
            .optional("unit")
            .map(|value| raw::word(value, UNITS))
            .transpose()?;
        let cadences = Cadence::ALL.map(|cadence| (cadence.word(), cadence));
        Ok(Duty {
            id,
            name,
            pillar,
            article: article.value,
            force,
            who,
            counterpart,
            evidence,
            quota: count("quota", &QUOTAS, 1)?,
            unit: unit.map_or(Unit::Times, |at| at.value),
            cadence: raw::word(entry.required("every")?, &cadences)?.value,
            grace: count("grace", &GRACE_DAYS, USUAL_GRACE)?,
            prorated: entry
                .optional("prorated")
                .map(raw::boolean)
                .transpose()?
                .unwrap_or(false),
            minutes: raw::number(entry.required("minutes")?, &MINUTES)?.value,
            receivers: receivers(entry, counterpart)?,
            exclusive,
        })
    }

    fn who(&self, value: Value<'_>) -> Outcome<Vec<Selector>> {
        let entries = raw::entries(value, Shape::List, MOST_SELECTORS)?;
        if entries.is_empty() {
            return complain(value.span().start, CharterProblem::NobodyOwes);
        }
        let mut once = Once::new(self.source, Thing::Selector);
        let mut who = Vec::new();
        for entry in entries {
            let word = raw::string(entry, LONGEST_NAME)?;
            let Some(selector) = Selector::from_word(word.value) else {
                let expected = vec![
                    "everyone",
                    "minister",
                    "deputies",
                    "heads",
                    "staff",
                    "office",
                    "section:NAME",
                    "post:TITLE",
                ];
                return complain(
                    word.offset,
                    CharterProblem::UnknownWord {
                        expected,
                        found: raw::shorten(word.value),
                    },
                );
            };
            once.check(&selector.word(), word.offset)?;
            who.push(selector);
        }
        Ok(who)
    }

    fn described_pillar(&self, value: Value<'_>) -> Outcome<Pillar> {
        let At {
            offset,
            value: pillar,
        } = pillar_word(value)?;
        if self.pillars.iter().any(|text| text.pillar == pillar) {
            Ok(pillar)
        } else {
            complain(
                offset,
                CharterProblem::AbsentPillar {
                    found: pillar.word(),
                },
            )
        }
    }
}

/// Whether somebody selected so can have these counterparts: leaders are in charge of sections, others belong to one.
const fn can_have(owner: &Selector, counterpart: Counterpart) -> bool {
    match counterpart {
        Counterpart::Everyone => true,
        Counterpart::InCharge => {
            matches!(
                owner,
                Selector::Everyone
                    | Selector::Post(_)
                    | Selector::Role(Role::Minister | Role::Deputy)
            )
        }
        Counterpart::OwnSection => !matches!(owner, Selector::Role(Role::Minister | Role::Deputy)),
    }
}

fn receivers(entry: &Table<'_>, counterpart: Option<Counterpart>) -> Outcome<Vec<ReceiverMinutes>> {
    let Some(value) = entry.optional("receivers") else {
        return Ok(Vec::new());
    };
    let table = raw::table(value, Shape::Table, RECEIVER_KEYS)?;
    let mut receivers = Vec::new();
    for receiver in Receiver::ALL {
        let Some(value) = table.optional(receiver.word()) else {
            continue;
        };
        let minutes = raw::number(value, &MINUTES)?;
        if receiver == Receiver::Counterpart && counterpart.is_none() {
            return complain(minutes.offset, CharterProblem::ReceiverWithoutCounterpart);
        }
        receivers.push(ReceiverMinutes {
            receiver,
            minutes: minutes.value,
        });
    }
    Ok(receivers)
}

/// Remembers where each name stood first.
struct Once<'t> {
    source: &'t str,
    what: Thing,
    seen: BTreeMap<String, usize>,
}

impl<'t> Once<'t> {
    const fn new(source: &'t str, what: Thing) -> Self {
        Self {
            source,
            what,
            seen: BTreeMap::new(),
        }
    }

    fn check(&mut self, name: &str, offset: usize) -> Outcome<()> {
        match self.seen.insert(name.to_owned(), offset) {
            None => Ok(()),
            Some(first) => {
                let (first_line, _) = line_and_column(self.source, first);
                complain(
                    offset,
                    CharterProblem::Twice {
                        what: self.what,
                        found: raw::shorten(name),
                        first_line,
                    },
                )
            }
        }
    }
}

fn texts(table: &Table<'_>, key: &str, longest: usize) -> Outcome<Vec<Text>> {
    table
        .list(key, MOST_TEXTS)?
        .into_iter()
        .map(|value| text(value, longest))
        .collect()
}

fn short_text(value: Value<'_>) -> Outcome<Text> {
    text(value, LONGEST_NAME)
}

fn text(value: Value<'_>, longest: usize) -> Outcome<Text> {
    match value.get_ref() {
        DeValue::String(original) => Ok(Text::plain(
            raw::bounded(original, value.span().start, longest)?.value,
        )),
        DeValue::Table(_) => {
            let table = raw::table(value, Shape::Text, TEXT_KEYS)?;
            let original = raw::string(table.required("zh")?, longest)?
                .value
                .to_owned();
            // English takes more characters to say the same.
            let english = table
                .optional("en")
                .map(|value| raw::string(value, 3 * longest))
                .transpose()?;
            Ok(Text {
                original,
                english: english.map(|at| at.value.to_owned()),
            })
        }
        other => raw::wrong(value.span(), Shape::Text, other),
    }
}

fn pillar_word(value: Value<'_>) -> Outcome<At<Pillar>> {
    raw::word(value, &Pillar::ALL.map(|pillar| (pillar.word(), pillar)))
}

/// A name made like a duty's identifier: kinds and categories of evidence, exclusive groups.
fn identifier<'t>(value: Value<'t>) -> Outcome<At<&'t str>> {
    let name = raw::string(value, LONGEST_NAME)?;
    match DutyId::parse(name.value) {
        Some(_) => Ok(name),
        None => complain(
            name.offset,
            CharterProblem::MalformedName {
                found: raw::shorten(name.value),
            },
        ),
    }
}

fn duty_id(value: Value<'_>) -> Outcome<At<DutyId>> {
    let name = raw::string(value, LONGEST_NAME)?;
    match DutyId::parse(name.value) {
        Some(id) => Ok(At {
            offset: name.offset,
            value: id,
        }),
        None => complain(
            name.offset,
            CharterProblem::MalformedName {
                found: raw::shorten(name.value),
            },
        ),
    }
}

fn rule(value: Value<'_>) -> Outcome<String> {
    let found = raw::string(value, LONGEST_NAME)?;
    let well_formed = found.value.strip_prefix('R').is_some_and(|digits| {
        (1..=3).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    });
    if well_formed {
        Ok(found.value.to_owned())
    } else {
        complain(
            found.offset,
            CharterProblem::MalformedRule {
                found: raw::shorten(found.value),
            },
        )
    }
}
