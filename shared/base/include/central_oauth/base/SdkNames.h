// SPDX-License-Identifier: Apache-2.0
// Names of the plugin SDK's enumerators in the host.
//
// A plugin may return a number without an enumerator. Its name is then that of the more severe case.
#pragma once

#include "central_oauth/base/EnumNames.h"
#include "central_oauth/provider/ProviderError.h"
#include "central_oauth/provider/Services.h"

namespace central_oauth::base {

constexpr EnumNames<provider::LogLevel, 4> logLevels{{
    {provider::LogLevel::debug, "DEBUG"},
    {provider::LogLevel::info, "INFO"},
    {provider::LogLevel::warning, "WARNING"},
    {provider::LogLevel::error, "ERROR"},
}};
static_assert(isComplete(logLevels, provider::LogLevel::error));

/// Do not rename on disk.
constexpr EnumNames<provider::ProviderErrorKind, 7> providerErrorKinds{{
    {provider::ProviderErrorKind::invalidGrant, "invalid_grant"},
    {provider::ProviderErrorKind::accessDenied, "access_denied"},
    {provider::ProviderErrorKind::misconfigured, "misconfigured"},
    {provider::ProviderErrorKind::rateLimited, "rate_limited"},
    {provider::ProviderErrorKind::transient, "transient"},
    {provider::ProviderErrorKind::ambiguous, "ambiguous"},
    {provider::ProviderErrorKind::protocol, "protocol"},
}};
static_assert(isComplete(providerErrorKinds, provider::ProviderErrorKind::protocol));

/// Returns the level's name in settings and log lines. Thread-safe.
[[nodiscard]] constexpr std::string_view nameOf(provider::LogLevel level) noexcept {
    return nameIn(logLevels, level, "ERROR");
}

/// Returns the level with that name, or nullopt. Thread-safe.
[[nodiscard]] constexpr std::optional<provider::LogLevel> logLevelOf(std::string_view name) noexcept {
    return valueIn(logLevels, name);
}

/// Returns the kind's name in the log, the store and on the wire, e.g. "rate_limited". Thread-safe.
[[nodiscard]] constexpr std::string_view nameOf(provider::ProviderErrorKind kind) noexcept {
    return nameIn(providerErrorKinds, kind, "protocol");
}

} // namespace central_oauth::base
