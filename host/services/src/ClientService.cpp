// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ClientService.h"

#include "ClientRules.h"
#include "central_oauth/crypto/Random.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

// A key with its record, which has no name, scopes and end yet.
AddedKey issueKey(const store::Client& client, base::Timestamp now) {
    auto issued = crypto::issueCredential(crypto::CredentialKind::confidentialClientKey);
    AddedKey added;
    added.record.keyId = issued.keyId;
    added.record.clientId = client.id;
    added.record.hash = issued.hash;
    added.record.createdAt = now;
    added.key = std::move(issued.text);
    return added;
}

store::Client clientFrom(const NewClient& wanted, base::Timestamp now) {
    constexpr std::size_t idBytes = 9;
    store::Client client;
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

bool hasEnded(const store::ClientKey& key, base::Timestamp now) {
    return key.expiresAt && *key.expiresAt <= now;
}

} // namespace

ClientService::ClientService(store::ClientRepository& clients, store::AuditLog& audit,
                             const base::Clock& clock)
    : _clients(clients),
      _clock(clock),
      _audit(audit, clock),
      _keys(clients.keys()),
      _rotations(clock, static_cast<std::size_t>(mostClients)) {}

AddedClient ClientService::add(const NewClient& wanted) {
    checkNewClient(wanted);
    const auto now = base::nowOf(_clock);
    const auto client = clientFrom(wanted, now);
    auto added = issueKey(client, now);
    added.record.name = "default";
    added.record.scopes = client.scopes;

    const std::lock_guard lock(_changing);
    if (_clients.list().size() >= static_cast<std::size_t>(mostClients))
        throw Error(ErrorCode::conflict, "There are " + std::to_string(mostClients) +
                                             " clients, which is the most; remove one first.");
    _clients.create(client, added.record);
    _keys.put({client, added.record});
    _audit.recordOperator(client.id, "client.added", "ok");
    return {client, std::move(added.record), std::move(added.key)};
}

std::vector<store::Client> ClientService::list() const {
    return _clients.list();
}

store::Client ClientService::clientOf(const std::string& name) const {
    for (auto& client : _clients.list())
        if (client.name == name)
            return std::move(client);
    throw Error(ErrorCode::notFound, "There is no client of that name; `client list` shows the names.");
}

void ClientService::remove(const std::string& name) {
    const std::lock_guard lock(_changing);
    const auto client = clientOf(name);
    (void)_clients.remove(name);
    _keys.removeClient(client.id);
    _audit.recordOperator(client.id, "client.removed", "ok");
}

AddedKey ClientService::addKey(const std::string& clientName, const NewKey& wanted) {
    const std::lock_guard lock(_changing);
    const auto client = clientOf(clientName);
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
    makeRoom(client, now);
    _clients.addKey(added.record, mostKeysOfClient);
    _keys.put({client, added.record});
    _audit.recordOperator(client.id, "client.key_added", added.record.keyId);
    return added;
}

std::vector<store::ClientKey> ClientService::listKeys(const std::string& clientName) const {
    std::vector<store::ClientKey> keys;
    for (const auto& known : _keys.ofClient(clientOf(clientName).id))
        keys.push_back(known->key);
    return keys;
}

void ClientService::removeKey(const std::string& clientName, const std::string& keyId) {
    const std::lock_guard lock(_changing);
    const auto client = clientOf(clientName);
    if (!_clients.removeKey(client.id, keyId))
        throw Error(ErrorCode::notFound, "The client has no such key; `client key list` shows the ids.");
    _keys.remove(keyId);
    _audit.recordOperator(client.id, "client.key_removed", keyId);
}

RotatedKey ClientService::rotate(const Caller& caller, std::chrono::hours keep, const Source& source) {
    constexpr BucketRate rotations{10, 10};
    checkKeep(keep);
    if (const auto wait = _rotations.take(caller.client.id.value(), rotations))
        throw Error(ErrorCode::tooManyRequests, "A client changes its keys ten times a minute at most.")
            .withRetryAfter(*wait);

    const std::lock_guard lock(_changing);
    const auto old = _keys.find(caller.keyId);
    if (!old)
        throw Error(ErrorCode::invalidCredential);
    const auto now = base::nowOf(_clock);
    auto fresh = issueKey(old->client, now);
    fresh.record.name = old->key.name;
    fresh.record.scopes = old->key.scopes;
    fresh.record.expiresAt = old->key.expiresAt;
    auto replaced = *old;
    const base::Timestamp latest = now + keep;
    replaced.key.expiresAt = std::min(old->key.expiresAt.value_or(latest), latest);
    makeRoom(old->client, now);
    // Before the act: a rotation that is not answered leaves its client with a key that ends.
    _audit.record(caller, {}, "client.key_rotated", caller.keyId + " replaced by " + fresh.record.keyId,
                  source);
    _clients.rotateKey(fresh.record, caller.keyId, latest, mostKeysOfClient);
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
    return {known->client, known->key.keyId, known->key.scopes};
}

// Keys that have ended are kept for the operator to see, as long as there is room.
void ClientService::makeRoom(const store::Client& client, base::Timestamp now) {
    const auto keys = _keys.ofClient(client.id);
    auto left = keys.size();
    if (left < static_cast<std::size_t>(mostKeysOfClient))
        return;
    for (const auto& known : keys) {
        if (!hasEnded(known->key, now))
            continue;
        (void)_clients.removeKey(client.id, known->key.keyId);
        _keys.remove(known->key.keyId);
        --left;
    }
    if (left >= static_cast<std::size_t>(mostKeysOfClient))
        throw Error(ErrorCode::conflict, "The client has " + std::to_string(mostKeysOfClient) +
                                             " keys, which is the most; remove one first.");
}

} // namespace central_oauth::services
