// SPDX-License-Identifier: Apache-2.0
// Reports of a token that an API has refused: finds out whether the token is dead, or something else is
// wrong.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/ExpiringMap.h"
#include "central_oauth/base/KeyedMutex.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/UpstreamLimiter.h"
#include "central_oauth/services/grants/AccountTokens.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::services {

/// The outcome of a report.
enum class ReportOutcome {
    refreshed,  ///< another token is stored
    valid,      ///< upstream takes the token; see the cause
    needsReauth ///< the person must approve a new link
};

/// Returns the outcome's name on the wire, such as "needs_reauth".
[[nodiscard]] std::string_view nameOf(ReportOutcome outcome) noexcept;

/// The answer to a report.
struct TokenVerdict {
    ReportOutcome outcome = ReportOutcome::valid;
    std::int64_t tokenVersion = 0; ///< the stored version
    std::string cause;             ///< with `valid`: "scope", "site" or "permission"; else empty
    std::string explanation;       ///< for people
};

/// A refusal as the client saw it.
struct TokenReport {
    std::int64_t tokenVersion = 0; ///< of the refused token
    std::int64_t status = 0;       ///< what the API answered: 401 or 403
};

/// Takes reports. A token that upstream refuses, where it is asked for the identity or for the sites, is dead
/// and is refreshed. Any other is good, and the sites and scopes tell why an API refused it all the same.
/// Repeated reports cost upstream one check per account and version in a minute, and one refresh per version,
/// because the next refresh is of another version. Where upstream also refuses the refreshed token, three
/// refreshes are followed by one a minute.
///
/// The parts outlive the service.
/// Thread-safe.
/// Waits for up to two upstream calls.
class ReportService {
public:
    struct Parts {
        AccountTokens& tokens;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        logging::Logger& logger;
        UpstreamLimiter& upstream; ///< shared with the other services that wait for upstream
    };

    explicit ReportService(const Parts& parts);

    /// Judges a report, or returns what to wait for as AccountTokens::replaceRefused. Requires the scope
    /// `token`. Throws: insufficientScope, notFound, invalidRequest for another status or a version that does
    /// not exist yet, busy, hostError's codes where upstream could not be asked.
    [[nodiscard]] std::variant<TokenVerdict, RefreshWait>
    report(const Caller& caller, const base::AccountId& id, const TokenReport& report,
           const RequestOrigin& origin, MayWait mayWait);

    /// The result of one check of a token upstream.
    struct Check {
        bool isAccepted = false;                          ///< by the reads of identity and sites
        bool lacksIdentityScope = false;                  ///< accepted, but not allowed to read the identity
        std::optional<std::vector<domain::Site>> sites{}; ///< that the token reaches; nullopt if unknown
        std::optional<base::Error> failure{}; ///< why upstream could not be asked; then ignore the rest
    };

private:
    struct Checked {
        std::int64_t tokenVersion;
        Check check;
    };

    [[nodiscard]] std::variant<TokenVerdict, RefreshWait>
    verdictOn(const Caller& caller, const AccountToken& held, const TokenReport& report,
              const RequestOrigin& origin, MayWait mayWait);
    [[nodiscard]] Check checkOnce(const AccountToken& held, const RequestOrigin& origin);
    [[nodiscard]] Check check(const AccountToken& held, const RequestOrigin& origin) const;

    Parts _parts;
    logging::Channel _log;
    base::KeyedMutex _checking;
    base::ExpiringMap<base::AccountId, Checked> _checks;
    base::RateLimiter _refusals; ///< by accounts: how often upstream refused what is stored
};

} // namespace central_oauth::services
