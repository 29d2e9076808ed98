//! 五型章程: the text by pillar and article, with the duties that each article carries.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::NaiveDate;
use domain::charter::{Article, Charter, Duty, Pillar};
use serde::Deserialize;

use super::Routes;
use super::error::Problem;
use super::ledger::rule;
use super::page::{Page, show};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use crate::app::charter::{self, CharterView as Found};
use crate::app::{Cx, Result as Outcome};

pub mod adopt;
pub mod compare;
pub mod drafts;
pub mod edit;
pub mod form;
pub mod lines;
pub mod meter;
pub mod steps;
pub mod words;

/// The routes of the charter.
pub fn routes() -> Routes {
    Routes::new()
        .get("/charter", open)
        .get("/charter/versions/{number}", open_version)
        .and(drafts::routes())
        .and(steps::routes())
        .and(edit::routes())
        .and(compare::routes())
        .and(adopt::routes())
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Asked {
    version: Option<u32>,
}

/// A pillar with its standard.
#[derive(Clone, Debug)]
pub struct PillarView {
    word: &'static str,
    name: String,
    clauses: Vec<String>,
}

/// A duty under its article.
#[derive(Clone, Debug)]
pub struct DutyLine {
    name: String,
    force: &'static str,
    rule: String,
}

/// An article.
#[derive(Clone, Debug)]
pub struct ArticleView {
    number: u32,
    label: String,
    title: String,
    text: String,
    rules: String,
    /// Who keeps it up to date, and until when it is looked at again.
    kept: String,
    duties: Vec<DutyLine>,
}

/// The frame, or a pillar with its articles.
#[derive(Clone, Debug)]
pub struct Part {
    word: &'static str,
    name: String,
    note: String,
    articles: Vec<ArticleView>,
}

/// A version to choose.
#[derive(Clone, Debug)]
pub struct VersionLine {
    href: String,
    title: String,
    note: String,
    current: bool,
}

/// The page.
#[derive(Clone, Debug)]
pub struct View {
    title: String,
    line: String,
    not_in_force: String,
    preamble: Vec<String>,
    pillars: Vec<PillarView>,
    parts: Vec<Part>,
    versions: Vec<VersionLine>,
    notes: Vec<String>,
    /// Articles that should have been looked at again (R41, R44).
    overdue: Vec<Overdue>,
    /// Whether drafts may be read.
    drafts: bool,
}

/// An article whose day of review is past.
#[derive(Clone, Debug)]
pub struct Overdue {
    href: String,
    title: String,
    note: String,
}

#[derive(Template)]
#[template(path = "charter/page.html")]
struct CharterPage {
    page: Page,
    view: View,
}

async fn open(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    shown(&visitor, asked.version).await
}

/// A version by its number: where every due thing's article is found as it ruled.
async fn open_version(visitor: Visitor, Path(number): Path<u32>) -> Result<Response, Problem> {
    shown(&visitor, Some(number)).await
}

async fn shown(visitor: &Visitor, version: Option<u32>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, version)))
        .await?;
    let title = view.title.clone();
    show(&CharterPage {
        page: page.titled(title).at("/charter"),
        view,
    })
}

async fn assemble(cx: &mut Cx, language: Language, number: Option<u32>) -> Outcome<View> {
    let found = charter::view(cx, number).await?;
    let drafts = cx.may(
        domain::access::Action::Read,
        domain::access::Resource::CharterDraft,
    );
    Ok(View {
        drafts,
        ..view(language, cx.today, &found)
    })
}

fn view(language: Language, today: NaiveDate, found: &Found) -> View {
    let english = language == Language::English;
    let charter = &found.version.charter;
    let effective = super::text::date(language, found.version.effective);
    let number = found.version.number;
    let not_in_force = if found.in_force {
        String::new()
    } else if found.version.effective > today {
        tr_with(language, "charter-not-yet", &[("day", &effective)])
    } else {
        tr(language, "charter-replaced").to_owned()
    };
    let mut parts = vec![part(language, charter, None)];
    parts.extend(
        Pillar::ALL
            .into_iter()
            .map(|pillar| part(language, charter, Some(pillar))),
    );
    parts.retain(|part| !part.articles.is_empty());
    let versions = found.versions.iter().rev().map(|(version, day)| {
        let since = super::text::date(language, *day);
        VersionLine {
            href: format!("/charter/versions/{version}"),
            title: tr_with(language, "charter-version", &[("n", version)]),
            note: tr_with(language, "charter-from", &[("day", &since)]),
            current: *version == number,
        }
    });
    View {
        title: charter.title.reading(english).to_owned(),
        line: tr_with(
            language,
            "charter-line",
            &[("n", &number), ("day", &effective)],
        ),
        not_in_force,
        preamble: charter
            .preamble
            .iter()
            .map(|text| text.reading(english).to_owned())
            .collect(),
        pillars: charter
            .pillars
            .iter()
            .map(|pillar| PillarView {
                word: pillar.pillar.word(),
                name: pillar.name.reading(english).to_owned(),
                clauses: pillar
                    .clauses
                    .iter()
                    .map(|clause| clause.reading(english).to_owned())
                    .collect(),
            })
            .collect(),
        parts,
        versions: versions.collect(),
        overdue: if found.in_force {
            overdue(language, today, charter)
        } else {
            Vec::new()
        },
        drafts: false,
        notes: charter
            .notes
            .iter()
            .map(|note| note.reading(english).to_owned())
            .collect(),
    }
}

