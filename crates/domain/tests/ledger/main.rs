//! The ledger against the exact rules of the design page, and its laws over random histories.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its cast has failed"
)]

mod cast;
mod laws;
mod rules;
