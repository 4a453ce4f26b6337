// SPDX-License-Identifier: Apache-2.0
// Which grant may become an account: its scopes, its sites, its person, and how long its token is used.
#pragma once

#include "central_oauth/domain/Link.h"
#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// Returns those of `required` that are not among `granted`, in their order. `offline_access` is never
/// missing: the refresh token itself proves it, and not every upstream names it in its answers (OpenID
/// Connect Core section 11).
[[nodiscard]] std::vector<std::string> missingScopes(const std::vector<std::string>& required,
                                                     const std::vector<std::string>& granted);

/// Returns those of `wanted` that are among `offered`, in their order.
[[nodiscard]] std::vector<std::string> offeredScopes(const std::vector<std::string>& wanted,
                                                     const std::vector<std::string>& offered);

/// Returns the scopes as one text, with a space between two (RFC 6749 section 3.3).
[[nodiscard]] std::string scopeText(const std::vector<std::string>& scopes);

// Choosing among the sites that a grant reaches. Never by order.

/// Returns ids and URLs of the sites in one text, for the log.
[[nodiscard]] std::string siteNames(const std::vector<Site>& sites);

/// Returns the site with that id, or with that URL in any spelling (base::sameSiteUrl). An empty `wanted`
/// finds nothing.
[[nodiscard]] std::optional<Site> findSite(const std::vector<Site>& sites, const std::string& wanted);

/// Whether the operator allows the site to be linked: one of `allowed`, by id or URL as above. An empty list
/// allows every site.
[[nodiscard]] bool isAllowedSite(const Site& site, const std::vector<std::string>& allowed);

/// Returns the sites that a new grant may be for: the wanted one, or all it reaches; of those the allowed
/// ones.
[[nodiscard]] std::vector<Site> eligibleSites(const std::vector<Site>& sites, const std::string& wanted,
                                              const std::vector<std::string>& allowed);

/// Whether this person may be linked: the one that the link is for, with an address of an allowed mail domain
/// (compared without case; a subdomain is another domain). Where domains are set, nobody passes whose address
/// upstream hides.
[[nodiscard]] bool isExpectedPerson(const Link& link, const std::vector<std::string>& allowedEmailDomains,
                                    const Identity& person);

/// Returns the mail domain of an address in lower case; empty if it has none.
[[nodiscard]] std::string emailDomainOf(const std::string& email);

/// Returns the life of a granted access token that is taken for true: a minute where upstream named none or
/// less than nothing, a day at most.
[[nodiscard]] std::chrono::seconds trustedLifeOf(const provider::TokenSet& tokens);

/// Moves the end of a stored access token to what is left of its life by both clocks (base::leftOf), so that
/// a clock that was set serves none for longer than upstream granted.
void limitLife(Tokens& tokens, const base::Moment& now);

} // namespace central_oauth::domain
