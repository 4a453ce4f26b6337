// SPDX-License-Identifier: Apache-2.0
// Removes accounts: here at once, and upstream if that is wanted and no other account rests on the grant.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/RequestLimits.h"
#include "central_oauth/services/grants/StageRevocation.h"

namespace central_oauth::services {

/// Removes accounts. All it uses outlives it. Thread-safe; waits for one upstream call at most
/// (StageRevocation).
class AccountRemoval {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const base::Clock& clock;
        StageRevocation& revocation; ///< asks now, or later where upstream can't be asked now
        RequestLimits& limits;       ///< shared with the other services that ask upstream
    };

    explicit AccountRemoval(const Parts& parts) : _parts(parts) {}

    /// Deletes the account, its tokens and its grant tokens at once, whatever else is under way and whatever
    /// upstream says later; then perhaps asks upstream to revoke. Nothing upstream makes the removal fail.
    ///
    /// A refresh that is under way meanwhile comes back to find nothing: its new pair is dropped and given to
    /// nobody. Upstream is then asked to revoke with the previous refresh token, which is spent. Where
    /// upstream takes a spent token within its leeway, or ends the whole grant for one, that ends the pair
    /// too; where it does neither, the dropped pair dies unused, by the provider's idle lifetime at the
    /// latest. An account of the same person and app that is linked between the look for others and
    /// upstream's answer may end with this one.
    ///
    /// Requires the scope `revoke`. Throws: insufficientScope, notFound (also for an account that the caller
    /// does not reach), storeUnavailable; then nothing is removed.
    UpstreamOutcome remove(const Caller& caller, const base::AccountId& id, UpstreamChoice choice,
                           const Source& source);

private:
    Parts _parts;
};

} // namespace central_oauth::services
