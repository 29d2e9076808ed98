-- The same tables as for PostgreSQL. Identifiers are BLOBs of 16 bytes, days and times TEXT that sorts by time, booleans 0
-- and 1. Small rows live in their primary key (WITHOUT ROWID); rows with long texts do not.

CREATE TABLE organisations (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    time_zone TEXT NOT NULL,
    demo INTEGER NOT NULL,
    -- Grows with every change of charter, calendar or roster; whoever keeps compiled rules in memory compares it.
    rules_stamp INTEGER NOT NULL,
    -- Last day on which a settled period may begin; none before the first settling.
    horizon TEXT,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- People ---------------------------------------------------------------------------------------------------------------

CREATE TABLE sections (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    office INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    PRIMARY KEY (org, id),
    UNIQUE (org, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    -- The name in pinyin, for lists in the order of names.
    sort_key TEXT NOT NULL,
    email TEXT,
    rank INTEGER NOT NULL,
    PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE posts (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    title TEXT NOT NULL,
    role TEXT NOT NULL,
    section BLOB,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, section) REFERENCES sections (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE appointments (
    org BLOB NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    post BLOB NOT NULL,
    first TEXT NOT NULL,
    last TEXT CHECK (last >= first),
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, person) REFERENCES persons (org, id),
    FOREIGN KEY (org, post) REFERENCES posts (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE charges (
    org BLOB NOT NULL,
    id BLOB NOT NULL,
    post BLOB NOT NULL,
    section BLOB NOT NULL,
    first TEXT NOT NULL,
    last TEXT CHECK (last >= first),
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, post) REFERENCES posts (org, id),
    FOREIGN KEY (org, section) REFERENCES sections (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE absences (
    org BLOB NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    first TEXT NOT NULL,
    -- Whether it begins only in the afternoon of the first day.
    first_afternoon INTEGER NOT NULL,
    last TEXT NOT NULL,
    -- Whether it lasts into the afternoon of the last day.
    last_afternoon INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, person) REFERENCES persons (org, id),
    CHECK (last >= first)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    -- None for an administrator who is not on the roster.
    person BLOB,
    password_hash TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    administrator INTEGER NOT NULL,
    security INTEGER NOT NULL,
    auditor INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    locked_until TEXT,
    -- None: as the browser asks.
    language TEXT,
    PRIMARY KEY (org, id),
    UNIQUE (org, name),
    FOREIGN KEY (org, person) REFERENCES persons (org, id)
) STRICT, WITHOUT ROWID;

-- Rules ----------------------------------------------------------------------------------------------------------------

CREATE TABLE charter_versions (
    org BLOB NOT NULL REFERENCES organisations (id),
    number INTEGER NOT NULL,
    effective TEXT NOT NULL,
    toml TEXT NOT NULL,
    adopted_at TEXT NOT NULL,
    -- None: loaded with the organisation itself.
    adopted_by BLOB,
    -- Why a charter above the cap on the load was adopted all the same (B7).
    reason TEXT,
    PRIMARY KEY (org, number),
    FOREIGN KEY (org, adopted_by) REFERENCES accounts (org, id)
) STRICT;

CREATE TABLE calendar_years (
    org BLOB NOT NULL REFERENCES organisations (id),
    year INTEGER NOT NULL,
    -- The announced year in the format of the calendar files.
    content TEXT NOT NULL,
    PRIMARY KEY (org, year)
) STRICT;

-- Records --------------------------------------------------------------------------------------------------------------

-- `content` (here and in record_versions, and `fields` of drafts, `counted` of the ledger) is JSON kept as text: it is read and
-- written whole, never searched, and PostgreSQL's own type would refuse a NUL that JSON can spell.
CREATE TABLE records (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    author BLOB NOT NULL,
    -- The author's section when it was written.
    section BLOB,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    -- When its present words were written.
    changed_at TEXT NOT NULL,
    date TEXT NOT NULL,
    title TEXT NOT NULL,
    topic TEXT,
    -- With whom, for a duty done with somebody: it decides who may read the record.
    counterpart BLOB,
    content TEXT NOT NULL,
    -- Of the commitment in the audit chain; dies with the body.
    salt BLOB NOT NULL,
    -- Made with the form: a form that is sent twice makes one record.
    form_key BLOB NOT NULL,
    PRIMARY KEY (org, id),
    UNIQUE (org, author, form_key),
    FOREIGN KEY (org, author) REFERENCES persons (org, id),
    FOREIGN KEY (org, section) REFERENCES sections (org, id)
) STRICT;
CREATE INDEX records_by_author ON records (org, author, date DESC, id DESC);
CREATE INDEX records_by_section ON records (org, section, date DESC, id DESC);
CREATE INDEX records_by_date ON records (org, date DESC, id DESC);

-- What a record said before it was edited.
CREATE TABLE record_versions (
    org BLOB NOT NULL,
    record BLOB NOT NULL,
    version INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    date TEXT NOT NULL,
    title TEXT NOT NULL,
    topic TEXT,
    counterpart BLOB,
    content TEXT NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (org, record, version),
    FOREIGN KEY (org, record) REFERENCES records (org, id)
) STRICT;

CREATE TABLE comments (
    org BLOB NOT NULL,
    id BLOB NOT NULL,
    record BLOB NOT NULL,
    -- Who wrote the record: what was answered lately to somebody is looked for from here.
    answers BLOB NOT NULL,
    author BLOB NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, record) REFERENCES records (org, id),
    FOREIGN KEY (org, author) REFERENCES persons (org, id)
) STRICT;
CREATE INDEX comments_by_record ON comments (org, record, at, id);
CREATE INDEX comments_by_answered ON comments (org, answers, at, id);

CREATE TABLE drafts (
    org BLOB NOT NULL,
    id BLOB NOT NULL,
    person BLOB NOT NULL,
    kind TEXT NOT NULL,
    fields TEXT NOT NULL,
    -- Set while a record that exists is being edited, with the version the edit began from.
    record BLOB,
    base_version INTEGER,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, person) REFERENCES persons (org, id),
    FOREIGN KEY (org, record) REFERENCES records (org, id)
) STRICT;
CREATE INDEX drafts_by_person ON drafts (org, person, updated_at DESC, id DESC);

-- Ledger ---------------------------------------------------------------------------------------------------------------

-- `record` refers to no table: evidence comes from records of several kinds.
CREATE TABLE evidence (
    org BLOB NOT NULL,
    record BLOB NOT NULL,
    kind TEXT NOT NULL,
    category TEXT,
    actor BLOB NOT NULL,
    counterpart BLOB,
    date TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    amount INTEGER NOT NULL,
    words INTEGER NOT NULL,
    PRIMARY KEY (org, record),
    FOREIGN KEY (org, actor) REFERENCES persons (org, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_by_actor ON evidence (org, actor, date);

-- Derived from everything above; `wuxing ledger verify` recomputes it. A person's cells lie together in the primary key, so
-- that reading a year of them needs no further index.
CREATE TABLE ledger_cells (
    org BLOB NOT NULL,
    person BLOB NOT NULL,
    duty TEXT NOT NULL,
    cadence TEXT NOT NULL,
    first TEXT NOT NULL,
    -- All zeros where the duty is owed towards nobody: part of the key, so never null.
    counterpart BLOB NOT NULL,
    last TEXT NOT NULL,
    required INTEGER NOT NULL,
    due TEXT NOT NULL,
    binding INTEGER NOT NULL,
    counted TEXT NOT NULL,
    -- Sum and latest day of `counted`, so that heat maps are added up in the database.
    done INTEGER NOT NULL,
    recorded_last TEXT,
    charter_version INTEGER NOT NULL,
    article INTEGER NOT NULL,
    nominal INTEGER NOT NULL,
    working INTEGER NOT NULL,
    available INTEGER NOT NULL,
    excuse TEXT,
    PRIMARY KEY (org, person, duty, cadence, first, counterpart),
    FOREIGN KEY (org, person) REFERENCES persons (org, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_cells_by_duty ON ledger_cells (org, duty, first);
-- Today asks every few seconds what is not yet due.
CREATE INDEX ledger_cells_by_due ON ledger_cells (org, person, due);

-- Whose cells are to be settled again.
CREATE TABLE ledger_dirty (
    org BLOB NOT NULL,
    person BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (org, person),
    FOREIGN KEY (org, person) REFERENCES persons (org, id)
) STRICT, WITHOUT ROWID;

-- Audit ----------------------------------------------------------------------------------------------------------------

-- One row per organisation, locked by whoever appends.
CREATE TABLE audit_heads (
    org BLOB PRIMARY KEY REFERENCES organisations (id),
    seq INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_entries (
    org BLOB NOT NULL REFERENCES organisations (id),
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor BLOB,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    commitment BLOB,
    previous BLOB NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (org, seq)
) STRICT, WITHOUT ROWID;

-- Search ---------------------------------------------------------------------------------------------------------------

-- Which rows of the index belong to which record. A long text has several, as on PostgreSQL.
CREATE TABLE search_chunks (
    id INTEGER PRIMARY KEY,
    org BLOB NOT NULL,
    record BLOB NOT NULL,
    chunk INTEGER NOT NULL,
    UNIQUE (org, record, chunk),
    FOREIGN KEY (org, record) REFERENCES records (org, id)
) STRICT;

-- The words of organisation and author stand in it too, so that one organisation's search never walks another's rows. The texts
-- themselves are not kept a second time; the words come ready made, so the simplest tokenizer must not take them apart.
CREATE VIRTUAL TABLE search_index USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii');

-- Sessions, jobs, imports ----------------------------------------------------------------------------------------------

-- Keyed by the digest of the session's identifier: a leaked database signs nobody in. Not by organisation: a session is
-- looked up before anybody is known.
CREATE TABLE sessions (
    digest BLOB NOT NULL PRIMARY KEY,
    data BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    org BLOB,
    account BLOB
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_account ON sessions (org, account);

CREATE TABLE jobs (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- waiting, running or dead; a job that is done is deleted.
    state TEXT NOT NULL,
    run_at TEXT NOT NULL,
    unique_key TEXT,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    heartbeat_at TEXT,
    PRIMARY KEY (org, id)
) STRICT;
CREATE UNIQUE INDEX jobs_waiting_once ON jobs (org, kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (state, run_at);

-- Roster files that were read and wait to be committed.
CREATE TABLE imports (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    file_name TEXT NOT NULL,
    rows_json TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT;

-- What the planner is told --------------------------------------------------------------------------------------------------

-- Every key begins with org, and without figures the planner takes an organisation for about ten rows: it would rather walk all
-- of it than follow an index for a list of people. These are a department's after a year: rows in all, then how many
-- share the first column of the index, the first two, and so on.
ANALYZE organisations;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('persons', 'persons', '200 200 1'),
    ('accounts', 'accounts', '200 200 1'),
    ('accounts', 'sqlite_autoindex_accounts_2', '200 200 1'),
    ('records', 'sqlite_autoindex_records_1', '50000 50000 1'),
    ('records', 'sqlite_autoindex_records_2', '50000 50000 250 1'),
    ('records', 'records_by_author', '50000 50000 250 2 1'),
    ('records', 'records_by_section', '50000 50000 7000 40 1'),
    ('records', 'records_by_date', '50000 50000 250 1'),
    ('record_versions', 'sqlite_autoindex_record_versions_1', '2000 2000 2 1'),
    ('comments', 'sqlite_autoindex_comments_1', '2000 2000 1'),
    ('comments', 'comments_by_record', '2000 2000 2 1 1'),
    ('comments', 'comments_by_answered', '2000 2000 10 1 1'),
    ('drafts', 'sqlite_autoindex_drafts_1', '200 200 1'),
    ('drafts', 'drafts_by_person', '200 200 2 1 1'),
    ('evidence', 'evidence', '50000 50000 1'),
    ('evidence', 'evidence_by_actor', '50000 50000 250 2'),
    ('ledger_cells', 'ledger_cells', '100000 100000 500 70 70 2 1'),
    ('ledger_cells', 'ledger_cells_by_duty', '100000 100000 10000 200'),
    ('ledger_cells', 'ledger_cells_by_due', '100000 100000 500 4'),
    ('audit_entries', 'audit_entries', '50000 50000 1'),
    ('search_chunks', 'sqlite_autoindex_search_chunks_1', '50000 50000 1 1');
ANALYZE sqlite_schema;
