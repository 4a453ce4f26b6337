// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/clients/ClientService.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Random.h"

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using domain::ReadView;
using domain::Transaction;

crypto::IssuedCredential issueKey() {
    return crypto::issueCredential(crypto::CredentialKind::confidentialClientKey);
}

// Returns the key's record without name, scopes and expiry.
domain::ClientKey recordOf(const crypto::IssuedCredential& issued, const base::ClientId& client,
                           base::Timestamp now) {
    domain::ClientKey key;
    key.keyId = issued.keyId;
    key.clientId = client;
    key.hash = issued.hash;
    key.createdAt = now;
    return key;
}

domain::Client clientFrom(const domain::NewClient& wanted, base::Timestamp now) {
    constexpr std::size_t idBytes = 9;
    domain::Client client;
    client.id = base::ClientId("cli_" + crypto::randomToken(idBytes));
    client.name = wanted.name;
    client.contact = wanted.contact;
    client.scopes = wanted.scopes;
    client.linksPerMinute = wanted.linksPerMinute;
    client.liveLinks = wanted.liveLinks;
    client.maxAccounts = wanted.maxAccounts;
    client.writesPerMinute = wanted.writesPerMinute;
    client.checksPerMinute = wanted.checksPerMinute;
    client.requireSubject = wanted.requireSubject;
    client.requireOnBehalfOf = wanted.requireOnBehalfOf;
    client.createdAt = now;
    return client;
}

std::string counted(std::size_t number, const std::string& one, const std::string& many) {
    return std::to_string(number) + ' ' + (number == 1 ? one : many);
}

// Returns the operator's input, shortened so that the rest of the sentence stays visible.
std::string shown(const std::string& typed) {
    constexpr std::size_t longestShown = 100;
    return base::displayText(typed, longestShown);
}

Error unknownKey(const std::string& keyId) {
    return Error(ErrorCode::notFound,
                 "The client has no key \"" + shown(keyId) + "\"; `client key list` shows the ids.");
}

std::string outcomeOf(const domain::RemovedKeys& removed) {
    const auto& key = removed.keys.front();
    return removed.grantTokens == 0
               ? key
               : key + " with " + counted(removed.grantTokens, "grant token", "grant tokens");
}

// Returns the audit entry of an operator's command on a client.
domain::AuditEntry clientEntry(const domain::Client& client, base::Timestamp now, const std::string& action,
                               const std::string& outcome) {
    return {.at = now,
            .actor = {.kind = domain::ActorKind::serviceOperator},
            .action = action,
            .client = client.id,
            .clientName = client.name,
            .outcome = outcome};
}

domain::Client getClient(const ReadView& view, const std::string& name) {
    for (auto& client : view.clients())
        if (client.name == name)
            return std::move(client);
    throw Error(ErrorCode::notFound,
                "There is no client \"" + shown(name) + "\"; `client list` shows the names.");
}

// Returns the keys, oldest first. A replacement follows the key that it replaced, even if both were created
// in the same second.
std::vector<domain::ClientKey> keysOf(const ReadView& view, const base::ClientId& client) {
    auto keys = view.select(domain::KeyFilter{.client = client});
    const auto place = [](const domain::ClientKey& key) {
        return std::tuple(key.createdAt, !key.issuer.empty(), std::string_view(key.keyId));
    };
    std::sort(keys.begin(), keys.end(),
              [&place](const auto& left, const auto& right) { return place(left) < place(right); });
    return keys;
}

std::size_t grantTokensOf(const ReadView& view, const domain::ClientKey& key) {
    return view.count(domain::GrantTokenFilter{.issuer = key.keyId});
}

// Returns true if the answer to an earlier rotation was lost: the old key has replacements, and none of them
// was ever used.
bool isAnswerLost(const ReadView& view, const domain::ClientKey& old, const std::set<std::string>& used) {
    const auto replacements = view.select(domain::KeyFilter{.client = old.clientId, .issuer = old.keyId});
    return !replacements.empty() &&
           std::none_of(replacements.begin(), replacements.end(),
                        [&used](const auto& key) { return used.contains(key.keyId); });
}

} // namespace

std::string describe(const domain::ClientHoldings& held) {
    return counted(held.accounts, "account", "accounts") + " of " + counted(held.people, "person", "people") +
           ", " + counted(held.keys, "key", "keys") + ", " +
           counted(held.grantTokens, "grant token", "grant tokens") + " and " +
           counted(held.openLinks, "open link", "open links");
}

