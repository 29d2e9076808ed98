//! The tables, written down once more: a backup must know of each what its columns hold, whichever engine it was made on. A test
//! compares this list with what both engines say of themselves, so that no table is ever forgotten.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// An identifier.
    Uuid,
    /// Bytes: digests, salts, sealed bodies.
    Bytes,
    /// Text.
    Text,
    /// A calendar day.
    Date,
    /// A moment, to the microsecond.
    Time,
    /// A whole number.
    Count,
    /// Yes or no.
    Flag,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

/// Whether a table's rows go into a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// They do.
    Kept,
    /// They follow from the others and are made anew.
    Derived,
    /// They belong to the running program: nobody misses them afterwards, or they must not come back.
    Passing,
}

/// A table. Its key are its first columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Whether its rows are kept.
    pub keeping: Keeping,
    /// How many of the columns make its key.
    pub key: usize,
    /// Its columns.
    pub columns: &'static [Column],
}

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

use ColumnKind::{Bytes, Count, Date, Flag, Text, Time, Uuid};
use Keeping::{Derived, Kept, Passing};

/// All tables but those of the search index, each after those that it refers to.
pub const TABLES: &[Table] = &[
    Table {
        name: "organisations",
        keeping: Kept,
        key: 1,
        columns: &[
            column("id", Uuid),
            column("name", Text),
            column("time_zone", Text),
            column("demo", Flag),
            column("rules_stamp", Count),
            column("horizon", Date),
            column("created_at", Time),
        ],
    },
    Table {
        name: "sections",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("name", Text),
            column("office", Flag),
            column("rank", Count),
        ],
    },
    Table {
        name: "persons",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("name", Text),
            column("sort_key", Text),
            column("email", Text),
            column("rank", Count),
        ],
    },
    Table {
        name: "posts",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("title", Text),
            column("role", Text),
            column("section", Uuid),
        ],
    },
    Table {
        name: "appointments",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("person", Uuid),
            column("post", Uuid),
            column("first", Date),
            column("last", Date),
        ],
    },
    Table {
        name: "charges",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("post", Uuid),
            column("section", Uuid),
            column("first", Date),
            column("last", Date),
        ],
    },
    Table {
        name: "absences",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("person", Uuid),
            column("first", Date),
            column("first_afternoon", Flag),
            column("last", Date),
            column("last_afternoon", Flag),
            column("kind", Text),
        ],
    },
    Table {
        name: "accounts",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("name", Text),
            column("person", Uuid),
            column("password_hash", Text),
            column("must_change", Flag),
            column("administrator", Flag),
            column("security", Flag),
            column("auditor", Flag),
            column("disabled", Flag),
            column("failed", Count),
            column("locked_until", Time),
            column("language", Text),
        ],
    },
    Table {
        name: "charter_versions",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("number", Count),
            column("effective", Date),
            column("toml", Text),
            column("adopted_at", Time),
            column("adopted_by", Uuid),
            column("reason", Text),
        ],
    },
    Table {
        name: "charter_drafts",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("base_version", Count),
            column("revision", Count),
            column("created_by", Uuid),
            column("created_at", Time),
            column("changed_at", Time),
            column("discarded_at", Time),
            column("adopted_as", Count),
        ],
    },
    Table {
        name: "charter_draft_revisions",
        keeping: Kept,
        key: 3,
        columns: &[
            column("org", Uuid),
            column("draft", Uuid),
            column("revision", Count),
            column("toml", Text),
            column("author", Uuid),
            column("at", Time),
            column("what", Text),
        ],
    },
    Table {
        name: "charter_adoptions",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("number", Count),
            column("draft", Uuid),
            column("drafted_by", Uuid),
            column("salt", Bytes),
            column("withdrawn_at", Time),
            column("withdrawn_by", Uuid),
        ],
    },
    Table {
        name: "calendar_years",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("year", Count),
            column("content", Text),
        ],
    },
    Table {
        name: "records",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("author", Uuid),
            column("section", Uuid),
            column("kind", Text),
            column("state", Text),
            column("version", Count),
            column("recorded_at", Time),
            column("recorded_on", Date),
            column("changed_at", Time),
            column("date", Date),
            column("title", Text),
            column("topic", Text),
            column("counterpart", Uuid),
            column("content", Text),
            column("salt", Bytes),
            column("form_key", Uuid),
        ],
    },
    Table {
        name: "record_versions",
        keeping: Kept,
        key: 3,
        columns: &[
            column("org", Uuid),
            column("record", Uuid),
            column("version", Count),
            column("made_at", Time),
            column("kind", Text),
            column("date", Date),
            column("title", Text),
            column("topic", Text),
            column("counterpart", Uuid),
            column("content", Text),
            column("salt", Bytes),
        ],
    },
    Table {
        name: "comments",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("record", Uuid),
            column("answers", Uuid),
            column("author", Uuid),
            column("at", Time),
            column("text", Text),
        ],
    },
    Table {
        name: "drafts",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("person", Uuid),
            column("kind", Text),
            column("fields", Text),
            column("record", Uuid),
            column("base_version", Count),
            column("updated_at", Time),
        ],
    },
    Table {
        name: "evidence",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("record", Uuid),
            column("kind", Text),
            column("category", Text),
            column("actor", Uuid),
            column("counterpart", Uuid),
            column("date", Date),
            column("recorded_at", Time),
            column("recorded_on", Date),
            column("amount", Count),
            column("words", Count),
        ],
    },
    Table {
        name: "ledger_cells",
        keeping: Derived,
        key: 6,
        columns: &[
            column("org", Uuid),
            column("person", Uuid),
            column("duty", Text),
            column("cadence", Text),
            column("first", Date),
            column("counterpart", Uuid),
            column("last", Date),
            column("required", Count),
            column("due", Date),
            column("binding", Flag),
            column("counted", Text),
            column("done", Count),
            column("recorded_last", Date),
            column("charter_version", Count),
            column("article", Count),
            column("nominal", Count),
            column("working", Count),
            column("available", Count),
            column("excuse", Text),
        ],
    },
    Table {
        name: "ledger_dirty",
        keeping: Derived,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("person", Uuid),
            column("at", Time),
        ],
    },
    Table {
        name: "audit_heads",
        keeping: Kept,
        key: 1,
        columns: &[
            column("org", Uuid),
            column("seq", Count),
            column("digest", Bytes),
        ],
    },
    Table {
        name: "audit_entries",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("seq", Count),
            column("at", Time),
            column("actor", Uuid),
            column("action", Text),
            column("subject_kind", Text),
            column("subject", Uuid),
            column("commitment", Bytes),
            column("previous", Bytes),
            column("digest", Bytes),
        ],
    },
    Table {
        name: "sessions",
        keeping: Passing,
        key: 1,
        columns: &[
            column("digest", Bytes),
            column("data", Bytes),
            column("expires_at", Time),
            column("org", Uuid),
            column("account", Uuid),
        ],
    },
    Table {
        name: "jobs",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("kind", Text),
            column("payload", Text),
            column("state", Text),
            column("run_at", Time),
            column("unique_key", Text),
            column("attempts", Count),
            column("last_error", Text),
            column("heartbeat_at", Time),
            column("died_at", Time),
        ],
    },
    Table {
        name: "imports",
        keeping: Passing,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("account", Uuid),
            column("file_name", Text),
            column("rows_json", Text),
            column("created_at", Time),
        ],
    },
    Table {
        name: "notices",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("account", Uuid),
            column("kind", Text),
            column("subject_kind", Text),
            column("subject", Uuid),
            column("parameters", Text),
            column("dedupe", Text),
            column("created_at", Time),
            column("read_at", Time),
            column("read_together", Uuid),
        ],
    },
    Table {
        name: "digest_settings",
        keeping: Kept,
        key: 1,
        columns: &[
            column("org", Uuid),
            column("made", Flag),
            column("hour", Count),
        ],
    },
    Table {
        name: "digest_accounts",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("account", Uuid),
            column("wanted", Flag),
            column("told", Text),
        ],
    },
    Table {
        name: "escalations",
        keeping: Kept,
        key: 3,
        columns: &[
            column("org", Uuid),
            column("kind", Text),
            column("subject", Uuid),
            column("opened_at", Time),
            column("opened_on", Date),
            column("told", Count),
        ],
    },
    Table {
        name: "turns",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("kind", Text),
            column("next_at", Time),
            column("last_at", Time),
        ],
    },
    Table {
        name: "workers",
        keeping: Passing,
        key: 1,
        columns: &[
            column("id", Uuid),
            column("host", Text),
            column("pid", Count),
            column("started_at", Time),
            column("beat_at", Time),
        ],
    },
    // What was revoked since must not come back.
    Table {
        name: "tokens",
        keeping: Passing,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("account", Uuid),
            column("name", Text),
            column("scopes", Text),
            column("digest", Bytes),
            column("created_at", Time),
            column("expires_at", Time),
            column("last_used_on", Date),
        ],
    },
    Table {
        name: "answers",
        keeping: Passing,
        key: 3,
        columns: &[
            column("org", Uuid),
            column("account", Uuid),
            column("key", Bytes),
            column("request", Bytes),
            column("status", Count),
            column("location", Text),
            column("etag", Text),
            column("body", Text),
            column("at", Time),
        ],
    },
    Table {
        name: "resets",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("id", Uuid),
            column("account", Uuid),
            column("credential", Text),
            column("import", Uuid),
            column("stage", Text),
            column("asked_by", Uuid),
            column("asked_at", Time),
            column("confirmed_by", Uuid),
            column("closed_at", Time),
            column("expires_at", Time),
            column("first_half", Text),
            column("second_half", Text),
            column("tries", Count),
        ],
    },
    Table {
        name: "security_log",
        keeping: Kept,
        key: 4,
        columns: &[
            column("org", Uuid),
            column("account", Uuid),
            column("day", Date),
            column("event", Text),
            column("at", Time),
            column("times", Count),
            column("told", Flag),
        ],
    },
    Table {
        name: "second_factor_policies",
        keeping: Kept,
        key: 1,
        columns: &[
            column("org", Uuid),
            column("asked_of", Text),
            column("grace_days", Count),
        ],
    },
    Table {
        name: "second_factor_dues",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("account", Uuid),
            column("due", Date),
        ],
    },
    Table {
        name: "second_factors",
        keeping: Kept,
        key: 2,
        columns: &[
            column("org", Uuid),
            column("account", Uuid),
            column("secret", Bytes),
            column("confirmed_at", Time),
            column("last_step", Count),
        ],
    },
    Table {
        name: "recovery_codes",
        keeping: Kept,
        key: 3,
        columns: &[
            column("org", Uuid),
            column("account", Uuid),
            column("digest", Bytes),
        ],
    },
];
