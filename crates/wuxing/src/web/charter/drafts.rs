//! Drafts of the charter: the list, a draft part by part, its history.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::charter::Part;
use domain::charter::edit::{Document, Fields};
use domain::identity::PersonId;
use uuid::Uuid;

use super::super::Routes;
use super::super::error::{Problem, refusal_text};
use super::super::page::{Page, go, show, show_as};
use super::super::session::Visitor;
use super::super::text::{Language, tr, tr_with};
use super::super::wording;
use super::meter::{Checked, checked, name};
use super::words;
use crate::app::charter_drafts::{
    self as drafts, CharterDraft, KEPT_REVISIONS, OpenDraft, Revision,
};
use crate::app::{CharterRefusal, Cx, Result as Outcome, charter_adoption};

/// The routes of drafts as a whole.
pub fn routes() -> Routes {
    Routes::new()
        .get("/charter/drafts", list)
        .post("/charter/drafts", create)
        .get("/charter/drafts/{id}", open)
        .get("/charter/drafts/{id}/history", history)
}

/// A draft in the list.
#[derive(Clone, Debug)]
pub struct DraftLine {
    id: Uuid,
    title: String,
    note: String,
    href: String,
    status: &'static str,
    can_restore: bool,
}

#[derive(Template)]
#[template(path = "charter/drafts.html")]
struct ListPage {
    page: Page,
    open: Vec<DraftLine>,
    closed: Vec<DraftLine>,
    may_create: bool,
    problem: String,
}

/// A place of a draft.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub label: &'static str,
    /// Whether it is shown.
    pub current: bool,
}

/// What stands above every page of a draft.
#[derive(Clone, Debug)]
pub struct Head {
    /// The draft.
    pub id: Uuid,
    /// Its latest revision.
    pub revision: u32,
    /// The version it changes, who saved it last and when.
    pub line: String,
    /// Its places.
    pub tabs: Vec<Tab>,
    /// Whether it can be changed by whoever looks at it.
    pub editable: bool,
    /// That it is adopted or thrown away, or changes an old version.
    pub note: String,
    /// Whether the version that it changes is no longer the newest one.
    pub outdated: bool,
}

/// An entry of a draft.
#[derive(Clone, Debug)]
pub struct Entry {
    part: String,
    name: String,
    note: String,
    faulty: bool,
    first: bool,
    last: bool,
    moves: bool,
}

/// Entries of a kind.
#[derive(Clone, Debug)]
pub struct Group {
    title: &'static str,
    add: &'static str,
    add_label: &'static str,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "charter/draft.html")]
struct DraftPage {
    page: Page,
    head: Head,
    groups: Vec<Group>,
    undo: Option<(u32, String)>,
    checked: Checked,
    readable: bool,
}

/// A revision in the history.
#[derive(Clone, Debug)]
pub struct RevisionLine {
    revision: u32,
    what: String,
    note: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "charter/history.html")]
struct HistoryPage {
    page: Page,
    head: Head,
    revisions: Vec<RevisionLine>,
    kept: String,
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
    let (page, (open, closed, may_create)) = visitor
        .read(move |cx| Box::pin(assemble_list(cx, language)))
        .await?;
    let title = page.t("charter-drafts");
    let list = ListPage {
        page: page.titled(title).at("/charter"),
        open,
        closed,
        may_create,
        problem,
    };
    show_as(status, &list)
}

async fn assemble_list(
    cx: &mut Cx,
    language: Language,
) -> Outcome<(Vec<DraftLine>, Vec<DraftLine>, bool)> {
    let found = drafts::list(cx).await?;
    let may_create = cx.may(
        domain::access::Action::Create,
        domain::access::Resource::CharterDraft,
    );
    let line = |draft: &CharterDraft| {
        let begun = wording::moment(language, draft.created_at, cx.house.zone, cx.today);
        let saved = wording::moment(language, draft.changed_at, cx.house.zone, cx.today);
        DraftLine {
            id: draft.id,
            title: tr_with(
                language,
                "charter-draft-of",
                &[
                    ("n", &draft.base_version),
                    ("who", &person(cx, draft.created_by)),
                    ("when", &begun),
                ],
            ),
            note: tr_with(
                language,
                "charter-draft-saved",
                &[("revision", &draft.revision), ("when", &saved)],
            ),
            href: format!("/charter/drafts/{}", draft.id),
            status: match (draft.adopted_as, draft.discarded_at) {
                (Some(_), _) => tr(language, "charter-draft-adopted"),
                (None, Some(_)) => tr(language, "charter-draft-discarded"),
                (None, None) => "",
            },
            can_restore: may_create && draft.adopted_as.is_none() && draft.discarded_at.is_some(),
        }
    };
    let (open, closed): (Vec<_>, Vec<_>) = found
        .iter()
        .map(line)
        .partition(|line| line.status.is_empty());
    Ok((open, closed, may_create))
}

