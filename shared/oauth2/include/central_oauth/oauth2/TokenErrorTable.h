// SPDX-License-Identifier: Apache-2.0
// The meaning of a token endpoint's error codes, and the deviations of products from RFC 6749 section 5.2.
#pragma once

#include "central_oauth/provider/ProviderError.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::oauth2 {

/// The two grants that a provider uses, see `grant_type` (RFC 6749 sections 4.1.3 and 6).
enum class GrantType { authorizationCode, refreshToken };

/// A deviation. The first matching rule decides. The HTTP status never does, because servers disagree about
/// it.
struct TokenErrorRule {
    std::string error;                             ///< the `error` code
    provider::ProviderErrorKind kind;              ///< its meaning for this product
    std::optional<GrantType> grant = std::nullopt; ///< nullopt for both grants
    /// Required substring of `error_description`, compared without case; may be empty.
    std::string descriptionContains = std::string();
};

/// Maps error codes to kinds: the product's rules first, then RFC 6749 section 5.2.
///
/// Immutable, thread-safe.
class TokenErrorTable {
public:
    /// The rules apply in order.
    explicit TokenErrorTable(std::vector<TokenErrorRule> rules) : _rules(std::move(rules)) {}

    /// Returns the kind for an `error` code with this `error_description`; `protocol` for a code that neither
    /// the rules nor the RFC define.
    /// Throws nothing.
    [[nodiscard]] provider::ProviderErrorKind kindOf(GrantType grant, std::string_view error,
                                                     std::string_view description) const;

private:
    std::vector<TokenErrorRule> _rules;
};

} // namespace central_oauth::oauth2
