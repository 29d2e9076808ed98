//! The roster as members see it, and the import of people: choose a file, look at every row, correct, commit.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, Path};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use documents::ListDocument;
use documents::roster::roster_template;
use domain::identity::AccountId;
use uuid::Uuid;

use super::error::{Kind, Problem, refusal_text};
use super::page::{Page, go, go_saying, show, show_as};
use super::session::Visitor;
use super::text::{Language, tr};
use super::{Routes, security};
use crate::app::people::{self, Committed, NewAccount, SectionList};
use crate::app::{Error, Refusal};

mod preview;

pub(super) use preview::{file_text, roster_text};

/// How long the accounts of an import can be fetched after it.
const FETCHED_WITHIN: TimeDelta = TimeDelta::minutes(30);
const WORKBOOK: HeaderValue =
    HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/people", roster)
        .get("/people/import", choose)
        .get("/people/import/template.xlsx", template)
        .post("/people/import", upload)
        .get("/people/import/{id}", open)
        .post("/people/import/{id}", correct)
        .post("/people/import/{id}/discard", discard)
        .post("/people/import/{id}/commit", commit)
        .get("/people/import/{id}/accounts.csv", fetch_accounts)
}

/// Accounts just made, kept in memory until they are fetched once: nobody else gets to see the passwords.
pub struct NewAccounts {
    by: AccountId,
    until: DateTime<Utc>,
    csv: Vec<u8>,
}

#[derive(Template)]
#[template(path = "people/roster.html")]
struct RosterPage {
    page: Page,
    sections: Vec<SectionList>,
    count: String,
}

async fn roster(visitor: Visitor) -> Result<Response, Problem> {
    let (page, sections) = visitor.read(|cx| Box::pin(people::roster(cx))).await?;
    let count = sections
        .iter()
        .map(|section| section.members.len())
        .sum::<usize>();
    let title = page.t("people-title");
    show(&RosterPage {
        count: page.t_with("people-count", "n", count),
        sections,
        page: page.titled(title),
    })
}

#[derive(Template)]
#[template(path = "people/choose.html")]
struct ChoosePage {
    page: Page,
    problem: String,
    /// Whether first passwords come in two halves.
    halves: bool,
}

async fn choose_page(visitor: &Visitor, problem: String) -> Result<ChoosePage, Problem> {
    let (page, halves) = visitor
        .read(|cx| Box::pin(people::makes_halves(cx)))
        .await?;
    let title = page.t("import-title");
    Ok(ChoosePage {
        problem,
        halves,
        page: page.titled(title).at("/people/import"),
    })
}

async fn choose(visitor: Visitor) -> Result<Response, Problem> {
    show(&choose_page(&visitor, String::new()).await?)
}

/// The page, if the visitor may import.
async fn allowed(visitor: &Visitor) -> Result<Page, Problem> {
    visitor
        .read(|cx| Box::pin(async move { people::may_import(cx) }))
        .await
        .map(|(page, ())| page)
}

async fn template(visitor: Visitor) -> Result<Response, Problem> {
    allowed(&visitor).await?;
    let (language, name) = match visitor.language() {
        Language::Chinese => (documents::Language::Chinese, "人员名册模板.xlsx"),
        Language::English => (documents::Language::English, "roster-template.xlsx"),
    };
    let bytes = roster_template(language).map_err(Problem::broken)?;
    Ok(attachment(WORKBOOK, name, bytes))
}

async fn upload(visitor: Visitor, mut form: Multipart) -> Result<Response, Problem> {
    let mut file = None;
    while let Some(part) = form
        .next_field()
        .await
        .map_err(|_| Problem::new(Kind::Unreadable))?
    {
        if part.name() == Some("file") {
            let name = part.file_name().unwrap_or_default().to_owned();
            let bytes = part
                .bytes()
                .await
                .map_err(|_| Problem::new(Kind::Unreadable))?;
            file = Some((name, bytes));
        }
    }
    let (name, bytes) = file.unwrap_or_default();
    if name.is_empty() && bytes.is_empty() {
        let problem = tr(visitor.language(), "import-no-file").to_owned();
        return show_as(
            StatusCode::UNPROCESSABLE_ENTITY,
            &choose_page(&visitor, problem).await?,
        );
    }
    let outcome = visitor.write(move |cx| {
        let (name, bytes) = (name.clone(), bytes.to_vec());
        Box::pin(people::preview(cx, name, bytes))
    });
    match outcome.await {
        Ok((_, preview)) => Ok(go(&format!("/people/import/{}", preview.id))),
        Err(problem) => {
            let (page, refusal) = problem.refused()?;
            let text = refusal_text(page.language, &refusal);
            show_as(
                StatusCode::UNPROCESSABLE_ENTITY,
                &choose_page(&visitor, text).await?,
            )
        }
    }
}

async fn open(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let (page, found) = visitor
        .read(move |cx| Box::pin(people::reopen(cx, id)))
        .await?;
    show(&preview::page(page, found))
}

