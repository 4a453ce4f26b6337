// SPDX-License-Identifier: Apache-2.0
// The end of an account: here at once, upstream where that is wanted and harms nobody.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/AuditTrail.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ClientLimits.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/StageRevocation.h"
#include "central_oauth/services/UpstreamRevocation.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"

#include <string>
#include <string_view>

namespace central_oauth::services {

/// Removes accounts. All it uses outlives it. Threads: any; waits for one upstream call at most, ten seconds
/// and the plugin's grace.
class RemovalService {
public:
    struct Parts {
        store::AccountRepository& accounts;
        store::AuditLog& audit;
        const base::Clock& clock;
        logging::Logger& logger;
        const UpstreamRevocation& revocation;
        StageRevocation& dropped; ///< asks now, or later where upstream can't be asked now
        const LinkNews& news;     ///< told of the links that end with their account
        ClientLimits& limits;     ///< shared with the other services that ask upstream
    };

    explicit RemovalService(const Parts& parts);

    /// Deletes the account, its tokens and its grant tokens at once, whatever else is under way and whatever
    /// upstream says later; then perhaps asks upstream to revoke. Nothing upstream makes the removal fail.
    ///
    /// A refresh that is under way meanwhile comes back to find nothing: its new pair is dropped and given to
    /// nobody. Upstream is then asked to revoke with the refresh token of before, which is spent. Where
    /// upstream takes a spent token within its leeway, or ends the whole grant for one, that ends the pair
    /// too; where it does neither, the dropped pair dies unused, by the provider's idle lifetime at the
    /// latest. An account of the same person and app that is linked between the look for others and
    /// upstream's answer may end with this one.
    ///
    /// Requires the scope `revoke`. Throws: insufficientScope, notFound (also for an account that the caller
    /// does not reach).
    UpstreamOutcome remove(const Caller& caller, const base::AccountId& id, UpstreamChoice choice,
                           const Source& source);

private:
    void recordIfPossible(const Caller& caller, const base::AccountId& id, const std::string& action,
                          std::string_view outcome, const Source& source);

    Parts _parts;
    AuditTrail _audit;
    logging::Channel _log;
};

} // namespace central_oauth::services
