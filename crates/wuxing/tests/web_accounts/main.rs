//! Accounts and their keepers: separate hands, resets by two, first passwords in halves, one's own page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    reason = "tests"
)]

mod alone;
#[path = "../web_shell/browser.rs"]
mod browser;
#[path = "../web_shell/cast.rs"]
mod cast;
mod halves;
mod hands;
mod own;
mod resets;
mod roles;
