//! The pages that people work with: today, quick capture, records, library, ledgers, charter and load.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    reason = "tests"
)]

#[path = "../web_shell/browser.rs"]
mod browser;
mod capture;
#[path = "../web_shell/cast.rs"]
mod cast;
mod charter_drafts;
mod house;
mod languages;
mod ledgers;
mod library;
mod records;
mod today;
