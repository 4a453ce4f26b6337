// SPDX-License-Identifier: Apache-2.0
// The configured providers, as the services see them.
//
// Module services: the use cases. Brings a request, the domain, upstream and the store together; knows no
// HTTP, no SQL, no plugin loading.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/provider/Provider.h"

#include <string>
#include <vector>

namespace central_oauth::services {

/// One provider with everything a flow needs to know about it. `plugin` outlives the catalog.
struct ConfiguredProvider {
    std::string name;
    std::string displayName;
    const provider::Provider* plugin = nullptr;
    provider::Properties properties;
    std::vector<std::string> scopes; ///< the full set that every authorization asks for
    std::string redirectUri;
    std::string app;                       ///< the same for providers of one app upstream; empty: shares none
    std::vector<std::string> allowedSites; ///< site ids or URLs that may be linked; empty: any
    std::vector<std::string>
        allowedEmailDomains; ///< whose people may be linked, lower case; empty: anybody's

    /// Where upstream's answers arrive: the path of `redirectUri`.
    [[nodiscard]] std::string callbackPath() const;
};

/// An immutable list of providers, in the order of their names.
///
/// Providers of one app ask for the scopes of all of them, because a second consent of a person to an app
/// replaces the scopes of the first, and with them what an account linked before can do.
///
/// Threads: any.
class ProviderCatalog {
public:
    explicit ProviderCatalog(std::vector<ConfiguredProvider> providers);

    /// Returns null if there is no provider of that name. Valid as long as the catalog.
    [[nodiscard]] const ConfiguredProvider* find(const std::string& name) const noexcept;

    [[nodiscard]] const std::vector<ConfiguredProvider>& all() const noexcept { return _providers; }

    /// Returns the names of all providers that share the app of the named one, itself among them, also if it
    /// is no longer configured.
    [[nodiscard]] std::vector<std::string> sharing(const std::string& name) const;

private:
    std::vector<ConfiguredProvider> _providers;
};

/// Returns the site of an account's grant that was asked for by id or URL. Throws:
/// base::Error(siteNotAllowed), saying whether the grant does not reach it or the operator does not allow it.
[[nodiscard]] domain::Site requireSite(const domain::Account& account, const std::string& wanted,
                                       const ProviderCatalog& providers);

/// Returns where a product of a site is called, as the provider's plugin builds it; empty: it is not to be
/// called, or the provider (null: not configured) can't tell. Throws: nothing but std::bad_alloc.
/// Thread-safe.
[[nodiscard]] std::string apiBaseUrlOf(const ConfiguredProvider* provider, const std::string& product,
                                       const std::string& siteId);

} // namespace central_oauth::services
