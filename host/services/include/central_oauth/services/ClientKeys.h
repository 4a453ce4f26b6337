// SPDX-License-Identifier: Apache-2.0
// The verifiers of all client keys in memory, so that proving a key costs no database access.
#pragma once

#include "central_oauth/crypto/Credential.h"
#include "central_oauth/store/ClientRepository.h"

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace central_oauth::services {

/// Keys of clients by their ids: hashes, scopes and ends, never a key itself.
///
/// Knows no store and no limits; whoever changes the store changes this after it, in the same order
/// (ClientService). A change is seen by the next `prove` that begins after it.
///
/// Threads: any; one lock, which readers share and hold for one look-up. What is returned never changes.
class ClientKeys {
public:
    using Entry = std::shared_ptr<const store::KnownKey>;

    explicit ClientKeys(const std::vector<store::KnownKey>& keys);

    /// The key that was presented, also an expired one; null if there is none of that id and hash. Hashes are
    /// compared in constant time, and an id of nobody takes the same steps as another.
    [[nodiscard]] Entry prove(const crypto::ParsedCredential& presented) const;

    /// Null: no such key.
    [[nodiscard]] Entry find(const std::string& keyId) const;

    /// The keys of a client in the order of their making.
    [[nodiscard]] std::vector<Entry> ofClient(const base::ClientId& client) const;

    /// Adds a key, or replaces the one of its id.
    void put(store::KnownKey known);

    void remove(const std::string& keyId);

    /// Removes a key; the keys that descend from it descend from its own issuer then.
    void forget(const std::string& keyId);

    void removeClient(const base::ClientId& client);

private:
    const Entry _nobody; ///< what a key of an unknown id is compared with
    mutable std::shared_mutex _mutex;
    std::unordered_map<std::string, Entry> _byId; ///< guarded by _mutex
};

} // namespace central_oauth::services
