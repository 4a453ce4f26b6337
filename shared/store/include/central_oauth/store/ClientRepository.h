// SPDX-License-Identifier: Apache-2.0
// Registered clients and their keys.
#pragma once

#include "central_oauth/store/Records.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::store {

/// A key together with its client.
struct KnownKey {
    Client client;
    ClientKey key;
};

/// What becomes of what a key issued when the key is removed.
enum class Issued {
    end,  ///< the keys and grant tokens that descend from it are removed with it, its open links expire, and
          ///< its delivered ones can't be read again
    keep, ///< they stay, and descend from the issuer of the removed key then
};

/// What the removal of a key took along.
struct RemovedKeys {
    std::vector<std::string> keys; ///< the removed key, then the keys that descended from it; empty: none
    int grantTokens = 0;           ///< that descended from any of them
    int links = 0;                 ///< open ones that any of them created
};

/// How much a client has.
struct ClientHoldings {
    int accounts = 0;
    int people = 0; ///< different ones at upstream behind the accounts
    int keys = 0;
    int grantTokens = 0;
    int openLinks = 0; ///< neither finished nor expired
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
    /// `most` keys already that have not expired.
    virtual void addKey(const ClientKey& key, int most) = 0;

    /// Adds `fresh`, and has the key `old` of the same client end at `oldEnds` unless it ends sooner, in one
    /// step. The grant tokens and links of `old` descend from `fresh` then. Throws: as addKey;
    /// Error(notFound) also if `old` is gone or has expired.
    virtual void rotateKey(const ClientKey& fresh, const std::string& old, Timestamp oldEnds, int most) = 0;

    /// Removes a key, and ends or keeps what descends from it, in one step. Nothing is removed if the client
    /// has no such key.
    virtual RemovedKeys removeKey(const ClientId& client, const std::string& keyId, Issued issued,
                                  Timestamp now) = 0;

    /// How many grant tokens descend from each key of the client; keys without any are left out.
    [[nodiscard]] virtual std::map<std::string, int> grantTokensByIssuer(const ClientId& client) const = 0;

    [[nodiscard]] virtual std::optional<Client> find(const ClientId& id) const = 0;

    /// All clients by name.
    [[nodiscard]] virtual std::vector<Client> list() const = 0;

    [[nodiscard]] virtual ClientHoldings holdings(const ClientId& id, Timestamp now) const = 0;

    /// Removes the client with its keys, links and accounts, in one step. False: no such name.
    virtual bool remove(const std::string& name) = 0;

    /// Throws: Error(storeUnavailable) while the store is known to fail writes.
    virtual void requireWritable() const = 0;
};

} // namespace central_oauth::store
