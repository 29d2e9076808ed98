//! One function per action: authorize → load → decide → save → audit → enqueue.
//!
//! An action gets the context and a form, asks the domain for a decision, and writes everything that follows from it in the
//! transaction of the change itself. Pages and commands render what it returns.

pub mod absences;
pub mod accounts;
pub mod audit;
pub mod calendar;
pub mod charter;
pub mod charter_adoption;
pub mod charter_drafts;
pub mod drafts;
pub mod ledger;
pub mod library;
pub mod notices;
pub mod people;
pub mod records;
pub mod resets;
pub mod section;
pub mod security;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod system_roles;
pub mod today;
pub mod tokens;

pub use crate::cx::{
    CharterRefusal, Cx, Error, Identity, PasswordProblem, Program, Refusal, Result, RoleProblem,
};

use domain::records::Record;

/// What the audit chain commits to for a record: its content in a fixed order, so that `audit verify` can compare.
pub(crate) fn commitment(record: &Record, salt: &[u8]) -> domain::audit::Digest {
    let content = &record.content;
    let mut body = String::new();
    let parts = [
        record.content.kind.word(),
        record.state.word(),
        &record.version.to_string(),
        &content.date.to_string(),
        &content.title,
        &content.text,
        &content.excerpt,
        content.url.as_deref().unwrap_or_default(),
        content.book.as_deref().unwrap_or_default(),
        content.topic.as_deref().unwrap_or_default(),
    ];
    for part in parts {
        body.push_str(&part.len().to_string());
        body.push(':');
        body.push_str(part);
    }
    if let Some(entry) = &content.entry {
        let counterpart = entry
            .counterpart
            .map(|id| id.to_string())
            .unwrap_or_default();
        let category = entry.category.as_deref().unwrap_or_default();
        body.push_str(&format!(
            "{}|{}|{category}|{counterpart}|{}",
            entry.duty, entry.evidence, entry.amount
        ));
    }
    domain::audit::commitment(salt, body.as_bytes())
}
