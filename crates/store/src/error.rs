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
    #[error("this database was last used by a newer version of the program; use that version or a newer one")]
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
    /// The batch that this change was committed with could not be written; nothing of it was kept.
    #[error("the change could not be written: {0}")]
    NotWritten(Arc<str>),
    /// A transaction that only reads was asked to write.
    #[error("a transaction that only reads cannot be committed")]
    ReadOnly,
}

impl Error {
    /// Whether the action lost a race against another one and should simply be run again: a serialization failure, a
    /// deadlock, a uniqueness that another transaction has just taken, or a busy SQLite.
    pub fn is_conflict(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        let code = error.code();
        // PostgreSQL: 40001 serialization failure, 40P01 deadlock. SQLite: 5 busy, 517 busy snapshot, 6 locked.
        matches!(code.as_deref(), Some("40001" | "40P01" | "5" | "517" | "6"))
            || (error.is_unique_violation() && code.as_deref() == Some("23505"))
    }
}