/// A person's name; somebody who is no longer on the roster has none.
pub(super) fn person(cx: &Cx, id: PersonId) -> String {
    let person = cx.house.roster.person(id);
    person.map(|person| person.name.clone()).unwrap_or_default()
}

async fn create(visitor: Visitor) -> Result<Response, Problem> {
    match visitor.write(|cx| Box::pin(drafts::create(cx))).await {
        Ok((_, id)) => Ok(go(&format!("/charter/drafts/{id}"))),
        Err(problem) => {
            let (_, refusal) = problem.refused()?;
            let told = refusal_text(visitor.language(), &refusal);
            list_page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, told).await
        }
    }
}

/// What stands above every page of a draft.
pub(super) fn head(cx: &Cx, language: Language, opened: &OpenDraft, at: &str) -> Head {
    let draft = &opened.draft;
    let id = draft.id;
    let when = wording::moment(language, opened.latest.at, cx.house.zone, cx.today);
    let line = tr_with(
        language,
        "charter-draft-line",
        &[
            ("n", &draft.base_version),
            ("revision", &draft.revision),
            ("who", &person(cx, opened.latest.author)),
            ("when", &when),
        ],
    );
    let outdated = opened.is_open() && draft.base_version != opened.newest;
    let note = match (draft.adopted_as, draft.discarded_at) {
        (Some(number), _) => tr_with(language, "charter-draft-is-version", &[("n", &number)]),
        (None, Some(_)) => tr(language, "charter-draft-is-discarded").to_owned(),
        (None, None) if outdated => tr_with(
            language,
            "charter-outdated-base",
            &[("base", &draft.base_version), ("newest", &opened.newest)],
        ),
        (None, None) => String::new(),
    };
    let places: [(&str, &'static str, bool); 5] = [
        ("", "charter-tab-form", true),
        ("/toml", "charter-tab-toml", true),
        ("/compare", "charter-tab-compare", true),
        ("/history", "charter-tab-history", true),
        ("/adopt", "charter-tab-adopt", opened.is_open()),
    ];
    let tabs = places.into_iter().filter(|(.., shown)| *shown);
    Head {
        id,
        revision: draft.revision,
        line,
        tabs: tabs
            .map(|(path, key, _)| Tab {
                href: format!("/charter/drafts/{id}{path}"),
                label: tr(language, key),
                current: path == at,
            })
            .collect(),
        editable: opened.may_edit && opened.is_open(),
        note,
        outdated,
    }
}

async fn open(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    shown(&visitor, id, None).await
}

/// The draft part by part, with what is said against the last step.
pub(super) async fn shown(
    visitor: &Visitor,
    id: Uuid,
    refusal: Option<CharterRefusal>,
) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, found) = visitor
        .read(move |cx| Box::pin(assemble(cx, language, id)))
        .await?;
    let title = page.t("charter-draft-title");
    let mut page = page.titled(title).at("/charter");
    let mut status = StatusCode::OK;
    if let Some(refusal) = refusal {
        page = page.saying("problem", words::refusal(language, &refusal));
        status = StatusCode::CONFLICT;
    }
    let shown = DraftPage {
        page,
        head: found.head,
        groups: found.groups,
        undo: found.undo,
        checked: found.checked,
        readable: found.readable,
    };
    show_as(status, &shown)
}

struct Found {
    head: Head,
    groups: Vec<Group>,
    undo: Option<(u32, String)>,
    checked: Checked,
    readable: bool,
}

async fn assemble(cx: &mut Cx, language: Language, id: Uuid) -> Outcome<Found> {
    let prospect = charter_adoption::prospect(cx, id, None).await?;
    let opened = &prospect.opened;
    let head = head(cx, language, opened, "");
    let loads = prospect
        .after
        .as_ref()
        .map(|after| (after, prospect.before.as_ref().map(|(_, _, load)| load)));
    let toml = &opened.latest.toml;
    let checked = checked(
        language,
        &id.to_string(),
        toml,
        &opened.charter,
        loads,
        None,
    );
    let document = Document::read(toml);
    let faulty: Vec<Part> = match &opened.charter {
        Err(mistakes) => mistakes.all.iter().map(|fault| fault.part).collect(),
        Ok(_) => Vec::new(),
    };
    let undo = (head.editable && opened.draft.revision > 1)
        .then(|| (opened.draft.revision - 1, what(language, &opened.latest)));
    Ok(Found {
        groups: document
            .as_ref()
            .map(|document| groups(language, document, &faulty))
            .unwrap_or_default(),
        readable: document.is_some(),
        undo,
        checked,
        head,
    })
}

