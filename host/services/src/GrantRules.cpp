// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/GrantRules.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/Scopes.h"

#include <algorithm>
#include <string>
#include <vector>

namespace central_oauth::services {

namespace {

// Of an address with several @, the last decides (RFC 5321 section 4.1.2: earlier ones are quoted).
std::string domainOf(const std::string& email) {
    const auto at = email.rfind('@');
    if (at == std::string::npos || at == 0)
        return {};
    return base::lower(std::string_view(email).substr(at + 1));
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

bool isWantedPerson(const domain::Link& link, const ConfiguredProvider& provider,
                    const domain::Identity& person) {
    if (!link.wantedPerson.empty() && link.wantedPerson != person.upstreamId)
        return false;
    const auto& domains = provider.allowedEmailDomains;
    return domains.empty() || contains(domains, domainOf(person.email));
}

std::string whyUnwanted(const domain::Link& link, const ConfiguredProvider& provider,
                        const domain::Identity& person) {
    if (!link.wantedPerson.empty() && link.wantedPerson != person.upstreamId)
        return differing("upstream id", person.upstreamId, "expected is", link.wantedPerson);
    return differing("e-mail domain", domainOf(person.email), "allowed are",
                     scopeText(provider.allowedEmailDomains));
}

std::chrono::seconds trustedLifeOf(const provider::TokenSet& tokens) {
    constexpr std::chrono::seconds shortest{60};
    constexpr std::chrono::seconds longest = std::chrono::hours(24);
    // What upstream did say, however little, is never exceeded.
    return tokens.expiresIn.count() <= 0 ? shortest : std::min(tokens.expiresIn, longest);
}

void limitLife(domain::Tokens& tokens, const base::Clock& clock) {
    const auto left = base::leftOf(tokens.granted, tokens.accessExpiresAt, clock);
    tokens.accessExpiresAt = std::min(tokens.accessExpiresAt, base::nowOf(clock) + left);
}

} // namespace central_oauth::services
