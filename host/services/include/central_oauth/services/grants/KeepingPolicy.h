// SPDX-License-Identifier: Apache-2.0
// How long the operator and a provider allow a grant to be kept.
#pragma once

#include "central_oauth/domain/GrantKeeping.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::services {

/// The operator's part of domain::KeepingRules.
struct KeepingPolicy {
    std::chrono::seconds maxUnused = std::chrono::hours(24 * 90);
    std::chrono::seconds maxAge = std::chrono::hours(24 * 365);
};

/// Returns the rules for the accounts of a provider; nullopt if it is not configured. Thread-safe.
[[nodiscard]] inline std::optional<domain::KeepingRules>
keepingRules(const ProviderCatalog& providers, const std::string& name, const KeepingPolicy& policy) {
    const auto* provider = providers.find(name);
    if (provider == nullptr)
        return std::nullopt;
    return domain::KeepingRules{.refreshMargin = provider->properties.refreshMargin,
                                .idleLifetime = provider->properties.idleLifetime,
                                .maxUnused = policy.maxUnused,
                                .maxAge = policy.maxAge};
}

} // namespace central_oauth::services
