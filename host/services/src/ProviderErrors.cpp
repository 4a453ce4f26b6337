// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ProviderErrors.h"

#include <algorithm>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;
using provider::ProviderErrorKind;

std::string_view kindName(ProviderErrorKind kind) noexcept {
    switch (kind) {
    case ProviderErrorKind::invalidGrant:
        return "invalid_grant";
    case ProviderErrorKind::accessDenied:
        return "access_denied";
    case ProviderErrorKind::misconfigured:
        return "misconfigured";
    case ProviderErrorKind::rateLimited:
        return "rate_limited";
    case ProviderErrorKind::transient:
        return "transient";
    case ProviderErrorKind::ambiguous:
        return "ambiguous";
    case ProviderErrorKind::protocol:
        return "protocol";
    }
    return "unknown";
}

void logProviderError(const logging::Channel& log, std::string_view message, const std::string& providerName,
                      const provider::ProviderError& failure) {
    const logging::Field name("provider", providerName);
    const logging::Field kind("kind", kindName(failure.kind()));
    const logging::Field detail("detail", failure.what());
    if (failure.kind() == ProviderErrorKind::misconfigured)
        log.error(message, {name, kind, detail});
    else
        log.warning(message, {name, kind, detail});
}

base::Error hostError(const provider::ProviderError& failure, std::chrono::seconds retryAfter) {
    // "At once" is no time to name to everybody who waits.
    const auto later = std::max(failure.retryAfter().value_or(retryAfter), std::chrono::seconds(1));
    switch (failure.kind()) {
    case ProviderErrorKind::invalidGrant:
        return Error(ErrorCode::needsReauth, {}, failure.what());
    case ProviderErrorKind::accessDenied:
        return Error(ErrorCode::accessDenied, {}, failure.what());
    case ProviderErrorKind::misconfigured:
        return Error(ErrorCode::providerMisconfigured, {}, failure.what());
    case ProviderErrorKind::rateLimited:
        return Error(ErrorCode::rateLimited, {}, failure.what()).withRetryAfter(later);
    case ProviderErrorKind::transient:
    case ProviderErrorKind::ambiguous:
        return Error(ErrorCode::providerUnavailable, {}, failure.what()).withRetryAfter(later);
    case ProviderErrorKind::protocol:
        return Error(ErrorCode::providerProtocol, {}, failure.what());
    }
    return Error(ErrorCode::internal, {}, failure.what());
}

} // namespace central_oauth::services
