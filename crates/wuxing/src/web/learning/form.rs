//! The form of a record: what is asked, what was typed, what needs another look.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::charter::Unit;
use domain::identity::RecordId;
use domain::records::{Fields, Kind};
use uuid::Uuid;

use super::super::address::query_encoded;
use super::super::text::{Language, tr, tr_with};
use super::super::{today, wording};
use crate::app::Refusal;
use crate::app::drafts::DraftForm;
use crate::app::records::{Revision, Submission};
use crate::app::today::Enterable;
use crate::cx::House;
use crate::text::field_problem;

/// Fields that belong to the form and not to what was typed.
const OF_THE_FORM: [&str; 5] = ["csrf", "key", "kind", "record", "base"];

/// A form as it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The form's key.
    pub key: Uuid,
    /// Kind of record.
    pub kind: Kind,
    /// The record that is edited, with the version that the form was opened with.
    pub editing: Option<(RecordId, u32)>,
    /// What was typed.
    pub fields: Fields,
}

impl Sent {
    /// Reads the pairs of a form; `None` if it is none of ours.
    pub fn read(pairs: Vec<(String, String)>) -> Option<Self> {
        let mut fields: Fields = pairs.into_iter().collect();
        let of_the_form = OF_THE_FORM.map(|name| fields.remove(name));
        let [_, key, kind, record, base] = of_the_form;
        let record = record.and_then(|record| record.parse().ok());
        let base = base.and_then(|base| base.parse().ok());
        Some(Self {
            key: Uuid::parse_str(&key?).ok()?,
            kind: Kind::from_word(&kind?)?,
            editing: record.zip(base),
            fields,
        })
    }

    /// As a new record.
    pub fn submission(&self) -> Submission {
        Submission {
            kind: self.kind,
            form_key: self.key,
            fields: self.fields.clone(),
        }
    }

    /// As a change of `record`; `None` if the form was not opened for one.
    pub fn revision(&self, record: RecordId) -> Option<Revision> {
        let (_, base_version) = self.editing?;
        Some(Revision {
            record,
            base_version,
            form_key: self.key,
            fields: self.fields.clone(),
        })
    }

    /// As a draft.
    pub fn draft(self) -> DraftForm {
        DraftForm {
            id: self.key,
            kind: self.kind,
            editing: self.editing,
            fields: self.fields,
        }
    }
}

/// Which record a form changes.
#[derive(Clone, Copy, Debug)]
pub struct Editing {
    /// The record.
    pub record: RecordId,
    /// The version that the form was opened with.
    pub base: u32,
}

/// What an entry for a duty without a form of its own asks.
#[derive(Clone, Debug, Default)]
pub struct EntryView {
    /// The duty.
    pub duty: String,
    /// Its name.
    pub name: String,
    /// How much is asked, and how far it is.
    pub asks: String,
    /// The article behind it.
    pub article: String,
    /// Where the article stands.
    pub article_href: String,
    /// With whom: value and name; empty if the duty is owed towards nobody.
    pub counterparts: Vec<(String, String)>,
    /// What the amount is; empty if none is asked.
    pub amount_label: &'static str,
}

impl EntryView {
    /// The questions for this duty.
    pub fn of(language: Language, house: &House, enterable: &Enterable, today: NaiveDate) -> Self {
        let due = &enterable.due;
        let name_of = |id| {
            today::names(house, &[id])
                .into_iter()
                .next()
                .unwrap_or_default()
        };
        let mut counterparts: Vec<(String, String)> = Vec::new();
        if !enterable.counterparts.is_empty() {
            counterparts.push((String::new(), tr(language, "field-choose").to_owned()));
        }
        counterparts.extend(due.left.iter().map(|id| (id.to_string(), name_of(*id))));
        let met = enterable
            .counterparts
            .iter()
            .filter(|id| !due.left.contains(id));
        counterparts.extend(met.map(|id| {
            (
                id.to_string(),
                tr_with(
                    language,
                    "field-counterpart-met",
                    &[("name", &name_of(*id))],
                ),
            )
        }));
        let row = today::due_row(language, house, due, today);
        Self {
            duty: due.duty.id.to_string(),
            // What is done has nothing else to say than how much was done.
            asks: if row.why == row.label {
                row.label
            } else {
                format!("{} · {}", row.label, row.why)
            },
            name: row.title,
            article: row.article,
            article_href: row.article_href,
            amount_label: match due.duty.unit {
                Unit::HalfDays => tr(language, "field-half-days"),
                Unit::Times if counterparts.is_empty() => tr(language, "field-times"),
                Unit::Times | Unit::Words => "",
            },
            counterparts,
        }
    }
}

/// The form as it is shown.
#[derive(Clone, Debug)]
pub struct FormView {
    /// The form's key, also its draft's.
    pub key: Uuid,
    /// Where it is sent.
    pub action: String,
    /// Set when it changes a record.
    pub editing: Option<Editing>,
    /// The kind chosen.
    pub kind: &'static str,
    /// The kinds to choose from, with their names; empty when the kind is settled.
    pub kinds: Vec<(&'static str, &'static str)>,
    /// Set for a duty entered as done.
    pub entry: Option<EntryView>,
    /// Topics to choose from, the empty one first.
    pub topics: Vec<(String, String)>,
    /// Where it saves itself.
    pub draft_url: String,
    /// The address under which the browser finds the form again when the page is loaded once more.
    pub draft_page: String,
    /// When it was saved last, in milliseconds since 1970; 0: never.
    pub draft_at: i64,
    /// The same in words.
    pub draft_line: String,
    /// What is wrong with the form as a whole.
    pub problem: String,
    /// What to write.
    pub text_hint: &'static str,
    /// What stands over the fields that are seldom needed.
    pub more: &'static str,
    /// Whether those are to be seen from the beginning.
    pub more_open: bool,
    /// Who will read it.
    pub readers: &'static str,
    values: Fields,
    errors: BTreeMap<&'static str, String>,
}

