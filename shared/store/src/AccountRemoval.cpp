// SPDX-License-Identifier: Apache-2.0
#include "AccountRemoval.h"

#include "AccountRows.h"
#include "DamagedRowError.h"
#include "LinkRows.h"
#include "Query.h"

#include <utility>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

// Links that were to link this account again have nothing to do any more.
std::vector<LinkId> endRelinks(Session& session, const AccountId& id, Timestamp now) {
    std::vector<LinkId> waiting;
    LinkId link;
    Query query(session, std::string("SELECT id FROM links WHERE wanted_account = ? AND ") + liveStatuses);
    query.with(id).into(link);
    while (query.next())
        waiting.push_back(link);
    for (const LinkId& each : waiting)
        endLink(session, each, EndReason::cancelled, now);
    return waiting;
}

// In the transaction that removes the account, so that no crash loses it. Returns the dropped stage's link;
// empty: there is nothing to revoke.
LinkId keepForRevocation(Session& session, const Vault& vault, const RemovedAccount& removed,
                         Revocation revocation) {
    if (revocation == Revocation::none || removed.refreshToken.empty() ||
        removed.account.identity.upstreamId.empty())
        return {};
    Link link;
    link.id = droppedUnder(removed.account);
    link.client = removed.account.client;
    link.provider = removed.account.provider;
    link.subject = removed.account.subject;
    Stage stage;
    stage.grant.refreshToken = removed.refreshToken.clone();
    stage.grant.identity.upstreamId = removed.account.identity.upstreamId;
    addDroppedStage(session, vault, link, stage, {removed.account.id, revocation});
    return link.id;
}

} // namespace

void releaseApprovedRelinks(Session& session, const AccountId& account) {
    Query(session, "UPDATE links SET wanted_account = '' WHERE wanted_account = ? AND status IN"
                   " ('authorizing', 'choosing', 'staged')")
        .with(account)
        .run();
}

RemovedAccount removeAccount(Session& session, const Vault& vault, Account account, Timestamp now,
                             Revocation revocation) {
    const AccountId id = account.id;
    RemovedAccount removed;
    try {
        if (const auto tokens = selectTokens(session, id))
            removed.refreshToken = openToken(vault, id, *tokens, "refresh_token");
    } catch (const UndecryptableError&) {
        // What can't be read can't be revoked upstream; it goes all the same.
        removed.refreshToken = Secret();
    } catch (const DamagedRowError&) {
        removed.refreshToken = Secret();
    }
    removed.endedLinks = endRelinks(session, id, now);
    // A delivery that may still be read again must not outlive the account.
    Query(session, "UPDATE links SET staged_grant = NULL, key_id = NULL WHERE account_id = ?").with(id).run();
    Query(session, "DELETE FROM accounts WHERE id = ?").with(id).run();
    removed.account = std::move(account);
    removed.droppedUnder = keepForRevocation(session, vault, removed, revocation);
    return removed;
}

} // namespace central_oauth::store
