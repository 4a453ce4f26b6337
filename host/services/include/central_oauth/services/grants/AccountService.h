// SPDX-License-Identifier: Apache-2.0
// A client's accounts without their tokens: list, look, change.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RateLimiter.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// What a caller wants changed; what is not named stays.
struct AccountPatch {
    std::optional<std::string> site;  ///< id or URL of one of the account's sites; empty: none
    std::optional<std::string> label; ///< at most 64 printable characters; empty: none
};

/// One page of a list, in an order that inserts do not disturb.
struct AccountPage {
    std::vector<domain::Account> items;
    std::optional<std::string> nextCursor; ///< opaque; nullopt on the last page
};

/// Accounts of one caller. All it uses outlives it. An account that the caller does not reach is notFound
/// like one that does not exist. Thread-safe.
class AccountService {
public:
    AccountService(domain::Store& store, const ProviderCatalog& providers, const base::Clock& clock);

    /// Returns those that the caller reaches and the filter lets pass, oldest first; a re-link makes an
    /// account no younger. Requires the scope `accounts`, and a limit of at least 1. `cursor` is a nextCursor
    /// or empty; `filter.site` is an id, or a URL in any spelling. Throws: insufficientScope; invalidRequest
    /// for a foreign cursor, or for a filter that names another subject than the caller is asking for.
    [[nodiscard]] AccountPage list(const Caller& caller, domain::AccountFilter filter, std::size_t limit,
                                   const std::string& cursor) const;

    /// Requires the scope `accounts`. Throws: insufficientScope, notFound.
    [[nodiscard]] domain::Account get(const Caller& caller, const base::AccountId& id) const;

    /// Returns the account as it is afterwards. Requires the scope `accounts`. Throws: insufficientScope,
    /// notFound, siteNotAllowed for a site that the grant does not reach or the operator does not allow,
    /// invalidRequest for a label or an empty patch, tooManyRequests.
    domain::Account change(const Caller& caller, const base::AccountId& id, const AccountPatch& patch,
                           const Source& source);

private:
    domain::Store& _store;
    const ProviderCatalog& _providers;
    const base::Clock& _clock;
    RateLimiter _changes; ///< by accounts
};

} // namespace central_oauth::services
