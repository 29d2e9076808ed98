//! What one charter changes of another, in the words of the page: articles word by word, duties field by field, the load.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::charter::diff::{Change, Changes, DutyField, ListChange, compare, fields};
use domain::charter::{Article, Charter, Duty, PillarText, Text};
use serde::Deserialize;
use uuid::Uuid;

use super::super::Routes;
use super::super::error::Problem;
use super::super::learning::compare::{Piece, compare as words_of};
use super::super::page::{Page, show};
use super::super::session::Visitor;
use super::super::text::{Language, date, tr, tr_with};
use super::super::wording;
use super::drafts::{Head, head};
use super::meter::{Meter, meter};
use super::words;
use crate::app::charter_adoption::{self, Comparison, Side};
use crate::app::{Cx, Error, Result as Outcome, charter_drafts};

/// The routes of comparing.
pub fn routes() -> Routes {
    Routes::new()
        .get("/charter/compare", open)
        .get("/charter/drafts/{id}/compare", open_draft)
}

/// A text that changed.
#[derive(Clone, Debug)]
pub struct TextChange {
    /// What it is.
    pub label: String,
    /// What leads from one to the other.
    pub pieces: Vec<Piece>,
}

/// A field that changed.
#[derive(Clone, Debug)]
pub struct FieldChange {
    /// Which one.
    pub label: &'static str,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// An entry that was added, removed or changed.
#[derive(Clone, Debug)]
pub struct EntryChange {
    /// What it is.
    pub name: String,
    /// The word for added, removed, changed.
    pub kind: &'static str,
    /// Its class.
    pub class: &'static str,
    /// Texts that changed; of what was added or removed the whole.
    pub texts: Vec<TextChange>,
    /// Fields that changed.
    pub fields: Vec<FieldChange>,
}

/// A part of the charter.
#[derive(Clone, Debug)]
pub struct PartChanges {
    /// What it is.
    pub title: &'static str,
    /// What changed in it.
    pub entries: Vec<EntryChange>,
}

/// The whole comparison.
#[derive(Clone, Debug)]
pub struct ChangesView {
    /// The parts in which something changed.
    pub parts: Vec<PartChanges>,
    /// That duties stand in another order.
    pub reordered: bool,
    /// The load before and after.
    pub meter: Meter,
}

#[derive(Template)]
#[template(path = "charter/compare.html")]
struct ComparePage {
    page: Page,
    line: String,
    head: Option<Head>,
    view: ChangesView,
    problem: String,
    choices: Vec<(String, String)>,
    from: String,
    to: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Asked {
    from: u32,
    to: u32,
}

async fn open(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, (view, line, choices)) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let (from, to) = (Side::Version(asked.from), Side::Version(asked.to));
                let found = charter_adoption::compare(cx, from, to).await?;
                let choices = cx.house.versions.iter().map(|version| {
                    let day = date(language, version.effective);
                    let variables = [
                        ("n", &version.number as &dyn super::super::text::Variable),
                        ("day", &day),
                    ];
                    (
                        version.number.to_string(),
                        tr_with(language, "charter-line", &variables),
                    )
                });
                let choices: Vec<_> = choices.collect();
                let line = tr_with(
                    language,
                    "charter-compare-line",
                    &[("from", &asked.from), ("to", &asked.to)],
                );
                Ok((view(language, &found), line, choices))
            })
        })
        .await?;
    let title = page.t("charter-compare");
    show(&ComparePage {
        page: page.titled(title).at("/charter"),
        line,
        head: None,
        view,
        problem: String::new(),
        choices,
        from: asked.from.to_string(),
        to: asked.to.to_string(),
    })
}

async fn open_draft(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, (head, view, problem)) = visitor
        .read(move |cx| Box::pin(assemble_draft(cx, language, id)))
        .await?;
    let title = page.t("charter-tab-compare");
    let line = head.line.clone();
    show(&ComparePage {
        page: page.titled(title).at("/charter"),
        line,
        head: Some(head),
        view,
        problem,
        choices: Vec::new(),
        from: String::new(),
        to: String::new(),
    })
}

async fn assemble_draft(
    cx: &mut Cx,
    language: Language,
    id: Uuid,
) -> Outcome<(Head, ChangesView, String)> {
    let opened = charter_drafts::open(cx, id).await?;
    let head = head(cx, language, &opened, "/compare");
    let base = Side::Version(opened.draft.base_version);
    match charter_adoption::compare(cx, base, Side::Draft(id)).await {
        Ok(found) => Ok((head, view(language, &found), String::new())),
        Err(Error::Refused(refusal)) => {
            let none = ChangesView {
                parts: Vec::new(),
                reordered: false,
                meter: Meter::default(),
            };
            let told = super::super::error::refusal_text(language, &refusal);
            Ok((head, none, told))
        }
        Err(other) => Err(other),
    }
}

