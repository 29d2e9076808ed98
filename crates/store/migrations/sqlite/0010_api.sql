-- Access tokens, with which a program acts in an account's name. A token names its organisation, so that it is looked up by
-- organisation and digest; what is revoked is deleted.
CREATE TABLE tokens (
    org BLOB NOT NULL,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    name TEXT NOT NULL,
    -- Words with spaces between.
    scopes TEXT NOT NULL,
    -- Of the whole token: a leaked database opens nothing.
    digest BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_on TEXT,
    PRIMARY KEY (org, id),
    UNIQUE (org, digest),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_account ON tokens (org, account);

-- What was answered to a request that carried an idempotency key: sent again, it gets the same answer and changes nothing. Only
-- digests of key and request are kept, and an answer names what was changed without repeating its words.
CREATE TABLE answers (
    org BLOB NOT NULL,
    account BLOB NOT NULL,
    key BLOB NOT NULL,
    request BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    etag TEXT,
    body TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (org, account, key),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_time ON answers (org, at);

-- See 0001 for why the planner is told.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('tokens', 'tokens', '200 200 1'),
    ('tokens', 'sqlite_autoindex_tokens_2', '200 200 1'),
    ('tokens', 'tokens_by_account', '200 200 2'),
    ('answers', 'answers', '2000 2000 100 1'),
    ('answers', 'answers_by_time', '2000 2000 1');
ANALYZE sqlite_schema;