ClientService::ClientService(domain::Store& store, const base::Clock& clock, std::size_t most)
    : _store(store), _clock(clock), _most(most), _keys(store), _rotations(clock, most) {}

AddedClient ClientService::add(const domain::NewClient& wanted) {
    domain::checkNewClient(wanted);
    const auto now = base::nowOf(_clock);
    const auto client = clientFrom(wanted, now);
    auto issued = issueKey();
    auto key = recordOf(issued, client.id, now);
    key.name = "default";
    key.scopes = client.scopes;
    _store.transact([&](Transaction& transaction) {
        const auto others = transaction.clients();
        if (others.size() >= _most)
            throw Error(ErrorCode::conflict, "There are " + std::to_string(_most) +
                                                 " clients, which is the most; remove one first.");
        if (std::any_of(others.begin(), others.end(),
                        [&](const auto& other) { return other.name == client.name; }))
            throw Error(ErrorCode::conflict, "A client of this name exists.", "a client of this name exists");
        transaction.put(client);
        transaction.put(key);
        transaction.record(clientEntry(client, now, "client.added", "ok"));
    });
    _keys.reload(client.id);
    return {client, std::move(key), std::move(issued.text)};
}

std::vector<domain::Client> ClientService::list() const {
    return _store.read([](const ReadView& view) { return view.clients(); });
}

domain::Client ClientService::get(const std::string& name) const {
    return _store.read([&](const ReadView& view) { return getClient(view, name); });
}

domain::ClientHoldings ClientService::holdings(const std::string& name) const {
    const auto now = base::nowOf(_clock);
    return _store.read(
        [&](const ReadView& view) { return domain::holdingsOf(view, getClient(view, name).id, now); });
}

void ClientService::remove(const std::string& name) {
    const auto now = base::nowOf(_clock);
    const auto id = _store.transact([&](Transaction& transaction) {
        const auto client = getClient(transaction, name);
        const auto held = domain::holdingsOf(transaction, client.id, now);
        domain::removeClient(transaction, client);
        transaction.record(clientEntry(client, now, "client.removed", "with " + describe(held)));
        return client.id;
    });
    _keys.reload(id);
}

void ClientService::withdraw(const AddedClient& added) {
    const auto now = base::nowOf(_clock);
    _store.transact([&](Transaction& transaction) {
        domain::removeClient(transaction, added.client);
        transaction.record(clientEntry(added.client, now, "client.withdrawn", "its key could not be shown"));
    });
    _keys.reload(added.client.id);
}

AddedKey ClientService::addKey(const std::string& clientName, const domain::NewKey& wanted) {
    const auto now = base::nowOf(_clock);
    auto issued = issueKey();
    auto key = _store.transact([&](Transaction& transaction) {
        const auto client = getClient(transaction, clientName);
        domain::checkNewKey(wanted, client);
        for (const auto& other : keysOf(transaction, client.id))
            if (other.name == wanted.name && !domain::hasExpired(other, now))
                throw Error(ErrorCode::conflict,
                            "The client has a key of that name; `client key list` shows it.");
        auto added = recordOf(issued, client.id, now);
        added.name = wanted.name;
        added.scopes = wanted.scopes.value_or(client.scopes);
        if (wanted.life)
            added.expiresAt = now + *wanted.life;
        added.originalExpiry = added.expiresAt;
        domain::makeRoomForKey(transaction, client.id, keysOfClient, now);
        domain::addKey(transaction, added, keysOfClient.keys);
        transaction.record(clientEntry(client, now, "client.key_added", added.keyId));
        return added;
    });
    _keys.reload(key.clientId);
    return {std::move(key), std::move(issued.text)};
}

void ClientService::withdraw(const AddedKey& added) {
    const auto now = base::nowOf(_clock);
    const auto& key = added.record;
    _store.transact([&](Transaction& transaction) {
        const auto client = transaction.find(key.clientId);
        const auto removed =
            domain::removeKey(transaction, key.clientId, key.keyId, domain::Issued::end, now);
        if (client && !removed.keys.empty())
            transaction.record(
                clientEntry(*client, now, "client.key_withdrawn", key.keyId + " could not be shown"));
    });
    _keys.reload(key.clientId);
}

std::vector<ListedKey> ClientService::listKeys(const std::string& clientName) const {
    return _store.read([&](const ReadView& view) {
        std::vector<ListedKey> listed;
        for (const auto& key : keysOf(view, getClient(view, clientName).id))
            listed.push_back({key, grantTokensOf(view, key)});
        return listed;
    });
}

