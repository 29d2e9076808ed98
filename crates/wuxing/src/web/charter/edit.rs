//! Changing a draft: a part by its form, or the whole as text; checking while one types; and what is shown to a save that
//! came too late.

use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::charter::edit::{Document, Fields};
use domain::charter::{Part, check};
use serde::Deserialize;
use uuid::Uuid;

use super::super::Routes;
use super::super::error::{self, Problem};
use super::super::page::{Page, go_saying, show, show_as};
use super::super::session::Visitor;
use super::super::text::{Language, tr_with};
use super::drafts::{Head, head};
use super::form::{Inputs, inputs};
use super::lines::{Row, side_by_side};
use super::meter::{Checked, checked, name};
use super::words;
use crate::app::charter_drafts::{self as drafts, Edit, FILE};
use crate::app::{CharterRefusal, Cx, Error, Refusal, Result as Outcome, charter_adoption};

/// The routes of a draft's forms.
pub fn routes() -> Routes {
    Routes::new()
        .get("/charter/drafts/{id}/edit", open_part)
        .post("/charter/drafts/{id}/edit", save_part)
        .get("/charter/drafts/{id}/toml", open_text)
        .post("/charter/drafts/{id}/toml", save_text)
        .post("/charter/drafts/{id}/check", check_typed)
}

/// Which part of a draft a form fills in: one that is there, or a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    part: Part,
    new: bool,
}

impl Target {
    fn from_word(word: &str) -> Option<Self> {
        let new = |part| Self { part, new: true };
        match word {
            "new-pillar" => Some(new(Part::Pillar(0))),
            "new-article" => Some(new(Part::Article(0))),
            "new-duty" => Some(new(Part::Duty(0))),
            word => Part::from_word(word).map(|part| Self { part, new: false }),
        }
    }

    fn word(self) -> String {
        match (self.new, self.part.key()) {
            (true, Some(key)) => format!("new-{key}"),
            _ => self.part.word(),
        }
    }

    fn edit(self, fields: Fields) -> Edit {
        if self.new {
            Edit::Add(self.part, fields)
        } else {
            Edit::Put(self.part, fields)
        }
    }
}

/// What is typed: a part's fields, or the whole text.
#[derive(Clone, Debug)]
enum Typed {
    Part(Target, Fields),
    Text(String),
}

impl Typed {
    fn edit(&self) -> Edit {
        match self {
            Self::Part(target, fields) => target.edit(fields.clone()),
            Self::Text(text) => Edit::Text(text.clone()),
        }
    }
}

/// A form as it was sent.
#[derive(Clone, Debug)]
struct Sent {
    revision: u32,
    typed: Typed,
}

impl Sent {
    /// Reads the pairs of a form; `None` if it is none of ours.
    fn read(pairs: Vec<(String, String)>) -> Option<Self> {
        let mut fields = Fields::new();
        for (name, value) in pairs {
            match fields.get_mut(&name) {
                // Several boxes of one name are lines of one field.
                Some(lines) => {
                    lines.push('\n');
                    lines.push_str(&value);
                }
                None => {
                    fields.insert(name, value);
                }
            }
        }
        fields.remove("csrf");
        // Owners stand in boxes and, what is no box, in a field beside them; both are one list.
        if let Some(others) = fields.remove(super::form::OTHERS) {
            let who = fields.entry("who".to_owned()).or_default();
            who.push('\n');
            who.push_str(&others);
        }
        if let Some(rules) = fields.get_mut("rules") {
            *rules = rules.split_whitespace().collect::<Vec<_>>().join("\n");
        }
        let revision = fields.remove("revision")?.parse().ok()?;
        if let Some(text) = fields.remove("toml") {
            return Some(Self {
                revision,
                typed: Typed::Text(text),
            });
        }
        let target = Target::from_word(&fields.remove("part")?)?;
        Some(Self {
            revision,
            typed: Typed::Part(target, fields),
        })
    }
}

#[derive(Template)]
#[template(path = "charter/edit.html", blocks = ["checked_block"])]
struct EditPage {
    page: Page,
    head: Head,
    part: String,
    heading: String,
    inputs: Inputs,
    checked: Checked,
    problem: String,
}

#[derive(Template)]
#[template(path = "charter/toml.html", blocks = ["checked_block"])]
struct TextPage {
    page: Page,
    head: Head,
    toml: String,
    checked: Checked,
    problem: String,
}

#[derive(Template)]
#[template(path = "charter/stale.html")]
struct StalePage {
    page: Page,
    head: Head,
    proposal: String,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize)]
