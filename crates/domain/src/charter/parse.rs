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
//! owner = "office"                       # who keeps it up to date, written like an entry of `who`; may be left out
//! review = 2027-03-01                    # the day by which it is looked at again; may be left out
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

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::fault::{Fault, Faults, Part};
use super::problem::{CharterError, CharterProblem, Shape, Thing};
use super::raw::{self, At, Complaint, Outcome, Table, Value, complain};
use super::{Article, Charter, Duty, LoadCap, Pillar, PillarText};

mod duties;
mod values;

use values::{Once, selector, short_text, text, texts};

/// The largest charter, in bytes.
pub(super) const MOST_BYTES: usize = 1024 * 1024;
const MOST_ARTICLES: usize = 2000;
const MOST_DUTIES: usize = 500;
/// Most texts of one list.
pub(super) const MOST_TEXTS: usize = 200;

const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 20_000;

const HOURS: std::ops::Range<u32> = 1..169;
const ARTICLE_NUMBERS: std::ops::Range<u32> = 1..10_000;

const CHARTER_KEYS: &[&str] = &[
    "title", "preamble", "topics", "notes", "cap", "pillar", "article", "duty",
];
const CAP_KEYS: &[&str] = &["hours_per_week"];
const PILLAR_KEYS: &[&str] = &["key", "name", "clauses"];
const ARTICLE_KEYS: &[&str] = &[
    "number", "pillar", "title", "text", "rules", "owner", "review",
];

/// Reads a charter (format above). `file_name` is only repeated in the error, which names the first mistake with its line
/// and column.
///
/// Total and bounded: any text gives a charter or an error; at most 1 MiB, 2,000 articles and 500 duties are taken.
pub fn parse(toml: &str, file_name: &str) -> Result<Charter, CharterError> {
    check(toml, file_name).map_err(|faults| faults.first)
}

/// The mistakes of a charter's text: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes {
    /// The first one, as [`parse`] tells it.
    pub first: CharterError,
    /// All that were found, in the order of the text's parts; at most [`Faults::MOST`].
    pub all: Vec<Fault>,
}

/// Reads a charter (format above) like [`parse`], and names every mistake that can be told apart from the others, with the
/// part and the field it is in: what an editor shows while one types.
///
/// # Errors
/// The mistakes.
pub fn check(toml: &str, file_name: &str) -> Result<Charter, Box<Mistakes>> {
    let mut faults = Faults::new(toml, file_name);
    let charter = read(toml, &mut faults);
    match (faults.into_mistakes(), charter) {
        (None, Some(charter)) => Ok(charter),
        (Some(mistakes), _) => Err(Box::new(mistakes)),
        (None, None) => Err(Box::new(nothing_read(file_name))),
    }
}

/// What cannot happen: no charter and no mistake. It is told like a text without anything in it.
fn nothing_read(file_name: &str) -> Mistakes {
    let first = CharterError {
        file: file_name.to_owned(),
        line: 1,
        column: 1,
        problem: CharterProblem::NoPillars,
    };
    let all = vec![Fault {
        part: Part::Frame,
        key: None,
        error: first.clone(),
    }];
    Mistakes { first, all }
}

fn read<'t>(text: &'t str, faults: &mut Faults<'t>) -> Option<Charter> {
    let document = faults.note(None, document(text))?;
    let root = faults.note(None, Table::new(&document, 0, CHARTER_KEYS))?;
    let cap = root
        .required("cap")
        .and_then(|value| raw::table(value, Shape::Table, CAP_KEYS));
    let cap = faults.note(Some("cap"), cap);
    let title = faults.note(Some("title"), root.required("title").and_then(short_text));
    let preamble = faults.note(Some("preamble"), texts(&root, "preamble", LONGEST_TEXT));
    let topics = faults.note(Some("topics"), texts(&root, "topics", LONGEST_NAME));
    let notes = faults.note(Some("notes"), texts(&root, "notes", LONGEST_TEXT));
    let hours = cap.and_then(|cap| {
        let hours = cap
            .required("hours_per_week")
            .and_then(|value| raw::number(value, &HOURS));
        faults.note(Some("cap"), hours)
    });
    let mut reading = Reading {
        source: text,
        faults,
        described: BTreeSet::new(),
        numbers: BTreeSet::new(),
    };
    let pillars = reading.pillars(&root);
    let mut articles = reading.articles(&root);
    let duties = reading.duties(&root);
    articles.sort_by_key(|article| article.number);
    Some(Charter {
        title: title?,
        preamble: preamble?,
        pillars,
        articles,
        duties,
        topics: topics?,
        cap: LoadCap {
            hours_per_week: hours?.value,
        },
        notes: notes?,
    })
}

fn document(text: &str) -> Outcome<DeTable<'_>> {
    if text.len() > MOST_BYTES {
        return complain(
            0,
            CharterProblem::TooLarge {
                found: text.len(),
                most: MOST_BYTES,
            },
        );
    }
    match DeTable::parse(text) {
        Ok(document) => Ok(document.into_inner()),
        Err(error) => complain(
            error.span().map_or(0, |span| span.start),
            CharterProblem::Syntax(error.message().lines().collect::<Vec<_>>().join(", ")),
        ),
    }
}

