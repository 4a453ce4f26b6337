// SPDX-License-Identifier: Apache-2.0
// Access tokens that are always good: refreshed when due, once per account at a time, stored before anybody
// sees them.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/KeyedMutex.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/AuditTrail.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ClientLimits.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RateLimiter.h"
#include "central_oauth/services/RefreshBackoff.h"
#include "central_oauth/services/UpstreamLimiter.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// An account with its present access token.
struct AccountToken {
    domain::Account account;
    domain::Tokens tokens;
    std::chrono::seconds grantedLife{}; ///< the whole life of the access token
};

/// The grant is dead: what a caller needs to link again.
class NeedsReauth : public base::Error {
public:
    explicit NeedsReauth(domain::Account account);
    [[nodiscard]] const domain::Account& account() const noexcept { return _account; }

private:
    domain::Account _account;
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
        UpstreamLimiter& upstream; ///< shared with whoever else waits for upstream
        ClientLimits& limits;      ///< shared with the other services that ask upstream
    };

    explicit TokenService(const Parts& parts);

    /// The account's access token, refreshed first if it lives less than `minTtl`, or the provider's margin,
    /// or a quarter of its life if that is less: no fresh token is due, however short its life.
    /// While a refresh fails, the stored token is served as long as it lives, and the account keeps the
    /// failure as its problem. A grant that lost a scope its client requires needs a new link. Only so many
    /// callers wait for upstream at once: one more gets the stored token if it lives `minTtl`, else busy.
    /// Requires the caller's scope `token`. Throws: insufficientScope, notFound (also for an account that the
    /// caller does not reach), NeedsReauth, and hostError's codes once the stored token has run out.
    [[nodiscard]] AccountToken get(const Caller& caller, const base::AccountId& id,
                                   std::chrono::seconds minTtl, const Source& source);

    /// The stored token as it is, good or not; upstream is not asked. Throws: as get.
    [[nodiscard]] AccountToken peek(const Caller& caller, const base::AccountId& id, const Source& source);

    /// Refreshes a token that upstream refuses although its time is not over; not if another version is
    /// stored by now, which is returned. Throws: as get, hostError's codes also while the refused token
    /// would live on.
    [[nodiscard]] AccountToken replaceRefused(const Caller& caller, const base::AccountId& id,
                                              std::int64_t refusedVersion, const Source& source);

    /// Whether the stored token's time is not over.
    [[nodiscard]] bool isAlive(const AccountToken& held) const {
        return lifeOf(held) > std::chrono::seconds(0);
    }

private:
    /// For whom a token is wanted. A version that upstream has refused is as good as run out.
    struct Demand {
        const Caller& caller;
        const Source& source;
        std::int64_t refusedVersion = 0;
    };

    [[nodiscard]] AccountToken read(const Demand& demand, const base::AccountId& id) const;
    [[nodiscard]] domain::Tokens openTokens(const Demand& demand, domain::Account& account) const;
    void requireGrant(const Demand& demand, domain::Account& account) const;
    [[nodiscard]] std::chrono::seconds lifeOf(const AccountToken& held) const;
    [[nodiscard]] bool isFresh(const AccountToken& held, std::chrono::seconds minTtl) const;
    [[nodiscard]] bool canServe(const Demand& demand, const AccountToken& held) const;
    [[nodiscard]] AccountToken refresh(const Demand& demand, AccountToken held);
    [[nodiscard]] AccountToken keep(const Demand& demand, const AccountToken& held, provider::TokenSet fresh,
                                    const base::Moment& asked) const;
    [[nodiscard]] AccountToken afterFailure(const Demand& demand, const AccountToken& held,
                                            const provider::ProviderError& failure);
    [[nodiscard]] AccountToken untilMended(const Demand& demand, const AccountToken& held,
                                           const base::Error& failure, std::chrono::seconds pause,
                                           std::string_view problem);
    [[nodiscard]] AccountToken whileCrowded(AccountToken held, std::chrono::seconds minTtl) const;
    void noteUse(domain::Account& account) const;
    void noteProblem(const domain::Account& account, std::string_view problem) const;

    Parts _parts;
    AuditTrail _audit;
    logging::Channel _log;
    base::KeyedMutex _refreshing;
    RefreshBackoff _backoff;
    mutable RateLimiter _auditGate;
};

} // namespace central_oauth::services
