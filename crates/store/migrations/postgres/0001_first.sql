-- Every key begins with the organisation, so that a distributed PostgreSQL can shard by it; `organisations` is the one
-- table known everywhere. Names and words are COLLATE "C": order must not depend on the machine's locale.
-- Counts are bigint throughout: the program reads them all as one type. There are no triggers, procedures or sequences.

CREATE TABLE organisations (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    time_zone text NOT NULL,
    demo boolean NOT NULL,
    -- Grows with every change of charter, calendar or roster; whoever keeps compiled rules in memory compares it.
    rules_stamp bigint NOT NULL,
    -- Last day on which a settled period may begin; none before the first settling.
    horizon date,
    created_at timestamptz NOT NULL
);

-- People ---------------------------------------------------------------------------------------------------------------

CREATE TABLE sections (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    office boolean NOT NULL,
    rank bigint NOT NULL,
    PRIMARY KEY (org, id),
    UNIQUE (org, name)
);

CREATE TABLE persons (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    -- The name in pinyin, for lists in the order of names.
    sort_key text COLLATE "C" NOT NULL,
    email text,
    rank bigint NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE posts (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    title text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    section uuid,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, section) REFERENCES sections (org, id)
);

CREATE TABLE appointments (
    org uuid NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    post uuid NOT NULL,
    first date NOT NULL,
    last date CHECK (last >= first),
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, person) REFERENCES persons (org, id),
    FOREIGN KEY (org, post) REFERENCES posts (org, id)
);

CREATE TABLE charges (
    org uuid NOT NULL,
    id uuid NOT NULL,
    post uuid NOT NULL,
    section uuid NOT NULL,
    first date NOT NULL,
    last date CHECK (last >= first),
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, post) REFERENCES posts (org, id),
    FOREIGN KEY (org, section) REFERENCES sections (org, id)
);

CREATE TABLE absences (
    org uuid NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    first date NOT NULL,
    -- Whether it begins only in the afternoon of the first day.
    first_afternoon boolean NOT NULL,
    last date NOT NULL,
    -- Whether it lasts into the afternoon of the last day.
    last_afternoon boolean NOT NULL,
    kind text COLLATE "C" NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, person) REFERENCES persons (org, id),
    CHECK (last >= first)
);

CREATE TABLE accounts (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    -- None for an administrator who is not on the roster.
    person uuid,
    password_hash text NOT NULL,
    must_change boolean NOT NULL,
    administrator boolean NOT NULL,
    security boolean NOT NULL,
    auditor boolean NOT NULL,
    disabled boolean NOT NULL,
    failed bigint NOT NULL,
    locked_until timestamptz,
    -- None: as the browser asks.
    language text,
    PRIMARY KEY (org, id),
    UNIQUE (org, name),
    FOREIGN KEY (org, person) REFERENCES persons (org, id)
);

-- Rules ----------------------------------------------------------------------------------------------------------------

CREATE TABLE charter_versions (
    org uuid NOT NULL REFERENCES organisations (id),
    number bigint NOT NULL,
    effective date NOT NULL,
    toml text NOT NULL,
    adopted_at timestamptz NOT NULL,
    -- None: loaded with the organisation itself.
    adopted_by uuid,
    -- Why a charter above the cap on the load was adopted all the same (B7).
    reason text,
    PRIMARY KEY (org, number),
    FOREIGN KEY (org, adopted_by) REFERENCES accounts (org, id)
);

CREATE TABLE calendar_years (
    org uuid NOT NULL REFERENCES organisations (id),
    year bigint NOT NULL,
    -- The announced year in the format of the calendar files.
    content text NOT NULL,
    PRIMARY KEY (org, year)
);

-- Records --------------------------------------------------------------------------------------------------------------

-- `content` (here and in record_versions, and `fields` of drafts, `counted` of the ledger) is JSON kept as text: it is read and
-- written whole, never searched, and jsonb would refuse a NUL that JSON can spell.
CREATE TABLE records (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    author uuid NOT NULL,
    -- The author's section when it was written.
    section uuid,
    kind text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_on date NOT NULL,
    -- When its present words were written.
    changed_at timestamptz NOT NULL,
    date date NOT NULL,
    title text NOT NULL,
    topic text COLLATE "C",
    -- With whom, for a duty done with somebody: it decides who may read the record.
    counterpart uuid,
    content text NOT NULL,
    -- Of the commitment in the audit chain; dies with the body.
    salt bytea NOT NULL,
    -- Made with the form: a form that is sent twice makes one record.
    form_key uuid NOT NULL,
    PRIMARY KEY (org, id),
    UNIQUE (org, author, form_key),
    FOREIGN KEY (org, author) REFERENCES persons (org, id),
    FOREIGN KEY (org, section) REFERENCES sections (org, id)
);
CREATE INDEX records_by_author ON records (org, author, date DESC, id DESC);
CREATE INDEX records_by_section ON records (org, section, date DESC, id DESC);
CREATE INDEX records_by_date ON records (org, date DESC, id DESC);

-- What a record said before it was edited.
CREATE TABLE record_versions (
    org uuid NOT NULL,
    record uuid NOT NULL,
    version bigint NOT NULL,
    made_at timestamptz NOT NULL,
    kind text COLLATE "C" NOT NULL,
    date date NOT NULL,
    title text NOT NULL,
    topic text COLLATE "C",
    counterpart uuid,
    content text NOT NULL,
    salt bytea NOT NULL,
    PRIMARY KEY (org, record, version),
    FOREIGN KEY (org, record) REFERENCES records (org, id)
);