/// What a form begins with.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// What is in it.
    pub values: Fields,
    /// When it was saved last.
    pub saved: Option<DateTime<Utc>>,
}

impl FormView {
    /// A form for a new record.
    pub fn new(
        language: Language,
        house: &House,
        today: NaiveDate,
        key: Uuid,
        kind: Kind,
        beginning: Beginning,
    ) -> Self {
        let kinds = if kind == Kind::Entry {
            &[][..]
        } else {
            &Kind::CAPTURED
        };
        let hidden = ["topic", "date", "url", "excerpt"];
        Self {
            key,
            action: "/capture".to_owned(),
            editing: None,
            kind: kind.word(),
            kinds: kinds
                .iter()
                .map(|kind| (kind.word(), wording::kind(language, *kind)))
                .collect(),
            entry: None,
            topics: topics(language, house, today, beginning.values.get("topic")),
            draft_url: format!("/drafts/{key}"),
            draft_page: capture_page(key, kind, beginning.values.get("duty")),
            draft_at: beginning.saved.map_or(0, |at| at.timestamp_millis()),
            draft_line: beginning
                .saved
                .map(|at| saved_line(language, house, at, today))
                .unwrap_or_default(),
            problem: String::new(),
            text_hint: tr(
                language,
                if kind == Kind::Entry {
                    "field-text-hint-entry"
                } else {
                    "field-text-hint"
                },
            ),
            more: tr(
                language,
                if kind == Kind::Entry {
                    "field-more-entry"
                } else {
                    "field-more"
                },
            ),
            more_open: hidden.iter().any(|name| {
                beginning
                    .values
                    .get(*name)
                    .is_some_and(|value| !value.is_empty())
            }),
            readers: tr(
                language,
                if kind == Kind::Entry {
                    "readers-entry"
                } else {
                    "readers-captured"
                },
            ),
            values: beginning.values,
            errors: BTreeMap::new(),
        }
    }

    /// The same form for changing a record.
    #[must_use]
    pub fn editing(mut self, record: RecordId, base: u32) -> Self {
        self.action = format!("/records/{record}/edit");
        self.draft_page = format!("/records/{record}/edit?form={}", self.key);
        self.kinds = Vec::new();
        self.editing = Some(Editing { record, base });
        self.more_open = true;
        self
    }

    /// The same form for a duty entered as done.
    #[must_use]
    pub fn entering(mut self, entry: EntryView) -> Self {
        self.entry = Some(entry);
        self
    }

    /// The same form with what needs another look; what was typed stays.
    #[must_use]
    pub fn refused(mut self, language: Language, refusal: &Refusal) -> Self {
        self.problem = super::super::error::refusal_text(language, refusal);
        if let Refusal::Fields(problems) = refusal {
            self.errors = problems
                .iter()
                .map(|found| (found.field, field_problem(language, found)))
                .collect();
        }
        let hidden = ["topic", "date", "url", "excerpt"];
        self.more_open |= hidden.iter().any(|name| self.errors.contains_key(name));
        self
    }

    /// What is in a field.
    pub fn value(&self, name: &str) -> &str {
        self.values
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> &str {
        self.errors
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// Whether a field is asked for, at least for one of the kinds to choose from.
    pub fn asks(&self, name: &str) -> bool {
        let asked: &[Kind] = match name {
            "book" => &[Kind::BookNote],
            "url" => &[Kind::Clipping],
            "title" => &[Kind::Reflection, Kind::Article],
            _ => &[],
        };
        !self.kinds.is_empty() || asked.iter().any(|kind| kind.word() == self.kind)
    }
}

/// The address of a form for a new record with this key.
fn capture_page(key: Uuid, kind: Kind, duty: Option<&String>) -> String {
    let duty = duty
        .map(|duty| format!("&duty={}", query_encoded(duty)))
        .unwrap_or_default();
    format!("/capture?kind={}{duty}&form={key}", kind.word())
}

fn saved_line(language: Language, house: &House, at: DateTime<Utc>, today: NaiveDate) -> String {
    tr_with(
        language,
        "draft-restored",
        &[("time", &wording::moment(language, at, house.zone, today))],
    )
}

/// The charter's topics in the reader's language; a topic that an earlier charter had stays where it was chosen.
pub fn topics(
    language: Language,
    house: &House,
    today: NaiveDate,
    chosen: Option<&String>,
) -> Vec<(String, String)> {
    let english = language == Language::English;
    let mut topics = vec![(String::new(), tr(language, "field-no-topic").to_owned())];
    let charter = house
        .charter(today)
        .map(|charter| charter.topics.as_slice())
        .unwrap_or_default();
    topics.extend(
        charter
            .iter()
            .map(|topic| (topic.original.clone(), topic.reading(english).to_owned())),
    );
    if let Some(chosen) = chosen.filter(|chosen| !topics.iter().any(|(value, _)| value == *chosen))
    {
        topics.push((chosen.clone(), chosen.clone()));
    }
    topics
}
