// SPDX-License-Identifier: Apache-2.0
// Whose grant may become an account: the link's wish and the operator's limits.
#pragma once

#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <chrono>
#include <string>

namespace central_oauth::services {

/// Whether this person may be linked: the one that the link is for, with an address of an allowed mail domain
/// (compared without case; a subdomain is another domain). Where domains are set, nobody passes whose address
/// upstream hides.
[[nodiscard]] bool isWantedPerson(const domain::Link& link, const ConfiguredProvider& provider,
                                  const domain::Identity& person);

/// Returns both sides of what isWantedPerson has compared in vain, for the log. An e-mail address is its
/// domain there.
[[nodiscard]] std::string whyUnwanted(const domain::Link& link, const ConfiguredProvider& provider,
                                      const domain::Identity& person);

/// Returns the life of a granted access token that is taken for true: a minute where upstream named none or
/// less than nothing, a day at most.
[[nodiscard]] std::chrono::seconds trustedLifeOf(const provider::TokenSet& tokens);

/// Moves the end of a stored access token to what is left of its life by both clocks (base::leftOf), so that
/// a clock that was set serves none for longer than upstream granted.
void limitLife(domain::Tokens& tokens, const base::Clock& clock);

} // namespace central_oauth::services
