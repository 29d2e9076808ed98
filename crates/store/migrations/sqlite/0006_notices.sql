-- Notices, digests, escalations, and what is known of jobs and of the processes that run them. The same tables as for PostgreSQL.

-- What somebody is told in the program (B7). It belongs to an account, because an account always exists: an administrator need not
-- stand on the roster. It names things by identifier and holds no words of theirs: they are looked up, and the right to read them
-- asked for, when it is shown.
CREATE TABLE notices (
    org BLOB NOT NULL,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    -- None for what has no identifier of its own: a day, a version of the charter.
    subject BLOB,
    -- JSON, read and written whole.
    parameters TEXT NOT NULL,
    -- What it is the same as: nobody is told the same twice.
    dedupe TEXT NOT NULL,
    created_at TEXT NOT NULL,
    read_at TEXT,
    -- Those that were marked as read together, so that it can be undone.
    read_together BLOB,
    PRIMARY KEY (org, id),
    UNIQUE (org, account, dedupe),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT;
CREATE INDEX notices_by_account ON notices (org, account, id DESC);
-- Every page says how many are unread.
CREATE INDEX notices_unread ON notices (org, account, id DESC) WHERE read_at IS NULL;
-- People are told, and accounts keep what they are told.
CREATE INDEX accounts_by_person ON accounts (org, person);

-- When digests are made; an organisation without a row has them at eight.
CREATE TABLE digest_settings (
    org BLOB PRIMARY KEY REFERENCES organisations (id),
    made INTEGER NOT NULL,
    -- Hour of the organisation's day, 0 to 23.
    hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23)
) STRICT, WITHOUT ROWID;

-- Who wants digests, and what the last one said, so that nothing is told twice; an account without a row wants them.
CREATE TABLE digest_accounts (
    org BLOB NOT NULL,
    account BLOB NOT NULL,
    wanted INTEGER NOT NULL,
    -- JSON, read and written whole; none before the first.
    told TEXT,
    PRIMARY KEY (org, account),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT;

-- What waits for somebody, and how many of the steps for it have been told. It goes when the subject is attended to.
CREATE TABLE escalations (
    org BLOB NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    opened_at TEXT NOT NULL,
    -- The day of `opened_at` in the organisation's time zone.
    opened_on TEXT NOT NULL,
    told INTEGER NOT NULL,
    PRIMARY KEY (org, kind, subject)
) STRICT, WITHOUT ROWID;

-- The turns of periodic jobs: whoever moves `next_at` on enqueues the job, so that each turn has one however many processes look.
CREATE TABLE turns (
    org BLOB NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL,
    next_at TEXT NOT NULL,
    last_at TEXT,
    PRIMARY KEY (org, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX turns_due ON turns (next_at);

-- Processes that run jobs, for the whole installation.
CREATE TABLE workers (
    id BLOB PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When a job was put aside.
ALTER TABLE jobs ADD COLUMN died_at TEXT;
-- How far the queue is, at every look at the supervisor's page.
CREATE INDEX jobs_by_state ON jobs (org, state, kind);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('notices', 'sqlite_autoindex_notices_1', '20000 20000 1'),
    ('notices', 'sqlite_autoindex_notices_2', '20000 20000 100 1'),
    ('notices', 'notices_by_account', '20000 20000 100 1'),
    ('notices', 'notices_unread', '2000 2000 10 1'),
    ('accounts', 'accounts_by_person', '200 200 1'),
    ('digest_accounts', 'sqlite_autoindex_digest_accounts_1', '200 200 1'),
    ('escalations', 'escalations', '10 10 10 1'),
    ('turns', 'turns', '3 3 1'),
    ('jobs', 'sqlite_autoindex_jobs_1', '20 20 1'),
    ('jobs', 'jobs_due', '20 10 1'),
    ('jobs', 'jobs_by_state', '20 20 10 5');
ANALYZE sqlite_schema;
