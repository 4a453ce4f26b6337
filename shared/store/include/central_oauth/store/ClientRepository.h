// SPDX-License-Identifier: Apache-2.0
// Registered clients and their keys.
#pragma once

#include "central_oauth/store/Records.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::store {

/// A key together with its client.
struct KnownKey {
    Client client;
    ClientKey key;
};

/// Clients and keys. Threads: any. Errors: base::Error(storeUnavailable) from every function.
class ClientRepository {
public:
    virtual ~ClientRepository() = default;

    /// Adds a client with its first key. Throws: Error(conflict) if the name is taken.
    virtual void create(const Client& client, const ClientKey& key) = 0;

    /// Every key of every client, also the expired ones, in the order of their making.
    [[nodiscard]] virtual std::vector<KnownKey> keys() const = 0;

    /// Adds a key to its client. Throws: Error(notFound) if the client is gone, Error(conflict) if it has
    /// `most` keys already.
    virtual void addKey(const ClientKey& key, int most) = 0;

    /// Adds `fresh`, and has the key `old` of the same client end at `oldEnds` unless it ends sooner, in one
    /// step. Throws: as addKey; Error(notFound) also if `old` is gone.
    virtual void rotateKey(const ClientKey& fresh, const std::string& old, Timestamp oldEnds, int most) = 0;

    /// False: the client has no such key.
    virtual bool removeKey(const ClientId& client, const std::string& keyId) = 0;

    [[nodiscard]] virtual std::optional<Client> find(const ClientId& id) const = 0;

    /// All clients by name.
    [[nodiscard]] virtual std::vector<Client> list() const = 0;

    /// Removes the client with its keys, links and accounts, in one step. False: no such name.
    virtual bool remove(const std::string& name) = 0;
};

} // namespace central_oauth::store
