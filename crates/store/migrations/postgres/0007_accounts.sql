-- Separated administrators, resets by two, the second factor, and what an account's owner is told of it.

-- A reset of a password or of a second factor, and the first password of somebody imported. The halves are kept as argon2
-- writes them, and only as long as the reset is open.
CREATE TABLE resets (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    account uuid NOT NULL,
    -- password or second-factor.
    credential text COLLATE "C" NOT NULL,
    -- The import whose first password it is.
    import uuid,
    -- asked, confirmed, used, cancelled, spent or lapsed.
    stage text COLLATE "C" NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    confirmed_by uuid,
    closed_at timestamptz,
    expires_at timestamptz NOT NULL,
    first_half text,
    second_half text,
    tries bigint NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id),
    FOREIGN KEY (org, asked_by) REFERENCES accounts (org, id),
    FOREIGN KEY (org, confirmed_by) REFERENCES accounts (org, id)
);
CREATE UNIQUE INDEX resets_open_once ON resets (org, account, credential) WHERE stage IN ('asked', 'confirmed');
CREATE INDEX resets_by_account ON resets (org, account, asked_at);
CREATE INDEX resets_by_asker ON resets (org, asked_by, asked_at);
CREATE INDEX resets_by_import ON resets (org, import) WHERE import IS NOT NULL;

-- What happened to an account, for its owner: one row for each day and kind.
CREATE TABLE security_log (
    org uuid NOT NULL,
    account uuid NOT NULL,
    day date NOT NULL,
    event text COLLATE "C" NOT NULL,
    -- When it happened last on that day, for the order.
    at timestamptz NOT NULL,
    times bigint NOT NULL,
    -- Whether the owner has been told of it, or need not be.
    told boolean NOT NULL,
    PRIMARY KEY (org, account, day, event),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);

-- Who has to use a second factor.
CREATE TABLE second_factor_policies (
    org uuid NOT NULL REFERENCES organisations (id),
    -- voluntary, roles or all.
    asked_of text COLLATE "C" NOT NULL,
    -- Days from the first sign-in under the policy until nothing else can be done without it.
    grace_days bigint NOT NULL,
    PRIMARY KEY (org)
);

-- Until when an account that has to has time to set its second factor up.
CREATE TABLE second_factor_dues (
    org uuid NOT NULL,
    account uuid NOT NULL,
    due date NOT NULL,
    PRIMARY KEY (org, account),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);

-- A second factor: the secret of a time-based code, sealed. Until it is confirmed with a code it counts for nothing.
CREATE TABLE second_factors (
    org uuid NOT NULL,
    account uuid NOT NULL,
    secret bytea NOT NULL,
    confirmed_at timestamptz,
    -- The last step of thirty seconds whose code was used; no code is used twice.
    last_step bigint NOT NULL,
    PRIMARY KEY (org, account),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);

-- Recovery codes as salted digests; one that was used is gone.
CREATE TABLE recovery_codes (
    org uuid NOT NULL,
    account uuid NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (org, account, digest),
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);