fn overdue(language: Language, today: NaiveDate, charter: &Charter) -> Vec<Overdue> {
    let english = language == Language::English;
    let overdue = charter
        .articles
        .iter()
        .filter(|article| article.is_review_overdue(today));
    overdue
        .map(|article| {
            let day = article.review.map(|day| super::text::date(language, day));
            let by = tr_with(
                language,
                "charter-review-by",
                &[("day", &day.unwrap_or_default())],
            );
            let owner = article
                .owner
                .as_ref()
                .map(|owner| words::selector(language, owner));
            Overdue {
                href: format!("#article-{}", article.number),
                title: format!(
                    "{} {}",
                    words::article_label(language, article.number),
                    article.title.reading(english)
                ),
                note: [Some(by), owner]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" · "),
            }
        })
        .collect()
}

fn part(language: Language, charter: &Charter, pillar: Option<Pillar>) -> Part {
    let english = language == Language::English;
    let articles: Vec<ArticleView> = charter
        .articles
        .iter()
        .filter(|article| article.pillar == pillar)
        .map(|article| article_view(language, charter, article))
        .collect();
    let name = match pillar.and_then(|pillar| charter.pillar(pillar)) {
        Some(text) => text.name.reading(english).to_owned(),
        None => tr(language, "charter-frame").to_owned(),
    };
    let duties: usize = articles.iter().map(|article| article.duties.len()).sum();
    let note = tr_with(
        language,
        "charter-part",
        &[("articles", &articles.len()), ("duties", &duties)],
    );
    Part {
        word: pillar.map(Pillar::word).unwrap_or_default(),
        name,
        note,
        articles,
    }
}

fn article_view(language: Language, charter: &Charter, article: &Article) -> ArticleView {
    let english = language == Language::English;
    let duties = charter
        .duties
        .iter()
        .filter(|duty| duty.article == article.number);
    ArticleView {
        number: article.number,
        label: words::article_label(language, article.number),
        title: article.title.reading(english).to_owned(),
        text: article.text.reading(english).to_owned(),
        rules: article.rules.join(" · "),
        kept: kept(language, article),
        duties: duties.map(|duty| duty_line(language, duty)).collect(),
    }
}

fn kept(language: Language, article: &Article) -> String {
    let owner = article.owner.as_ref().map(|owner| {
        let owner = words::selector(language, owner);
        tr_with(language, "charter-owner", &[("owner", &owner)])
    });
    let review = article.review.map(|day| {
        let day = super::text::date(language, day);
        tr_with(language, "charter-review-by", &[("day", &day)])
    });
    let parts = [owner, review].into_iter().flatten();
    parts.collect::<Vec<_>>().join(" · ")
}

fn duty_line(language: Language, duty: &Duty) -> DutyLine {
    let sum = rule(language, duty);
    // The force stands before the name; here follows the rest, whom it falls on and how long it takes.
    let rest = sum.split_once(" · ").map_or("", |(_, rest)| rest);
    let minutes = tr_with(language, "rule-minutes", &[("n", &duty.minutes)]);
    DutyLine {
        name: duty.name.reading(language == Language::English).to_owned(),
        force: tr(language, &format!("force-{}", duty.force.word())),
        rule: format!("{} · {rest} · {minutes}", whom(language, duty)),
    }
}

/// Whom a duty falls on.
pub fn whom(language: Language, duty: &Duty) -> String {
    let each = duty
        .who
        .iter()
        .map(|selector| words::selector(language, selector));
    each.collect::<Vec<_>>()
        .join(if language == Language::Chinese {
            "、"
        } else {
            ", "
        })
}
