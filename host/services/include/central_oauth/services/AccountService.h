// SPDX-License-Identifier: Apache-2.0
// A client's accounts without their tokens: list, look, remove.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"

#include <string>

namespace central_oauth::services {

/// What happened upstream when an account was removed. The names on the wire are those of
/// `upstreamOutcomeName`.
enum class UpstreamOutcome { skipped };

/// The outcome's name in an answer, e.g. "skipped".
[[nodiscard]] std::string_view upstreamOutcomeName(UpstreamOutcome outcome) noexcept;

/// Accounts of one caller. All it uses outlives it. Threads: any.
class AccountService {
public:
    AccountService(store::AccountRepository& accounts, store::AuditLog& audit, const base::Clock& clock);

    /// Requires the scope `accounts`. Throws: insufficientScope, invalidRequest for a foreign cursor.
    [[nodiscard]] store::AccountPage list(const Caller& caller, const store::AccountFilter& filter, int limit,
                                          const std::string& cursor) const;

    /// Requires the scope `accounts`. Throws: insufficientScope, notFound.
    [[nodiscard]] store::Account get(const Caller& caller, const base::AccountId& id) const;

    /// Deletes the account and its tokens at once, whatever else is under way: a refresh that comes back
    /// later finds nothing to replace. Upstream is not called: on Atlassian Cloud a revocation may end the
    /// person's other grants. Requires the scope `revoke`. Throws: insufficientScope, notFound.
    UpstreamOutcome remove(const Caller& caller, const base::AccountId& id, const Source& source);

private:
    store::AccountRepository& _accounts;
    store::AuditLog& _audit;
    const base::Clock& _clock;
};

} // namespace central_oauth::services
