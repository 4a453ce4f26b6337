// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ClientService.h"

#include "ClientRules.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Client.h"

#include <algorithm>
#include <set>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

// A key with its record, which has no name, scopes and end yet.
AddedKey issueKey(const domain::Client& client, base::Timestamp now) {
    auto issued = crypto::issueCredential(crypto::CredentialKind::confidentialClientKey);
    AddedKey added;
    added.record.keyId = issued.keyId;
    added.record.clientId = client.id;
    added.record.hash = issued.hash;
    added.record.createdAt = now;
    added.key = std::move(issued.text);
    return added;
}

domain::Client clientFrom(const NewClient& wanted, base::Timestamp now) {
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

std::string counted(int number, const std::string& one, const std::string& many) {
    return std::to_string(number) + ' ' + (number == 1 ? one : many);
}

// What an operator typed, cut so that the rest of the sentence is seen.
std::string shown(const std::string& typed) {
    constexpr std::size_t longestShown = 100;
    return base::displayText(typed, longestShown);
}

Error unknownKey(const std::string& keyId) {
    return Error(ErrorCode::notFound,
                 "The client has no key \"" + shown(keyId) + "\"; `client key list` shows the ids.");
}

std::string outcomeOf(const store::RemovedKeys& removed) {
    const auto& key = removed.keys.front();
    return removed.grantTokens == 0
               ? key
               : key + " with " + counted(removed.grantTokens, "grant token", "grant tokens");
}

bool hasEnded(const domain::ClientKey& key, base::Timestamp now) {
    return key.expiresAt && *key.expiresAt <= now;
}

// The ids of all keys that a living key or a grant token descends from.
std::set<std::string> ancestorsOfLiving(const std::vector<ClientKeys::Entry>& keys,
                                        const std::map<std::string, int>& grantTokens, base::Timestamp now) {
    std::map<std::string, std::string> issuers;
    for (const auto& known : keys)
        issuers[known->key.keyId] = known->key.issuer;
    std::set<std::string> ancestors;
    const auto climb = [&](std::string keyId) {
        while (issuers.contains(keyId) && ancestors.insert(keyId).second)
            keyId = issuers.at(keyId);
    };
    for (const auto& known : keys)
        if (!hasEnded(known->key, now))
            climb(known->key.issuer);
    for (const auto& issued : grantTokens)
        climb(issued.first);
    return ancestors;
}

} // namespace

std::string describe(const store::ClientHoldings& held) {
    return counted(held.accounts, "account", "accounts") + " of " + counted(held.people, "person", "people") +
           ", " + counted(held.keys, "key", "keys") + ", " +
           counted(held.grantTokens, "grant token", "grant tokens") + " and " +
           counted(held.openLinks, "open link", "open links");
}

ClientService::ClientService(store::ClientRepository& clients, store::AuditLog& audit,
                             const base::Clock& clock)
    : _clients(clients),
      _clock(clock),
      _audit(audit, clock),
      _keys(clients.keys()),
      _rotations(clock, static_cast<std::size_t>(mostClients)),
      _changing([this] { _clients.requireWritable(); }) {}

AddedClient ClientService::add(const NewClient& wanted) {
    checkNewClient(wanted);
    const auto now = base::nowOf(_clock);
    const auto client = clientFrom(wanted, now);
    auto added = issueKey(client, now);
    added.record.name = "default";
    added.record.scopes = client.scopes;

    const auto turn = _changing.take();
    if (_clients.list().size() >= static_cast<std::size_t>(mostClients))
        throw Error(ErrorCode::conflict, "There are " + std::to_string(mostClients) +
                                             " clients, which is the most; remove one first.");
    _clients.create(client, added.record);
    _keys.put({client, added.record});
    _audit.recordOperator(client, "client.added", "ok");
    return {client, std::move(added.record), std::move(added.key)};
}

std::vector<domain::Client> ClientService::list() const {
    return _clients.list();
}

domain::Client ClientService::get(const std::string& name) const {
    for (auto& client : _clients.list())
        if (client.name == name)
            return std::move(client);
    throw Error(ErrorCode::notFound,
                "There is no client \"" + shown(name) + "\"; `client list` shows the names.");
}

store::ClientHoldings ClientService::holdings(const std::string& name) const {
    return _clients.holdings(get(name).id, base::nowOf(_clock));
}

void ClientService::remove(const std::string& name) {
    const auto turn = _changing.take();
    const auto client = get(name);
    const auto held = _clients.holdings(client.id, base::nowOf(_clock));
    (void)_clients.remove(name);
    _keys.removeClient(client.id);
    _audit.recordOperator(client, "client.removed", "with " + describe(held));
}

