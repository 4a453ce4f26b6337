-- SPDX-License-Identifier: Apache-2.0
-- The first schema. Times are whole seconds UTC; lists and sites are JSON; hashes and sealed values are raw bytes.
-- Every table with sealed values has a key_id, so that the rows that need a key can be counted without opening them.

CREATE TABLE instance (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    instance_id TEXT    NOT NULL,
    server_key  BLOB    NOT NULL,
    generation  INTEGER NOT NULL,
    key_id      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE key_checks (
    key_id      TEXT    NOT NULL PRIMARY KEY,
    check_value BLOB    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

-- Counts the writes that only prove that writing works.
CREATE TABLE probe (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    writes INTEGER NOT NULL
) STRICT;

CREATE TABLE clients (
    id                   TEXT    NOT NULL PRIMARY KEY,
    name                 TEXT    NOT NULL UNIQUE,
    kind                 TEXT    NOT NULL CHECK (kind IN ('confidential', 'public')),
    contact              TEXT    NOT NULL,
    scopes               TEXT    NOT NULL,
    links_per_minute     INTEGER NOT NULL,
    live_links           INTEGER NOT NULL,
    max_accounts         INTEGER NOT NULL,
    writes_per_minute    INTEGER NOT NULL,
    checks_per_minute    INTEGER NOT NULL,
    account_count        INTEGER NOT NULL DEFAULT 0,
    require_subject      INTEGER NOT NULL,
    require_on_behalf_of INTEGER NOT NULL,
    created_at           INTEGER NOT NULL
) STRICT;

-- issuer is the key that was replaced by this one; empty: the operator made it. No foreign key: the issuer may be
-- dropped, and what it issued then descends from the issuer's own issuer. original_expires_at is the expiry that the
-- operator gave; a rotation makes expires_at earlier.
CREATE TABLE client_keys (
    key_id     TEXT    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    hash       BLOB    NOT NULL,
    scopes     TEXT    NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    issuer     TEXT    NOT NULL,
    original_expires_at INTEGER
) STRICT;
CREATE INDEX client_keys_by_client ON client_keys (client_id);

-- created_at never changes, linked_at does with a re-link: lists are ordered by the former. link_id names the link
-- that brought the present grant.
CREATE TABLE accounts (
    id              TEXT    NOT NULL PRIMARY KEY,
    client_id       TEXT    NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    provider        TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    upstream_id     TEXT    NOT NULL,
    display_name    TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    label           TEXT    NOT NULL,
    chosen_site     TEXT    NOT NULL,
    sites           TEXT    NOT NULL,
    scopes          TEXT    NOT NULL,
    required_scopes TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('active', 'needs_reauth')),
    reason          TEXT    NOT NULL,
    since           INTEGER,
    problem         TEXT    NOT NULL,
    problem_since   INTEGER,
    created_at      INTEGER NOT NULL,
    linked_at       INTEGER NOT NULL,
    link_id         TEXT    NOT NULL,
    last_refresh_at INTEGER,
    last_used_at    INTEGER,
    UNIQUE (client_id, provider, subject, upstream_id)
) STRICT;
CREATE INDEX accounts_by_age ON accounts (client_id, created_at, id);
CREATE INDEX accounts_by_person ON accounts (upstream_id);

-- So that the limit of a client's accounts costs the same however many there are. A damaged count is counted anew.
CREATE TRIGGER accounts_count_in AFTER INSERT ON accounts
BEGIN
    UPDATE clients
    SET account_count = CASE WHEN typeof(account_count) = 'integer' AND account_count BETWEEN 0 AND 2147483646
                             THEN account_count + 1
                             ELSE (SELECT COUNT(*) FROM accounts WHERE client_id = NEW.client_id) END
    WHERE id = NEW.client_id;
END;
CREATE TRIGGER accounts_count_out AFTER DELETE ON accounts
BEGIN
    UPDATE clients
    SET account_count = CASE WHEN typeof(account_count) = 'integer' AND account_count BETWEEN 1 AND 2147483647
                             THEN account_count - 1
                             ELSE (SELECT COUNT(*) FROM accounts WHERE client_id = OLD.client_id) END
    WHERE id = OLD.client_id;
END;

-- Holders of one account besides its client. expires_at is the latest end; an unused token ends earlier. issuer is
-- the client key that the token descends from, also where another grant token made it; issuer_ends_at is that key's
-- expiry, which no token of that descent outlives. parent is the grant token that made this one; empty: a client key
-- did, or the parent is gone and had none itself.
CREATE TABLE grant_tokens (
    key_id         TEXT    NOT NULL PRIMARY KEY,
    account_id     TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hash           BLOB    NOT NULL,
    label          TEXT    NOT NULL,
    scopes         TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    last_used_at   INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    issuer         TEXT    NOT NULL,
    issuer_ends_at INTEGER,
    parent         TEXT    NOT NULL
) STRICT;
CREATE INDEX grant_tokens_by_parent ON grant_tokens (parent);
CREATE INDEX grant_tokens_by_account ON grant_tokens (account_id);
CREATE INDEX grant_tokens_by_issuer ON grant_tokens (issuer);

-- The successors of a token that goes, for whatever reason, descend from its parent.
CREATE TRIGGER grant_tokens_hand_over BEFORE DELETE ON grant_tokens
BEGIN
    UPDATE grant_tokens SET parent = COALESCE(OLD.parent, '') WHERE parent = OLD.key_id;
END;

-- A life is a duration: granted_* is the moment in which upstream was asked, as the wall clock and the steady clock
-- of granted_era showed it. version is what callers see; generation only goes into the associated data of the sealed values, and grows with
-- every sealing, so that an older blob does not open under the current row.
CREATE TABLE tokens (
    account_id        TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    access_token      BLOB    NOT NULL,
    refresh_token     BLOB    NOT NULL,
    access_expires_at INTEGER NOT NULL,
    granted_at        INTEGER NOT NULL,
    granted_steady    INTEGER NOT NULL,
    granted_era       TEXT    NOT NULL,
    version           INTEGER NOT NULL,
    generation        INTEGER NOT NULL,
    key_id            TEXT    NOT NULL
) STRICT;
CREATE INDEX tokens_by_key ON tokens (key_id);

-- proof says what secret_hash is the SHA-256 of: a link secret, or a verifier that its client keeps (RFC 7636).
-- issuer is the client key that the link descends from; issuer_ends_at is the expiry of the key that created it, which
-- neither the link nor its further reads outlive.
-- key_id is set exactly while authorization or staged_grant is; account_id is no foreign key because a link
-- outlives the account it made.
CREATE TABLE links (
    id                 TEXT    NOT NULL PRIMARY KEY,
    client_id          TEXT    NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    provider           TEXT    NOT NULL,
    subject            TEXT    NOT NULL,
    label              TEXT    NOT NULL,
    on_behalf_of       TEXT    NOT NULL,
    wanted_site        TEXT    NOT NULL,
    required_scopes    TEXT    NOT NULL,
    wanted_account     TEXT    NOT NULL,
    wanted_person      TEXT    NOT NULL,
    login_hint         TEXT    NOT NULL,
    code_hash          BLOB    NOT NULL UNIQUE,
    handle_hash        BLOB    NOT NULL UNIQUE,
    proof              TEXT    NOT NULL CHECK (proof IN ('secret', 'verifier')),
    secret_hash        BLOB    NOT NULL,
    status             TEXT    NOT NULL
                               CHECK (status IN ('pending', 'authorizing', 'choosing', 'staged', 'delivered',
                                                 'ended')),
    reason             TEXT    NOT NULL,
    cause              TEXT    NOT NULL,
    browser_hash       BLOB,
    state_hash         BLOB,
    authorization      BLOB,
    staged_grant       BLOB,
    key_id             TEXT,
    wrong_entries      INTEGER NOT NULL,
    requester_address  TEXT    NOT NULL,
    requester_program  TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL,
    granted_at         INTEGER,
    ended_at           INTEGER,
    account_id         TEXT,
    first_delivered_at INTEGER,
    reads              INTEGER NOT NULL,
    issuer             TEXT    NOT NULL,
    issuer_ends_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX links_by_state ON links (state_hash) WHERE state_hash IS NOT NULL;
CREATE INDEX links_live ON links (client_id, subject, expires_at)
    WHERE status IN ('pending', 'authorizing', 'choosing', 'staged');
CREATE INDEX links_live_by_client ON links (client_id, expires_at)
    WHERE status IN ('pending', 'authorizing', 'choosing', 'staged');
CREATE INDEX links_live_by_expiry ON links (expires_at)
    WHERE status IN ('pending', 'authorizing', 'choosing', 'staged');
CREATE INDEX links_unnoted ON links (expires_at)
    WHERE ended_at IS NULL AND status IN ('pending', 'authorizing', 'choosing', 'staged');
CREATE INDEX links_by_client ON links (client_id, issuer);
CREATE INDEX links_by_expiry ON links (expires_at);
CREATE INDEX links_by_key ON links (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX links_by_account ON links (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX links_by_wanted_account ON links (wanted_account) WHERE wanted_account <> '';

-- What upstream granted and nobody keeps, until upstream has been asked to end it: stages that were never delivered, and
-- grants of removed accounts. The columns are those of the link that its seal names. client_name is the client's name as
-- it was then; account_id is empty for a stage; always says that upstream is asked whatever the operator has set. No
-- foreign keys: a row outlives its link, its account and its client.
CREATE TABLE dropped_stages (
    link_id      TEXT    NOT NULL PRIMARY KEY,
    client_id    TEXT    NOT NULL,
    provider     TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    secret_hash  BLOB    NOT NULL,
    staged_grant BLOB    NOT NULL,
    key_id       TEXT    NOT NULL,
    client_name  TEXT    NOT NULL,
    account_id   TEXT    NOT NULL,
    always       INTEGER NOT NULL CHECK (always IN (0, 1))
) STRICT;

-- However a stage is dropped (expiry, cancellation, removal of its account or its client), it gets here in the same
-- transaction. A delivery is none of these: it makes the link 'delivered' before it changes the stage.
-- A damaged row must not keep its link. The seal names its key itself, so a stage without key_id can be opened. Without
-- one of the other columns it cannot, and is not kept.
CREATE TRIGGER links_drop_stage
BEFORE UPDATE OF staged_grant ON links
WHEN OLD.status IN ('choosing', 'staged') AND NEW.staged_grant IS NULL AND typeof(OLD.staged_grant) = 'blob'
    AND typeof(OLD.secret_hash) = 'blob' AND typeof(OLD.id) = 'text' AND typeof(OLD.client_id) = 'text'
    AND typeof(OLD.provider) = 'text' AND typeof(OLD.subject) = 'text'
BEGIN
    INSERT OR REPLACE INTO dropped_stages
    VALUES (OLD.id, OLD.client_id, OLD.provider, OLD.subject, OLD.secret_hash, OLD.staged_grant,
            CASE typeof(OLD.key_id) WHEN 'text' THEN OLD.key_id ELSE 'unknown' END,
            COALESCE((SELECT CAST(name AS TEXT) FROM clients WHERE id = OLD.client_id), ''), '', 0);
END;
CREATE TRIGGER links_delete_stage
BEFORE DELETE ON links
WHEN OLD.status IN ('choosing', 'staged') AND typeof(OLD.staged_grant) = 'blob'
    AND typeof(OLD.secret_hash) = 'blob' AND typeof(OLD.id) = 'text' AND typeof(OLD.client_id) = 'text'
    AND typeof(OLD.provider) = 'text' AND typeof(OLD.subject) = 'text'
BEGIN
    INSERT OR REPLACE INTO dropped_stages
    VALUES (OLD.id, OLD.client_id, OLD.provider, OLD.subject, OLD.secret_hash, OLD.staged_grant,
            CASE typeof(OLD.key_id) WHEN 'text' THEN OLD.key_id ELSE 'unknown' END,
            COALESCE((SELECT CAST(name AS TEXT) FROM clients WHERE id = OLD.client_id), ''), '', 0);
END;

-- Before the client's row goes, so that its dropped stages get its name.
CREATE TRIGGER clients_delete_links
BEFORE DELETE ON clients
BEGIN
    DELETE FROM links WHERE client_id = OLD.id;
END;

-- No foreign keys: an entry outlives what it tells of. client_name is the client's name as it was then. id counts up;
-- no AUTOINCREMENT, with which a single row of the largest number would stop every further one.
CREATE TABLE audit (
    id          INTEGER NOT NULL PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    client_name TEXT    NOT NULL,
    account_id  TEXT    NOT NULL,
    link_id     TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    outcome     TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at);
