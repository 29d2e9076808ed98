//! 今日事项: what is due, until when and why; what there is to read; what was answered.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use domain::charter::{Charter, Duty, Force, Unit};
use domain::identity::PersonId;
use domain::ledger::Status;
use domain::records::Kind;

use super::error::Problem;
use super::page::{Page, show};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use super::welcome::welcome;
use super::{Routes, wording};
use crate::app::today::{self, Begun, Due, Today};
use crate::app::{Cx, Result as Outcome};
use crate::cx::House;

/// The routes of this page.
pub fn routes() -> Routes {
    Routes::new().get("/", open)
}

#[derive(Template)]
#[template(path = "today/page.html")]
struct TodayPage {
    page: Page,
    view: TodayView,
}

async fn open(visitor: Visitor) -> Result<Response, Problem> {
    let language = visitor.language();
    let (page, view) = visitor
        .read(move |cx| Box::pin(assemble(cx, language)))
        .await?;
    // An administrator has no day of his own; his work is elsewhere.
    let Some(view) = view else {
        return welcome(page);
    };
    let title = page.t("nav-today");
    show(&TodayPage {
        page: page.titled(title),
        view,
    })
}

async fn assemble(cx: &mut Cx, language: Language) -> Outcome<Option<TodayView>> {
    if cx.person().is_err() {
        return Ok(None);
    }
    let today = today::today(cx).await?;
    Ok(Some(view(language, &cx.house, &today)))
}

/// A duty in a period, as its row shows it.
#[derive(Clone, Debug, Default)]
pub struct DueRow {
    /// The pillar's word.
    pub pillar: &'static str,
    /// The duty's name.
    pub title: String,
    /// The period, where it is not the running one.
    pub period: String,
    /// Where all its periods are.
    pub href: String,
    /// What is left to do, in words.
    pub left: String,
    /// Until when, and with whom still.
    pub why: String,
    /// The article behind it.
    pub article: String,
    /// Where the article stands.
    pub article_href: String,
    /// The word on the button; empty: none.
    pub action: &'static str,
    /// Where the button leads.
    pub action_href: String,
    /// Done, for the dots.
    pub done: u32,
    /// Required, for the dots.
    pub required: u32,
    /// The share, for the bar.
    pub share: String,
    /// Dots or bar in words.
    pub label: String,
    /// The state's class; for what is finished.
    pub status_class: &'static str,
    /// The state; empty for what is open.
    pub status: &'static str,
    /// Whether nothing more is to be done.
    pub finished: bool,
}

/// A line of the aside.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// Identifier, where it is needed.
    pub id: String,
    /// What.
    pub title: String,
    /// When, by whom.
    pub note: String,
    /// Where it leads.
    pub href: String,
}

/// The whole page.
#[derive(Clone, Debug, Default)]
pub struct TodayView {
    /// The date beside the heading.
    pub day_line: String,
    /// That the charter has not yet taken effect.
    pub starts: String,
    /// That today is no working day.
    pub day_off: String,
    /// What is still to be done.
    pub open: Vec<DueRow>,
    /// Whether no binding duty falls on the person at all.
    pub without_duties: bool,
    /// Whether that is only because the ledger is still being settled.
    pub settling: bool,
    /// What is done or excused in this period.
    pub settled: Vec<DueRow>,
    /// How many those are.
    pub settled_line: String,
    /// Encouraged duties.
    pub encouraged: Vec<DueRow>,
    /// What there is to read.
    pub to_read: Vec<Note>,
    /// Drafts.
    pub begun: Vec<Note>,
    /// Answers.
    pub answers: Vec<Note>,
    /// Special days that come.
    pub ahead: Vec<Note>,
    /// The second button at the thumb.
    pub second: &'static str,
    /// Where it leads.
    pub second_href: &'static str,
}

