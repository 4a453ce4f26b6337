// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/GrantRules.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/base/WebUrl.h"

#include <algorithm>
#include <utility>

namespace central_oauth::domain {

namespace {

bool contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

std::vector<std::string> missingScopes(const std::vector<std::string>& required,
                                       const std::vector<std::string>& granted) {
    std::vector<std::string> missing;
    for (const auto& scope : required) {
        if (scope != "offline_access" && !contains(granted, scope))
            missing.push_back(scope);
    }
    return missing;
}

std::vector<std::string> offeredScopes(const std::vector<std::string>& wanted,
                                       const std::vector<std::string>& offered) {
    std::vector<std::string> some;
    for (const auto& scope : wanted) {
        if (contains(offered, scope))
            some.push_back(scope);
    }
    return some;
}

std::string scopeText(const std::vector<std::string>& scopes) {
    return base::join(scopes, " ");
}

std::string siteNames(const std::vector<Site>& sites) {
    std::string names;
    for (const auto& site : sites)
        names += (names.empty() ? "" : ", ") + site.id + " " + site.url;
    return names;
}

const Site* siteIn(const std::vector<Site>& sites, const std::string& wanted) {
    if (wanted.empty())
        return nullptr;
    const auto found = std::find_if(sites.begin(), sites.end(), [&wanted](const Site& site) {
        return site.id == wanted || base::sameSiteUrl(site.url, wanted);
    });
    return found == sites.end() ? nullptr : &*found;
}

std::optional<Site> findSite(const std::vector<Site>& sites, const std::string& wanted) {
    const auto* const site = siteIn(sites, wanted);
    return site == nullptr ? std::nullopt : std::optional(*site);
}

bool isAllowedSite(const Site& site, const std::vector<std::string>& allowed) {
    return allowed.empty() || std::any_of(allowed.begin(), allowed.end(),
                                          [&](const auto& one) { return findSite({site}, one).has_value(); });
}

std::vector<Site> eligibleSites(const std::vector<Site>& sites, const std::string& wanted,
                                const std::vector<std::string>& allowed) {
    std::vector<Site> eligible;
    if (wanted.empty())
        eligible = sites;
    else if (auto site = findSite(sites, wanted))
        eligible.push_back(std::move(*site));
    std::erase_if(eligible, [&](const Site& site) { return !isAllowedSite(site, allowed); });
    return eligible;
}

bool isExpectedPerson(const Link& link, const std::vector<std::string>& allowedEmailDomains,
                      const Identity& person) {
    if (!link.expectedUpstreamId.empty() && link.expectedUpstreamId != person.upstreamId)
        return false;
    return allowedEmailDomains.empty() || contains(allowedEmailDomains, emailDomainOf(person.email));
}

// If an address has several @, the last one counts (RFC 5321 section 4.1.2: earlier ones are quoted).
std::string emailDomainOf(const std::string& email) {
    const auto at = email.rfind('@');
    if (at == std::string::npos || at == 0)
        return {};
    std::string domain = email.substr(at + 1);
    std::transform(domain.begin(), domain.end(), domain.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return domain;
}

std::chrono::seconds trustedLifeOf(const provider::TokenSet& tokens) {
    constexpr std::chrono::seconds shortest{60};
    constexpr std::chrono::seconds longest = std::chrono::hours(24);
    // Never longer than upstream reported, however short that is.
    return tokens.expiresIn.count() <= 0 ? shortest : std::min(tokens.expiresIn, longest);
}

void limitLife(Tokens& tokens, const base::Moment& now) {
    const auto left = base::leftOf(tokens.granted, tokens.accessExpiresAt, now);
    tokens.accessExpiresAt = std::min<Timestamp>(tokens.accessExpiresAt, now.wall + left);
}

} // namespace central_oauth::domain
