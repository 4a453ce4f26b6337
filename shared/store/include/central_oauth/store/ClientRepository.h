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

    /// The key of that id, also if it has expired. Empty: unknown.
    [[nodiscard]] virtual std::optional<KnownKey> findKey(const std::string& keyId) const = 0;
    [[nodiscard]] virtual std::optional<Client> find(const ClientId& id) const = 0;

    /// All clients by name.
    [[nodiscard]] virtual std::vector<Client> list() const = 0;

    /// Removes the client with its keys, links and accounts, in one step. False: no such name.
    virtual bool remove(const std::string& name) = 0;
};

} // namespace central_oauth::store
