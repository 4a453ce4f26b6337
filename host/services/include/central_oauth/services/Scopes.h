// SPDX-License-Identifier: Apache-2.0
// Comparing what was asked for with what upstream granted.
#pragma once

#include <string>
#include <vector>

namespace central_oauth::services {

/// Those of `required` that are not among `granted`, in their order. `offline_access` is never missing: the
/// refresh token itself proves it, and not every upstream names it in its answers (OpenID Connect Core
/// section 11).
[[nodiscard]] std::vector<std::string> missingScopes(const std::vector<std::string>& required,
                                                     const std::vector<std::string>& granted);

/// Those of `wanted` that are among `offered`, in their order.
[[nodiscard]] std::vector<std::string> offeredScopes(const std::vector<std::string>& wanted,
                                                     const std::vector<std::string>& offered);

/// The scopes as one text, with a space between two (RFC 6749 section 3.3).
[[nodiscard]] std::string scopeText(const std::vector<std::string>& scopes);

} // namespace central_oauth::services
