// SPDX-License-Identifier: Apache-2.0
// The kinds for the codes of RFC 6749 section 5.2.
#include "central_oauth/oauth2/TokenErrorTable.h"

#include <algorithm>

#include <Poco/String.h>

namespace central_oauth::oauth2 {

using provider::ProviderErrorKind;

namespace {

bool contains(std::string_view text, const std::string& part) {
    return Poco::toLower(std::string(text)).find(Poco::toLower(part)) != std::string::npos;
}

ProviderErrorKind standardKindOf(GrantType grant, std::string_view error) {
    constexpr std::string_view operatorErrors[] = {"invalid_client",  "unauthorized_client",
                                                   "invalid_request", "unsupported_grant_type",
                                                   "invalid_scope",   "invalid_target"};
    if (error == "invalid_grant")
        return ProviderErrorKind::invalidGrant;
    if (std::find(std::begin(operatorErrors), std::end(operatorErrors), error) != std::end(operatorErrors))
        return ProviderErrorKind::misconfigured;
    if (error == "access_denied")
        return ProviderErrorKind::accessDenied;
    if (error == "slow_down")
        return ProviderErrorKind::rateLimited;
    // The same as a 5xx status: whether the token was spent is unknown.
    if (error == "server_error" || error == "temporarily_unavailable")
        return grant == GrantType::refreshToken ? ProviderErrorKind::ambiguous : ProviderErrorKind::transient;
    return ProviderErrorKind::protocol;
}

} // namespace

ProviderErrorKind TokenErrorTable::kindOf(GrantType grant, std::string_view error,
                                          std::string_view description) const {
    for (const auto& rule : _rules) {
        if (rule.error == error && rule.grant.value_or(grant) == grant &&
            contains(description, rule.descriptionContains))
            return rule.kind;
    }
    return standardKindOf(grant, error);
}

} // namespace central_oauth::oauth2
