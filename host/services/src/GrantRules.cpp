// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/GrantRules.h"

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
    std::string domain = email.substr(at + 1);
    std::transform(domain.begin(), domain.end(), domain.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return domain;
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

bool isWantedPerson(const store::Link& link, const ConfiguredProvider& provider,
                    const provider::Identity& person) {
    if (!link.wantedPerson.empty() && link.wantedPerson != person.upstreamId)
        return false;
    const auto& domains = provider.allowedEmailDomains;
    return domains.empty() || contains(domains, domainOf(person.email));
}

} // namespace central_oauth::services