/// A correction's form: `row-3-name=…` for cells, `drop=3` for rows to leave out, `create=…` for sections that are new.
async fn correct(visitor: Visitor, Path(id): Path<Uuid>, body: Bytes) -> Result<Response, Problem> {
    let fields = security::fields_of(&body).ok_or(Problem::new(Kind::Unreadable))?;
    let mut changes = BTreeMap::new();
    let mut dropped = BTreeSet::new();
    let mut created = BTreeSet::new();
    for (name, value) in fields {
        if let Some((row, field)) = name
            .strip_prefix("row-")
            .and_then(|rest| rest.split_once('-'))
        {
            let row: usize = row.parse().map_err(|_| Problem::new(Kind::Unreadable))?;
            changes.insert((row, field.to_owned()), value);
        } else if name == "drop" {
            dropped.insert(
                value
                    .parse::<usize>()
                    .map_err(|_| Problem::new(Kind::Unreadable))?,
            );
        } else if name == "create" {
            created.insert(value);
        }
    }
    let work = visitor.write(move |cx| {
        let (changes, dropped, created) = (changes.clone(), dropped.clone(), created.clone());
        Box::pin(people::correct(cx, id, changes, dropped, created))
    });
    work.await?;
    Ok(go_saying(
        &format!("/people/import/{id}"),
        "kept",
        "import-checked",
    ))
}

async fn discard(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(people::discard(cx, id)))
        .await?;
    Ok(go_saying("/people/import", "done", "import-discarded"))
}

#[derive(Template)]
#[template(path = "people/committed.html")]
struct CommittedPage {
    page: Page,
    accounts: Vec<NewAccount>,
    halves: bool,
    csv_href: String,
    count: String,
}

/// Shows the new accounts with their one-time passwords: here, and once more as a file, and never again.
async fn commit(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let page = allowed(&visitor).await?;
    let program = visitor.site().program();
    let committed = match people::commit(program, visitor.identity(), id).await {
        Ok(committed) => committed,
        Err(Error::Refused(Refusal::RowsToCorrect(_))) => {
            return Ok(go(&format!("/people/import/{id}")));
        }
        Err(error) => return Err(Problem::from(error).on(page)),
    };
    if let Some(by) = visitor.identity().account {
        let now = program.clock.now();
        let mut kept = visitor.site().new_accounts();
        kept.retain(|_, accounts| accounts.until > now);
        kept.insert(
            id,
            NewAccounts {
                by,
                until: now + FETCHED_WITHIN,
                csv: csv(&page, &committed),
            },
        );
    }
    let title = page.t("import-done-title");
    show(&CommittedPage {
        count: page.t_with("import-done-count", "n", committed.people),
        accounts: committed.accounts,
        halves: committed.halves,
        csv_href: format!("/people/import/{id}/accounts.csv"),
        page: page.titled(title).at("/people/import"),
    })
}

fn csv(page: &Page, committed: &Committed) -> Vec<u8> {
    if committed.halves {
        accounts_csv(
            page,
            &committed.accounts,
            "field-half-first",
            "import-first-note",
        )
    } else {
        accounts_csv(
            page,
            &committed.accounts,
            "field-password",
            "import-done-note",
        )
    }
}

/// Accounts with their one-time passwords, or with halves of them, for handing out.
pub(super) fn accounts_csv(
    page: &Page,
    accounts: &[NewAccount],
    secret: &str,
    note: &str,
) -> Vec<u8> {
    let headers = ["field-name", "field-section", "field-account", secret];
    let cells = |account: &NewAccount| {
        let texts = [
            &account.name,
            &account.section,
            &account.account,
            &account.password,
        ];
        texts
            .map(|text| documents::CellValue::from(text.as_str()))
            .to_vec()
    };
    let list = ListDocument {
        title: page.t("import-done-title").to_owned(),
        headers: headers.map(|key| page.t(key).to_owned()).to_vec(),
        rows: accounts.iter().map(cells).collect(),
        notes: vec![page.t(note).to_owned()],
    };
    list.to_csv()
}

async fn fetch_accounts(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let page = allowed(&visitor).await?;
    let now = visitor.site().program().clock.now();
    let mut kept = visitor.site().new_accounts();
    let own = kept
        .get(&id)
        .is_some_and(|kept| Some(kept.by) == visitor.identity().account && kept.until > now);
    let found = if own { kept.remove(&id) } else { None };
    let found = found.ok_or(Problem::not_found().on(page))?;
    Ok(attachment(
        HeaderValue::from_static("text/csv; charset=utf-8"),
        "accounts.csv",
        found.csv,
    ))
}

/// A file to take away. Names in Chinese are given in the form that all browsers know (RFC 6266).
pub fn attachment(kind: HeaderValue, name: &str, bytes: Vec<u8>) -> Response {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && c != '"' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded = super::address::query_encoded(name).replace('/', "_");
    let disposition = HeaderValue::from_str(&format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    ));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    (
        [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, disposition)],
        bytes,
    )
        .into_response()
}
