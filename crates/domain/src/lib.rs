//! The pure rules of wuxing.
//!
//! Facts in, decisions with their reasons out. Nothing here waits, reads a clock, draws a random number, or knows of SQL
//! and HTTP; whoever calls brings the facts along. `ARCHITECTURE.md` holds the glossary of the names used here.

pub mod access;
pub mod attachments;
pub mod audit;
pub mod calendar;
pub mod charter;
pub mod identity;
pub mod ledger;
pub mod load;
pub mod notices;
pub mod people;
pub mod period;
pub mod records;
pub mod resets;
pub mod roster_import;
pub mod search;
pub mod security_log;
pub mod system_roles;
pub mod time;
pub mod tokens;
