// SPDX-License-Identifier: Apache-2.0
#include "Records.h"

#include <stdexcept>

namespace central_oauth::memory {

using namespace std::chrono_literals;
using domain::Transaction;

domain::Client makeClient(const std::string& name, base::Timestamp now) {
    domain::Client client;
    client.id = base::ClientId("cli_" + name);
    client.name = name;
    client.scopes = {"link", "token"};
    client.createdAt = now;
    return client;
}

domain::ClientKey makeKey(const domain::Client& client, const std::string& keyId) {
    domain::ClientKey key;
    key.keyId = keyId;
    key.clientId = client.id;
    key.name = "first";
    key.hash = "hash-of-" + keyId;
    key.scopes = {"link"};
    key.createdAt = client.createdAt;
    return key;
}

domain::Link makeLink(const std::string& number, base::Timestamp now, const std::string& subject) {
    domain::Link link;
    link.id = base::LinkId("lnk_" + number);
    link.client = base::ClientId("cli_alpha");
    link.provider = "jira";
    link.subject = subject;
    link.label = "laptop";
    link.wantedSite = "site-1";
    link.secretHash = "secret-" + number;
    link.requesterAddress = "192.0.2.7";
    link.requesterProgram = "example/1.0";
    link.createdAt = now;
    link.expiresAt = now + 600s;
    link.codeHash = "code-" + number;
    link.handleHash = "handle-" + number;
    return link;
}

domain::Authorization makeAuthorization(const std::string& state) {
    return {domain::Secret(state), domain::Secret("verifier-of-" + state)};
}

domain::StagedGrant makeGrant(const std::string& mark, base::Timestamp now, const std::string& person) {
    domain::StagedGrant grant;
    grant.accessToken = domain::Secret("access-" + mark);
    grant.refreshToken = domain::Secret("refresh-" + mark);
    grant.accessExpiresAt = now + 3600s;
    grant.scopes = {"read:jira-work", "offline_access"};
    grant.identity = {person, "Ann Example", "ann@example.com"};
    grant.sites = {{"site-1", "One \"quoted\"", "https://one.example", {"jira"}}};
    grant.chosenSite = "site-1";
    return grant;
}

domain::Tokens makeTokens(const std::string& mark, base::Timestamp now) {
    domain::Tokens tokens;
    tokens.accessToken = domain::Secret("access-" + mark);
    tokens.refreshToken = domain::Secret("refresh-" + mark);
    tokens.accessExpiresAt = now + 3600s;
    return tokens;
}

domain::Account makeAccount(const std::string& number, base::Timestamp now, const std::string& subject) {
    domain::Account account;
    account.id = base::AccountId("acc_" + number);
    account.client = base::ClientId("cli_alpha");
    account.provider = "jira";
    account.subject = subject;
    account.identity = {"person-" + number, "Ann Example", "ann@example.com"};
    account.label = "laptop";
    account.chosenSite = "site-1";
    account.sites = {{"site-1", "One \"quoted\"", "https://one.example", {"jira"}}};
    account.scopes = {"read:jira-work", "offline_access"};
    account.createdAt = now;
    account.linkedAt = now;
    account.grantedBy = base::LinkId("lnk_" + number);
    account.tokenVersion = 1;
    return account;
}

domain::GrantToken makeGrantToken(const std::string& keyId, const base::AccountId& account,
                                  base::Timestamp now) {
    domain::GrantToken token;
    token.keyId = keyId;
    token.account = account;
    token.hash = "hash-of-" + keyId;
    token.label = "laptop";
    token.scopes = {"token"};
    token.createdAt = now;
    token.lastUsedAt = now;
    token.expiresAt = now + std::chrono::hours(24);
    return token;
}

std::string revealed(const domain::Secret& secret) {
    return std::string(secret.reveal());
}

domain::Client addClient(const Place& place, const std::string& name) {
    const auto client = makeClient(name, place.now);
    place.store.transact([&](Transaction& transaction) {
        transaction.put(client);
        transaction.put(makeKey(client, "key-" + name));
    });
    return client;
}

base::LinkId approveLink(const Place& place, const domain::Link& link) {
    const std::string state = "state-of-" + link.id.value();
    const bool isApproved = place.store.transact([&](Transaction& transaction) {
        return domain::addLink(transaction, link).has_value() &&
               domain::approveLink(transaction, place.sealer, link.id, "browser", {state},
                                   makeAuthorization(state), place.now);
    });
    if (!isApproved)
        throw std::runtime_error("the link could not be approved");
    return link.id;
}

base::LinkId stageLink(const Place& place, const domain::Link& link, const domain::StagedGrant& grant) {
    static_cast<void>(approveLink(place, link));
    const domain::StateHash state{"state-of-" + link.id.value()};
    const bool isStaged = place.store.transact([&](Transaction& transaction) {
        return domain::takeState(transaction, place.sealer, state, place.now).has_value() &&
               domain::stageGrant(transaction, place.sealer, link.id, grant, place.now, place.now + 120s);
    });
    if (!isStaged)
        throw std::runtime_error("the link could not be staged");
    return link.id;
}

base::LinkId stageLink(const Place& place, const std::string& number, const domain::StagedGrant& grant,
                       const std::string& subject) {
    return stageLink(place, makeLink(number, place.now, subject), grant);
}

base::AccountId linkAccount(const Place& place, const std::string& number, const std::string& subject) {
    const auto link = stageLink(place, number, makeGrant(number, place.now, "person-" + number), subject);
    auto delivery = place.store.transact([&](Transaction& transaction) {
        return domain::deliver(transaction, place.sealer, link, base::AccountId("acc_" + number), {},
                               place.now);
    });
    if (delivery.outcome != domain::DeliveryOutcome::delivered)
        throw std::runtime_error("the link could not be delivered");
    return delivery.account.id;
}

domain::Link linkOf(const domain::Store& store, const base::LinkId& id) {
    return store.read([&](const domain::ReadView& view) { return view.find(domain::LinkKey(id)); }).value();
}

domain::Account accountOf(const domain::Store& store, const base::AccountId& id) {
    return store.read([&](const domain::ReadView& view) { return view.find(id); }).value();
}

domain::Tokens tokensOf(const Place& place, const base::AccountId& id) {
    return place.store.read([&](const domain::ReadView& view) {
        const auto account = view.find(id).value();
        const auto grant = view.grantOf(id).value();
        domain::Tokens tokens;
        tokens.accessToken = domain::openAccessToken(place.sealer, account, grant);
        tokens.refreshToken = domain::openRefreshToken(place.sealer, account, grant);
        tokens.accessExpiresAt = grant.accessExpiresAt;
        tokens.granted = grant.granted;
        tokens.version = grant.version;
        return tokens;
    });
}

std::optional<domain::Stage> stageOf(const domain::Store& store, const base::LinkId& id) {
    return store.read([&](const domain::ReadView& view) { return view.stageOf(id); });
}

std::size_t purgeLinks(domain::Transaction& transaction, base::Timestamp now, std::size_t most) {
    const auto found = domain::findPurgeable(transaction, {}, now, most);
    return domain::purgeLinks(transaction, found, {}, now);
}

} // namespace central_oauth::memory
