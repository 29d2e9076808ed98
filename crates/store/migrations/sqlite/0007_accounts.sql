-- Separated administrators, resets by two, the second factor, and what an account's owner is told of it.

-- A reset of a password or of a second factor, and the first password of somebody imported. The halves are kept as argon2
-- writes them, and only as long as the reset is open.
CREATE TABLE resets (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    -- password or second-factor.
    credential TEXT NOT NULL,
    -- The import whose first password it is.
    import BLOB,
    -- asked, confirmed, used, cancelled, spent or lapsed.
    stage TEXT NOT NULL,
    asked_by BLOB NOT NULL,
    asked_at TEXT NOT NULL,
    confirmed_by BLOB,
    closed_at TEXT,
    expires_at TEXT NOT NULL,
    first_half TEXT,
    second_half TEXT,
    tries INTEGER NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id),
    FOREIGN KEY (org, asked_by) REFERENCES accounts (org, id),
    FOREIGN KEY (org, confirmed_by) REFERENCES accounts (org, id)
) STRICT;
CREATE UNIQUE INDEX resets_open_once ON resets (org, account, credential) WHERE stage IN ('asked', 'confirmed');
CREATE INDEX resets_by_account ON resets (org, account, asked_at);
CREATE INDEX resets_by_asker ON resets (org, asked_by, asked_at);
CREATE INDEX resets_by_import ON resets (org, import) WHERE import IS NOT NULL;

-- What happened to an account, for its owner: one row for each day and kind.
CREATE TABLE security_log (
    org BLOB NOT NULL,
    account BLOB NOT NULL,
    day TEXT NOT NULL,
    event TEXT NOT NULL,
    -- When it happened last on that day, for the order.
    at TEXT NOT NULL,
    times INTEGER NOT NULL,
    -- Whether the owner has been told of it, or need not be.
    told INTEGER NOT NULL,
    PRIMARY KEY (org, account, day, event),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT, WITHOUT ROWID;

-- Who has to use a second factor.
CREATE TABLE second_factor_policies (
    org BLOB NOT NULL REFERENCES organisations (id),
    -- voluntary, roles or all.
    asked_of TEXT NOT NULL,
    -- Days from the first sign-in under the policy until nothing else can be done without it.
    grace_days INTEGER NOT NULL,
    PRIMARY KEY (org)
) STRICT, WITHOUT ROWID;

-- Until when an account that has to has time to set its second factor up.
CREATE TABLE second_factor_dues (
    org BLOB NOT NULL,
    account BLOB NOT NULL,
    due TEXT NOT NULL,
    PRIMARY KEY (org, account),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT, WITHOUT ROWID;

-- A second factor: the secret of a time-based code, sealed. Until it is confirmed with a code it counts for nothing.
CREATE TABLE second_factors (
    org BLOB NOT NULL,
    account BLOB NOT NULL,
    secret BLOB NOT NULL,
    confirmed_at TEXT,
    -- The last step of thirty seconds whose code was used; no code is used twice.
    last_step INTEGER NOT NULL,
    PRIMARY KEY (org, account),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT, WITHOUT ROWID;

-- Recovery codes as salted digests; one that was used is gone.
CREATE TABLE recovery_codes (
    org BLOB NOT NULL,
    account BLOB NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (org, account, digest),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('resets', 'sqlite_autoindex_resets_1', '400 400 1'),
    ('resets', 'resets_open_once', '20 20 1 1'),
    ('resets', 'resets_by_account', '400 400 2 1'),
    ('resets', 'resets_by_asker', '400 400 100 1'),
    ('resets', 'resets_by_import', '200 200 50'),
    ('security_log', 'security_log', '20000 20000 100 2 1'),
    ('second_factors', 'second_factors', '200 200 1'),
    ('second_factor_dues', 'second_factor_dues', '200 200 1'),
    ('recovery_codes', 'recovery_codes', '2000 2000 10 1');
ANALYZE sqlite_schema;
