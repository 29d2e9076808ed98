//! Adopting a draft, the versions with who, when and why, and taking one back before its day.

use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike as _, NaiveDate};
use domain::access::{Action, Resource};
use domain::charter::adoption::LONGEST_REASON;
use domain::charter::diff::renamed;
use domain::charter::{Charter, Part};
use serde::Deserialize;
use uuid::Uuid;

use super::super::Routes;
use super::super::error::{self, Problem, refusal_text};
use super::super::page::{Page, go_saying, show, show_as};
use super::super::session::Visitor;
use super::super::text::{Language, date, tr, tr_with};
use super::super::wording;
use super::compare::{ChangesView, view};
use super::drafts::{Head, head, person};
use super::meter::{Checked, checked};
use super::words;
use crate::app::charter_adoption::{self, AdoptionForm, Comparison, VersionNote};
use crate::app::{Cx, Refusal, Result as Outcome};

/// The routes of adopting.
pub fn routes() -> Routes {
    Routes::new()
        .get("/charter/drafts/{id}/adopt", open)
        .post("/charter/drafts/{id}/adopt", adopt)
        .get("/charter/versions", list)
        .post("/charter/versions/{number}/withdraw", withdraw)
}

/// A duty that looks like another one renamed.
#[derive(Clone, Debug)]
pub struct RenamedLine {
    text: String,
    part: String,
    keep: String,
}

#[derive(Template)]
#[template(path = "charter/adopt.html")]
struct AdoptPage {
    page: Page,
    view: AdoptView,
}

/// What the minister reads, and what was entered.
#[derive(Clone, Debug)]
pub struct AdoptView {
    head: Head,
    checked: Checked,
    changes: Option<ChangesView>,
    renamed: Vec<RenamedLine>,
    may_adopt: bool,
    ready: bool,
    over_cap: bool,
    effective: String,
    effective_hint: String,
    effective_error: String,
    reason: String,
    reason_hint: String,
    reason_error: String,
    problem: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    effective: Option<NaiveDate>,
}

async fn open(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let page = prepared(&visitor, id, asked.effective).await?;
    show(&page)
}

async fn prepared(
    visitor: &Visitor,
    id: Uuid,
    effective: Option<NaiveDate>,
) -> Result<AdoptPage, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, id, effective)))
        .await?;
    let title = page.t("charter-tab-adopt");
    Ok(AdoptPage {
        page: page.titled(title).at("/charter"),
        view,
    })
}

async fn assemble(
    cx: &mut Cx,
    language: Language,
    id: Uuid,
    effective: Option<NaiveDate>,
) -> Outcome<AdoptView> {
    let prospect = charter_adoption::prospect(cx, id, effective).await?;
    let opened = &prospect.opened;
    let head = head(cx, language, opened, "/adopt");
    let toml = &opened.latest.toml;
    let checked = checked(language, &id.to_string(), toml, &opened.charter, None, None);
    let mut changes = None;
    let mut renamed_lines = Vec::new();
    if let (Ok(charter), Some((_, before, load_before)), Some(load_after)) =
        (&opened.charter, &prospect.before, &prospect.after)
    {
        renamed_lines = renames(language, before, charter, head.editable);
        let comparison = Comparison {
            before: before.clone(),
            after: charter.clone(),
            load_before: load_before.clone(),
            load_after: load_after.clone(),
        };
        changes = Some(view(language, &comparison));
    }
    let (earliest, _) = prospect.days;
    Ok(AdoptView {
        ready: opened.charter.is_ok() && opened.is_open() && !head.outdated,
        may_adopt: opened.may_adopt && opened.is_open(),
        over_cap: prospect.after.as_ref().is_some_and(|load| load.over_cap),
        effective: effective.unwrap_or(earliest).to_string(),
        effective_hint: tr_with(
            language,
            "charter-effective-hint",
            &[("day", &date(language, earliest))],
        ),
        effective_error: String::new(),
        reason: String::new(),
        reason_hint: tr_with(
            language,
            "charter-reason-hint",
            &[("limit", &LONGEST_REASON)],
        ),
        reason_error: String::new(),
        problem: String::new(),
        renamed: renamed_lines,
        head,
        checked,
        changes,
    })
}

fn renames(
    language: Language,
    before: &Charter,
    after: &Charter,
    editable: bool,
) -> Vec<RenamedLine> {
    let english = language == Language::English;
    renamed(before, after)
        .into_iter()
        .map(|pair| {
            let place = after
                .duties
                .iter()
                .position(|duty| duty.id == pair.added.id);
            RenamedLine {
                text: tr_with(
                    language,
                    "charter-renamed",
                    &[
                        ("old", &pair.removed.name.reading(english)),
                        ("oldid", &pair.removed.id.as_str()),
                        ("new", &pair.added.name.reading(english)),
                        ("newid", &pair.added.id.as_str()),
                    ],
                ),
                part: place
                    .filter(|_| editable)
                    .map(|index| Part::Duty(index).word())
                    .unwrap_or_default(),
                keep: pair.removed.id.to_string(),
            }
        })
        .collect()
}

#[derive(Clone, Debug, Deserialize)]
struct Sent {
    revision: u32,
    #[serde(default)]
    effective: String,
    #[serde(default)]
    reason: String,
}