CREATE TABLE comments (
    org uuid NOT NULL,
    id uuid NOT NULL,
    record uuid NOT NULL,
    -- Who wrote the record: what was answered lately to somebody is looked for from here.
    answers uuid NOT NULL,
    author uuid NOT NULL,
    at timestamptz NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, record) REFERENCES records (org, id),
    FOREIGN KEY (org, author) REFERENCES persons (org, id)
);
CREATE INDEX comments_by_record ON comments (org, record, at, id);
CREATE INDEX comments_by_answered ON comments (org, answers, at, id);

CREATE TABLE drafts (
    org uuid NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    fields text NOT NULL,
    -- Set while a record that exists is being edited, with the version the edit began from.
    record uuid,
    base_version bigint,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, person) REFERENCES persons (org, id),
    FOREIGN KEY (org, record) REFERENCES records (org, id)
);
CREATE INDEX drafts_by_person ON drafts (org, person, updated_at DESC, id DESC);

-- Ledger ---------------------------------------------------------------------------------------------------------------

-- `record` refers to no table: evidence comes from records of several kinds.
CREATE TABLE evidence (
    org uuid NOT NULL,
    record uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    category text COLLATE "C",
    actor uuid NOT NULL,
    counterpart uuid,
    date date NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_on date NOT NULL,
    amount bigint NOT NULL,
    words bigint NOT NULL,
    PRIMARY KEY (org, record),
    FOREIGN KEY (org, actor) REFERENCES persons (org, id)
);
CREATE INDEX evidence_by_actor ON evidence (org, actor, date);

-- Derived from everything above; `wuxing ledger verify` recomputes it. A person's cells lie together in the primary key, so
-- that reading a year of them needs no further index.
CREATE TABLE ledger_cells (
    org uuid NOT NULL,
    person uuid NOT NULL,
    duty text COLLATE "C" NOT NULL,
    cadence text COLLATE "C" NOT NULL,
    first date NOT NULL,
    -- All zeros where the duty is owed towards nobody: part of the key, so never null.
    counterpart uuid NOT NULL,
    last date NOT NULL,
    required bigint NOT NULL,
    due date NOT NULL,
    binding boolean NOT NULL,
    counted text NOT NULL,
    -- Sum and latest day of `counted`, so that heat maps are added up in the database.
    done bigint NOT NULL,
    recorded_last date,
    charter_version bigint NOT NULL,
    article bigint NOT NULL,
    nominal bigint NOT NULL,
    working bigint NOT NULL,
    available bigint NOT NULL,
    excuse text COLLATE "C",
    PRIMARY KEY (org, person, duty, cadence, first, counterpart),
    FOREIGN KEY (org, person) REFERENCES persons (org, id)
);
CREATE INDEX ledger_cells_by_duty ON ledger_cells (org, duty, first);
-- Today asks every few seconds what is not yet due.
CREATE INDEX ledger_cells_by_due ON ledger_cells (org, person, due);

-- Whose cells are to be settled again.
CREATE TABLE ledger_dirty (
    org uuid NOT NULL,
    person uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (org, person),
    FOREIGN KEY (org, person) REFERENCES persons (org, id)
);

-- Audit ----------------------------------------------------------------------------------------------------------------

-- One row per organisation, locked by whoever appends.
CREATE TABLE audit_heads (
    org uuid PRIMARY KEY REFERENCES organisations (id),
    seq bigint NOT NULL,
    digest bytea NOT NULL
);

CREATE TABLE audit_entries (
    org uuid NOT NULL REFERENCES organisations (id),
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor uuid,
    action text COLLATE "C" NOT NULL,
    subject_kind text COLLATE "C" NOT NULL,
    subject uuid NOT NULL,
    commitment bytea,
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (org, seq)
);

-- Search ---------------------------------------------------------------------------------------------------------------

-- A long text in several rows: a tsvector ends at position 16,383. The words of organisation and author stand in it too, so
-- that one organisation's search never walks another's rows.
CREATE TABLE search_chunks (
    org uuid NOT NULL,
    record uuid NOT NULL,
    chunk bigint NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (org, record, chunk),
    FOREIGN KEY (org, record) REFERENCES records (org, id)
);
CREATE INDEX search_chunks_words ON search_chunks USING gin (words);

-- Sessions, jobs, imports ----------------------------------------------------------------------------------------------

-- Keyed by the digest of the session's identifier: a leaked database signs nobody in. Not by organisation: a session is
-- looked up before anybody is known.
CREATE TABLE sessions (
    digest bytea PRIMARY KEY,
    data bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    org uuid,
    account uuid
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_account ON sessions (org, account);

CREATE TABLE jobs (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    payload text NOT NULL,
    -- waiting, running or dead; a job that is done is deleted.
    state text COLLATE "C" NOT NULL,
    run_at timestamptz NOT NULL,
    unique_key text COLLATE "C",
    attempts bigint NOT NULL,
    last_error text,
    heartbeat_at timestamptz,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX jobs_waiting_once ON jobs (org, kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (state, run_at);

-- Roster files that were read and wait to be committed.
CREATE TABLE imports (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    account uuid NOT NULL,
    file_name text NOT NULL,
    rows_json text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);
