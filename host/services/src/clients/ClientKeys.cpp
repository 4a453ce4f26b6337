// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/clients/ClientKeys.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Digest.h"

#include <mutex>
#include <utility>

namespace central_oauth::services {

namespace {

Caller callerOfKey(const domain::Client& client, const domain::ClientKey& key) {
    Caller caller{client, key.keyId, key.scopes};
    caller.issuerEnds = key.expiresAt;
    return caller;
}

ClientKeys::Entry makeNobody() {
    KnownKey nobody;
    nobody.key.hash.assign(crypto::digestSize, '\0');
    return std::make_shared<const KnownKey>(std::move(nobody));
}

} // namespace

ClientKeys::ClientKeys(const domain::Store& store) : _store(store), _nobody(makeNobody()) {
    const auto [clients, keys] = store.read([](const domain::ReadView& view) {
        return std::pair(view.clients(), view.select(domain::KeyFilter{}));
    });
    std::map<base::ClientId, std::vector<domain::ClientKey>> keysOf;
    for (const auto& key : keys)
        keysOf[key.clientId].push_back(key);
    for (const auto& client : clients)
        put(client, keysOf[client.id], true);
}

void ClientKeys::reload(const base::ClientId& client) {
    const std::lock_guard reloading(_reloading);
    try {
        load(client, false);
    } catch (const base::Error&) {
        // The change is durable in the store. Drop the keys in memory: they precede the change.
        const std::unique_lock lock(_mutex);
        drop(client);
        _missing.insert(client);
    }
}

void ClientKeys::reloadMissing() {
    const std::lock_guard reloading(_reloading);
    while (!_missing.empty()) {
        load(*_missing.begin(), true);
        _missing.erase(_missing.begin());
    }
}

// Requires: the caller holds _reloading.
void ClientKeys::load(const base::ClientId& client, bool areUsed) {
    const auto [found, keys] = _store.read([&](const domain::ReadView& view) {
        return std::pair(view.find(client), view.select(domain::KeyFilter{.client = client}));
    });
    const std::unique_lock lock(_mutex);
    if (found)
        put(*found, keys, areUsed);
    else
        drop(client);
}

ClientKeys::Entry ClientKeys::prove(const crypto::ParsedCredential& presented) const {
    Entry entry = _nobody;
    {
        const std::shared_lock lock(_mutex);
        if (const auto found = _byId.find(presented.keyId); found != _byId.end())
            entry = found->second;
    }
    const bool isEqual = crypto::constantTimeEquals(entry->key.hash, presented.hash);
    return isEqual && entry != _nobody ? entry : nullptr;
}

std::set<std::string> ClientKeys::usedOf(const base::ClientId& client) const {
    std::set<std::string> used;
    const std::shared_lock lock(_mutex);
    if (const auto found = _ofClients.find(client); found != _ofClients.end())
        for (const auto& entry : found->second)
            if (*entry->isUsed)
                used.insert(entry->key.keyId);
    return used;
}

// Requires: the caller holds the lock, except in the constructor.
void ClientKeys::put(const domain::Client& client, const std::vector<domain::ClientKey>& keys, bool areUsed) {
    std::vector<Entry> entries;
    for (const auto& key : keys) {
        const auto before = _byId.find(key.keyId);
        auto isUsed =
            before == _byId.end() ? std::make_shared<std::atomic<bool>>(areUsed) : before->second->isUsed;
        entries.push_back(
            std::make_shared<const KnownKey>(KnownKey{callerOfKey(client, key), key, std::move(isUsed)}));
    }
    drop(client.id);
    for (const auto& entry : entries)
        _byId[entry->key.keyId] = entry;
    _ofClients[client.id] = std::move(entries);
}

void ClientKeys::drop(const base::ClientId& client) {
    for (const auto& entry : _ofClients[client])
        _byId.erase(entry->key.keyId);
    _ofClients.erase(client);
}

} // namespace central_oauth::services
