// SPDX-License-Identifier: Apache-2.0
// Asking upstream to end a grant that nobody keeps here any more, where that is wanted and harms nobody.
#pragma once

#include "central_oauth/domain/Grant.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/provider/Secret.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/UpstreamLimiter.h"
#include "central_oauth/store/AccountRepository.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::services {

/// Whether giving up a grant also revokes it upstream.
enum class UpstreamChoice {
    automatic, ///< as the operator has set it (provider::Properties::revokesUpstream)
    always,    ///< whatever the operator has set
    never,
};

/// The choice by its name on the wire: auto, always, never. Nothing: none of them.
[[nodiscard]] std::optional<UpstreamChoice> upstreamChoiceOf(std::string_view name) noexcept;

/// What happened upstream when a grant was given up. The names on the wire are those of
/// `nameOf`.
enum class UpstreamOutcome {
    revoked,       ///< upstream promises that the grant is dead
    attempted,     ///< it was asked, and promised nothing or did not answer
    queued,        ///< it is asked later, in the background
    unsupported,   ///< the provider can't revoke, or is not configured
    keptForOthers, ///< another account rests on the same person and app; upstream might end both
    skipped,       ///< not wanted, or nothing left to revoke with
};

/// The outcome's name in an answer, e.g. "kept_for_others".
[[nodiscard]] std::string_view nameOf(UpstreamOutcome outcome) noexcept;

/// A grant that is gone from the store.
struct GivenUpGrant {
    std::string provider;
    std::string upstreamId;               ///< whose it was; empty: unknown, so nothing is revoked
    const provider::Secret& refreshToken; ///< empty: it could not be opened
    base::LinkId droppedUnder{};          ///< of the dropped stage that it became; empty: there is none
};

/// Why a grant without an upstream id is not revoked.
inline constexpr std::string_view ownerUnknown =
    "whose it is could not be read, so that it can't be told whether another account rests on it";

/// Revokes grants upstream. All it uses outlives it. Threads: any; waits for one upstream call at most, ten
/// seconds and the plugin's grace.
class UpstreamRevocation {
public:
    struct Parts {
        const store::AccountRepository& accounts;
        const ProviderCatalog& providers;
        logging::Logger& logger;
        UpstreamLimiter& upstream; ///< shared with whoever else waits for upstream
    };

    explicit UpstreamRevocation(const Parts& parts);

    /// Decides, and perhaps asks. Returns nullopt if enough callers wait for upstream already, or the store
    /// does not answer: the caller tries again. Requires: the grant is gone from links and accounts already,
    /// so that it does not count among those that rest on the same person and app. Nothing that fails leaves
    /// as an exception.
    [[nodiscard]] std::optional<UpstreamOutcome> tryRevoke(const GivenUpGrant& grant, UpstreamChoice choice,
                                                           const Source& source) const;

    /// Whether a grant of this provider is to be revoked for this choice, as the store keeps it.
    [[nodiscard]] domain::Revocation revocationFor(const std::string& provider, UpstreamChoice choice) const;

    /// Returns the names of the providers that are configured.
    [[nodiscard]] std::vector<std::string> providers() const;

    /// Whether a provider of that name is configured.
    [[nodiscard]] bool isConfigured(const std::string& provider) const {
        return _parts.providers.find(provider) != nullptr;
    }

    /// Logs that a grant lives on upstream although it was to be revoked. `why`: for the operator.
    void reportKeptGrant(const std::string& provider, std::string_view why) const;

    /// Whether there is a provider that may be asked to revoke for this choice.
    [[nodiscard]] bool mayAsk(UpstreamChoice choice) const;

    /// Whether UpstreamChoice::automatic asks this provider at all.
    [[nodiscard]] bool isWanted(const ConfiguredProvider& provider) const;

private:
    [[nodiscard]] std::optional<UpstreamOutcome> whyNot(const GivenUpGrant& grant,
                                                        UpstreamChoice choice) const;
    [[nodiscard]] std::optional<UpstreamOutcome> ask(const GivenUpGrant& grant, const Source& source) const;

    Parts _parts;
    logging::Channel _log;
};

} // namespace central_oauth::services
