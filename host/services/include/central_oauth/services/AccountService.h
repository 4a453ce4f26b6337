// SPDX-License-Identifier: Apache-2.0
// A client's accounts without their tokens: list, look, change.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/services/AuditTrail.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RateLimiter.h"
#include "central_oauth/store/AccountRepository.h"

#include <optional>
#include <string>

namespace central_oauth::services {

/// What a caller wants changed; what is not named stays.
struct AccountWishes {
    std::optional<std::string> site;  ///< id or URL of one of the account's sites; empty: none
    std::optional<std::string> label; ///< at most 64 printable characters; empty: none
};

/// The account, if the caller reaches it. Requires: the caller's scope has been checked. Throws:
/// base::Error(notFound), the same for one of others and for one that does not exist.
[[nodiscard]] domain::Account getReached(const store::AccountRepository& accounts, const Caller& caller,
                                         const base::AccountId& id);

/// Accounts of one caller. All it uses outlives it. An account that the caller does not reach is notFound
/// like one that does not exist. Threads: any.
class AccountService {
public:
    AccountService(store::AccountRepository& accounts, store::AuditLog& audit,
                   const ProviderCatalog& providers, const base::Clock& clock);

    /// Those that the caller reaches and the filter lets pass. Requires the scope `accounts`. Throws:
    /// insufficientScope; invalidRequest for a foreign cursor, or for a filter that names another subject
    /// than the caller is asking for.
    [[nodiscard]] store::AccountPage list(const Caller& caller, store::AccountFilter filter, int limit,
                                          const std::string& cursor) const;

    /// Requires the scope `accounts`. Throws: insufficientScope, notFound.
    [[nodiscard]] domain::Account get(const Caller& caller, const base::AccountId& id) const;

    /// The account as it is afterwards. Requires the scope `accounts`. Throws: insufficientScope, notFound,
    /// siteNotAllowed for a site that the grant does not reach or the operator does not allow, invalidRequest
    /// for a label or if nothing is wished for, tooManyRequests.
    domain::Account change(const Caller& caller, const base::AccountId& id, const AccountWishes& wishes,
                           const Source& source);

private:
    store::AccountRepository& _accounts;
    const ProviderCatalog& _providers;
    AuditTrail _audit;
    RateLimiter _changes; ///< by accounts
};

} // namespace central_oauth::services
