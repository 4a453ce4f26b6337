// SPDX-License-Identifier: Apache-2.0
// Grant tokens: bearer values for one account each.
#pragma once

#include "central_oauth/store/Records.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::store {

/// A grant token with the client of its account.
struct KnownGrantToken {
    GrantToken token;
    ClientId client;
};

/// What becomes of the tokens that a removed token made.
enum class Successors { end, keep };

/// What it takes to tell a grant token from a wrong one, without a look into the store.
struct GrantTokenProof {
    std::string keyId;
    std::string hash;
};

/// Until when a grant token works: until its expiry, and not longer than `unused` after its last use.
[[nodiscard]] constexpr Timestamp endOf(const GrantToken& token, std::chrono::seconds unused) {
    const auto idle = token.lastUsedAt + unused;
    return idle < token.expiresAt ? idle : token.expiresAt;
}

/// Grant tokens. They go with their account. Threads: any. Errors: base::Error(storeUnavailable) from every
/// function.
class GrantTokenRepository {
public:
    virtual ~GrantTokenRepository() = default;

    /// Adds one and returns it as it is stored. A token with a parent descends from the parent's present
    /// issuer; one without expires with its issuer at the latest. Throws: Error(notFound) if the account is
    /// gone, Error(conflict) if it has `most` already, Error(invalidCredential) if the parent is gone, or if
    /// the issuer is gone or has expired.
    virtual GrantToken create(const GrantToken& token, int most) = 0;

    /// Also if it has expired. Empty: unknown.
    [[nodiscard]] virtual std::optional<KnownGrantToken> find(const std::string& keyId) const = 0;

    /// The proofs of all there are, also of expired ones.
    [[nodiscard]] virtual std::vector<GrantTokenProof> proofs() const = 0;

    /// Those of an account, oldest first.
    [[nodiscard]] virtual std::vector<GrantToken> list(const AccountId& account) const = 0;

    /// Removes a token. With Successors::end those that descend from it go too, with Successors::keep they
    /// descend from its parent. Returns the ids of the removed tokens, the named one first; empty: the
    /// account has no such token.
    virtual std::vector<std::string> remove(const AccountId& account, const std::string& keyId,
                                            Successors successors) = 0;

    /// Stores the time of last use, to the minute: most calls only read. Waits for no other write and no
    /// lock. Returns false if one is in the way; the time is not stored then.
    virtual bool markUsed(const std::string& keyId, Timestamp now) = 0;

    /// Drops the expired ones, given how long an unused one lives. Their successors descend from the parent
    /// of the dropped token. Returns how many were dropped.
    virtual int purge(std::chrono::seconds unused, Timestamp now) = 0;
};

} // namespace central_oauth::store
