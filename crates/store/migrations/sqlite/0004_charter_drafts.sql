-- Drafts of the charter (R1-R2): the office writes them, the minister adopts one.

CREATE TABLE charter_drafts (
    org BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    -- The version that the draft changes.
    base_version INTEGER NOT NULL,
    -- The latest of its revisions.
    revision INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    -- Set while it is thrown away; it can be taken back.
    discarded_at TEXT,
    -- The version that it became.
    adopted_as INTEGER,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, base_version) REFERENCES charter_versions (org, number),
    FOREIGN KEY (org, created_by) REFERENCES persons (org, id),
    FOREIGN KEY (org, adopted_as) REFERENCES charter_versions (org, number)
) STRICT;

-- Every state in which a draft was saved; the oldest ones are dropped.
CREATE TABLE charter_draft_revisions (
    org BLOB NOT NULL,
    draft BLOB NOT NULL,
    revision INTEGER NOT NULL,
    toml TEXT NOT NULL,
    author BLOB NOT NULL,
    at TEXT NOT NULL,
    -- A word for what was done: text, put, added, removed, moved, reverted ...; no content.
    what TEXT NOT NULL,
    PRIMARY KEY (org, draft, revision),
    FOREIGN KEY (org, draft) REFERENCES charter_drafts (org, id),
    FOREIGN KEY (org, author) REFERENCES persons (org, id)
) STRICT;

-- What is known of a version beside its text: who drafted it, and whether it was taken back before its day.
CREATE TABLE charter_adoptions (
    org BLOB NOT NULL,
    number INTEGER NOT NULL,
    draft BLOB NOT NULL,
    drafted_by BLOB NOT NULL,
    -- Of the commitment in the audit chain.
    salt BLOB NOT NULL,
    withdrawn_at TEXT,
    withdrawn_by BLOB,
    PRIMARY KEY (org, number),
    FOREIGN KEY (org, number) REFERENCES charter_versions (org, number),
    FOREIGN KEY (org, draft) REFERENCES charter_drafts (org, id),
    FOREIGN KEY (org, drafted_by) REFERENCES persons (org, id),
    FOREIGN KEY (org, withdrawn_by) REFERENCES accounts (org, id)
) STRICT;

-- What the planner is told, as in the first migration: a department's drafts after a few years.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('charter_drafts', 'sqlite_autoindex_charter_drafts_1', '20 20 1'),
    ('charter_draft_revisions', 'sqlite_autoindex_charter_draft_revisions_1', '1000 1000 50 1'),
    ('charter_adoptions', 'sqlite_autoindex_charter_adoptions_1', '10 10 1');
ANALYZE sqlite_schema;
