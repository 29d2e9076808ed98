//! What can go wrong with the database.

use std::sync::Arc;

use thiserror::Error;

/// Result of a database operation.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with the database.
#[derive(Debug, Error)]
pub enum Error {
    /// The database refused or could not be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error(transparent)]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The database was written by a newer program.
    #[error(
        "this database was last used by a newer version of the program; use that version or a newer one"
    )]
    NewerSchema,
    /// Not an address that the program knows.
    #[error("expected sqlite:PATH or postgres://…, found an address that begins with {0:?}")]
    Address(String),
    /// A stored value that no longer means anything.
    #[error("table {table}: {what} cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What was found.
        what: String,
    },
    /// The batch that this change was to be committed with could not be written; nothing of it was kept.
    #[error("the change could not be written: {0}")]
    NotWritten(Arc<str>),
    /// A change of somebody else in the same batch broke off in a way that took the batch with it; nothing was kept.
    #[error(
        "another change that was to be written at the same time broke off and took this one with it"
    )]
    BatchLost,
    /// A statement of the transaction had failed before, so it was undone instead of committed.
    #[error("the change was undone because a part of it had failed")]
    Spoiled,
    /// A transaction that only reads was asked to commit.
    #[error("a transaction that only reads cannot be committed")]
    ReadOnly,
}

impl Error {
    /// Whether the action lost a race against another one and should simply be run again: a serialization failure, a
    /// deadlock, a uniqueness that another transaction has just taken, a busy SQLite, or a batch lost through another's fault.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::BatchLost => true,
            Self::Database(sqlx::Error::Database(error)) => {
                // PostgreSQL: 40001 serialization failure, 40P01 deadlock, 23505 a unique key taken meanwhile (SQLite has one
                // writer, so there a taken key was taken before). SQLite: 5 busy, 6 locked, each with its refinements.
                matches!(
                    error.code().as_deref(),
                    Some("40001" | "40P01" | "23505" | "5" | "261" | "517" | "773" | "6" | "262")
                )
            }
            _ => false,
        }
    }
}
