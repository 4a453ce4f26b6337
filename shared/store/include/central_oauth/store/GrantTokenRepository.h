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

    /// Adds one. Throws: Error(notFound) if the account is gone, Error(conflict) if it has `most` already,
    /// Error(invalidCredential) if the client key that it descends from is gone.
    virtual void create(const GrantToken& token, int most) = 0;

    /// Also if it has expired. Empty: unknown.
    [[nodiscard]] virtual std::optional<KnownGrantToken> find(const std::string& keyId) const = 0;

    /// The proofs of all there are, also of expired ones.
    [[nodiscard]] virtual std::vector<GrantTokenProof> proofs() const = 0;

    /// Those of an account, oldest first.
    [[nodiscard]] virtual std::vector<GrantToken> list(const AccountId& account) const = 0;

    /// False: the account has no such token.
    virtual bool remove(const AccountId& account, const std::string& keyId) = 0;

    /// Keeps the time of last use, to the minute: most calls only read.
    virtual void markUsed(const std::string& keyId, Timestamp now) = 0;

    /// Drops those that have ended, given how long an unused one lives. How many.
    virtual int purge(std::chrono::seconds unused, Timestamp now) = 0;
};

} // namespace central_oauth::store
