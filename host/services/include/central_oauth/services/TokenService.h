// SPDX-License-Identifier: Apache-2.0
// Access tokens that are always good: refreshed when due, once per account at a time, stored before anybody
// sees them.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/KeyedMutex.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RefreshBackoff.h"
#include "central_oauth/services/TokenBuckets.h"
#include "central_oauth/services/Turnstile.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::services {

/// An account with its present access token.
struct AccountToken {
    store::Account account;
    store::Tokens tokens;
};

/// The grant is dead: what a caller needs to link again.
class NeedsReauth : public base::Error {
public:
    explicit NeedsReauth(store::Account account);
    [[nodiscard]] const store::Account& account() const noexcept { return _account; }

private:
    store::Account _account;
};

/// Reads tokens and refreshes them (RFC 6749 section 6; docs/architecture.md, "Refreshing"). Upstream takes a
/// spent refresh token for a stolen one, so each is sent by one caller and its successor stored at once.
///
/// Lock order: the account's key, then the database; no transaction is open during a network call. All it
/// uses outlives it.
///
/// Threads: any. A caller may wait for another caller's refresh of the same account, never for another
/// account's.
class TokenService {
public:
    struct Parts {
        store::AccountRepository& accounts;
        store::AuditLog& audit;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        logging::Logger& logger;
        Turnstile& upstream; ///< shared with whoever else waits for upstream
    };

    explicit TokenService(const Parts& parts);

    /// The largest `minTtl`: a refresh ends the token before it within ten minutes, so asking for more would
    /// only shorten tokens that others hold.
    static constexpr std::chrono::seconds longestMinTtl{540};

    /// The account's access token, refreshed first if it lives less than `minTtl` or the provider's margin.
    /// While a refresh fails, the stored token is served as long as it lives. Only so many callers wait for
    /// upstream at once: one more gets the stored token if it lives `minTtl`, else busy. Requires the
    /// caller's scope `token`. Throws: insufficientScope, notFound, NeedsReauth, and hostError's codes once
    /// the stored token has run out.
    [[nodiscard]] AccountToken get(const Caller& caller, const base::AccountId& id,
                                   std::chrono::seconds minTtl, const Source& source);

private:
    [[nodiscard]] AccountToken read(const Caller& caller, const base::AccountId& id,
                                    const Source& source) const;
    [[nodiscard]] std::chrono::seconds lifeOf(const AccountToken& held) const;
    [[nodiscard]] bool isFresh(const AccountToken& held, std::chrono::seconds minTtl) const;
    [[nodiscard]] AccountToken refresh(const Caller& caller, AccountToken held, const Source& source);
    [[nodiscard]] AccountToken keep(const Caller& caller, const AccountToken& held, provider::TokenSet fresh,
                                    const Source& source);
    [[nodiscard]] AccountToken afterFailure(const Caller& caller, const AccountToken& held,
                                            const provider::ProviderError& failure, const Source& source);
    [[nodiscard]] AccountToken untilMended(const Caller& caller, const AccountToken& held,
                                           const base::Error& failure, std::chrono::seconds pause,
                                           const Source& source);
    [[nodiscard]] AccountToken whileCrowded(AccountToken held, std::chrono::seconds minTtl) const;
    void noteUse(store::Account& account) const;
    void record(const store::Account& account, const std::string& action, const std::string& outcome,
                const Source& source) const;

    Parts _parts;
    logging::Channel _log;
    base::KeyedMutex _refreshing;
    RefreshBackoff _backoff;
    mutable TokenBuckets _auditGate;
};

} // namespace central_oauth::services
