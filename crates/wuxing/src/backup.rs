//! Backups: one file for both engines, written while the program serves, and read back on any machine (part D).
//!
//! Within its encryption a backup is compressed lines of JSON, so that what is in it can be read in fifty years with ordinary
//! tools: a head, every table with its rows, and at the end the digest of all lines before it. `docs/backup.md` describes it.

mod format;
mod make;
mod read;
mod restore;
mod wrap;

pub use format::{Head, OrganisationHead, VERSION};
pub use make::{Made, make};
pub use read::{Examined, examine};
pub use restore::{Anew, Restored, made_anew, restore};
pub use wrap::{Key, Lock};

/// Why a backup could not be made, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file cannot be read or written.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The file is no backup.
    #[error("this file is not a backup of this program")]
    NotABackup,
    /// The key or passphrase does not open it.
    #[error("{0}")]
    Locked(Locked),
    /// It was made by a newer program.
    #[error(
        "the backup was made by version {program} (tables: {schema}), newer than this program {own} (tables: {own_schema}); use that version or a newer one"
    )]
    Newer {
        /// The version that made it.
        program: String,
        /// Its newest migration.
        schema: i64,
        /// The running version.
        own: &'static str,
        /// Its newest migration.
        own_schema: i64,
    },
    /// It was cut, changed or badly copied.
    #[error("the backup is damaged at line {line}: {what}")]
    Damaged {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong there.
        what: String,
    },
    /// The database that was to take it is in use.
    #[error(
        "the database already holds an organisation; a backup is restored into an empty one: choose another folder or database"
    )]
    NotEmpty,
    /// The empty database has tables of another version than the backup.
    #[error(
        "the empty database already has tables (version {found}), the backup needs version {needed}; choose a new folder or a new database"
    )]
    OtherTables {
        /// What the database has.
        found: i64,
        /// What the backup needs.
        needed: i64,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A part of the program ended early.
    #[error("{0}")]
    Broken(String),
}

/// Why a backup stays locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Locked {
    /// It asks for a passphrase and none was given.
    #[error("this backup was encrypted with a passphrase: give it with --passphrase-file")]
    NeedsPassphrase,
    /// It asks for the key file and none was given.
    #[error("this backup was encrypted for a key file: name that file with --keys")]
    NeedsKeyFile,
    /// What was given does not fit.
    #[error("the key file does not open this backup: it was encrypted for another one")]
    WrongKeyFile,
    /// What was given does not fit.
    #[error("the passphrase does not open this backup")]
    WrongPassphrase,
}

/// Result of the functions here.
pub type Result<T> = std::result::Result<T, Fault>;
