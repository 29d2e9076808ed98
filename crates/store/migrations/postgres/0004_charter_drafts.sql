-- Drafts of the charter (R1-R2): the office writes them, the minister adopts one.

CREATE TABLE charter_drafts (
    org uuid NOT NULL REFERENCES organisations (id),
    id uuid NOT NULL,
    -- The version that the draft changes.
    base_version bigint NOT NULL,
    -- The latest of its revisions.
    revision bigint NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    -- Set while it is thrown away; it can be taken back.
    discarded_at timestamptz,
    -- The version that it became.
    adopted_as bigint,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, base_version) REFERENCES charter_versions (org, number),
    FOREIGN KEY (org, created_by) REFERENCES persons (org, id),
    FOREIGN KEY (org, adopted_as) REFERENCES charter_versions (org, number)
);

-- Every state in which a draft was saved; the oldest ones are dropped.
CREATE TABLE charter_draft_revisions (
    org uuid NOT NULL,
    draft uuid NOT NULL,
    revision bigint NOT NULL,
    toml text NOT NULL,
    author uuid NOT NULL,
    at timestamptz NOT NULL,
    -- A word for what was done: text, put, added, removed, moved, reverted ...; no content.
    what text COLLATE "C" NOT NULL,
    PRIMARY KEY (org, draft, revision),
    FOREIGN KEY (org, draft) REFERENCES charter_drafts (org, id),
    FOREIGN KEY (org, author) REFERENCES persons (org, id)
);

-- What is known of a version beside its text: who drafted it, and whether it was taken back before its day.
CREATE TABLE charter_adoptions (
    org uuid NOT NULL,
    number bigint NOT NULL,
    draft uuid NOT NULL,
    drafted_by uuid NOT NULL,
    -- Of the commitment in the audit chain.
    salt bytea NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    PRIMARY KEY (org, number),
    FOREIGN KEY (org, number) REFERENCES charter_versions (org, number),
    FOREIGN KEY (org, draft) REFERENCES charter_drafts (org, id),
    FOREIGN KEY (org, drafted_by) REFERENCES persons (org, id),
    FOREIGN KEY (org, withdrawn_by) REFERENCES accounts (org, id)
);
