// SPDX-License-Identifier: Apache-2.0
// Grant tokens: bearer values that open one account each, for the holders of a machine rather than a server.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/domain/KeyDescent.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/UseNotes.h"
#include "central_oauth/services/clients/GrantTokenKeys.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The lives of grant tokens, and their number per account.
namespace grant_token {
constexpr std::chrono::days unusedLife{30}; ///< after its last use
constexpr std::chrono::days longestLife{365};
constexpr std::size_t mostOfAccount = 20;
} // namespace grant_token

/// Returns the client scopes that a grant token stands for, as far as its issuer has them.
[[nodiscard]] const std::vector<std::string>& grantTokenScopes();

/// A grant token at its birth: the only moment at which its text is known.
struct IssuedGrantToken {
    domain::GrantToken token;
    provider::Secret text; ///< shown once, kept only as a hash
};

/// Issues, lists, removes and proves grant tokens. The parts outlive the service.
///
/// A token works until 30 days after its last use and 365 days at most, and ends with its account. Its holder
/// may issue another for the same account, which has 365 days of its own, and so replace it in time. A token
/// that the client's key removes takes all tokens that its holder issued with it. All of them descend from
/// the client key that issued the first: they end when that key is removed, and not later than that key
/// expires.
///
/// Thread-safe.
/// Errors: base::Error; an account that the caller does not reach is notFound like one that does not exist.
class GrantTokenService {
public:
    struct Parts {
        domain::Store& store;
        const base::Clock& clock;
        logging::Logger& logger;
    };

    explicit GrantTokenService(const Parts& parts);

    /// Loads the hashes of all tokens into memory, unless they are there. Until then the store is asked about
    /// every token that is presented. Call it soon, from one thread; if it throws, call it again. Throws:
    /// storeUnavailable.
    void loadKeys();

    /// Issues a grant token for the account. Requires the scope `token`. `label`: at most 64 printable
    /// characters. Throws: insufficientScope, notFound, invalidRequest for the label, conflict if the limit
    /// of the account's tokens is reached, tooManyRequests.
    [[nodiscard]] IssuedGrantToken issue(const Caller& caller, const base::AccountId& id,
                                         const std::string& label, const RequestOrigin& origin);

    /// Returns the tokens that work, oldest first. Requires the scope `token`. Throws: insufficientScope,
    /// notFound.
    [[nodiscard]] std::vector<domain::GrantToken> list(const Caller& caller, const base::AccountId& id) const;

    /// Removes a token, even an expired one. If the caller is a client key, also removes all tokens that
    /// descend from it; if the caller is a holder, these stay, and descend from the removed token's parent.
    /// Requires the scope `token`. Throws: insufficientScope, notFound.
    void remove(const Caller& caller, const base::AccountId& id, const std::string& keyId,
                const RequestOrigin& origin);

    /// Removes the token that the caller presented. Requires the scope `token`. Throws: insufficientScope,
    /// notFound, invalidRequest for a caller that presented no grant token.
    void removeOwn(const Caller& caller, const base::AccountId& id, const RequestOrigin& origin);

    /// Returns the caller behind a grant token, and notes the token's use, to the minute. A token that was
    /// never issued, is mistyped, or has another's secret costs no look into the store. Throws:
    /// invalidCredential, the same for an unknown, a removed and an expired token.
    [[nodiscard]] SharedCaller authenticate(const provider::Secret& token) const;

    /// Returns the time until which the token works if it is not used again.
    [[nodiscard]] static base::Timestamp endOf(const domain::GrantToken& token);

    /// Removes the tokens that have expired. Called by the scheduler.
    void purge();

    /// Returns the uses of grant tokens, for the scheduler to store.
    [[nodiscard]] UseNotes& uses() noexcept { return _uses; }

private:
    void addUse(domain::GrantToken& token) const;
    void forgetRemoved();

    Parts _parts;
    base::RateLimiter _issues;    ///< by clients and accounts
    mutable GrantTokenKeys _keys; ///< changed after the store; behind it where accounts, clients or keys go
    mutable UseNotes _uses;
};

} // namespace central_oauth::services
