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

} // namespace

void releaseApprovedRelinks(Session& session, const AccountId& account) {
    Query(session, "UPDATE links SET wanted_account = '' WHERE wanted_account = ? AND status IN"
                   " ('authorizing', 'choosing', 'staged')")
        .with(account)
        .run();
}

RemovedAccount removeAccount(Session& session, const Vault& vault, Account account, Timestamp now) {
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
    return removed;
}

} // namespace central_oauth::store
