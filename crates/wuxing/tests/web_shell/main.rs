//! The shell of the pages: signing in, forms that are provably ours, what every answer carries, what went wrong and how it
//! is told, first run, import, administration, and who may open what.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod administration;
mod browser;
mod cast;
mod entry;
mod guard;
mod import;
mod matrix;
mod setup;
mod tokens;