void ClientService::withdraw(const AddedClient& added) {
    const auto turn = _changing.take();
    (void)_clients.remove(added.client.name);
    _keys.removeClient(added.client.id);
    _audit.recordOperator(added.client, "client.withdrawn", "its key could not be shown");
}

AddedKey ClientService::addKey(const std::string& clientName, const NewKey& wanted) {
    const auto turn = _changing.take();
    const auto client = get(clientName);
    checkNewKey(wanted, client);
    const auto now = base::nowOf(_clock);
    for (const auto& other : _keys.ofClient(client.id))
        if (other->key.name == wanted.name && !hasEnded(other->key, now))
            throw Error(ErrorCode::conflict,
                        "The client has a key of that name; `client key list` shows it.");
    auto added = issueKey(client, now);
    added.record.name = wanted.name;
    added.record.scopes = wanted.scopes.value_or(client.scopes);
    if (wanted.life)
        added.record.expiresAt = now + *wanted.life;
    added.record.originalExpiry = added.record.expiresAt;
    makeRoom(client, now);
    _clients.addKey(added.record, mostKeysOfClient);
    _keys.put({client, added.record});
    _audit.recordOperator(client, "client.key_added", added.record.keyId);
    return added;
}

void ClientService::withdraw(const AddedKey& added) {
    const auto turn = _changing.take();
    const auto known = _keys.find(added.record.keyId);
    if (!known)
        return;
    (void)_clients.removeKey(added.record.clientId, added.record.keyId, store::Issued::end,
                             base::nowOf(_clock));
    _keys.remove(added.record.keyId);
    _audit.recordOperator(known->client, "client.key_withdrawn", added.record.keyId + " could not be shown");
}

std::vector<domain::ClientKey> ClientService::listKeys(const std::string& clientName) const {
    std::vector<domain::ClientKey> keys;
    for (const auto& known : _keys.ofClient(get(clientName).id))
        keys.push_back(known->key);
    return keys;
}

std::map<std::string, int> ClientService::grantTokensByIssuer(const std::string& clientName) const {
    return _clients.grantTokensByIssuer(get(clientName).id);
}

KeyDescent ClientService::descentOf(const std::string& clientName, const std::string& keyId) const {
    const auto client = get(clientName);
    const auto now = base::nowOf(_clock);
    const auto keys = _keys.ofClient(client.id);
    const auto tokens = _clients.grantTokensByIssuer(client.id);
    KeyDescent descent;
    std::vector<std::string> line; // the key and all that descend from it
    const auto add = [&](const ClientKeys::Entry& each) {
        line.push_back(each->key.keyId);
        const auto issued = tokens.find(each->key.keyId);
        descent.grantTokens += issued == tokens.end() ? 0 : issued->second;
        if (each->key.keyId == keyId)
            descent.hasExpired = hasEnded(each->key, now);
        else if (!hasEnded(each->key, now))
            descent.keys.push_back(each->key.keyId);
    };
    for (const auto& each : keys)
        if (each->key.keyId == keyId)
            add(each);
    if (line.empty())
        throw unknownKey(keyId);
    for (std::size_t i = 0; i < line.size(); ++i)
        for (const auto& each : keys)
            if (each->key.issuer == line[i] &&
                std::find(line.begin(), line.end(), each->key.keyId) == line.end())
                add(each);
    return descent;
}

store::RemovedKeys ClientService::removeKey(const std::string& clientName, const std::string& keyId,
                                            store::Issued issued) {
    const auto turn = _changing.take();
    const auto client = get(clientName);
    auto removed = _clients.removeKey(client.id, keyId, issued, base::nowOf(_clock));
    if (removed.keys.empty())
        throw unknownKey(keyId);
    if (issued == store::Issued::keep)
        _keys.forget(keyId);
    for (const auto& each : removed.keys)
        _keys.remove(each);
    for (const auto& each : removed.keys)
        _audit.recordOperator(client, "client.key_removed",
                              each == keyId ? outcomeOf(removed) : each + ", issued by " + keyId);
    return removed;
}

