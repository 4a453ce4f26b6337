// SPDX-License-Identifier: Apache-2.0
// The end of an account: here at once, upstream where that is wanted and harms nobody.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/AuditTrail.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/Turnstile.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// Whether a removal also revokes upstream.
enum class UpstreamChoice {
    automatic, ///< as the operator has set it (provider::Properties::revokesUpstream)
    always,    ///< whatever the operator has set
    never,
};

/// The choice by its name on the wire: auto, always, never. Nothing: none of them.
[[nodiscard]] std::optional<UpstreamChoice> upstreamChoiceOf(std::string_view name) noexcept;

/// What happened upstream when an account was removed. The names on the wire are those of
/// `upstreamOutcomeName`.
enum class UpstreamOutcome {
    revoked,       ///< upstream promises that the grant is dead
    attempted,     ///< it was to be asked: it promised nothing, did not answer, or was too busy here
    unsupported,   ///< the provider can't revoke
    keptForOthers, ///< another account rests on the same person and app; upstream might end both
    skipped,       ///< not wanted, or nothing left to revoke with
};

/// The outcome's name in an answer, e.g. "kept_for_others".
[[nodiscard]] std::string_view upstreamOutcomeName(UpstreamOutcome outcome) noexcept;

/// Removes accounts. All it uses outlives it. Threads: any; waits for one upstream call at most, ten seconds
/// and the plugin's grace.
class RemovalService {
public:
    struct Parts {
        store::AccountRepository& accounts;
        store::AuditLog& audit;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        logging::Logger& logger;
        Turnstile& upstream;  ///< shared with whoever else waits for upstream
        const LinkNews& news; ///< told of the links that end with their account
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
    [[nodiscard]] std::optional<UpstreamOutcome> whyNot(const store::RemovedAccount& removed,
                                                        UpstreamChoice choice) const;
    [[nodiscard]] UpstreamOutcome revoke(const store::RemovedAccount& removed, const Source& source);
    void recordIfPossible(const Caller& caller, const base::AccountId& id, const std::string& action,
                          std::string_view outcome, const Source& source);

    Parts _parts;
    AuditTrail _audit;
    logging::Channel _log;
};

} // namespace central_oauth::services
