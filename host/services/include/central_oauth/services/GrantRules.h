// SPDX-License-Identifier: Apache-2.0
// Whose grant may become an account: the link's wish and the operator's limits.
#pragma once

#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/store/Records.h"

namespace central_oauth::services {

/// Whether this person may be linked: the one that the link is for, with an address of an allowed mail domain
/// (compared without case; a subdomain is another domain). Where domains are set, nobody passes whose address
/// upstream hides.
[[nodiscard]] bool isWantedPerson(const store::Link& link, const ConfiguredProvider& provider,
                                  const provider::Identity& person);

} // namespace central_oauth::services
