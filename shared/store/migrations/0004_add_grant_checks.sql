-- SPDX-License-Identifier: Apache-2.0
-- When the service next looks at a grant on its own: to refresh it, to keep it alive, to warn of its end, to end it, or
-- to erase what is left of it. A row has no code: it says only when, and what is done then depends on rows that have
-- one. Every grant of an earlier version is looked at once.

CREATE TABLE grant_checks (
    account_id TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    due_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX grant_checks_by_due ON grant_checks (due_at);

-- By which rules the checks were scheduled, and the latest time at which the service has looked at a grant. By other
-- rules, or after a clock that was ahead, every grant is looked at anew.
CREATE TABLE grant_keeping (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    rules     TEXT    NOT NULL,
    looked_at INTEGER NOT NULL
) STRICT;

INSERT INTO grant_checks (account_id, due_at) SELECT account_id, 0 FROM grants;
