// SPDX-License-Identifier: Apache-2.0
// Client keys and grant tokens: what descends from which key, and what ends with it.
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

/// Returns the present expiry of a key; nullopt: it has none, or `keyId` is empty.
/// Throws: base::Error(invalidCredential) if there is no such key or it has expired.
[[nodiscard]] std::optional<Timestamp> requireIssuer(const ReadView& view, const std::string& keyId,
                                                     Timestamp now);

/// Adds a key to its client. Throws: base::Error(notFound) if the client is gone, base::Error(conflict) if it
/// has `most` keys already that have not expired.
void addKey(Transaction& transaction, const ClientKey& key, std::size_t most);

/// How many keys a client may have.
struct KeyLimits {
    std::size_t keys;      ///< that work, with the expired ones that are no ancestors
    std::size_t ancestors; ///< expired keys that a working key or a grant token descends from
};

/// Removes expired keys of the client if it would have too many with one more. An ancestor that the
/// operator made always stays: its removal ends all that descends from it. Throws: base::Error(conflict) if
/// too many keys work.
void makeRoomForKey(Transaction& transaction, const ClientId& client, const KeyLimits& limits, Timestamp now);

/// Adds `fresh`, and has the key `old` of the same client end at `oldEnds` unless it ends sooner. The grant
/// tokens and links of `old` descend from `fresh` then. Throws: as addKey; base::Error(notFound) also if
/// `old` is gone or has expired.
void rotateKey(Transaction& transaction, const ClientKey& fresh, const std::string& old, Timestamp oldEnds,
               std::size_t most);

/// What becomes of what a key issued when the key is removed.
enum class Issued {
    end,  ///< the keys and grant tokens that descend from it are removed with it, its open links expire, and
          ///< its delivered ones can't be read again
    keep, ///< they stay, and descend from the issuer of the removed key then
};

/// What the removal of a key took along.
struct RemovedKeys {
    std::vector<std::string> keys; ///< the removed key, then the keys that descended from it; empty: none
    std::size_t grantTokens = 0;   ///< that descended from any of them
    std::size_t links = 0;         ///< open ones that any of them created
};

/// Removes a key, and ends or keeps what descends from it. Removes nothing if the client has no such key.
RemovedKeys removeKey(Transaction& transaction, const ClientId& client, const std::string& keyId,
                      Issued issued, Timestamp now);

/// Returns until when a grant token works: its expiry, or `unused` after its last use if that is earlier.
[[nodiscard]] constexpr Timestamp endOf(const GrantToken& token, std::chrono::seconds unused) {
    const auto idle = token.lastUsedAt + unused;
    return idle < token.expiresAt ? idle : token.expiresAt;
}

/// Adds a grant token and returns it as stored. One with a parent descends from the parent's present issuer;
/// one without expires with its issuer at the latest. Throws: base::Error(notFound) if the account is gone,
/// base::Error(conflict) if it has `most` already, base::Error(invalidCredential) if the parent is gone, or
/// if the issuer is gone or has expired.
[[nodiscard]] GrantToken addGrantToken(Transaction& transaction, GrantToken token, std::size_t most);

/// What becomes of the tokens that a removed token made.
enum class Successors { end, keep };

/// Removes a token. With Successors::end those that descend from it go too, with Successors::keep they
/// descend from its parent. Returns the ids of the removed tokens, the named one first; empty: the account
/// has no such token.
[[nodiscard]] std::vector<std::string> removeGrantToken(Transaction& transaction, const AccountId& account,
                                                        const std::string& keyId, Successors successors);

/// Removes at most `most` expired tokens, given how long an unused one lives. Their successors descend from
/// the parent of the removed token. Returns the removed ids; none: all is done.
[[nodiscard]] std::vector<std::string> purgeGrantTokens(Transaction& transaction, std::chrono::seconds unused,
                                                        Timestamp now, std::size_t most);

} // namespace central_oauth::domain
