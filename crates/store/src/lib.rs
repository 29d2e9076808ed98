//! The only owner of SQL: SQLite and PostgreSQL behind one opaque [`Tx`].
//!
//! One text per statement with `$1` placeholders for both engines; where they differ, `dialect` says so. Every function
//! takes the organisation second, and every statement names it first, so that a distributed database can shard by it.

pub mod accounts;
pub mod answers;
pub mod audit;
pub mod backup;
pub mod calendar;
pub mod charter;
pub mod charter_drafts;
mod dialect;
pub mod drafts;
mod error;
pub mod imports;
pub mod jobs;
pub mod ledger;
pub mod notices;
pub mod organisations;
pub mod people;
mod question;
mod readers;
pub mod records;
pub mod resets;
pub mod search;
pub mod security_log;
pub mod sessions;
mod statement;
pub mod tokens;
mod tx;
mod writer;

pub use error::{Error, Result};
pub use question::{Question, ask};
pub use statement::Value;
pub use tx::{Durability, Engine, Options, Store, Tx};
