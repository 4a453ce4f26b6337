// SPDX-License-Identifier: Apache-2.0
// Registered clients and their keys: adding, listing, rotating, removing, and proving a key.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/domain/ClientRules.h"
#include "central_oauth/domain/KeyDescent.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/clients/ClientKeys.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The limits of clients and keys, so that all keys fit in memory.
constexpr std::size_t mostClients = 10'000;
constexpr domain::KeyLimits keysOfClient{.keys = 10, .ancestors = 100};

/// A client that was just registered: the only moment at which its key is known in clear.
struct AddedClient {
    domain::Client client;
    domain::ClientKey record;
    provider::Secret key; ///< shown once, kept only as a hash
};

/// A key that was just made: the only moment at which it is known in clear.
struct AddedKey {
    domain::ClientKey record;
    provider::Secret key; ///< shown once, kept only as a hash
};

/// A key that took over from another.
struct RotatedKey {
    domain::ClientKey record;
    provider::Secret key; ///< shown once, kept only as a hash
    base::Timestamp oldEnds;
};

/// A key in the list of a client's keys.
struct ListedKey {
    domain::ClientKey key;
    std::size_t grantTokens = 0; ///< that descend from it
};

/// The keys and grant tokens that descend from a key and still work.
struct KeyDescent {
    bool hasExpired = false;         ///< whether the key itself has expired
    std::vector<std::string> keys{}; ///< ids of the keys that replaced it and have not expired, oldest first
    std::size_t grantTokens = 0;     ///< that descend from it or from any key that replaced it

    [[nodiscard]] bool isEmpty() const { return keys.empty() && grantTokens == 0; }
};

/// Returns in words what is removed together with a client: "2 accounts of 1 person, 3 keys, …".
[[nodiscard]] std::string describe(const domain::ClientHoldings& held);

/// The clients of this service and their keys. The store and the clock outlive the service.
///
/// Copies the keys of all clients into memory at construction, and those of one client after each change of
/// them, so nobody else may write clients while the service lives. `authenticate` asks the copy only, every
/// other function the store. A client has at most ten keys; keys that have expired stay listed until their
/// place is needed. Expired keys that living keys or grant tokens descend from take no place, and stay: a
/// hundred of them, and the operator's own.
///
/// Thread-safe.
/// Errors: base::Error(storeUnavailable) from the constructor and every function but `authenticate`. A change
/// whose commit is not known to be durable also throws storeUnavailable; if the commit was durable, the
/// change is in force after a restart.
class ClientService {
public:
    ClientService(domain::Store& store, const base::Clock& clock, std::size_t most = mostClients);

    /// Registers a confidential client with one key of all its scopes, named "default". Throws:
    /// Error(invalidRequest) naming what is wrong; Error(conflict) if the name is taken or the limit of
    /// clients is reached.
    [[nodiscard]] AddedClient add(const domain::NewClient& wanted);

    /// Loads the keys that could not be loaded after a change, so that they work again
    /// (ClientKeys::reloadMissing). Call regularly. Throws: Error(storeUnavailable).
    void reloadMissingKeys() { _keys.reloadMissing(); }

    /// Returns all clients by name.
    [[nodiscard]] std::vector<domain::Client> list() const;

    /// Takes back a client whose key could not be shown to anybody. Throws: nothing but storeUnavailable.
    void withdraw(const AddedClient& added);

    /// Returns the client of that name. Throws: Error(notFound).
    [[nodiscard]] domain::Client get(const std::string& name) const;

    /// Returns what is removed together with a client. Throws: Error(notFound).
    [[nodiscard]] domain::ClientHoldings holdings(const std::string& name) const;

    /// Removes a client with its keys, links and accounts. Throws: Error(notFound).
    void remove(const std::string& name);

    /// Gives the client of that name another key. Throws: Error(notFound); Error(invalidRequest) naming what
    /// is wrong; Error(conflict) if the client has a key of that name, or the limit of its keys is reached.
    [[nodiscard]] AddedKey addKey(const std::string& client, const domain::NewKey& wanted);

    /// Takes back a key that could not be shown to anybody. Throws: nothing but storeUnavailable.
    void withdraw(const AddedKey& added);

    /// Returns the keys of the client of that name, oldest first, expired ones included. Throws:
    /// Error(notFound).
    [[nodiscard]] std::vector<ListedKey> listKeys(const std::string& client) const;

    /// Returns the keys and grant tokens that descend from a key of the client of that name. Throws:
    /// Error(notFound).
    [[nodiscard]] KeyDescent descentOf(const std::string& client, const std::string& keyId) const;

    /// Ends a key at once, even the client's last, and everything that descends from it: the keys that
    /// replaced it, and all their grant tokens. With Issued::keep, the descendants stay. Throws:
    /// Error(notFound).
    domain::RemovedKeys removeKey(const std::string& client, const std::string& keyId,
                                  domain::Issued issued = domain::Issued::end);

    /// Returns a new key with the name, scopes and expiry of the caller's key. The caller's key expires after
    /// `keep` at the latest (0 to 168 hours). The new key descends from the old one. It takes over the old
    /// key's grant tokens, so that they outlive the old key, and its links. A key that was replaced can't
    /// give itself a longer life, unless no key that replaced it has been used since this service started:
    /// then the answer was lost, and the new key has the expiry that the operator gave. Throws:
    /// invalidRequest for `keep`; invalidCredential if the caller's key is gone or has expired; conflict if
    /// the limit of the client's keys is reached; tooManyRequests beyond ten a minute and client.
    [[nodiscard]] RotatedKey rotate(const Caller& caller, std::chrono::hours keep,
                                    const RequestOrigin& origin);

    /// Returns the caller behind a client key. Never costs a look into the store. Throws:
    /// Error(invalidCredential).
    [[nodiscard]] SharedCaller authenticate(const provider::Secret& key) const;

private:
    domain::Store& _store;
    const base::Clock& _clock;
    const std::size_t _most; ///< clients
    ClientKeys _keys;
    base::RateLimiter _rotations;
};

} // namespace central_oauth::services
