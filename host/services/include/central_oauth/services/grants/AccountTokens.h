// SPDX-License-Identifier: Apache-2.0
// Access tokens for callers, refreshed when they are due.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/OneShotEvent.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RequestLimits.h"
#include "central_oauth/services/UseNotes.h"
#include "central_oauth/services/grants/GrantRefresher.h"
#include "central_oauth/services/grants/RefreshQueue.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

namespace central_oauth::services {

/// An account with its present access token.
struct AccountToken {
    domain::Account account;
    domain::Tokens tokens;              ///< without the refresh token
    std::chrono::seconds grantedLife{}; ///< the whole life of the access token
};

/// A refresh that the caller waits for, without a thread, before it asks again.
struct RefreshWait {
    std::shared_ptr<base::OneShotEvent> until;
    std::chrono::milliseconds atMost{0};
};

/// Whether a call may return a RefreshWait. A call that was made after the wait may not.
enum class MayWait { no, yes };

/// Reads tokens for callers. The parts outlive this object.
///
/// Thread-safe.
/// Never waits for upstream.
class AccountTokens {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        GrantRefresher& refresher;
        RefreshQueue& refreshes;
        RequestLimits& limits; ///< shared with the other services that ask upstream
        UseNotes& uses;        ///< of accounts
    };

    explicit AccountTokens(const Parts& parts);

    /// Returns the account's access token. If the token lives less than `minTtl`, or less than the provider's
    /// margin, it is refreshed first: returns what to wait for, and after the wait the caller asks again with
    /// MayWait::no. For a token with a short life a quarter of that life is the margin, so that a fresh token
    /// is never due. While a refresh fails or takes long, serves the stored token as long as it lives, and
    /// the account keeps the failure as its problem. A grant that lost a scope its client requires needs a
    /// new link. Requires the caller's scope `token`. Throws: insufficientScope, notFound (also for an
    /// account that the caller does not reach), NeedsReauth, tooManyRequests, busy, and hostError's codes
    /// once the stored token has expired.
    [[nodiscard]] std::variant<AccountToken, RefreshWait> get(const Caller& caller, const base::AccountId& id,
                                                              std::chrono::seconds minTtl,
                                                              const RequestOrigin& origin, MayWait mayWait);

    /// Returns the stored token without asking upstream, even if the token has expired. Throws: as get.
    [[nodiscard]] AccountToken peek(const Caller& caller, const base::AccountId& id,
                                    const RequestOrigin& origin);

    /// Refreshes a token that upstream refuses before it expires; returns as get. If another version is
    /// stored by now, returns that version and refreshes nothing. Throws: as get; hostError's codes also
    /// while the refused token has not expired.
    [[nodiscard]] std::variant<AccountToken, RefreshWait>
    replaceRefused(const Caller& caller, const base::AccountId& id, std::int64_t refusedVersion,
                   const RequestOrigin& origin, MayWait mayWait);

    /// Returns whether the stored token has not expired.
    [[nodiscard]] bool isAlive(const AccountToken& held) const {
        return lifeOf(held) > std::chrono::seconds(0);
    }

private:
    [[nodiscard]] AccountToken read(const Caller& caller, const base::AccountId& id,
                                    const RequestOrigin& origin) const;
    [[nodiscard]] std::chrono::seconds lifeOf(const AccountToken& held) const;
    [[nodiscard]] bool isFresh(const AccountToken& held, std::chrono::seconds minTtl) const;
    [[nodiscard]] std::optional<RefreshWait> askFor(const Caller& caller, const AccountToken& held,
                                                    const RequestOrigin& origin, bool isExtra);
    [[nodiscard]] base::Error failureOf(const AccountToken& held);
    void noteUse(domain::Account& account) const;

    Parts _parts;
};

} // namespace central_oauth::services
