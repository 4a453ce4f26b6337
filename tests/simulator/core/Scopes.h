// SPDX-License-Identifier: Apache-2.0
// Scope lists as text and as sets, and which product a scope belongs to.
#pragma once

#include "core/Model.h"

#include <string>
#include <string_view>

namespace central_oauth::simulator {

/// Returns the scopes of a space-separated list (RFC 6749 section 3.3).
[[nodiscard]] ScopeSet parseScopes(const std::string& text);

/// Returns the scopes separated by one space.
[[nodiscard]] std::string joinScopes(const ScopeSet& scopes);

/// Returns "confluence", "jira" (service management included), or empty for a scope of no product.
[[nodiscard]] std::string_view productOfScope(std::string_view scope);

/// Returns the scopes that belong to a product.
[[nodiscard]] ScopeSet scopesOfProduct(const ScopeSet& scopes, std::string_view product);

} // namespace central_oauth::simulator