/// What has been read so far: later parts of the charter name earlier ones.
struct Reading<'t, 'f> {
    source: &'t str,
    faults: &'f mut Faults<'t>,
    /// Pillars that the charter describes, be it with mistakes.
    described: BTreeSet<Pillar>,
    /// Numbers of articles that the charter has, be it with mistakes.
    numbers: BTreeSet<u32>,
}

impl<'t> Reading<'t, '_> {
    /// The entries written `[[key]]`, each with its place among them.
    fn entries<'v>(
        &mut self,
        root: &Table<'v>,
        key: &'static str,
        most: usize,
        known: &'static [&'static str],
        part: fn(usize) -> Part,
    ) -> Vec<(usize, Table<'v>)> {
        let found = root.optional(key).map_or(Ok(Vec::new()), |value| {
            raw::entries(value, Shape::Tables, most)
        });
        self.faults.begin(Part::Frame);
        let found = self.faults.note(Some(key), found).unwrap_or_default();
        let mut entries = Vec::new();
        for (index, entry) in found.into_iter().enumerate() {
            self.faults.begin(part(index));
            if let Some(table) = self
                .faults
                .note(None, raw::table(entry, Shape::Tables, known))
            {
                entries.push((index, table));
            }
        }
        entries
    }

    fn pillars(&mut self, root: &Table<'_>) -> Vec<PillarText> {
        let mut once = Once::new(self.source, Thing::Pillar);
        let entries = self.entries(root, "pillar", MOST_TEXTS, PILLAR_KEYS, Part::Pillar);
        let none = entries.is_empty();
        let mut pillars = Vec::new();
        for (index, entry) in entries {
            self.faults.begin(Part::Pillar(index));
            let key = entry.required("key").and_then(values::pillar_word);
            let key = key.and_then(|at| once.check(at.value.word(), at.offset).map(|()| at.value));
            let key = self.faults.note(Some("key"), key);
            self.described.extend(key);
            let name = entry.required("name").and_then(short_text);
            let name = self.faults.note(Some("name"), name);
            let clauses = texts(&entry, "clauses", LONGEST_NAME);
            let clauses = self.faults.note(Some("clauses"), clauses);
            if let (Some(pillar), Some(name), Some(clauses)) = (key, name, clauses) {
                pillars.push(PillarText {
                    pillar,
                    name,
                    clauses,
                });
            }
        }
        self.faults.begin(Part::Frame);
        if none && self.faults.is_empty() {
            let missing: Outcome<()> = complain(self.source.len(), CharterProblem::NoPillars);
            self.faults.note(Some("pillar"), missing);
        }
        pillars
    }

    fn articles(&mut self, root: &Table<'_>) -> Vec<Article> {
        let mut once = Once::new(self.source, Thing::Article);
        let mut articles = Vec::new();
        for (index, entry) in
            self.entries(root, "article", MOST_ARTICLES, ARTICLE_KEYS, Part::Article)
        {
            self.faults.begin(Part::Article(index));
            let number = entry
                .required("number")
                .and_then(|value| raw::number(value, &ARTICLE_NUMBERS))
                .and_then(|at| {
                    once.check(&at.value.to_string(), at.offset)
                        .map(|()| at.value)
                });
            let number = self.faults.note(Some("number"), number);
            self.numbers.extend(number);
            let pillar = entry.optional("pillar").map(|value| self.described(value));
            let pillar = self.faults.note(Some("pillar"), pillar.transpose());
            let title = entry.required("title").and_then(short_text);
            let title = self.faults.note(Some("title"), title);
            let words = entry
                .required("text")
                .and_then(|value| text(value, LONGEST_TEXT));
            let words = self.faults.note(Some("text"), words);
            let rules = entry.list("rules", MOST_TEXTS);
            let rules = rules.and_then(|rules| rules.into_iter().map(values::rule).collect());
            let rules: Option<Vec<String>> = self.faults.note(Some("rules"), rules);
            let owner = entry.optional("owner").map(selector).transpose();
            let owner = self.faults.note(Some("owner"), owner);
            let review = entry.optional("review").map(raw::day).transpose();
            let review = self.faults.note(Some("review"), review);
            if let (
                Some(number),
                Some(pillar),
                Some(title),
                Some(text),
                Some(rules),
                Some(owner),
                Some(review),
            ) = (number, pillar, title, words, rules, owner, review)
            {
                articles.push(Article {
                    number,
                    pillar,
                    title,
                    text,
                    rules,
                    owner: owner.map(|at| at.value),
                    review,
                });
            }
        }
        articles
    }

    fn duties(&mut self, root: &Table<'_>) -> Vec<Duty> {
        let entries = self.entries(root, "duty", MOST_DUTIES, duties::KEYS, Part::Duty);
        duties::read(self, entries)
    }

    /// A pillar that the charter describes.
    fn described(&self, value: Value<'_>) -> Outcome<Pillar> {
        let At {
            offset,
            value: pillar,
        } = values::pillar_word(value)?;
        if self.described.contains(&pillar) {
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

/// A number that is one of the charter's articles.
fn known_article(numbers: &BTreeSet<u32>, value: Value<'_>) -> Outcome<u32> {
    let article = raw::number(value, &ARTICLE_NUMBERS)?;
    if numbers.contains(&article.value) {
        Ok(article.value)
    } else {
        Err(Complaint {
            offset: article.offset,
            problem: CharterProblem::AbsentArticle {
                found: article.value,
            },
        })
    }
}
