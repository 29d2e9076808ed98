-- Access tokens, with which a program acts in an account's name. A token names its organisation, so that it is looked up by
-- organisation and digest; what is revoked is deleted.
CREATE TABLE tokens (
    org uuid NOT NULL,
    id uuid NOT NULL,
    account uuid NOT NULL,
    name text NOT NULL,
    -- Words with spaces between.
    scopes text COLLATE "C" NOT NULL,
    -- Of the whole token: a leaked database opens nothing.
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_on date,
    PRIMARY KEY (org, id),
    UNIQUE (org, digest),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);
CREATE INDEX tokens_by_account ON tokens (org, account);

-- What was answered to a request that carried an idempotency key: sent again, it gets the same answer and changes nothing. Only
-- digests of key and request are kept, and an answer names what was changed without repeating its words.
CREATE TABLE answers (
    org uuid NOT NULL,
    account uuid NOT NULL,
    key bytea NOT NULL,
    request bytea NOT NULL,
    status bigint NOT NULL,
    location text,
    etag text,
    body text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (org, account, key),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);
CREATE INDEX answers_by_time ON answers (org, at);