async fn adopt(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let Ok(effective) = sent.effective.trim().parse::<NaiveDate>() else {
        let mut page = prepared(&visitor, id, None).await?;
        if !page.view.may_adopt {
            return Err(Problem::new(error::Kind::Forbidden).on(page.page));
        }
        page.view.effective = sent.effective;
        page.view.reason = sent.reason;
        page.view.effective_error = tr(language, "field-not-a-day").to_owned();
        return show_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let form = AdoptionForm {
        revision: sent.revision,
        effective,
        reason: sent.reason.clone(),
    };
    let outcome = visitor
        .write(move |cx| Box::pin(charter_adoption::adopt(cx, id, form.clone())))
        .await;
    match outcome {
        Ok((_, number)) => Ok(go_saying(
            &format!("/charter/versions/{number}"),
            "done",
            "charter-adopted",
        )),
        Err(problem) => {
            let (_, refusal) = problem.refused()?;
            // A day in a far year has no calendar worth counting with.
            let near = (effective.year() < 3000 && effective.year() > 1900).then_some(effective);
            let mut page = prepared(&visitor, id, near).await?;
            page.view.effective = sent.effective;
            page.view.reason = sent.reason;
            let told = refusal_text(language, &refusal);
            let field = match &refusal {
                Refusal::Charter(refusal) => words::field_of(refusal),
                _ => "",
            };
            match field {
                "effective" => page.view.effective_error = told,
                "reason" => page.view.reason_error = told,
                _ => page.view.problem = told,
            }
            let status = if field.is_empty() {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            show_as(status, &page)
        }
    }
}

/// A version in the list.
#[derive(Clone, Debug)]
pub struct VersionRow {
    number: u32,
    title: String,
    status: &'static str,
    status_class: &'static str,
    note: String,
    reason: String,
    href: String,
    compare_href: String,
    can_withdraw: bool,
    confirm: String,
}

#[derive(Template)]
#[template(path = "charter/versions.html")]
struct VersionsPage {
    page: Page,
    rows: Vec<VersionRow>,
    drafts: bool,
    problem: String,
}

async fn list(visitor: Visitor) -> Result<Response, Problem> {
    list_page(&visitor, StatusCode::OK, String::new()).await
}

async fn list_page(
    visitor: &Visitor,
    status: StatusCode,
    problem: String,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, (rows, drafts)) = visitor
        .read(move |cx| Box::pin(assemble_list(cx, language)))
        .await?;
    let title = page.t("charter-versions");
    let list = VersionsPage {
        page: page.titled(title).at("/charter"),
        rows,
        drafts,
        problem,
    };
    show_as(status, &list)
}

async fn assemble_list(cx: &mut Cx, language: Language) -> Outcome<(Vec<VersionRow>, bool)> {
    let notes = charter_adoption::versions(cx).await?;
    let current = cx.house.version_on(cx.today).map(|version| version.number);
    let may = cx.may(Action::Administer, Resource::CharterDraft);
    let newest = notes.iter().find(|note| note.withdrawn_at.is_none());
    let newest = newest.map(|note| note.number);
    let standing: Vec<u32> = cx
        .house
        .versions
        .iter()
        .map(|version| version.number)
        .collect();
    let row = |note: &VersionNote| {
        let day = date(language, note.effective);
        let when = wording::moment(language, note.adopted_at, cx.house.zone, cx.today);
        let mut said = Vec::new();
        match (note.drafted_by, note.adopted_by) {
            (Some(drafter), adopter) => said.push(tr_with(
                language,
                "charter-version-by",
                &[
                    ("drafter", &person(cx, drafter)),
                    (
                        "adopter",
                        &adopter.map(|id| person(cx, id)).unwrap_or_default(),
                    ),
                    ("when", &when),
                ],
            )),
            (None, _) => said.push(tr_with(
                language,
                "charter-version-first",
                &[("when", &when)],
            )),
        }
        if let Some(at) = note.withdrawn_at {
            let when = wording::moment(language, at, cx.house.zone, cx.today);
            said.push(tr_with(
                language,
                "charter-version-withdrawn",
                &[("when", &when)],
            ));
        }
        let (status, status_class) = if note.withdrawn_at.is_some() {
            (tr(language, "charter-state-withdrawn"), "excused")
        } else if current == Some(note.number) {
            (tr(language, "charter-state-in-force"), "done")
        } else if note.effective > cx.today {
            (tr(language, "charter-state-coming"), "open")
        } else {
            (tr(language, "charter-state-replaced"), "excused")
        };
        let before = standing
            .iter()
            .filter(|number| **number < note.number)
            .max();
        VersionRow {
            number: note.number,
            title: tr_with(
                language,
                "charter-line",
                &[("n", &note.number), ("day", &day)],
            ),
            status,
            status_class,
            note: said.join(" · "),
            reason: note.reason.clone().unwrap_or_default(),
            href: if note.withdrawn_at.is_none() {
                format!("/charter/versions/{}", note.number)
            } else {
                String::new()
            },
            compare_href: before
                .filter(|_| note.withdrawn_at.is_none())
                .map(|before| format!("/charter/compare?from={before}&to={}", note.number))
                .unwrap_or_default(),
            can_withdraw: may
                && newest == Some(note.number)
                && note.drafted_by.is_some()
                && note.effective > cx.today,
            confirm: tr_with(language, "charter-withdraw-confirm", &[("n", &note.number)]),
        }
    };
    let rows = notes.iter().map(row).collect();
    Ok((rows, cx.may(Action::Read, Resource::CharterDraft)))
}

async fn withdraw(visitor: Visitor, Path(number): Path<u32>) -> Result<Response, Problem> {
    let outcome = visitor
        .write(move |cx| Box::pin(charter_adoption::withdraw(cx, number)))
        .await;
    match outcome {
        Ok(_) => Ok(go_saying(
            "/charter/versions",
            "done",
            "charter-version-withdrawn",
        )),
        Err(problem) => {
            let (_, refusal) = problem.refused()?;
            let told = refusal_text(visitor.language(), &refusal);
            list_page(&visitor, StatusCode::CONFLICT, told).await
        }
    }
}
