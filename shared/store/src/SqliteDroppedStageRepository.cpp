// SPDX-License-Identifier: Apache-2.0
#include "SqliteDroppedStageRepository.h"

#include "LinkRows.h"
#include "central_oauth/store/AccountRepository.h"

#include <utility>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

DroppedStage opened(const Vault& vault, const LinkRow& row) {
    DroppedStage dropped;
    dropped.link = row.link.id;
    dropped.client = row.link.client;
    dropped.provider = row.link.provider;
    try {
        auto grant = std::move(openStage(vault, row, stagedGeneration).grant);
        dropped.upstreamId = std::move(grant.identity.upstreamId);
        dropped.refreshToken = std::move(grant.refreshToken);
    } catch (const UndecryptableError&) {
        dropped.refreshToken = Secret(); // logged by the vault; nothing can be done with it
    }
    return dropped;
}

} // namespace

void SqliteDroppedStageRepository::add(const Link& link, const StagedGrant& grant) {
    _database.write([&](Session& session) {
        const Stage stage{{grant.accessToken.clone(), grant.refreshToken.clone(), grant.accessExpiresAt,
                           grant.granted, grant.scopes, grant.identity, grant.sites, grant.chosenSite}};
        return Query(session, "INSERT OR REPLACE INTO dropped_stages (link_id, client_id, provider, subject,"
                              " secret_hash, staged_grant, key_id) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .with(link.id)
            .with(link.client)
            .with(link.provider)
            .with(link.subject)
            .withBytes(link.secretHash)
            .withBytes(sealStage(_vault, link, stage, stagedGeneration))
            .with(_vault.keyId())
            .run();
    });
}

std::vector<DroppedStage> SqliteDroppedStageRepository::list(int most) const {
    const auto rows = _database.read(
        [&](Session& session) { return selectDroppedStages(session, _database.damage(), most); });
    std::vector<DroppedStage> all;
    for (const LinkRow& row : rows)
        all.push_back(opened(_vault, row));
    return all;
}

bool SqliteDroppedStageRepository::remove(const LinkId& link) {
    return _database.write([&](Session& session) { return forgetDroppedStage(session, link); });
}

} // namespace central_oauth::store