RotatedKey ClientService::rotate(const Caller& caller, std::chrono::hours keep, const Source& source) {
    constexpr BucketRate rotations{10, 10};
    checkKeep(keep);
    if (const auto wait = _rotations.take(caller.client.id.value(), rotations))
        throw Error(ErrorCode::tooManyRequests, "A client changes its keys ten times a minute at most.")
            .withRetryAfter(*wait);

    const auto turn = _changing.take();
    const auto old = _keys.find(caller.keyId);
    const auto now = base::nowOf(_clock);
    if (!old || hasEnded(old->key, now)) // another request has rotated it with keep_hours 0
        throw Error(ErrorCode::invalidCredential);
    auto fresh = issueKey(old->client, now);
    fresh.record.name = old->key.name;
    fresh.record.scopes = old->key.scopes;
    fresh.record.expiresAt = isAnswerLost(old->key) ? old->key.originalExpiry : old->key.expiresAt;
    fresh.record.originalExpiry = old->key.originalExpiry;
    fresh.record.issuer = old->key.keyId;
    auto replaced = *old;
    const base::Timestamp latest = now + keep;
    replaced.key.expiresAt = std::min(old->key.expiresAt.value_or(latest), latest);
    makeRoom(old->client, now);
    // Before the act: a rotation that is not answered leaves its client with a key that ends.
    _audit.record(caller, {}, "client.key_rotated", caller.keyId + " replaced by " + fresh.record.keyId,
                  source);
    _clients.rotateKey(fresh.record, caller.keyId, latest, mostKeysOfClient);
    awaitUse(fresh.record.keyId);
    const auto oldEnds = *replaced.key.expiresAt;
    _keys.put({old->client, fresh.record});
    _keys.put(std::move(replaced));
    return {std::move(fresh.record), std::move(fresh.key), oldEnds};
}

Caller ClientService::authenticate(const provider::Secret& key) const {
    const auto parsed = crypto::parseCredential(key.reveal());
    if (!parsed || parsed->kind != crypto::CredentialKind::confidentialClientKey)
        throw Error(ErrorCode::invalidCredential,
                    "That is no whole client key; copy it again, all 65 characters from cok_ on.");
    const auto known = _keys.prove(*parsed);
    if (!known)
        throw Error(ErrorCode::invalidCredential);
    if (hasEnded(known->key, base::nowOf(_clock)))
        throw Error(ErrorCode::invalidCredential, "The key has expired.");
    noteUse(known->key.keyId);
    Caller caller{known->client, known->key.keyId, known->key.scopes};
    caller.issuerEnds = known->key.expiresAt;
    return caller;
}

// The client rotates with the old key again, and no key that replaced it has ever been used.
bool ClientService::isAnswerLost(const domain::ClientKey& old) const {
    const std::lock_guard lock(_awaiting);
    bool isAny = false;
    for (const auto& known : _keys.ofClient(old.clientId)) {
        if (known->key.issuer != old.keyId)
            continue;
        if (!_unused.contains(known->key.keyId))
            return false;
        isAny = true;
    }
    return isAny;
}

void ClientService::awaitUse(const std::string& keyId) {
    const std::lock_guard lock(_awaiting);
    std::erase_if(_unused, [this](const auto& each) { return !_keys.find(each); });
    _unused.insert(keyId);
    _unusedCount = _unused.size();
}

void ClientService::noteUse(const std::string& keyId) const {
    if (_unusedCount == 0)
        return;
    const std::lock_guard lock(_awaiting);
    _unused.erase(keyId);
    _unusedCount = _unused.size();
}

// Expired keys are kept for the operator to see, as long as there is room; those that living things descend
// from are kept apart from that, so that their removal ends their descent.
void ClientService::makeRoom(const domain::Client& client, base::Timestamp now) {
    const auto keys = _keys.ofClient(client.id);
    const auto ancestors = ancestorsOfLiving(keys, _clients.grantTokensByIssuer(client.id), now);
    std::size_t left = 0; // that take one of the ten places
    std::size_t kept = 0; // that are ancestors only
    for (const auto& known : keys)
        (hasEnded(known->key, now) && ancestors.contains(known->key.keyId) ? kept : left) += 1;
    const bool isFull = left >= static_cast<std::size_t>(mostKeysOfClient);
    for (const auto& known : keys) {
        if (!hasEnded(known->key, now))
            continue;
        const bool isAncestor = ancestors.contains(known->key.keyId);
        // The key that the operator made stays: removing it ends the whole line.
        const bool isSurplus = isAncestor && kept > mostAncestorsOfClient && !known->key.issuer.empty();
        if (isAncestor ? !isSurplus : !isFull)
            continue;
        // The key has expired by itself: what it issued has its own end.
        (void)_clients.removeKey(client.id, known->key.keyId, store::Issued::keep, now);
        _keys.forget(known->key.keyId);
        --(isAncestor ? kept : left);
    }
    if (left >= static_cast<std::size_t>(mostKeysOfClient))
        throw Error(ErrorCode::conflict, "The client has " + std::to_string(mostKeysOfClient) +
                                             " keys, which is the most; remove one first.");
}

} // namespace central_oauth::services
