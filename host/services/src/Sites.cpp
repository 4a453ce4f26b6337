// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Sites.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderErrors.h"
#include "central_oauth/services/Scopes.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

std::string siteNames(const std::vector<domain::Site>& sites) {
    return base::join(sites, ", ", [](const domain::Site& site) { return site.id + " " + site.url; });
}

std::optional<domain::Site> findSite(const std::vector<domain::Site>& sites, const std::string& wanted) {
    if (wanted.empty())
        return std::nullopt;
    for (const auto& site : sites) {
        if (site.id == wanted || base::sameSiteUrl(site.url, wanted))
            return site;
    }
    return std::nullopt;
}

bool isAllowedSite(const domain::Site& site, const std::vector<std::string>& allowed) {
    return allowed.empty() || std::any_of(allowed.begin(), allowed.end(),
                                          [&](const auto& one) { return findSite({site}, one).has_value(); });
}

domain::Site requireSite(const std::vector<domain::Site>& sites, const std::string& wanted,
                         const std::vector<std::string>& allowed) {
    auto site = findSite(sites, wanted);
    if (!site)
        throw base::Error(base::ErrorCode::siteNotAllowed,
                          "The account does not reach that site; `sites` lists those it reaches.",
                          differing("the wanted site", wanted, "the account reaches", siteNames(sites)));
    if (!isAllowedSite(*site, allowed))
        throw base::Error(
            base::ErrorCode::siteNotAllowed, "The operator does not allow that site.",
            differing("the wanted site", site->id + " " + site->url, "allowed are", scopeText(allowed)));
    return std::move(*site);
}

domain::Site requireSite(const domain::Account& account, const std::string& wanted,
                         const ProviderCatalog& providers) {
    const auto* provider = providers.find(account.provider);
    return requireSite(account.sites, wanted,
                       provider == nullptr ? std::vector<std::string>() : provider->allowedSites);
}

std::vector<domain::Site> eligibleSites(const std::vector<domain::Site>& sites, const std::string& wanted,
                                        const std::vector<std::string>& allowed) {
    std::vector<domain::Site> eligible;
    if (wanted.empty())
        eligible = sites;
    else if (auto site = findSite(sites, wanted))
        eligible.push_back(std::move(*site));
    std::erase_if(eligible, [&](const domain::Site& site) { return !isAllowedSite(site, allowed); });
    return eligible;
}

std::string apiBaseUrlOf(const ConfiguredProvider* provider, const std::string& product,
                         const std::string& siteId) {
    const auto* locator = provider == nullptr || provider->plugin == nullptr
                              ? nullptr
                              : extensionOf<provider::ProductLocator>(*provider->plugin);
    if (locator == nullptr)
        return {};
    try {
        return locator->apiBaseUrl(product, siteId);
    } catch (const base::Error&) {
        return {}; // the plugin broke its contract; its guard has logged that
    } catch (const provider::ProviderError&) {
        return {};
    }
}

} // namespace central_oauth::services
