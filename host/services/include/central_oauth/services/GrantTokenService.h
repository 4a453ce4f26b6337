// SPDX-License-Identifier: Apache-2.0
// Grant tokens: bearer values that open one account each, for the holders of a machine rather than a server.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/AuditTrail.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/GrantTokenKeys.h"
#include "central_oauth/services/RateLimiter.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"
#include "central_oauth/store/ClientRepository.h"
#include "central_oauth/store/GrantTokenRepository.h"

#include <chrono>
#include <string>
#include <vector>

namespace central_oauth::services {

/// How long a grant token works.
namespace grant_token {
constexpr std::chrono::days unusedLife{30}; ///< after its last use
constexpr std::chrono::days longestLife{365};
constexpr int mostOfAccount = 20;
} // namespace grant_token

/// The client scopes that a grant token stands for, as far as its issuer has them.
[[nodiscard]] const std::vector<std::string>& grantTokenScopes();

/// A grant token at its birth: the only moment at which its text is known.
struct IssuedGrantToken {
    domain::GrantToken token;
    provider::Secret text; ///< shown once, kept only as a hash
};

/// Issues, lists, ends and proves grant tokens. All it uses outlives it.
///
/// A token works until 30 days after its last use and 365 days at most, and ends with its account. Its holder
/// may issue another for the same account, which has 365 days of its own, and so replace it in time. When the
/// client's key removes a token, all that it made go too. Both descend from the client key that
/// issued the first: they end when it is removed, and not later than it expires.
///
/// Threads: any. Errors: base::Error; an account that the caller does not reach is notFound like one that
/// does not exist.
class GrantTokenService {
public:
    struct Parts {
        store::GrantTokenRepository& tokens;
        store::AccountRepository& accounts;
        store::ClientRepository& clients;
        store::AuditLog& audit;
        const base::Clock& clock;
        logging::Logger& logger;
    };

    explicit GrantTokenService(const Parts& parts);

    /// Requires the scope `token`. `label`: at most 64 printable characters. Throws: insufficientScope,
    /// notFound, invalidRequest for the label, conflict if the account has as many as it may,
    /// tooManyRequests.
    [[nodiscard]] IssuedGrantToken issue(const Caller& caller, const base::AccountId& id,
                                         const std::string& label, const Source& source);

    /// Those that work, oldest first. Requires the scope `token`. Throws: insufficientScope, notFound.
    [[nodiscard]] std::vector<domain::GrantToken> list(const Caller& caller, const base::AccountId& id) const;

    /// Ends one, also one that has expired and was not purged yet. A client key ends with it all tokens that
    /// descend from it; for a holder these stay, and descend from its parent. Requires the scope `token`.
    /// Throws: insufficientScope, notFound.
    void remove(const Caller& caller, const base::AccountId& id, const std::string& keyId,
                const Source& source);

    /// Ends the one that the caller presented. Requires the scope `token`. Throws: insufficientScope,
    /// notFound, invalidRequest for a caller that presented none.
    void removeOwn(const Caller& caller, const base::AccountId& id, const Source& source);

    /// The caller behind a grant token; notes its use, to the minute. A token that never was, is mistyped, or
    /// has another's secret costs no look-up. Throws: invalidCredential, the same whether unknown, removed or
    /// ended.
    [[nodiscard]] Caller authenticate(const provider::Secret& token) const;

    /// Until when it works if it is not used again.
    [[nodiscard]] static base::Timestamp endOf(const domain::GrantToken& token);

    /// Drops those that have ended. Called by the housekeeper.
    void purge();

private:
    void end(const Caller& caller, const base::AccountId& id, const std::string& keyId, const Source& source);
    void noteUse(const domain::GrantToken& token) const;

    Parts _parts;
    AuditTrail _audit;
    RateLimiter _issues;          ///< by clients and accounts
    mutable GrantTokenKeys _keys; ///< written through, and behind the store where accounts go
    logging::Channel _log;
};

} // namespace central_oauth::services
