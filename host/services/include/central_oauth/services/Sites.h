// SPDX-License-Identifier: Apache-2.0
// Choosing among the sites that a grant reaches. Never by order.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/provider/Provider.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Ids and URLs of the sites in one text, for the log.
[[nodiscard]] std::string siteNames(const std::vector<domain::Site>& sites);

/// The site with that id, or with that URL in any spelling (base::sameSiteUrl). An empty `wanted` finds
/// nothing.
[[nodiscard]] std::optional<domain::Site> findSite(const std::vector<domain::Site>& sites,
                                                   const std::string& wanted);

/// Whether the operator lets that site be linked: one of `allowed`, by id or URL as above. An empty list
/// allows every site.
[[nodiscard]] bool isAllowedSite(const domain::Site& site, const std::vector<std::string>& allowed);

/// The site of a grant that was asked for by id or URL. Throws: base::Error(siteNotAllowed), saying whether
/// the grant does not reach it or the operator does not allow it.
[[nodiscard]] domain::Site requireSite(const std::vector<domain::Site>& sites, const std::string& wanted,
                                       const std::vector<std::string>& allowed);

/// The same of an account's grant. The operator limits the sites of providers that are configured.
[[nodiscard]] domain::Site requireSite(const domain::Account& account, const std::string& wanted,
                                       const ProviderCatalog& providers);

/// The sites that a new grant may be for: the wanted one, or all it reaches; those only that are allowed.
[[nodiscard]] std::vector<domain::Site> eligibleSites(const std::vector<domain::Site>& sites,
                                                      const std::string& wanted,
                                                      const std::vector<std::string>& allowed);

/// Where a product of a site is called, as the provider's plugin builds it; empty: it is not to be called, or
/// the provider (null: not configured) can't tell. Throws: nothing but std::bad_alloc. [any thread]
[[nodiscard]] std::string apiBaseUrlOf(const ConfiguredProvider* provider, const std::string& product,
                                       const std::string& siteId);

} // namespace central_oauth::services
