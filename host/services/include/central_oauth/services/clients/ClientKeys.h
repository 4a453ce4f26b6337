// SPDX-License-Identifier: Apache-2.0
// The keys of all clients in memory, so that proving a key costs no look into the store.
#pragma once

#include "central_oauth/crypto/Credential.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace central_oauth::services {

/// A key, and the caller that it proves.
struct KnownKey {
    Caller caller;
    domain::ClientKey key;
    std::shared_ptr<std::atomic<bool>> isUsed; ///< set by the first proof; stays when the key is replaced
};

/// Keys of clients by their ids: hashes, scopes and expiries, never a key itself. A copy of what is stored,
/// for authentication only.
///
/// The store outlives this object.
/// Thread-safe.
/// Readers share the lock and hold it for one look-up.
/// Errors: base::Error(storeUnavailable) from the constructor and `reloadMissing`.
class ClientKeys {
public:
    using Entry = std::shared_ptr<const KnownKey>;

    /// Loads all keys of all clients. Marks each as used, because it is unknown whether they are.
    explicit ClientKeys(const domain::Store& store);

    /// Loads the keys of one client anew. Call after each change of these keys: the next `prove` sees it.
    /// Marks a key that is new here as unused. If the store does not answer, none of the client's keys works
    /// until `reloadMissing`: a removed or replaced key must not outlive its end here.
    void reload(const base::ClientId& client);

    /// Loads the keys that `reload` could not load. Marks them as used.
    void reloadMissing();

    /// Returns the presented key, even if it has expired. Returns null if there is no key of that id and
    /// hash. Compares hashes in constant time, and takes the same steps for an unknown id.
    [[nodiscard]] Entry prove(const crypto::ParsedCredential& presented) const;

    /// Returns the ids of the client's used keys.
    [[nodiscard]] std::set<std::string> usedOf(const base::ClientId& client) const;

private:
    void load(const base::ClientId& client, bool areUsed);
    void put(const domain::Client& client, const std::vector<domain::ClientKey>& keys, bool areUsed);
    void drop(const base::ClientId& client);

    const domain::Store& _store;
    const Entry _nobody;               ///< stands in for the key of an unknown id in comparisons
    std::mutex _reloading;             ///< held from reading to putting, so that the later state is put last
    std::set<base::ClientId> _missing; ///< guarded by _reloading
    mutable std::shared_mutex _mutex;
    std::unordered_map<std::string, Entry> _byId;            ///< guarded by _mutex
    std::map<base::ClientId, std::vector<Entry>> _ofClients; ///< guarded by _mutex
};

} // namespace central_oauth::services