struct Asked {
    part: String,
}

/// What a form shows.
struct Shown {
    head: Head,
    inputs: Inputs,
    toml: String,
    heading: String,
    checked: Checked,
}

async fn open_part(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let target = Target::from_word(&asked.part).ok_or(Problem::not_found())?;
    let language = visitor.language();
    let (page, shown) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let opened = drafts::open(cx, id).await?;
                let document = Document::read(&opened.latest.toml).ok_or(Error::NotFound)?;
                let fields = if target.new {
                    super::form::beginning(&document, target.part)
                } else {
                    document.fields(target.part).ok_or(Error::NotFound)?
                };
                // A new entry has nothing wrong with it before anybody has typed.
                assemble(cx, language, id, Typed::Part(target, fields), !target.new).await
            })
        })
        .await?;
    show(&edit_page(page, target, shown, String::new()))
}

fn edit_page(page: Page, target: Target, shown: Shown, problem: String) -> EditPage {
    let title = shown.heading.clone();
    EditPage {
        page: page.titled(title).at("/charter"),
        head: shown.head,
        part: target.word(),
        heading: shown.heading,
        inputs: shown.inputs,
        checked: shown.checked,
        problem,
    }
}

fn text_page(page: Page, shown: Shown, problem: String) -> TextPage {
    let title = page.t("charter-tab-toml");
    TextPage {
        page: page.titled(title).at("/charter"),
        head: shown.head,
        toml: shown.toml,
        checked: shown.checked,
        problem,
    }
}

/// The form with what is typed into it, and what is said of the charter that it comes to. `whole`: whether what is typed is
/// laid into the text before that is checked.
async fn assemble(
    cx: &mut Cx,
    language: Language,
    id: Uuid,
    typed: Typed,
    whole: bool,
) -> Outcome<Shown> {
    let prospect = charter_adoption::prospect(cx, id, None).await?;
    let opened = &prospect.opened;
    let began = &opened.latest.toml;
    let toml = if whole {
        drafts::apply(began, &typed.edit())?
    } else {
        began.clone()
    };
    let charter = check(&toml, FILE);
    let before = prospect.before.as_ref().map(|(_, _, load)| load);
    let after = match &charter {
        Ok(charter) => {
            let year = before.map_or_else(|| chrono::Datelike::year(&cx.today), |load| load.year);
            Some(charter_adoption::measure(cx, charter, year))
        }
        Err(_) => None,
    };
    let part = match &typed {
        Typed::Part(target, _) if target.new => {
            Document::read(&toml).map(|document| last(&document, target.part))
        }
        Typed::Part(target, _) => Some(target.part),
        Typed::Text(_) => None,
    };
    let loads = after.as_ref().map(|after| (after, before));
    let checked = checked(language, &id.to_string(), &toml, &charter, loads, part);
    let (shown, heading) = match &typed {
        Typed::Part(target, fields) => {
            let document = Document::read(&toml);
            let heading = document
                .as_ref()
                .filter(|_| !target.new)
                .map(|document| name(language, document, target.part))
                .filter(|name| !name.is_empty());
            let kind = words::part(language, target.part);
            let heading = match (heading, target.new) {
                (Some(name), _) => format!("{kind} · {name}"),
                (None, true) => tr_with(language, "charter-new-entry", &[("kind", &kind)]),
                (None, false) => kind,
            };
            let mut shown = inputs(language, cx, document.as_ref(), target.part, fields);
            shown.complain(&checked);
            (shown, heading)
        }
        Typed::Text(_) => (Inputs::default(), String::new()),
    };
    let at = if matches!(typed, Typed::Text(_)) {
        "/toml"
    } else {
        ""
    };
    Ok(Shown {
        head: head(cx, language, opened, at),
        inputs: shown,
        toml: match typed {
            Typed::Text(text) => text,
            Typed::Part(..) => String::new(),
        },
        heading,
        checked,
    })
}

/// The last entry of a kind: where a new one is.
fn last(document: &Document, part: Part) -> Part {
    let index = document.count(part).saturating_sub(1);
    match part {
        Part::Frame => Part::Frame,
        Part::Pillar(_) => Part::Pillar(index),
        Part::Article(_) => Part::Article(index),
        Part::Duty(_) => Part::Duty(index),
    }
}

async fn open_text(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, shown) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let text = drafts::open(cx, id).await?.latest.toml;
                assemble(cx, language, id, Typed::Text(text), true).await
            })
        })
        .await?;
    show(&text_page(page, shown, String::new()))
}

