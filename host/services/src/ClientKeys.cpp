// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ClientKeys.h"

#include "central_oauth/crypto/Digest.h"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

namespace central_oauth::services {

namespace {

ClientKeys::Entry makeNobody() {
    store::KnownKey nobody;
    nobody.key.hash.assign(crypto::digestSize, '\0');
    return std::make_shared<const store::KnownKey>(std::move(nobody));
}

} // namespace

ClientKeys::ClientKeys(const std::vector<store::KnownKey>& keys) : _nobody(makeNobody()) {
    for (const auto& known : keys)
        put(known);
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

ClientKeys::Entry ClientKeys::find(const std::string& keyId) const {
    const std::shared_lock lock(_mutex);
    const auto found = _byId.find(keyId);
    return found == _byId.end() ? nullptr : found->second;
}

std::vector<ClientKeys::Entry> ClientKeys::ofClient(const base::ClientId& client) const {
    std::vector<Entry> keys;
    {
        const std::shared_lock lock(_mutex);
        for (const auto& [keyId, entry] : _byId)
            if (entry->client.id == client)
                keys.push_back(entry);
    }
    // A key that replaced another stands behind it, also when both are of one second.
    const auto place = [](const Entry& entry) {
        return std::tuple(entry->key.createdAt, !entry->key.issuer.empty(),
                          std::string_view(entry->key.keyId));
    };
    std::sort(keys.begin(), keys.end(),
              [&place](const Entry& left, const Entry& right) { return place(left) < place(right); });
    return keys;
}

void ClientKeys::put(store::KnownKey known) {
    auto entry = std::make_shared<const store::KnownKey>(std::move(known));
    const std::unique_lock lock(_mutex);
    _byId[entry->key.keyId] = entry;
}

void ClientKeys::remove(const std::string& keyId) {
    const std::unique_lock lock(_mutex);
    _byId.erase(keyId);
}

void ClientKeys::forget(const std::string& keyId) {
    const std::unique_lock lock(_mutex);
    const auto found = _byId.find(keyId);
    if (found == _byId.end())
        return;
    const auto gone = found->second;
    _byId.erase(found);
    for (auto& item : _byId) {
        if (item.second->key.issuer != keyId)
            continue;
        auto changed = *item.second;
        changed.key.issuer = gone->key.issuer;
        item.second = std::make_shared<const store::KnownKey>(std::move(changed));
    }
}

void ClientKeys::removeClient(const base::ClientId& client) {
    const std::unique_lock lock(_mutex);
    std::erase_if(_byId, [&client](const auto& item) { return item.second->client.id == client; });
}

} // namespace central_oauth::services
