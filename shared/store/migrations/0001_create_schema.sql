-- SPDX-License-Identifier: Apache-2.0
-- The first schema. mac authenticates all columns of its row except account_count under the instance's key: a row
-- that another program has changed is refused. Times are whole seconds UTC. Lists and sites are JSON. Hashes and
-- sealed values are raw bytes. Every table with sealed values has a key_id, so that the rows that need a key can be
-- counted without opening the values.

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

-- Counts the writes that only check that writing works.
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
    created_at           INTEGER NOT NULL,
    mac                  BLOB    NOT NULL
) STRICT;

-- issuer is the key that this one replaced; empty if the operator made this one. No foreign key: the issuer may be
-- removed; its descendants then get the issuer's own issuer. original_expires_at is the expiry that the operator set; a
-- rotation makes expires_at earlier.
CREATE TABLE client_keys (
    key_id     TEXT    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    hash       BLOB    NOT NULL,
    scopes     TEXT    NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    issuer     TEXT    NOT NULL,
    original_expires_at INTEGER,
    mac        BLOB    NOT NULL
) STRICT;
CREATE INDEX client_keys_by_client ON client_keys (client_id);

-- created_at never changes; lists are sorted by it. A relink changes linked_at. link_id is the link that brought the
-- present grant.
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
    token_version   INTEGER NOT NULL,
    mac             BLOB    NOT NULL,
    UNIQUE (client_id, provider, subject, upstream_id)
) STRICT;
CREATE INDEX accounts_by_age ON accounts (client_id, created_at, id);
CREATE INDEX accounts_by_person ON accounts (upstream_id);

-- The triggers keep the number of accounts, so that checking a client's limit does not get slower with their number. A
-- damaged number is computed anew.
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

-- Holders of one account besides its client. expires_at is the latest expiry; an unused token expires earlier. issuer
-- is the client key that the token descends from, even if another grant token made it. issuer_ends_at is that key's
-- expiry, which none of its descendants outlives. parent is the grant token that made this one. It is empty if a
-- client key did, or if the parent is gone and had no parent.
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
    parent         TEXT    NOT NULL,
    mac            BLOB    NOT NULL
) STRICT;
CREATE INDEX grant_tokens_by_parent ON grant_tokens (parent);
CREATE INDEX grant_tokens_by_account ON grant_tokens (account_id);
CREATE INDEX grant_tokens_by_issuer ON grant_tokens (issuer);

-- A token's life is a duration. granted_* is its start, when upstream was asked, on the wall clock and on the steady
-- clock of granted_era. version is part of the associated data of both sealed values, so that an older blob does not
-- open in the present row.
CREATE TABLE grants (
    account_id        TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    access_token      BLOB    NOT NULL,
    refresh_token     BLOB    NOT NULL,
    access_expires_at INTEGER NOT NULL,
    granted_at        INTEGER NOT NULL,
    granted_steady    INTEGER NOT NULL,
    granted_era       TEXT    NOT NULL,
    version           INTEGER NOT NULL,
    key_id            TEXT    NOT NULL,
    mac               BLOB    NOT NULL
) STRICT;
CREATE INDEX grants_by_key ON grants (key_id);

-- secret_hash is the SHA-256 of a link secret or of a link verifier (RFC 7636); proof is its kind. issuer is the
-- client key that the link descends from. issuer_ends_at is the expiry of the key that created the link, which the
-- link and its further reads do not outlive. key_id is set exactly while authorization is. account_id is no foreign
-- key, because a link outlives the account it created.
CREATE TABLE links (
    id                 TEXT    NOT NULL PRIMARY KEY,
    client_id          TEXT    NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    provider           TEXT    NOT NULL,
    subject            TEXT    NOT NULL,
    label              TEXT    NOT NULL,
    on_behalf_of       TEXT    NOT NULL,
    wanted_site        TEXT    NOT NULL,
    required_scopes    TEXT    NOT NULL,
    relink_account     TEXT    NOT NULL,
    expected_upstream_id      TEXT    NOT NULL,
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
    issuer_ends_at     INTEGER,
    mac                BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX links_by_state ON links (state_hash) WHERE state_hash IS NOT NULL;
CREATE INDEX links_live ON links (client_id, subject, expires_at)
    WHERE status IN ('pending', 'authorizing', 'choosing', 'staged');
CREATE INDEX links_live_by_client ON links (client_id, expires_at)
    WHERE ended_at IS NULL AND status IN ('pending', 'authorizing', 'choosing', 'staged');
CREATE INDEX links_unnoted ON links (expires_at)
    WHERE ended_at IS NULL AND status IN ('pending', 'authorizing', 'choosing', 'staged');
CREATE INDEX links_by_client ON links (client_id, issuer);
CREATE INDEX links_by_expiry ON links (expires_at);
CREATE INDEX links_by_key ON links (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX links_by_account ON links (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX links_by_relink_account ON links (relink_account) WHERE relink_account <> '';

-- What upstream granted for a link, sealed. A row exists while the link waits for a site or for delivery, while its
-- payload may be read again, and, once dropped, until upstream has been asked to revoke the grant. account_id is set
-- only for a dropped grant of an account. client_name is the client's name when the grant was dropped. No foreign
-- keys: a row outlives its link, its account and its client.
CREATE TABLE stages (
    link_id     TEXT NOT NULL PRIMARY KEY,
    client_id   TEXT NOT NULL,
    provider    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dropped')),
    sealed      BLOB NOT NULL,
    key_id      TEXT NOT NULL,
    client_name TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    revocation  TEXT NOT NULL CHECK (revocation IN ('as_configured', 'always')),
    mac         BLOB NOT NULL
) STRICT;

-- No foreign keys: an entry outlives the records it names. client_name is the client's name at the time. id counts up
-- without AUTOINCREMENT, because with it a single row with the largest id would prevent all further rows.
CREATE TABLE audit (
    id          INTEGER NOT NULL PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    client_name TEXT    NOT NULL,
    account_id  TEXT    NOT NULL,
    link_id     TEXT    NOT NULL,
    provider    TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    outcome     TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at);
