//! Why do I owe this (A5): one period of one of one's own duties, with the rule, the version, the time that was there, what
//! counts, and what counts elsewhere because of an exclusive group.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use domain::charter::Force;
use domain::identity::DutyId;
use domain::ledger::{Cell, CountedElsewhere};

use super::super::error::Problem;
use super::super::page::{Page, show};
use super::super::session::Visitor;
use super::super::text::{Language, date, tr, tr_with};
use super::super::today::article_href;
use super::super::{Routes, wording};
use super::{RecordLine, records, rule};
use crate::app::ledger::{self, OwnCell};
use crate::app::{Cx, Result as Outcome};
use crate::cx::House;

/// The routes of a cell's explanation.
pub fn routes() -> Routes {
    Routes::new().get("/ledger/{duty}/{first}", open)
}

/// A step of the explanation.
#[derive(Clone, Debug)]
pub struct Reason {
    label: &'static str,
    text: String,
}

/// A cell: the period, or towards each counterpart one.
#[derive(Clone, Debug)]
pub struct CellLine {
    name: String,
    status: &'static str,
    status_class: &'static str,
    figures: String,
    records: Vec<RecordLine>,
}

/// What fits here and counts elsewhere.
#[derive(Clone, Debug)]
pub struct ElsewhereLine {
    title: String,
    href: String,
    text: String,
}

/// The page.
#[derive(Clone, Debug)]
pub struct WhyView {
    name: String,
    pillar: &'static str,
    period: String,
    duty_href: String,
    reasons: Vec<Reason>,
    article: String,
    article_title: String,
    article_text: String,
    article_href: String,
    cells: Vec<CellLine>,
    elsewhere: Vec<ElsewhereLine>,
}

#[derive(Template)]
#[template(path = "ledger/why.html")]
struct WhyPage {
    page: Page,
    view: WhyView,
}

async fn open(
    visitor: Visitor,
    Path((duty, first)): Path<(String, NaiveDate)>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let duty = DutyId::parse(&duty).ok_or(Problem::not_found())?;
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, duty, first)))
        .await?;
    let title = format!("{} · {}", view.name, view.period);
    show(&WhyPage {
        page: page.titled(title).at("/ledger"),
        view,
    })
}

async fn assemble(
    cx: &mut Cx,
    language: Language,
    duty: DutyId,
    first: NaiveDate,
) -> Outcome<WhyView> {
    let found = ledger::own_cell(cx, &duty, first).await?;
    Ok(view(language, &cx.house, cx.today, &found))
}

fn view(language: Language, house: &House, today: NaiveDate, found: &OwnCell) -> WhyView {
    let english = language == Language::English;
    let duty = &found.duty;
    let article = house
        .version(found.version)
        .and_then(|version| version.charter.article(duty.article));
    let period = wording::period(language, found.period, today);
    let reading = |text: &domain::charter::Text| text.reading(english).to_owned();
    WhyView {
        name: reading(&duty.name),
        pillar: duty.pillar.word(),
        duty_href: format!("/ledger/{}?year={}", duty.id, found.period.year()),
        reasons: reasons(language, today, found),
        article: wording::article(language, duty.article),
        article_title: article
            .map(|article| reading(&article.title))
            .unwrap_or_default(),
        article_text: article
            .map(|article| reading(&article.text))
            .unwrap_or_default(),
        article_href: article_href(found.version, duty.article),
        cells: found
            .cells
            .iter()
            .map(|cell| cell_line(language, house, found, cell, today))
            .collect(),
        elsewhere: found
            .elsewhere
            .iter()
            .map(|piece| elsewhere_line(language, house, found, piece, today))
            .collect(),
        period,
    }
}

fn reasons(language: Language, today: NaiveDate, found: &OwnCell) -> Vec<Reason> {
    let duty = &found.duty;
    let period = found.period;
    let day = |day: NaiveDate| date(language, day);
    let reason = |key: &str, text: String| Reason {
        label: tr(language, key),
        text,
    };
    let mut reasons = vec![
        reason(
            "why-version",
            tr_with(
                language,
                "why-version-text",
                &[("n", &found.version), ("day", &day(found.effective))],
            ),
        ),
        reason("why-rule", rule(language, duty)),
        reason("why-whom", super::super::charter::whom(language, duty)),
        reason(
            "why-period",
            tr_with(
                language,
                "why-period-text",
                &[("first", &day(period.first)), ("last", &day(period.last))],
            ),
        ),
    ];
    if let Some(cell) = found.cells.first() {
        if duty.force == Force::Required {
            reasons.push(reason(
                "why-due",
                tr_with(language, "why-due-text", &[("day", &day(cell.due))]),
            ));
        }
        let because = &cell.because;
        reasons.push(reason(
            "why-time",
            wording::because(language, because, duty.quota, cell.required),
        ));
    }
    if let Some(group) = &duty.exclusive {
        reasons.push(reason(
            "why-exclusive",
            tr_with(language, "why-exclusive-text", &[("group", group)]),
        ));
    }
    reasons.push(reason("why-as-of", wording::date(language, today, today)));
    reasons
}

fn cell_line(
    language: Language,
    house: &House,
    found: &OwnCell,
    cell: &Cell,
    today: NaiveDate,
) -> CellLine {
    let status = cell.status(today);
    let name = cell.key.counterpart.map_or_else(
        || wording::period(language, found.period, today),
        |id| super::super::today::names(house, &[id]).concat(),
    );
    CellLine {
        name,
        status: wording::status(language, status),
        status_class: wording::status_class(status),
        figures: if cell.required == 0 {
            String::new()
        } else {
            format!("{}/{}", cell.done_by(today), cell.required)
        },
        records: records(language, house, cell, &found.titles, today, true),
    }
}

fn elsewhere_line(
    language: Language,
    house: &House,
    found: &OwnCell,
    piece: &CountedElsewhere,
    today: NaiveDate,
) -> ElsewhereLine {
    let other = house
        .version(piece.version)
        .and_then(|version| version.charter.duty(&piece.duty));
    let name = other.map_or_else(
        || piece.duty.to_string(),
        |duty| duty.name.reading(language == Language::English).to_owned(),
    );
    let period = wording::period(language, piece.period, today);
    let text = tr_with(
        language,
        "why-elsewhere",
        &[
            ("duty", &name),
            ("period", &period),
            ("group", &piece.group),
        ],
    );
    match found.titles.get(&piece.record) {
        Some(title) => ElsewhereLine {
            title: title.clone(),
            href: format!("/records/{}", piece.record),
            text,
        },
        None => ElsewhereLine {
            title: tr(language, "ledger-unreadable").to_owned(),
            href: String::new(),
            text,
        },
    }
}