/// A comparison in words.
pub fn view(language: Language, found: &Comparison) -> ChangesView {
    let changes = compare(&found.before, &found.after);
    ChangesView {
        parts: parts(language, found, &changes),
        reordered: changes.reordered,
        meter: meter(
            language,
            &found.after,
            &found.load_after,
            Some(&found.load_before),
        ),
    }
}

fn parts(language: Language, found: &Comparison, changes: &Changes<'_>) -> Vec<PartChanges> {
    let pillars = changes
        .pillars
        .iter()
        .map(|change| pillar_change(language, change));
    let articles = changes
        .articles
        .iter()
        .map(|change| article_change(language, found, change));
    let duties = changes
        .duties
        .iter()
        .map(|change| duty_change(language, found, change));
    let part = |key: &str, entries: Vec<EntryChange>| PartChanges {
        title: tr(language, key),
        entries,
    };
    let mut parts = vec![
        part("charter-part-frame", frame_changes(language, changes)),
        part("charter-group-pillars", pillars.collect()),
        part("charter-group-articles", articles.collect()),
        part("charter-group-duties", duties.collect()),
    ];
    parts.retain(|part| !part.entries.is_empty());
    parts
}

fn changed(language: Language, name: String) -> EntryChange {
    EntryChange {
        name,
        kind: tr(language, "charter-changed"),
        class: "open",
        texts: Vec::new(),
        fields: Vec::new(),
    }
}

fn added(language: Language, name: String) -> EntryChange {
    EntryChange {
        kind: tr(language, "charter-added"),
        class: "done",
        ..changed(language, name)
    }
}

fn removed(language: Language, name: String) -> EntryChange {
    EntryChange {
        kind: tr(language, "charter-removed"),
        class: "late",
        ..changed(language, name)
    }
}

fn text_change(label: &str, before: &str, after: &str) -> TextChange {
    TextChange {
        label: label.to_owned(),
        pieces: words_of(before, after),
    }
}

fn frame_changes(language: Language, changes: &Changes<'_>) -> Vec<EntryChange> {
    let mut entries = Vec::new();
    let field = |key: &str| words::field(language, key).to_owned();
    if let Some((before, after)) = changes.title {
        let mut entry = changed(language, field("title"));
        entry
            .texts
            .push(text_change("", &words::both(before), &words::both(after)));
        entries.push(entry);
    }
    let lists: [(&str, &Option<ListChange<'_>>); 3] = [
        ("preamble", &changes.preamble),
        ("topics", &changes.topics),
        ("notes", &changes.notes),
    ];
    for (key, list) in lists {
        if let Some(list) = list {
            let mut entry = changed(language, field(key));
            entry
                .texts
                .push(text_change("", &listed(list.before), &listed(list.after)));
            entries.push(entry);
        }
    }
    if let Some((before, after)) = changes.cap {
        let mut entry = changed(language, field("cap"));
        entry.fields.push(FieldChange {
            label: words::field(language, "cap"),
            before: before.hours_per_week.to_string(),
            after: after.hours_per_week.to_string(),
        });
        entries.push(entry);
    }
    entries
}

fn listed(texts: &[Text]) -> String {
    texts.iter().map(words::both).collect::<Vec<_>>().join("\n")
}

fn pillar_change(language: Language, change: &Change<'_, PillarText>) -> EntryChange {
    let name = |text: &PillarText| text.name.reading(language == Language::English).to_owned();
    let said =
        |text: &PillarText| format!("{}\n{}", words::both(&text.name), listed(&text.clauses));
    match change {
        Change::Added(text) => EntryChange {
            texts: vec![text_change("", "", &said(text))],
            ..added(language, name(text))
        },
        Change::Removed(text) => EntryChange {
            texts: vec![text_change("", &said(text), "")],
            ..removed(language, name(text))
        },
        Change::Changed { before, after } => EntryChange {
            texts: vec![text_change("", &said(before), &said(after))],
            ..changed(language, name(after))
        },
    }
}

fn article_change(
    language: Language,
    found: &Comparison,
    change: &Change<'_, Article>,
) -> EntryChange {
    let name = |article: &Article| {
        format!(
            "{} {}",
            words::article_label(language, article.number),
            article.title.reading(language == Language::English)
        )
    };
    let title = words::field(language, "title");
    let body = words::field(language, "text");
    match change {
        Change::Added(article) => EntryChange {
            texts: vec![text_change(body, "", &words::both(&article.text))],
            ..added(language, name(article))
        },
        Change::Removed(article) => EntryChange {
            texts: vec![text_change(body, &words::both(&article.text), "")],
            ..removed(language, name(article))
        },
        Change::Changed { before, after } => {
            let mut entry = changed(language, name(after));
            if before.title != after.title {
                let (old, new) = (words::both(&before.title), words::both(&after.title));
                entry.texts.push(text_change(title, &old, &new));
            }
            if before.text != after.text {
                let (old, new) = (words::both(&before.text), words::both(&after.text));
                entry.texts.push(text_change(body, &old, &new));
            }
            let mut field = |key: &'static str, before: String, after: String| {
                if before != after {
                    let label = words::field(language, key);
                    entry.fields.push(FieldChange {
                        label,
                        before,
                        after,
                    });
                }
            };
            let pillar = |charter: &Charter, article: &Article| match article.pillar {
                None => tr(language, "charter-frame").to_owned(),
                Some(pillar) => charter.pillar(pillar).map_or_else(
                    || words::pillar(language, pillar).to_owned(),
                    |text| text.name.reading(language == Language::English).to_owned(),
                ),
            };
            let none = || tr(language, "charter-none").to_owned();
            let owner = |article: &Article| {
                article
                    .owner
                    .as_ref()
                    .map_or_else(none, |owner| words::selector(language, owner))
            };
            let review =
                |article: &Article| article.review.map_or_else(none, |day| date(language, day));
            field(
                "pillar",
                pillar(&found.before, before),
                pillar(&found.after, after),
            );
            field("owner", owner(before), owner(after));
            field("review", review(before), review(after));
            field("rules", before.rules.join(" "), after.rules.join(" "));
            entry
        }
    }
}

