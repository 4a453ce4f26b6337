// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ProviderCatalog.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderErrors.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

void addMissing(std::vector<std::string>& scopes, const std::vector<std::string>& others) {
    for (const auto& scope : others) {
        if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end())
            scopes.push_back(scope);
    }
}

} // namespace

std::string ConfiguredProvider::callbackPath() const {
    const auto authority = redirectUri.find("://");
    const auto path = authority == std::string::npos ? authority : redirectUri.find('/', authority + 3);
    return path == std::string::npos ? std::string() : redirectUri.substr(path);
}

ProviderCatalog::ProviderCatalog(std::vector<ConfiguredProvider> providers)
    : _providers(std::move(providers)) {
    std::sort(_providers.begin(), _providers.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    for (auto& provider : _providers) {
        for (const auto& other : _providers) {
            if (!provider.app.empty() && other.app == provider.app)
                addMissing(provider.scopes, other.properties.scopes);
        }
    }
}

const ConfiguredProvider* ProviderCatalog::find(const std::string& name) const noexcept {
    for (const auto& candidate : _providers) {
        if (candidate.name == name)
            return &candidate;
    }
    return nullptr;
}

std::vector<std::string> ProviderCatalog::sharing(const std::string& name) const {
    std::vector<std::string> names{name};
    const auto* const provider = find(name);
    if (provider == nullptr || provider->app.empty())
        return names;
    for (const auto& other : _providers) {
        if (other.app == provider->app && other.name != name)
            names.push_back(other.name);
    }
    return names;
}

domain::Site requireSite(const domain::Account& account, const std::string& wanted,
                         const ProviderCatalog& providers) {
    auto site = domain::findSite(account.sites, wanted);
    if (!site)
        throw base::Error(
            base::ErrorCode::siteNotAllowed,
            "The account does not reach that site; `sites` lists those it reaches.",
            differing("the wanted site", wanted, "the account reaches", domain::siteNames(account.sites)));
    const auto* provider = providers.find(account.provider);
    if (provider != nullptr && !domain::isAllowedSite(*site, provider->allowedSites))
        throw base::Error(base::ErrorCode::siteNotAllowed, "The operator does not allow that site.",
                          differing("the wanted site", site->id + " " + site->url, "allowed are",
                                    domain::scopeText(provider->allowedSites)));
    return std::move(*site);
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