/// What a revision did.
fn what(language: Language, revision: &Revision) -> String {
    // Only known words become part of a key.
    let known = drafts::WORDS
        .into_iter()
        .find(|word| *word == revision.what);
    known.map_or_else(String::new, |word| {
        tr(language, &format!("charter-did-{word}")).to_owned()
    })
}

fn groups(language: Language, document: &Document, faulty: &[Part]) -> Vec<Group> {
    let entries = |make: fn(usize) -> Part, moves: bool| -> Vec<Entry> {
        let count = document.count(make(0));
        (0..count)
            .map(|index| {
                let part = make(index);
                entry(language, document, part, faulty, moves, (index, count))
            })
            .collect()
    };
    let mut articles = entries(Part::Article, false);
    // The charter shows them by number, wherever they are written.
    articles.sort_by_key(|entry| {
        let fields = Part::from_word(&entry.part).and_then(|part| document.fields(part));
        fields.and_then(|fields| fields.get("number")?.parse::<u32>().ok())
    });
    vec![
        Group {
            title: tr(language, "charter-group-frame"),
            add: "",
            add_label: "",
            entries: vec![Entry {
                name: tr(language, "charter-part-frame").to_owned(),
                note: tr(language, "charter-frame-note").to_owned(),
                ..entry(language, document, Part::Frame, faulty, false, (0, 1))
            }],
        },
        Group {
            title: tr(language, "charter-group-pillars"),
            add: "new-pillar",
            add_label: tr(language, "charter-add-pillar"),
            entries: entries(Part::Pillar, true),
        },
        Group {
            title: tr(language, "charter-group-articles"),
            add: "new-article",
            add_label: tr(language, "charter-add-article"),
            entries: articles,
        },
        Group {
            title: tr(language, "charter-group-duties"),
            add: "new-duty",
            add_label: tr(language, "charter-add-duty"),
            entries: entries(Part::Duty, true),
        },
    ]
}

fn entry(
    language: Language,
    document: &Document,
    part: Part,
    faulty: &[Part],
    moves: bool,
    (index, count): (usize, usize),
) -> Entry {
    let fields = document.fields(part).unwrap_or_default();
    let known = name(language, document, part);
    Entry {
        part: part.word(),
        name: if known.is_empty() {
            tr(language, "charter-unnamed").to_owned()
        } else {
            known
        },
        note: note(language, part, &fields),
        faulty: faulty.contains(&part),
        first: index == 0,
        last: index + 1 == count,
        moves,
    }
}

/// What an entry says in short.
fn note(language: Language, part: Part, fields: &Fields) -> String {
    let of = |key: &str| fields.get(key).map(String::as_str).unwrap_or_default();
    let text = |key: &str| {
        let english = of(&format!("{key}.en"));
        if language == Language::English && !english.is_empty() {
            english
        } else {
            of(&format!("{key}.zh"))
        }
    };
    match part {
        Part::Frame => String::new(),
        Part::Pillar(_) => {
            let clauses = (0..9).map(|index| text(&format!("clauses.{index}")).to_owned());
            let clauses: Vec<String> = clauses.filter(|clause| !clause.is_empty()).collect();
            clauses.join(" · ")
        }
        Part::Article(_) => {
            let text = text("text");
            let short: String = text
                .chars()
                .take(if language == Language::English {
                    110
                } else {
                    60
                })
                .collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("{short}{more}")
        }
        Part::Duty(_) => {
            let force = super::super::text::try_tr(language, &format!("force-{}", of("force")));
            let cadence = domain::period::Cadence::from_word(of("every"));
            let article = of("article").parse().ok();
            let parts = [
                force.map(str::to_owned),
                cadence.map(|cadence| wording::cadence(language, cadence).to_owned()),
                article.map(|number| words::article_label(language, number)),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
    }
}

async fn history(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, (head, revisions)) = visitor
        .read(move |cx| {
            Box::pin(async move {
                let (opened, revisions) = drafts::history(cx, id).await?;
                let head = head(cx, language, &opened, "/history");
                let line = |revision: &Revision| RevisionLine {
                    revision: revision.revision,
                    what: what(language, revision),
                    note: tr_with(
                        language,
                        "charter-revision-line",
                        &[
                            ("who", &person(cx, revision.author)),
                            (
                                "when",
                                &wording::moment(language, revision.at, cx.house.zone, cx.today),
                            ),
                        ],
                    ),
                    current: revision.revision == opened.draft.revision,
                };
                let lines: Vec<RevisionLine> = revisions.iter().map(line).collect();
                Ok((head, lines))
            })
        })
        .await?;
    let title = page.t("charter-tab-history");
    show(&HistoryPage {
        kept: page.t_with("charter-history-kept", "n", KEPT_REVISIONS),
        page: page.titled(title).at("/charter"),
        head,
        revisions,
    })
}
