//! Notices (B7): what somebody is told in the program, and through other channels by choice. A notice names things by
//! identifier and carries counts and days, never words that somebody wrote: those are looked up when it is shown, for whoever
//! may still read them. So nothing sealed can get into one.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::identity::{AccountId, PersonId, RecordId};

/// How long a notice that was read is kept, in days.
pub const READ_KEPT_DAYS: u32 = 60;
/// How long a notice that nobody read is kept, in days.
pub const UNREAD_KEPT_DAYS: u32 = 366;

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Notice {
    /// Somebody commented on a record of the reader's.
    Commented {
        /// The record.
        record: RecordId,
        /// The comment.
        comment: Uuid,
        /// Who wrote it.
        by: PersonId,
    },
    /// The author answered where the reader had commented.
    Answered {
        /// The record.
        record: RecordId,
        /// The answer.
        comment: Uuid,
        /// Who wrote it.
        by: PersonId,
    },
    /// Somebody else entered, changed or withdrew an absence of the reader's.
    Absence {
        /// The absence.
        absence: Uuid,
        /// What was done.
        change: Change,
        /// When: the same absence can be changed again.
        at: DateTime<Utc>,
        /// Its first day.
        first: NaiveDate,
        /// Its last day.
        last: NaiveDate,
    },
    /// An administrator asked for another password for the reader's account.
    PasswordResetAsked {
        /// The request.
        request: Uuid,
    },
    /// The reader's password was reset by two administrators.
    PasswordResetDone {
        /// The request.
        request: Uuid,
    },
    /// A version of the charter was adopted.
    CharterAdopted {
        /// Its number.
        version: u32,
        /// The day on which it takes effect.
        effective: NaiveDate,
    },
    /// A version of the charter was withdrawn before it took effect.
    CharterWithdrawn {
        /// Its number.
        version: u32,
        /// The day on which it would have taken effect.
        effective: NaiveDate,
    },
    /// An import was undone.
    ImportUndone {
        /// The import.
        import: Uuid,
        /// How many rows it had brought.
        rows: u32,
    },
    /// Somebody read a sealed record of the reader's.
    SealedRead {
        /// The record.
        record: RecordId,
        /// Who read it.
        by: PersonId,
        /// The day: a reader is named once a day.
        on: NaiveDate,
    },
    /// A job failed so often that it was put aside.
    JobDead {
        /// The job.
        job: Uuid,
        /// Its kind.
        job_kind: String,
        /// When it was put aside.
        died_at: DateTime<Utc>,
    },
    /// Nobody has attended to a job that was put aside.
    JobUnattended {
        /// The job.
        job: Uuid,
        /// Its kind.
        job_kind: String,
        /// When it was put aside.
        died_at: DateTime<Utc>,
        /// Working days since.
        days: u32,
    },
}

/// What was done to something that can be entered, changed and withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is new.
    Entered,
    /// It is other than before.
    Changed,
    /// It is no more.
    Withdrawn,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Entered, Self::Changed, Self::Withdrawn];

    /// The word for it in message keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What a notice is about: where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A record that somebody wrote.
    Record(RecordId),
    /// An absence.
    Absence(Uuid),
    /// The reader's own account.
    Account(Option<AccountId>),
    /// A version of the charter.
    Charter(u32),
    /// An import.
    Import(Uuid),
    /// A job.
    Job(Uuid),
}

impl Subject {
    /// The word for its kind in stored rows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Absence(_) => "absence",
            Self::Account(_) => "account",
            Self::Charter(_) => "charter",
            Self::Import(_) => "import",
            Self::Job(_) => "job",
        }
    }

    /// Its identifier, if it has one.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Record(record) => Some(record.uuid()),
            Self::Account(account) => account.map(AccountId::uuid),
            Self::Absence(id) | Self::Import(id) | Self::Job(id) => Some(id),
            Self::Charter(_) => None,
        }
    }
}

impl Notice {
    /// The word for its kind in stored rows and message keys.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Commented { .. } => "commented",
            Self::Answered { .. } => "answered",
            Self::Absence { .. } => "absence",
            Self::PasswordResetAsked { .. } => "password-reset-asked",
            Self::PasswordResetDone { .. } => "password-reset-done",
            Self::CharterAdopted { .. } => "charter-adopted",
            Self::CharterWithdrawn { .. } => "charter-withdrawn",
            Self::ImportUndone { .. } => "import-undone",
            Self::SealedRead { .. } => "sealed-read",
            Self::JobDead { .. } => "job-dead",
            Self::JobUnattended { .. } => "job-unattended",
        }
    }

    /// What it is about.
    pub const fn subject(&self) -> Subject {
        match *self {
            Self::Commented { record, .. }
            | Self::Answered { record, .. }
            | Self::SealedRead { record, .. } => Subject::Record(record),
            Self::Absence { absence, .. } => Subject::Absence(absence),
            Self::PasswordResetAsked { .. } | Self::PasswordResetDone { .. } => {
                Subject::Account(None)
            }
            Self::CharterAdopted { version, .. } | Self::CharterWithdrawn { version, .. } => {
                Subject::Charter(version)
            }
            Self::ImportUndone { import, .. } => Subject::Import(import),
            Self::JobDead { job, .. } | Self::JobUnattended { job, .. } => Subject::Job(job),
        }
    }

    /// What makes it the same as another: of two notices to one account with the same key the second is not told.
    pub fn dedupe(&self) -> String {
        match self {
            Self::Commented { comment, .. } | Self::Answered { comment, .. } => {
                format!("comment:{comment}")
            }
            Self::Absence {
                absence,
                change,
                at,
                ..
            } => format!(
                "absence:{absence}:{}:{}",
                change.word(),
                at.timestamp_micros()
            ),
            Self::PasswordResetAsked { request } => format!("reset:{request}:asked"),
            Self::PasswordResetDone { request } => format!("reset:{request}:done"),
            Self::CharterAdopted { version, effective } => format!("charter:{version}:{effective}"),
            Self::CharterWithdrawn { version, effective } => {
                format!("charter:{version}:{effective}:withdrawn")
            }
            Self::ImportUndone { import, .. } => format!("import:{import}:undone"),
            Self::SealedRead { record, by, on } => format!("read:{record}:{by}:{on}"),
            Self::JobDead { job, died_at, .. } => {
                format!("job:{job}:{}", died_at.timestamp_micros())
            }
            Self::JobUnattended {
                job, died_at, days, ..
            } => format!("job:{job}:{}:{days}", died_at.timestamp_micros()),
        }
    }

    /// Its parameters as JSON, without its kind. They are bounded: identifiers, counts, days and words of the program.
    ///
    /// # Errors
    /// None that a notice can cause.
    pub fn parameters(&self) -> Result<String, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        if let Some(fields) = value.as_object_mut() {
            fields.remove("kind");
        }
        serde_json::to_string(&value)
    }

    /// The notice of this kind with these parameters.
    ///
    /// # Errors
    /// A kind or parameters that this version does not know.
    pub fn read(kind: &str, parameters: &str) -> Result<Self, serde_json::Error> {
        let mut value: serde_json::Value = serde_json::from_str(parameters)?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("kind".to_owned(), kind.into());
        }
        serde_json::from_value(value)
    }
}
