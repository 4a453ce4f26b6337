// SPDX-License-Identifier: Apache-2.0
// Rules for a new grant: its scopes, its sites, its person, and the life of its access token.
#pragma once

#include "central_oauth/domain/Link.h"
#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// Returns those of `required` that are not in `granted`, in order. `offline_access` is never missing: the
/// refresh token proves it, and some upstreams do not list it (OpenID Connect Core section 11).
[[nodiscard]] std::vector<std::string> missingScopes(const std::vector<std::string>& required,
                                                     const std::vector<std::string>& granted);

/// Returns those of `wanted` that are in `offered`, in order.
[[nodiscard]] std::vector<std::string> offeredScopes(const std::vector<std::string>& wanted,
                                                     const std::vector<std::string>& offered);

/// Returns the scopes separated by spaces (RFC 6749 section 3.3).
[[nodiscard]] std::string scopeText(const std::vector<std::string>& scopes);

// Choice of a site. The order of `sites` never decides.

/// Returns the ids and URLs of the sites, for the log.
[[nodiscard]] std::string siteNames(const std::vector<Site>& sites);

/// As findSite, without a copy: null, or valid as long as `sites`.
[[nodiscard]] const Site* siteIn(const std::vector<Site>& sites, const std::string& wanted);

/// Returns the site with the id or URL `wanted`; spellings of the same URL match (base::sameSiteUrl). Returns
/// nullopt if `wanted` is empty.
[[nodiscard]] std::optional<Site> findSite(const std::vector<Site>& sites, const std::string& wanted);

/// Returns whether the site is one of `allowed` (ids or URLs, compared as in findSite). An empty list allows
/// every site.
[[nodiscard]] bool isAllowedSite(const Site& site, const std::vector<std::string>& allowed);

/// Returns the allowed sites that a new grant may be for: the wanted one, or all that the grant reaches if
/// none is wanted.
[[nodiscard]] std::vector<Site> eligibleSites(const std::vector<Site>& sites, const std::string& wanted,
                                              const std::vector<std::string>& allowed);

/// Returns whether this person may be linked: the upstream id is the expected one, and the mail domain is
/// allowed. Domains are compared without case; a subdomain is another domain. If domains are set, a person
/// whose address upstream hides is refused.
[[nodiscard]] bool isExpectedPerson(const Link& link, const std::vector<std::string>& allowedEmailDomains,
                                    const Identity& person);

/// Returns the mail domain of an address in lower case; empty if the address has none.
[[nodiscard]] std::string emailDomainOf(const std::string& email);

/// Returns the life of a new access token: what upstream reports, but at most a day; a minute if upstream
/// reports none or a negative one.
[[nodiscard]] std::chrono::seconds trustedLifeOf(const provider::TokenSet& tokens);

/// Moves the expiry of a stored access token to what is left of its life by both clocks (base::leftOf). A
/// wall clock that was changed then extends no token.
void limitLife(Tokens& tokens, const base::Moment& now);

} // namespace central_oauth::domain
