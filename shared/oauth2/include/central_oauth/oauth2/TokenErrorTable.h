// SPDX-License-Identifier: Apache-2.0
// What the error codes of a token endpoint mean, and where a product deviates from RFC 6749 section 5.2.
#pragma once

#include "central_oauth/provider/ProviderError.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::oauth2 {

/// The two grants a provider uses, as `grant_type` names them (RFC 6749 sections 4.1.3 and 6).
enum class GrantType { authorizationCode, refreshToken };

/// One deviation. The first rule that fits decides; the HTTP status never does, because servers disagree
/// about it.
struct TokenErrorRule {
    std::string error;                             ///< the `error` code
    provider::ProviderErrorKind kind;              ///< what it means here
    std::optional<GrantType> grant = std::nullopt; ///< only for this grant; none: for both
    std::string descriptionContains =
        std::string(); ///< only with this in `error_description`, compared without case
};

/// Maps error codes to kinds: the product's rules first, then RFC 6749 section 5.2.
///
/// Immutable, any thread.
class TokenErrorTable {
public:
    /// The rules in the order in which they are tried.
    explicit TokenErrorTable(std::vector<TokenErrorRule> rules) : _rules(std::move(rules)) {}

    /// What an `error` code with this `error_description` means; codes that neither the rules nor the RFC
    /// know are `protocol`. Throws: nothing.
    [[nodiscard]] provider::ProviderErrorKind kindOf(GrantType grant, std::string_view error,
                                                     std::string_view description) const;

private:
    std::vector<TokenErrorRule> _rules;
};

} // namespace central_oauth::oauth2
