//! The audit chain, for the auditor: opaque identifiers and digests, no names and no content.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use domain::audit::{Digest, Entry};
use serde::Deserialize;

use super::error::Problem;
use super::page::{Page, show};
use super::session::Visitor;
use super::text::{Language, try_tr};
use super::{Routes, security, wording};
use crate::app::audit;

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().get("/audit", list)
}

#[derive(Template)]
#[template(path = "administration/audit.html")]
struct AuditPage {
    page: Page,
    rows: Vec<Row>,
    count: String,
    head: String,
    newer_href: String,
    older_href: String,
}

/// An entry as its row shows it.
struct Row {
    seq: u64,
    at: String,
    action: String,
    actor: String,
    subject: String,
    digest: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    before: Option<u64>,
}

async fn list(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (page, (entries, head)) = visitor
        .read(move |cx| Box::pin(audit::page(cx, asked.before)))
        .await?;
    let first = entries.last().map_or(0, |(entry, _)| entry.seq);
    let last = entries.first().map_or(0, |(entry, _)| entry.seq);
    let newer = last + 1 + u64::from(audit::PAGE);
    let title = page.t("audit-title");
    show(&AuditPage {
        rows: entries
            .iter()
            .map(|(entry, digest)| row(&page, entry, digest))
            .collect(),
        count: page.t_with("audit-count", "n", head.seq),
        head: security::hexadecimal(&head.digest),
        newer_href: if last < head.seq {
            format!("/audit?before={newer}")
        } else {
            String::new()
        },
        older_href: if first > 1 {
            format!("/audit?before={first}")
        } else {
            String::new()
        },
        page: page.titled(title),
    })
}

fn row(page: &Page, entry: &Entry, digest: &Digest) -> Row {
    let word = entry.action.replace('.', "-");
    Row {
        seq: entry.seq,
        at: wording::moment(page.language, entry.at, page.zone(), page.today()),
        // An action that has no words yet shows its own.
        action: try_tr(page.language, &format!("audit-did-{word}"))
            .map_or_else(|| entry.action.clone(), str::to_owned),
        actor: entry
            .actor
            .map_or_else(|| page.t("audit-program").to_owned(), short),
        subject: format!(
            "{} {}",
            subject_name(page.language, &entry.subject_kind),
            short(entry.subject)
        ),
        digest: security::hexadecimal(&digest[..6]),
    }
}

/// What kind of thing an entry is about; a kind that has no words yet shows its own.
fn subject_name(language: Language, kind: &str) -> String {
    let words = ["kind", "audit-of"].map(|group| try_tr(language, &format!("{group}-{kind}")));
    words
        .into_iter()
        .flatten()
        .next()
        .map_or_else(|| kind.to_owned(), str::to_owned)
}

/// The last digits of an identifier: the first ones are the time and alike for all of a day.
fn short(id: uuid::Uuid) -> String {
    let text = id.simple().to_string();
    format!("…{}", &text[text.len() - 8..])
}