/// Words the page.
pub fn view(language: Language, house: &House, today: &Today) -> TodayView {
    let rows = |dues: &[Due]| {
        dues.iter()
            .map(|due| due_row(language, house, due, today.day))
            .collect::<Vec<_>>()
    };
    let done = today
        .settled
        .iter()
        .filter(|due| due.status != Status::Excused)
        .count();
    let excused = today.settled.len() - done;
    let enters = today
        .open
        .iter()
        .any(|due| Kind::from_word(&due.duty.evidence.kind).is_none());
    let (second, second_href) = if enters {
        (tr(language, "kind-entry"), "/capture?kind=entry")
    } else {
        (tr(language, "library"), "/library")
    };
    TodayView {
        day_line: wording::day_line(language, today.day),
        starts: today
            .starts
            .map(|day| starts(language, house, day, today.day))
            .unwrap_or_default(),
        day_off: today
            .next_working_day
            .map(|next| day_off(language, next, today.day))
            .unwrap_or_default(),
        open: rows(&today.open),
        without_duties: today.open.is_empty() && today.settled.is_empty(),
        settling: today.settling,
        settled: rows(&today.settled),
        settled_line: settled_line(language, done, excused),
        encouraged: rows(&today.encouraged),
        to_read: today
            .to_read
            .iter()
            .map(|read| to_read(language, read.kind, read.count))
            .collect(),
        begun: today
            .begun
            .iter()
            .map(|begun| draft_note(language, house, begun, today.day))
            .collect(),
        answers: answers(language, house, today),
        ahead: ahead(language, today),
        second,
        second_href,
    }
}

fn settled_line(language: Language, done: usize, excused: usize) -> String {
    let parts = [
        ("today-settled-done", done),
        ("today-settled-excused", excused),
    ];
    let said = parts.into_iter().filter(|(_, count)| *count > 0);
    let said: Vec<String> = said
        .map(|(key, count)| tr_with(language, key, &[("n", &count)]))
        .collect();
    said.join(if language == Language::Chinese {
        "，"
    } else {
        ", "
    })
}

fn starts(language: Language, house: &House, effective: NaiveDate, today: NaiveDate) -> String {
    let title = house
        .charter(today)
        .map(|charter| charter_title(language, charter))
        .unwrap_or_default();
    let day = wording::day_and_weekday(language, effective, today);
    tr_with(
        language,
        "today-starts",
        &[("charter", &title), ("day", &day)],
    )
}

/// The charter's title in the reader's language.
pub fn charter_title(language: Language, charter: &Charter) -> String {
    charter
        .title
        .reading(language == Language::English)
        .to_owned()
}

fn day_off(language: Language, next: NaiveDate, today: NaiveDate) -> String {
    tr_with(
        language,
        "today-day-off",
        &[("next", &wording::day_and_weekday(language, next, today))],
    )
}

/// A duty in a period as a row.
pub fn due_row(language: Language, house: &House, due: &Due, today: NaiveDate) -> DueRow {
    let duty = &due.duty;
    let finished = due.status != Status::Open;
    let running = due.period.contains(today);
    let (action, action_href) = match (finished, duty.force) {
        (false, _) => action(language, due, today),
        // Nobody is asked for more, and nobody is kept from it.
        (true, Force::Encouraged) if due.status == Status::Done => capture_again(language, duty),
        (true, _) => ("", String::new()),
    };
    DueRow {
        pillar: duty.pillar.word(),
        title: duty.name.reading(language == Language::English).to_owned(),
        period: if running {
            String::new()
        } else {
            wording::period(language, due.period, today)
        },
        href: format!("/ledger/{}?year={}", duty.id, due.period.year()),
        left: left(language, due),
        why: why(language, house, due, today),
        article: wording::article(language, duty.article),
        article_href: article_href(due.because.version, duty.article),
        action,
        action_href,
        done: due.done,
        required: due.required,
        share: wording::share(due.done, due.required),
        label: wording::progress(language, duty, due.done, due.required),
        status_class: wording::status_class(due.status),
        status: if finished {
            wording::status(language, due.status)
        } else {
            ""
        },
        finished,
    }
}

/// Where an article stands.
pub fn article_href(version: u32, article: u32) -> String {
    format!("/charter/versions/{version}#article-{article}")
}

fn left(language: Language, due: &Due) -> String {
    if due.status != Status::Open {
        return String::new();
    }
    if !due.left.is_empty() {
        return format!("{}/{}", due.done, due.required);
    }
    let left = due.required.saturating_sub(due.done);
    // One dot says as much as the words would.
    if due.required == 1 && due.duty.unit == Unit::Times {
        return String::new();
    }
    wording::still_to_do(language, &due.duty, left)
}

