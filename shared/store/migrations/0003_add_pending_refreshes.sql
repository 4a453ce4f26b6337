-- SPDX-License-Identifier: Apache-2.0
-- The journal of refreshes. A row is stored before a refresh token is sent, and erased together with the change that
-- the answer brings. version is that of the pair whose refresh token is sent. sent_* is when it was first sent, on the
-- wall clock and on the steady clock of sent_era.

CREATE TABLE pending_refreshes (
    account_id  TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    state       TEXT    NOT NULL CHECK (state IN ('sent', 'suspended')),
    version     INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL,
    sent_steady INTEGER NOT NULL,
    sent_era    TEXT    NOT NULL,
    mac         BLOB    NOT NULL
) STRICT;