async fn save_part(
    visitor: Visitor,
    path: Path<Uuid>,
    form: Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    save(visitor, path, form).await
}

async fn save_text(
    visitor: Visitor,
    path: Path<Uuid>,
    form: Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    save(visitor, path, form).await
}

async fn save(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let sent = Sent::read(pairs).ok_or(Problem::new(error::Kind::Unreadable))?;
    let edit = sent.typed.edit();
    let from = sent.revision;
    let outcome = visitor
        .write(move |cx| Box::pin(drafts::edit(cx, id, from, edit.clone())))
        .await;
    match outcome {
        Ok(_) => Ok(match &sent.typed {
            Typed::Text(_) => go_saying(
                &format!("/charter/drafts/{id}/toml"),
                "done",
                "charter-saved",
            ),
            Typed::Part(target, _) => {
                let group = target.part.key().unwrap_or("frame");
                let to = format!("/charter/drafts/{id}#group-{group}");
                go_saying(&to, "done", "charter-saved")
            }
        }),
        Err(problem) => {
            let (page, refusal) = problem.refused()?;
            match refusal {
                Refusal::Charter(CharterRefusal::Stale {
                    revision,
                    current,
                    mine,
                    proposal,
                }) => {
                    let rows = side_by_side(&current, &mine);
                    stale(&visitor, id, revision, proposal, rows).await
                }
                other => again(&visitor, id, sent, page, other).await,
            }
        }
    }
}

/// Shows both texts; the merged one is saved on top of the revision that is shown.
async fn stale(
    visitor: &Visitor,
    id: Uuid,
    revision: u32,
    proposal: String,
    rows: Vec<Row>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, mut head) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let opened = drafts::open(cx, id).await?;
                Ok(head(cx, language, &opened, "/toml"))
            })
        })
        .await?;
    head.revision = revision;
    let title = page.t("charter-stale-title");
    let stale = StalePage {
        page: page.titled(title).at("/charter"),
        head,
        proposal,
        rows,
    };
    show_as(StatusCode::CONFLICT, &stale)
}

/// Shows what was typed again, with what is said against it.
async fn again(
    visitor: &Visitor,
    id: Uuid,
    sent: Sent,
    page: Page,
    refusal: Refusal,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let told = error::refusal_text(language, &refusal);
    let problem = Problem::new(error::Kind::Refused(refusal)).on(page);
    let Sent { revision, typed } = sent;
    let target = match &typed {
        Typed::Part(target, _) => Some(*target),
        Typed::Text(_) => None,
    };
    let shown = visitor
        .read(move |cx| {
            let typed = typed.clone();
            Box::pin(async move { assemble(cx, language, id, typed, false).await })
        })
        .await;
    // What cannot be shown in its form is told on a page of its own.
    let Ok((page, mut shown)) = shown else {
        return Err(problem);
    };
    shown.head.revision = revision;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match target {
        Some(target) => show_as(status, &edit_page(page, target, shown, told)),
        None => show_as(status, &text_page(page, shown, told)),
    }
}

/// Says what is wrong with what is typed, and what load it would put on people. Changes nothing.
async fn check_typed(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let sent = Sent::read(pairs).ok_or(Problem::new(error::Kind::Unreadable))?;
    let language = visitor.language();
    let Sent { revision, typed } = sent;
    let target = match &typed {
        Typed::Part(target, _) => Some(*target),
        Typed::Text(_) => None,
    };
    let (page, mut shown) = visitor
        .read(move |cx| {
            let typed = typed.clone();
            Box::pin(async move {
                // Only who may change a draft tries changes out.
                cx.authorize(
                    domain::access::Action::Edit,
                    domain::access::Resource::CharterDraft,
                )?;
                assemble(cx, language, id, typed, true).await
            })
        })
        .await?;
    shown.head.revision = revision;
    let fragment = visitor.wants_fragment();
    let broken = |error: askama::Error| Problem::broken(anyhow::Error::new(error));
    match target {
        Some(target) => {
            let page = edit_page(page, target, shown, String::new());
            if fragment {
                return html(page.as_checked_block().render().map_err(broken)?);
            }
            show(&page)
        }
        None => {
            let page = text_page(page, shown, String::new());
            if fragment {
                return html(page.as_checked_block().render().map_err(broken)?);
            }
            show(&page)
        }
    }
}

fn html(body: String) -> Result<Response, Problem> {
    use axum::response::IntoResponse as _;
    Ok(axum::response::Html(body).into_response())
}
