// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Removal.h"

#include "central_oauth/domain/Linking.h"

#include <set>
#include <utility>

namespace central_oauth::domain {

namespace {

// Ends the links that were to relink this account, because it is gone.
void endRelinks(Transaction& transaction, const AccountId& account, Timestamp now) {
    for (const Link& link :
         transaction.select(LinkFilter{.statuses = unfinishedStatuses(), .relinkAccount = account}))
        (void)endLink(transaction, link.id, EndReason::cancelled, now);
}

// Returns an empty secret if the grant can't be read. It is then removed without revocation.
Secret refreshTokenOf(const ReadView& view, const Sealer& sealer, const Account& account) {
    try {
        const auto grant = view.grantOf(account.id);
        if (!grant)
            return {};
        // Of a damaged account only the identity is known.
        Account owner = account;
        owner.tokenVersion = grant->version;
        return openRefreshToken(sealer, owner, *grant);
    } catch (const UndecryptableError&) {
        return {};
    } catch (const DamagedRowError&) {
        return {};
    }
}

// Runs in the transaction that removes the account, so that a crash does not lose the grant. Returns the
// key of the dropped stage, or an empty id if there is nothing to revoke.
LinkId keepForRevocation(Transaction& transaction, const Sealer& sealer, const Account& account,
                         Revocation revocation) {
    Secret refreshToken = refreshTokenOf(transaction, sealer, account);
    if (refreshToken.empty() || account.identity.upstreamId.empty())
        return {};
    Stage stage;
    stage.link = stageKeyOf(account);
    stage.client = account.client;
    stage.provider = account.provider;
    stage.subject = account.subject;
    stage.state = StageState::dropped;
    stage.clientName = clientNameOf(transaction, account.client);
    stage.account = account.id;
    stage.revocation = revocation;
    StagedGrant grant;
    grant.refreshToken = std::move(refreshToken);
    grant.identity.upstreamId = account.identity.upstreamId;
    sealStage(sealer, stage, grant);
    transaction.put(stage);
    return stage.link;
}

} // namespace

LinkId stageKeyOf(const Account& account) {
    return account.grantedBy.empty() ? LinkId(account.id.value()) : account.grantedBy;
}

LinkId removeAccount(Transaction& transaction, const Sealer& sealer, const Account& account, Timestamp now,
                     Revocation revocation) {
    endRelinks(transaction, account.id, now);
    // A delivery must not be readable after its account is gone.
    for (const Link& link : transaction.select(LinkFilter{.account = account.id}))
        dropStage(transaction, link.id);
    LinkId stage;
    if (revocation != Revocation::none)
        stage = keepForRevocation(transaction, sealer, account, revocation);
    transaction.erase(account.id);
    return stage;
}

void removeClient(Transaction& transaction, const Client& client) {
    for (auto& stage : transaction.select(StageFilter{.client = client.id, .state = StageState::waiting})) {
        stage.clientName = client.name;
        stage.state = StageState::dropped;
        transaction.put(stage);
    }
    for (const auto& stage :
         transaction.select(StageFilter{.client = client.id, .state = StageState::delivered}))
        transaction.eraseStage(stage.link);
    transaction.erase(client.id);
}

ClientHoldings holdingsOf(const ReadView& view, const ClientId& client, Timestamp now) {
    ClientHoldings holdings;
    std::set<std::string> people;
    for (const Account& account : view.select(AccountFilter{.client = client}))
        people.insert(account.identity.upstreamId);
    holdings.accounts = view.count(AccountFilter{.client = client});
    holdings.people = people.size();
    holdings.keys = view.select(KeyFilter{.client = client}).size();
    holdings.grantTokens = view.count(GrantTokenFilter{.client = client});
    holdings.openLinks =
        view.count(LinkFilter{.client = client, .statuses = unfinishedStatuses(), .expiresAfter = now});
    return holdings;
}

std::size_t countOfPerson(const ReadView& view, const Sealer& sealer,
                          const std::vector<std::string>& providers, const std::string& upstreamId) {
    std::size_t all = 0;
    for (const std::string& provider : providers)
        all += view.count(AccountFilter{.provider = provider, .upstreamId = upstreamId});
    // Only the sealed stage holds the person's identity.
    for (const Stage& stage :
         view.select(StageFilter{.providers = providers, .state = StageState::waiting})) {
        try {
            all += openStage(sealer, stage).identity.upstreamId == upstreamId ? 1U : 0U;
        } catch (const UndecryptableError&) {
            continue; // can't be delivered, so it does not count
        }
    }
    return all;
}

} // namespace central_oauth::domain
