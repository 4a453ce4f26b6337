// SPDX-License-Identifier: Apache-2.0
// The browser's side of links: entries, the way to upstream and back, staging.
#include "IssuingKey.h"
#include "SqliteLinkRepository.h"
#include "StoredNames.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/store/AccountRepository.h"

#include <algorithm>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

// Whether this browser may go upstream (again).
bool mayBegin(const LinkRow& row, const std::string& browserHash, Timestamp now) {
    if (row.link.expiresAt <= now)
        return false;
    if (row.link.status == LinkStatus::pending)
        return true;
    return row.link.status == LinkStatus::authorizing && row.link.browserHash == browserHash &&
           !row.stateHash.empty();
}

// The key that created the link was removed, or has expired.
bool isIssuerOver(const LinkRow& row, Timestamp now) {
    return row.issuerEnds && *row.issuerEnds <= now;
}

} // namespace

Link SqliteLinkRepository::recordWrongEntry(const LinkId& id, int limit, Timestamp now) {
    return _database.write([&](Session& session) {
        Query(session,
              "UPDATE links SET wrong_entries = wrong_entries + 1 WHERE id = ? AND status = 'pending'")
            .with(id)
            .run();
        auto row = selectLink(session, id);
        if (!row)
            throw base::Error(base::ErrorCode::notFound, {}, "a wrong entry for a link that is gone");
        if (row->link.status == LinkStatus::pending && row->link.wrongEntries >= limit) {
            endLink(session, id, EndReason::tooManyEntries, now);
            row->link.status = LinkStatus::ended;
            row->link.reason = EndReason::tooManyEntries;
        }
        return std::move(row->link);
    });
}

bool SqliteLinkRepository::beginAuthorization(const LinkId& id, const std::string& browserHash,
                                              const std::string& stateHash,
                                              const Authorization& authorization, Timestamp now) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (!row || !mayBegin(*row, browserHash, now))
            return false;
        // The first time only: a form that is sent again and again keeps no link alive.
        const bool isFirst = row->link.status == LinkStatus::pending;
        return Query(session, "UPDATE links SET status = 'authorizing', browser_hash = ?, state_hash = ?,"
                              " authorization = ?, key_id = ?, expires_at = ? WHERE id = ?")
                   .withBytes(browserHash)
                   .withBytes(stateHash)
                   .withBytes(sealAuthorization(_vault, row->link, authorization))
                   .with(_vault.keyId())
                   .with(isFirst ? capped(std::max<Timestamp>(row->link.expiresAt, now + approvedLinkLife),
                                          row->issuerEnds)
                                 : row->link.expiresAt)
                   .with(id)
                   .run() > 0;
    });
}

std::optional<Authorization> SqliteLinkRepository::findAuthorization(const LinkId& id) const {
    const auto row = _database.read([&](Session& session) { return selectLink(session, id); });
    if (!row || row->authorization.empty())
        return std::nullopt;
    try {
        return openAuthorization(_vault, *row);
    } catch (const UndecryptableError&) {
        return std::nullopt; // logged by the vault
    }
}

std::optional<TakenState> SqliteLinkRepository::takeState(const std::string& stateHash) {
    // NULL equals nothing in SQL, but an empty hash must not get so far as to depend on it.
    if (stateHash.empty())
        return std::nullopt;
    // Anybody can present a state: only one that exists costs a write.
    if (!_database.read([&](Session& session) { return selectLinkBy(session, "state_hash", stateHash); }))
        return std::nullopt;
    return _database.write([&](Session& session) -> std::optional<TakenState> {
        auto row = selectLinkBy(session, "state_hash", stateHash);
        if (!row)
            return std::nullopt;
        Query(session, "UPDATE links SET state_hash = NULL, authorization = NULL, key_id = NULL WHERE id = ?")
            .with(row->link.id)
            .run();
        try {
            Authorization authorization = openAuthorization(_vault, *row);
            return TakenState{std::move(row->link), std::move(authorization)};
        } catch (const UndecryptableError&) {
            // Without its verifier the code can't be exchanged: the one who polls shall hear of it.
            endLink(session, row->link.id, EndReason::upstreamError, std::nullopt);
            return std::nullopt;
        }
    });
}

bool SqliteLinkRepository::stage(const LinkId& id, const StagedGrant& grant, Timestamp now,
                                 Timestamp expiresAt) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (!row || row->link.status != LinkStatus::authorizing || isIssuerOver(*row, now))
            return false;
        const Stage stage{{grant.accessToken.clone(), grant.refreshToken.clone(), grant.accessExpiresAt,
                           grant.granted, grant.scopes, grant.identity, grant.sites, grant.chosenSite}};
        const bool isChoosing = !grant.sites.empty() && grant.chosenSite.empty();
        return Query(session, "UPDATE links SET status = ?, staged_grant = ?, key_id = ?, state_hash = NULL,"
                              " authorization = NULL, granted_at = ?, expires_at = ? WHERE id = ?")
                   .with(std::string(storedName(isChoosing ? LinkStatus::choosing : LinkStatus::staged)))
                   .withBytes(sealStage(_vault, row->link, stage, stagedGeneration))
                   .with(_vault.keyId())
                   .with(now)
                   .with(capped(expiresAt, row->issuerEnds))
                   .with(id)
                   .run() > 0;
    });
}

bool SqliteLinkRepository::chooseSite(const LinkId& id, const std::string& site, Timestamp now,
                                      Timestamp expiresAt) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (!row || row->link.status != LinkStatus::choosing || row->link.expiresAt <= now ||
            isIssuerOver(*row, now))
            return false;
        Stage stage;
        try {
            stage = openStage(_vault, *row, stagedGeneration);
        } catch (const UndecryptableError&) {
            endLink(session, id, EndReason::upstreamError, now);
            return false;
        }
        stage.grant.chosenSite = site;
        return Query(session, "UPDATE links SET status = 'staged', staged_grant = ?, key_id = ?,"
                              " granted_at = ?, expires_at = ? WHERE id = ?")
                   .withBytes(sealStage(_vault, row->link, stage, stagedGeneration))
                   .with(_vault.keyId())
                   .with(now)
                   .with(capped(expiresAt, row->issuerEnds))
                   .with(id)
                   .run() > 0;
    });
}

std::optional<StagedGrant> SqliteLinkRepository::findStagedDescription(const LinkId& id) const {
    const auto row = _database.read([&](Session& session) { return selectLink(session, id); });
    if (!row || (row->link.status != LinkStatus::staged && row->link.status != LinkStatus::choosing))
        return std::nullopt;
    try {
        StagedGrant grant = std::move(openStage(_vault, *row, stagedGeneration).grant);
        grant.accessToken = Secret();
        grant.refreshToken = Secret();
        return grant;
    } catch (const UndecryptableError&) {
        return std::nullopt; // logged by the vault; the delivery ends the link
    }
}

} // namespace central_oauth::store
