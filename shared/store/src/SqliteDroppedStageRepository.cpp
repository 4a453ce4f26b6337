// SPDX-License-Identifier: Apache-2.0
#include "SqliteDroppedStageRepository.h"

#include "LinkRows.h"
#include "central_oauth/store/AccountRepository.h"

#include <utility>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

DroppedStage described(const DroppedRow& found) {
    DroppedStage dropped;
    dropped.link = found.row.link.id;
    dropped.client = found.row.link.client;
    dropped.clientName = found.clientName;
    dropped.account = found.from.account;
    dropped.provider = found.row.link.provider;
    dropped.revocation = found.from.revocation;
    return dropped;
}

DroppedStage opened(const Vault& vault, const DroppedRow& found) {
    DroppedStage dropped = described(found);
    try {
        auto grant = std::move(openStage(vault, found.row, stagedGeneration).grant);
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
        addDroppedStage(session, _vault, link, stage, {});
        return true;
    });
}

std::vector<DroppedStage> SqliteDroppedStageRepository::list(const std::vector<std::string>& providers,
                                                             int most) const {
    std::vector<DroppedRow> theirs;
    std::vector<DroppedRow> others;
    _database.read([&](Session& session) {
        theirs = selectDroppedStages(session, _database.damage(), {providers, true}, most);
        others = selectDroppedStages(session, _database.damage(), {providers, false},
                                     most - static_cast<int>(theirs.size()));
        return true;
    });
    std::vector<DroppedStage> all;
    for (const DroppedRow& row : theirs)
        all.push_back(opened(_vault, row));
    for (const DroppedRow& row : others)
        all.push_back(described(row));
    return all;
}

bool SqliteDroppedStageRepository::contains(const LinkId& link) const {
    return _database.read([&](Session& session) {
        std::string found;
        Query query(session, "SELECT link_id FROM dropped_stages WHERE link_id = ?");
        query.with(link).into(found);
        return query.next();
    });
}

void SqliteDroppedStageRepository::requireWritable() const {
    _database.watch().requireWorking();
}

bool SqliteDroppedStageRepository::remove(const LinkId& link) {
    return _database.write([&](Session& session) { return forgetDroppedStage(session, link); });
}

} // namespace central_oauth::store
