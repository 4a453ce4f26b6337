// SPDX-License-Identifier: Apache-2.0
// The configured providers, as the services see them, and the meaning of their failures.
//
// Module services: the use cases. Brings a request, the domain, upstream and the store together; knows no
// HTTP, no SQL, no plugin loading.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <string>
#include <string_view>
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
    std::string app; ///< the same for providers of one app upstream; empty if it shares none
    std::vector<std::string> allowedSites; ///< site ids or URLs that may be linked; empty: any
    std::vector<std::string>
        allowedEmailDomains; ///< whose people may be linked, lower case; empty: anybody's

    /// Returns the path of `redirectUri`, at which upstream's answers arrive.
    [[nodiscard]] std::string callbackPath() const;
};

/// An immutable list of providers, in the order of their names.
///
/// Providers of one app ask for the scopes of all of them, because a second consent of a person to an app
/// replaces the scopes of the first, and with them what an account linked before can do.
///
/// Thread-safe.
class ProviderCatalog {
public:
    explicit ProviderCatalog(std::vector<ConfiguredProvider> providers);

    /// Returns null if there is no provider of that name. Valid as long as the catalog.
    [[nodiscard]] const ConfiguredProvider* find(const std::string& name) const noexcept;

    [[nodiscard]] const std::vector<ConfiguredProvider>& all() const noexcept { return _providers; }

    /// Returns the names of all providers that share the app of the named one. The named one is among them,
    /// even if it is no longer configured.
    [[nodiscard]] std::vector<std::string> sharing(const std::string& name) const;

private:
    std::vector<ConfiguredProvider> _providers;
};

/// Returns the site of the account's grant with that id or URL. Throws: base::Error(siteNotAllowed), which
/// says whether the grant does not reach the site or the operator does not allow it.
[[nodiscard]] domain::Site requireSite(const domain::Account& account, const std::string& wanted,
                                       const ProviderCatalog& providers);

/// Returns the URL at which to call a product of a site, as the provider's plugin builds it. Returns an empty
/// text if the product is not to be called, or if the provider (null: not configured) can't tell. Throws:
/// nothing but std::bad_alloc.
/// Thread-safe.
[[nodiscard]] std::string apiBaseUrlOf(const ConfiguredProvider* provider, const std::string& product,
                                       const std::string& siteId);

/// Returns the name of a failure in the store and on the wire: the name of its kind, or of the part of this
/// service's own surroundings that failed, such as "dns_failed". Do not rename on disk.
[[nodiscard]] std::string_view problemName(const provider::ProviderError& failure) noexcept;

/// Returns who has to act on a failure. The operator acts on every failure in this service's own
/// surroundings, even if the plugin reported another kind.
[[nodiscard]] base::Cause causeOf(const provider::ProviderError& failure) noexcept;

/// Writes one log line: an error if the operator has to act on the failure, otherwise a warning.
void logProviderError(const logging::Channel& log, std::string_view message, const std::string& providerName,
                      const provider::ProviderError& failure);

/// Returns the host error of a failed provider call (docs/architecture.md, "Errors"). The error says who has
/// to act; for the operator's own faults it also says what failed. It reports `retryAfter` to the caller if
/// the provider gave no time.
[[nodiscard]] base::Error hostError(const provider::ProviderError& failure, std::chrono::seconds retryAfter);

/// Returns a provider's extension by its class, or null if there is none. Valid as long as the provider.
template <class Extension>
[[nodiscard]] const Extension* extensionOf(const provider::Provider& provider) noexcept {
    return static_cast<const Extension*>(provider.extension(Extension::extensionId));
}

} // namespace central_oauth::services