KeyDescent ClientService::descentOf(const std::string& clientName, const std::string& keyId) const {
    const auto now = base::nowOf(_clock);
    return _store.read([&](const ReadView& view) {
        const auto keys = keysOf(view, getClient(view, clientName).id);
        const auto named =
            std::find_if(keys.begin(), keys.end(), [&keyId](const auto& key) { return key.keyId == keyId; });
        if (named == keys.end())
            throw unknownKey(keyId);
        KeyDescent descent;
        descent.hasExpired = domain::hasExpired(*named, now);
        descent.grantTokens = grantTokensOf(view, *named);
        std::vector<std::string> line{keyId}; // the key and all that descend from it
        for (std::size_t i = 0; i < line.size(); ++i) {
            for (const auto& key : keys) {
                if (key.issuer != line[i] || std::find(line.begin(), line.end(), key.keyId) != line.end())
                    continue;
                line.push_back(key.keyId);
                descent.grantTokens += grantTokensOf(view, key);
                if (!domain::hasExpired(key, now))
                    descent.keys.push_back(key.keyId);
            }
        }
        return descent;
    });
}

domain::RemovedKeys ClientService::removeKey(const std::string& clientName, const std::string& keyId,
                                             domain::Issued issued) {
    const auto now = base::nowOf(_clock);
    auto [client, removed] = _store.transact([&](Transaction& transaction) {
        const auto owner = getClient(transaction, clientName);
        auto gone = domain::removeKey(transaction, owner.id, keyId, issued, now);
        if (gone.keys.empty())
            throw unknownKey(keyId);
        for (const auto& each : gone.keys)
            transaction.record(clientEntry(
                owner, now, "client.key_removed",
                each == keyId ? outcomeOf(gone) : std::string(each).append(", issued by ").append(keyId)));
        return std::pair(owner.id, std::move(gone));
    });
    _keys.reload(client);
    return std::move(removed);
}

RotatedKey ClientService::rotate(const Caller& caller, std::chrono::hours keep, const RequestOrigin& origin) {
    constexpr base::BucketRate rotations{10, 10};
    domain::checkKeep(keep);
    if (const auto wait = _rotations.take(caller.client.id.value(), rotations))
        throw Error(ErrorCode::tooManyRequests, "A client changes its keys ten times a minute at most.")
            .withRetryAfter(*wait);

    const auto now = base::nowOf(_clock);
    const base::Timestamp latest = now + keep;
    const auto used = _keys.usedOf(caller.client.id);
    auto issued = issueKey();
    auto [key, oldEnds] = _store.transact([&](Transaction& transaction) {
        const auto old = transaction.findKey(caller.keyId);
        if (!old || domain::hasExpired(*old, now)) // another request has rotated the key with keep_hours 0
            throw Error(ErrorCode::invalidCredential);
        auto fresh = recordOf(issued, old->clientId, now);
        fresh.name = old->name;
        fresh.scopes = old->scopes;
        fresh.expiresAt = isAnswerLost(transaction, *old, used) ? old->originalExpiry : old->expiresAt;
        fresh.originalExpiry = old->originalExpiry;
        fresh.issuer = old->keyId;
        domain::makeRoomForKey(transaction, old->clientId, keysOfClient, now);
        domain::rotateKey(transaction, fresh, old->keyId, latest, keysOfClient.keys);
        transaction.record({.at = now,
                            .actor = actorOf(caller, origin),
                            .action = "client.key_rotated",
                            .client = old->clientId,
                            .outcome = old->keyId + " replaced by " + fresh.keyId});
        return std::pair(std::move(fresh), std::min(old->expiresAt.value_or(latest), latest));
    });
    _keys.reload(key.clientId);
    return {std::move(key), std::move(issued.text), oldEnds};
}

SharedCaller ClientService::authenticate(const provider::Secret& key) const {
    const auto parsed = crypto::parseCredential(key.reveal());
    if (!parsed || parsed->kind != crypto::CredentialKind::confidentialClientKey)
        throw Error(ErrorCode::invalidCredential,
                    "That is no whole client key; copy it again, all 65 characters from cok_ on.");
    const auto known = _keys.prove(*parsed);
    if (!known)
        throw Error(ErrorCode::invalidCredential);
    if (domain::hasExpired(known->key, base::nowOf(_clock)))
        throw Error(ErrorCode::invalidCredential, "The key has expired.");
    if (!*known->isUsed)
        *known->isUsed = true;
    return SharedCaller(std::shared_ptr<const Caller>(known, &known->caller));
}

} // namespace central_oauth::services
