-- SPDX-License-Identifier: Apache-2.0
-- Live links are counted in memory, so that a new link is in two indexes less. Approved links of a subject are few,
-- and a new link is not among them. A start looks for the keys that stages need.

DROP INDEX links_live;
DROP INDEX links_live_by_client;
CREATE INDEX links_staged ON links (client_id, subject) WHERE status = 'staged';
CREATE INDEX stages_by_key ON stages (key_id);
