-- Notices, digests, escalations, and what is known of jobs and of the processes that run them.

-- What somebody is told in the program (B7). It belongs to an account, because an account always exists: an administrator need not
-- stand on the roster. It names things by identifier and holds no words of theirs: they are looked up, and the right to read them
-- asked for, when it is shown.
CREATE TABLE notices (
    org uuid NOT NULL,
    id uuid NOT NULL,
    account uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject_kind text COLLATE "C" NOT NULL,
    -- None for what has no identifier of its own: a day, a version of the charter.
    subject uuid,
    -- JSON, read and written whole.
    parameters text NOT NULL,
    -- What it is the same as: nobody is told the same twice.
    dedupe text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    -- Those that were marked as read together, so that it can be undone.
    read_together uuid,
    PRIMARY KEY (org, id),
    UNIQUE (org, account, dedupe),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);
CREATE INDEX notices_by_account ON notices (org, account, id DESC);
-- Every page says how many are unread.
CREATE INDEX notices_unread ON notices (org, account, id DESC) WHERE read_at IS NULL;
-- People are told, and accounts keep what they are told.
CREATE INDEX accounts_by_person ON accounts (org, person);

-- When digests are made; an organisation without a row has them at eight.
CREATE TABLE digest_settings (
    org uuid PRIMARY KEY REFERENCES organisations (id),
    made boolean NOT NULL,
    -- Hour of the organisation's day, 0 to 23.
    hour bigint NOT NULL CHECK (hour BETWEEN 0 AND 23)
);

-- Who wants digests, and what the last one said, so that nothing is told twice; an account without a row wants them.
CREATE TABLE digest_accounts (
    org uuid NOT NULL,
    account uuid NOT NULL,
    wanted boolean NOT NULL,
    -- JSON, read and written whole; none before the first.
    told text,
    PRIMARY KEY (org, account),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);

-- What waits for somebody, and how many of the steps for it have been told. It goes when the subject is attended to.
CREATE TABLE escalations (
    org uuid NOT NULL REFERENCES organisations (id),
    kind text COLLATE "C" NOT NULL,
    subject uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    -- The day of `opened_at` in the organisation's time zone.
    opened_on date NOT NULL,
    told bigint NOT NULL,
    PRIMARY KEY (org, kind, subject)
);

-- The turns of periodic jobs: whoever moves `next_at` on enqueues the job, so that each turn has one however many processes look.
CREATE TABLE turns (
    org uuid NOT NULL REFERENCES organisations (id),
    kind text COLLATE "C" NOT NULL,
    next_at timestamptz NOT NULL,
    last_at timestamptz,
    PRIMARY KEY (org, kind)
);
CREATE INDEX turns_due ON turns (next_at);

-- Processes that run jobs, for the whole installation.
CREATE TABLE workers (
    id uuid PRIMARY KEY,
    host text NOT NULL,
    pid bigint NOT NULL,
    started_at timestamptz NOT NULL,
    beat_at timestamptz NOT NULL
);

-- When a job was put aside.
ALTER TABLE jobs ADD COLUMN died_at timestamptz;
-- How far the queue is, at every look at the supervisor's page.
CREATE INDEX jobs_by_state ON jobs (org, state, kind);
