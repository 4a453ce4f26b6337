// SPDX-License-Identifier: Apache-2.0
// The browser's side of links: entries, the way to upstream and back, staging.
#include "SqliteLinkRepository.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/store/AccountRepository.h"

#include <utility>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

} // namespace

Link SqliteLinkRepository::recordWrongEntry(const LinkId& id, int limit, Timestamp now) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (!row)
            throw base::Error(base::ErrorCode::notFound, {}, "a wrong entry for a link that is gone");
        LinkRow entered = *row;
        if (domain::enterWrongCode(entered.link, limit, now))
            keepLink(session, *row, entered, {});
        return std::move(entered.link);
    });
}

bool SqliteLinkRepository::beginAuthorization(const LinkId& id, const std::string& browserHash,
                                              const std::string& stateHash,
                                              const Authorization& authorization, Timestamp now) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (!row)
            return false;
        LinkRow begun = *row;
        if (!domain::approve(begun.link, browserHash, stateHash, now))
            return false;
        begun.authorization = sealAuthorization(_vault, begun.link, authorization);
        keepLink(session, *row, std::move(begun), _vault.keyId());
        return true;
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

std::optional<TakenState> SqliteLinkRepository::takeState(const std::string& stateHash, Timestamp now) {
    // NULL equals nothing in SQL, but an empty hash must not get so far as to depend on it.
    if (stateHash.empty())
        return std::nullopt;
    // Anybody can present a state: only one that exists costs a write.
    if (!_database.read([&](Session& session) { return selectLinkBy(session, "state_hash", stateHash); }))
        return std::nullopt;
    return _database.write([&](Session& session) -> std::optional<TakenState> {
        const auto row = selectLinkBy(session, "state_hash", stateHash);
        if (!row)
            return std::nullopt;
        LinkRow taken = *row;
        if (!domain::takeState(taken.link))
            return std::nullopt;
        std::optional<TakenState> result;
        try {
            Authorization authorization = openAuthorization(_vault, *row);
            result = TakenState{taken.link, std::move(authorization)};
        } catch (const UndecryptableError&) {
            // Without its verifier the code can't be exchanged: the one who polls shall hear of it.
            static_cast<void>(domain::end(taken.link, EndReason::upstreamError, now));
        }
        keepLink(session, *row, std::move(taken), {});
        return result;
    });
}

bool SqliteLinkRepository::stage(const LinkId& id, const StagedGrant& grant, Timestamp now,
                                 Timestamp expiresAt) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (!row)
            return false;
        LinkRow staged = *row;
        const bool mustChoose = !grant.sites.empty() && grant.chosenSite.empty();
        if (!domain::grant(staged.link, mustChoose, now, expiresAt))
            return false;
        const Stage stage{{grant.accessToken.clone(), grant.refreshToken.clone(), grant.accessExpiresAt,
                           grant.granted, grant.scopes, grant.identity, grant.sites, grant.chosenSite}};
        staged.stagedGrant = sealStage(_vault, staged.link, stage, stagedGeneration);
        keepLink(session, *row, std::move(staged), _vault.keyId());
        return true;
    });
}

bool SqliteLinkRepository::chooseSite(const LinkId& id, const std::string& site, Timestamp now,
                                      Timestamp expiresAt) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (!row)
            return false;
        LinkRow chosen = *row;
        if (!domain::chooseSite(chosen.link, now, expiresAt))
            return false;
        try {
            Stage stage = openStage(_vault, *row, stagedGeneration);
            stage.grant.chosenSite = site;
            chosen.stagedGrant = sealStage(_vault, chosen.link, stage, stagedGeneration);
        } catch (const UndecryptableError&) {
            endLink(session, id, EndReason::upstreamError, now);
            return false;
        }
        keepLink(session, *row, std::move(chosen), _vault.keyId());
        return true;
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
