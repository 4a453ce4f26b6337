// SPDX-License-Identifier: Apache-2.0
// A client's accounts without their tokens: list, look, change, remove.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RequestLimits.h"
#include "central_oauth/services/UseNotes.h"
#include "central_oauth/services/grants/StageRevocation.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The changes that a caller asks for; a field that is nullopt stays as it is.
struct AccountPatch {
    std::optional<std::string> site;  ///< id or URL of one of the account's sites; an empty text removes it
    std::optional<std::string> label; ///< at most 64 printable characters; an empty text removes it
};

/// One page of a list, in an order that inserts do not disturb.
struct AccountPage {
    std::vector<domain::Account> items;
    std::optional<std::string> nextCursor; ///< opaque; nullopt on the last page
};

/// Accounts of one caller. The parts outlive the service. An account that the caller does not reach is
/// notFound like one that does not exist.
///
/// Thread-safe.
/// Only `remove` may wait, for one upstream call at most (StageRevocation).
class AccountService {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        StageRevocation& revocation; ///< asks now, or later where upstream can't be asked now
        RequestLimits& limits;       ///< shared with the other services that ask upstream
        const UseNotes& uses;        ///< of accounts, for `lastUsedAt`
    };

    explicit AccountService(const Parts& parts);

    /// Returns the accounts that the caller reaches and the filter lets pass, oldest first; a re-link makes
    /// an account no younger. Requires the scope `accounts`, and a limit of at least 1. `cursor` is a
    /// nextCursor or empty; `filter.site` is an id, or a URL in any spelling. Throws: insufficientScope;
    /// invalidRequest for a foreign cursor, or for a filter that names another subject than the caller is
    /// asking for.
    [[nodiscard]] AccountPage list(const Caller& caller, domain::AccountFilter filter, std::size_t limit,
                                   const std::string& cursor) const;

    /// Returns the account. Requires the scope `accounts`. Throws: insufficientScope, notFound.
    [[nodiscard]] domain::Account get(const Caller& caller, const base::AccountId& id) const;

    /// Changes the account, and returns the changed account. Requires the scope `accounts`. Throws:
    /// insufficientScope, notFound, siteNotAllowed for a site that the grant does not reach or the operator
    /// does not allow, invalidRequest for a label or an empty patch, tooManyRequests.
    domain::Account change(const Caller& caller, const base::AccountId& id, const AccountPatch& patch,
                           const RequestOrigin& origin);

    /// Deletes the account, its tokens and its grant tokens at once, regardless of anything else under way
    /// and of upstream's later answers. Then perhaps asks upstream to revoke. No failure upstream makes the
    /// removal fail.
    ///
    /// A refresh that is under way meanwhile then finds no account: its new pair is dropped and given to
    /// nobody. Upstream is then asked to revoke with the previous refresh token, which is spent. Where
    /// upstream takes a spent token within its leeway, or ends the whole grant for one, that revocation ends
    /// the new pair too; where upstream does neither, the dropped pair dies unused, by the provider's idle
    /// lifetime at the latest. An account of the same person and app that is linked between the look for
    /// others and upstream's answer may end with this one.
    ///
    /// Requires the scope `revoke`. Throws: insufficientScope, notFound (also for an account that the caller
    /// does not reach), storeUnavailable; then nothing is removed.
    UpstreamOutcome remove(const Caller& caller, const base::AccountId& id, UpstreamChoice choice,
                           const RequestOrigin& origin);

private:
    void addUse(domain::Account& account) const;

    Parts _parts;
    base::RateLimiter _changes; ///< by accounts
};

} // namespace central_oauth::services
