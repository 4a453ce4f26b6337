// SPDX-License-Identifier: Apache-2.0
// What is wrong with an account, in plain words: what happened, since when, who can fix it, how.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/GrantKeeping.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// Wire names that no provider error has. Kept in the store as the account's reason or problem; do not
/// rename on disk.
namespace problem {
constexpr std::string_view revokedOrExpired = domain::reason::revokedOrExpired;
constexpr std::string_view tooOld = domain::reason::tooOld;
constexpr std::string_view scopesMissing = "scopes_missing";
constexpr std::string_view suspended = "suspended";
constexpr std::string_view undecryptable = "undecryptable";
constexpr std::string_view pluginFailed = "plugin_failed";
constexpr std::string_view providerRemoved = "provider_removed";
constexpr std::string_view dnsFailed = "dns_failed";
constexpr std::string_view proxyFailed = "proxy_failed";
constexpr std::string_view tlsUntrusted = "tls_untrusted";
constexpr std::string_view clockWrong = "clock_wrong";
} // namespace problem

/// One problem. All texts are constants but `code`.
struct AccountProblem {
    std::string code; ///< wire name
    std::string_view what;
    std::optional<base::Timestamp> since; ///< nullopt if the beginning is unknown
    std::string_view who;                 ///< "person", "operator" or "atlassian"
    std::string_view how;
};

/// Returns the gravest problem of the stored account, or nullopt if it has none. A grant that needs a new
/// link comes before all else. `isConfigured`: whether the account's provider is configured.
/// Thread-safe.
[[nodiscard]] std::optional<AccountProblem> problemOf(const domain::Account& account, bool isConfigured);

/// Returns `what` and `how` of a code in one text. Returns a general text for an unknown code.
/// Thread-safe.
[[nodiscard]] std::string problemWords(std::string_view code);

} // namespace central_oauth::services