fn duty_change(language: Language, found: &Comparison, change: &Change<'_, Duty>) -> EntryChange {
    let name = |duty: &Duty| duty.name.reading(language == Language::English).to_owned();
    let sum = |duty: &Duty| {
        let rule = super::super::ledger::rule(language, duty);
        format!("{} · {rule}", super::whom(language, duty))
    };
    match change {
        Change::Added(duty) => EntryChange {
            texts: vec![text_change("", "", &sum(duty))],
            ..added(language, name(duty))
        },
        Change::Removed(duty) => EntryChange {
            texts: vec![text_change("", &sum(duty), "")],
            ..removed(language, name(duty))
        },
        Change::Changed { before, after } => {
            let fields = fields(before, after).into_iter().map(|field| FieldChange {
                label: words::field(language, field.key()),
                before: said(language, &found.before, before, field),
                after: said(language, &found.after, after, field),
            });
            EntryChange {
                fields: fields.collect(),
                ..changed(language, name(after))
            }
        }
    }
}

/// A field of a duty in the words of the page.
fn said(language: Language, charter: &Charter, duty: &Duty, field: DutyField) -> String {
    let english = language == Language::English;
    match field {
        DutyField::Name => words::both(&duty.name),
        DutyField::Pillar => charter.pillar(duty.pillar).map_or_else(
            || words::pillar(language, duty.pillar).to_owned(),
            |text| text.name.reading(english).to_owned(),
        ),
        DutyField::Article => words::article_label(language, duty.article),
        DutyField::Force => tr(language, &format!("force-{}", duty.force.word())).to_owned(),
        DutyField::Who => super::whom(language, duty),
        DutyField::Counterpart => words::counterpart(language, duty.counterpart),
        DutyField::Evidence => match &duty.evidence.category {
            Some(category) => format!("{} · {category}", duty.evidence.kind),
            None => duty.evidence.kind.clone(),
        },
        DutyField::Quota => {
            wording::amount(language, duty.unit, &duty.evidence.kind, duty.quota.into())
        }
        DutyField::Cadence => wording::cadence(language, duty.cadence).to_owned(),
        DutyField::Grace => tr_with(language, "rule-grace", &[("days", &duty.grace)]),
        DutyField::Prorated => tr(
            language,
            if duty.prorated {
                "charter-yes"
            } else {
                "charter-no"
            },
        )
        .to_owned(),
        DutyField::Minutes => duty.minutes.to_string(),
        DutyField::Receivers => words::receivers(language, duty),
        DutyField::Exclusive => duty
            .exclusive
            .clone()
            .unwrap_or_else(|| tr(language, "charter-none").to_owned()),
    }
}
