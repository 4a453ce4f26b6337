// SPDX-License-Identifier: Apache-2.0
// Access tokens for callers, refreshed when they are due.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RequestLimits.h"
#include "central_oauth/services/UseNotes.h"
#include "central_oauth/services/grants/GrantRefresher.h"

#include <chrono>
#include <cstdint>

namespace central_oauth::services {

/// An account with its present access token.
struct AccountToken {
    domain::Account account;
    domain::Tokens tokens;              ///< without the refresh token
    std::chrono::seconds grantedLife{}; ///< the whole life of the access token
};

/// Reads tokens for callers. The parts outlive this object.
///
/// Thread-safe.
/// A caller may wait for a refresh of its account (GrantRefresher).
class AccountTokens {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        GrantRefresher& refresher;
        RequestLimits& limits; ///< shared with the other services that ask upstream
        UseNotes& uses;        ///< of accounts
    };

    explicit AccountTokens(const Parts& parts);

    /// Returns the account's access token. Refreshes the token first if it lives less than `minTtl`, or less
    /// than the provider's margin; for a token with a short life a quarter of that life is the margin, so
    /// that a fresh token is never due. While a refresh fails, serves the stored token as long as it lives,
    /// and the account keeps the failure as its problem. A grant that lost a scope its client requires needs
    /// a new link. The number of callers that wait for upstream at once is limited: a caller beyond the limit
    /// gets the stored token if it lives `minTtl`, else busy. Requires the caller's scope `token`. Throws:
    /// insufficientScope, notFound (also for an account that the caller does not reach), NeedsReauth, and
    /// hostError's codes once the stored token has expired.
    [[nodiscard]] AccountToken get(const Caller& caller, const base::AccountId& id,
                                   std::chrono::seconds minTtl, const RequestOrigin& origin);

    /// Returns the stored token without asking upstream, even if the token has expired. Throws: as get.
    [[nodiscard]] AccountToken peek(const Caller& caller, const base::AccountId& id,
                                    const RequestOrigin& origin);

    /// Refreshes a token that upstream refuses before it expires. If another version is stored by now,
    /// returns that version and refreshes nothing. Throws: as get; hostError's codes also while the refused
    /// token has not expired.
    [[nodiscard]] AccountToken replaceRefused(const Caller& caller, const base::AccountId& id,
                                              std::int64_t refusedVersion, const RequestOrigin& origin);

    /// Returns whether the stored token has not expired.
    [[nodiscard]] bool isAlive(const AccountToken& held) const {
        return lifeOf(held) > std::chrono::seconds(0);
    }

private:
    [[nodiscard]] AccountToken read(const Caller& caller, const base::AccountId& id,
                                    const RequestOrigin& origin) const;
    [[nodiscard]] std::chrono::seconds lifeOf(const AccountToken& held) const;
    [[nodiscard]] bool isFresh(const AccountToken& held, std::chrono::seconds minTtl) const;
    void noteUse(domain::Account& account) const;

    Parts _parts;
};

} // namespace central_oauth::services