fn why(language: Language, house: &House, due: &Due, today: NaiveDate) -> String {
    match (due.because.excuse, due.status) {
        (Some(excuse), _) => return wording::excuse(language, excuse),
        (None, Status::Open) => {}
        (None, _) => return wording::progress(language, &due.duty, due.done, due.required),
    }
    // What is only encouraged has no grace, since it is never late.
    let last = if due.duty.force == Force::Encouraged {
        due.period.last
    } else {
        due.due
    };
    let until = wording::until(language, due.period, last, today);
    if due.left.is_empty() {
        return until;
    }
    let names = names(house, &due.left);
    let with = tr_with(
        language,
        "today-still-with",
        &[("names", &wording::names(language, &names))],
    );
    format!("{until} · {with}")
}

/// The names of these people.
pub fn names(house: &House, people: &[PersonId]) -> Vec<String> {
    people
        .iter()
        .filter_map(|id| house.roster.person(*id))
        .map(|person| person.name.clone())
        .collect()
}

/// The one thing to do about a duty, and where.
fn action(language: Language, due: &Due, today: NaiveDate) -> (&'static str, String) {
    let (word, mut href) = capture_of(language, &due.duty);
    if today > due.period.last {
        // What is made up for belongs to the period's own days.
        href.push_str(&format!("&date={}", due.period.last));
    }
    (word, href)
}

/// The form in which a duty is done, and the word on its button.
pub fn capture_of(language: Language, duty: &Duty) -> (&'static str, String) {
    match Kind::from_word(&duty.evidence.kind) {
        Some(kind) => (
            tr(language, "capture-this"),
            format!("/capture?kind={}", kind.word()),
        ),
        None => (
            tr(language, "entry-this"),
            format!("/capture?kind=entry&duty={}", duty.id),
        ),
    }
}

fn capture_again(language: Language, duty: &Duty) -> (&'static str, String) {
    (tr(language, "capture-again"), capture_of(language, duty).1)
}

fn to_read(language: Language, kind: Kind, count: u64) -> Note {
    let title = tr_with(
        language,
        "today-texts",
        &[("kind", &wording::kind(language, kind)), ("count", &count)],
    );
    let note = tr(language, "today-texts-note").to_owned();
    Note {
        title,
        note,
        href: format!("/reading?kind={}", kind.word()),
        ..Note::default()
    }
}

fn draft_note(language: Language, house: &House, begun: &Begun, today: NaiveDate) -> Note {
    let saved = wording::moment(language, begun.updated_at, house.zone, today);
    let words = if begun.words.is_empty() {
        tr(language, "draft-without-words")
    } else {
        &begun.words
    };
    let note = [
        (
            "kind",
            &wording::kind(language, begun.kind) as &dyn super::text::Variable,
        ),
        ("saved", &saved),
    ];
    Note {
        id: begun.id.to_string(),
        title: words.to_owned(),
        note: tr_with(language, "draft-note", &note),
        href: match begun.record {
            Some(record) => format!("/records/{record}/edit?draft={}", begun.id),
            None => format!("/capture?draft={}", begun.id),
        },
    }
}

fn answers(language: Language, house: &House, today: &Today) -> Vec<Note> {
    let answers = today.answers.iter().map(|answer| Note {
        id: String::new(),
        title: answer.title.clone(),
        note: format!(
            "{} · {}",
            answer.by,
            wording::moment(language, answer.at, house.zone, today.day)
        ),
        href: format!("/records/{}#comments", answer.record),
    });
    answers.collect()
}

fn ahead(language: Language, today: &Today) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    let mut days = today.special.iter().peekable();
    while let Some(first) = days.next() {
        let mut last = first;
        while let Some(next) = days.next_if(|next| {
            next.off && first.off && next.name == first.name && follows(last.date, next.date)
        }) {
            last = next;
        }
        let from = wording::day_and_weekday(language, first.date, today.day);
        let title = match (first.off, last.date == first.date) {
            (false, _) => tr_with(language, "today-works-on", &[("day", &from)]),
            (true, true) => tr_with(language, "today-off-on", &[("day", &from)]),
            (true, false) => {
                let to = wording::day_and_weekday(language, last.date, today.day);
                tr_with(
                    language,
                    "today-off-from-to",
                    &[("first", &from), ("last", &to)],
                )
            }
        };
        notes.push(Note {
            title,
            note: wording::holiday(language, &first.name),
            ..Note::default()
        });
    }
    notes
}

fn follows(day: NaiveDate, next: NaiveDate) -> bool {
    day.succ_opt() == Some(next)
}
