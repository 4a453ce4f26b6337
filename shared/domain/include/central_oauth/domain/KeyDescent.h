// SPDX-License-Identifier: Apache-2.0
// The descent of client keys and grant tokens: what a key has issued, and what ends with it.
#pragma once

#include "central_oauth/domain/Store.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

[[nodiscard]] constexpr bool hasExpired(const ClientKey& key, Timestamp now) {
    return key.expiresAt && *key.expiresAt <= now;
}

/// Returns the key's present expiry. Returns nullopt if the key has none or `keyId` is empty.
/// Throws: base::Error(invalidCredential) if the key is gone or has expired.
[[nodiscard]] std::optional<Timestamp> requireIssuer(const ReadView& view, const std::string& keyId,
                                                     Timestamp now);

/// Adds a key to its client.
/// Throws: base::Error(notFound) if the client is gone, base::Error(conflict) if the client already has
/// `most` keys that have not expired.
void addKey(Transaction& transaction, const ClientKey& key, std::size_t most);

/// Limits of a client's keys.
struct KeyLimits {
    std::size_t keys;      ///< keys that work, and expired keys that are no ancestors
    std::size_t ancestors; ///< expired keys from which a working key or a grant token descends
};

/// Removes expired keys of the client if one more key would exceed the limits. Keeps ancestors that the
/// operator made: removing one would end everything that descends from it.
/// Throws: base::Error(conflict) if too many keys work.
void makeRoomForKey(Transaction& transaction, const ClientId& client, const KeyLimits& limits, Timestamp now);

/// Adds `fresh`, and makes the key `old` of the same client expire at `oldEnds` if it does not expire
/// earlier. The grant tokens and links of `old` now descend from `fresh`.
/// Throws: as addKey; base::Error(notFound) also if `old` is gone or has expired.
void rotateKey(Transaction& transaction, const ClientKey& fresh, const std::string& old, Timestamp oldEnds,
               std::size_t most);

/// What happens to the credentials and links that a removed key issued.
enum class Issued {
    end,  ///< keys and grant tokens that descend from it are removed, its open links expire, its delivered
          ///< ones can't be read again
    keep, ///< they stay, and descend from the removed key's own issuer
};

/// What removeKey removed.
struct RemovedKeys {
    std::vector<std::string> keys; ///< the removed key, then its descendants; empty if nothing was removed
    std::size_t grantTokens = 0;   ///< grant tokens that descended from them
    std::size_t links = 0;         ///< open links that they created
};

/// Removes a key, and ends or keeps what descends from it. Does nothing if the client has no such key.
RemovedKeys removeKey(Transaction& transaction, const ClientId& client, const std::string& keyId,
                      Issued issued, Timestamp now);

/// Returns when a grant token stops working: at its expiry, or `unused` after its last use if that is
/// earlier.
[[nodiscard]] constexpr Timestamp endOf(const GrantToken& token, std::chrono::seconds unused) {
    const auto idle = token.lastUsedAt + unused;
    return idle < token.expiresAt ? idle : token.expiresAt;
}

/// Adds a grant token and returns it as stored. A token with a parent descends from the parent's present
/// issuer; a token without one expires with its issuer at the latest.
/// Throws: base::Error(notFound) if the account is gone, base::Error(conflict) if the account already has
/// `most` tokens, base::Error(invalidCredential) if the parent or the issuer is gone, or if the issuer has
/// expired.
[[nodiscard]] GrantToken addGrantToken(Transaction& transaction, GrantToken token, std::size_t most);

/// What happens to the tokens that a removed token made: they are removed, or descend from its parent.
enum class Successors { end, keep };

/// Removes a token and, with Successors::end, the tokens that descend from it. Returns the removed ids, the
/// given one first. Returns an empty list if the account has no such token.
[[nodiscard]] std::vector<std::string> removeGrantToken(Transaction& transaction, const AccountId& account,
                                                        const std::string& keyId, Successors successors);

/// Removes at most `most` expired tokens; `unused` is how long a token lives without use. Their successors
/// then descend from the parent of the removed token. Returns the removed ids. Returns an empty list once no
/// expired token is left.
[[nodiscard]] std::vector<std::string> purgeGrantTokens(Transaction& transaction, std::chrono::seconds unused,
                                                        Timestamp now, std::size_t most);

} // namespace central_oauth::domain
