// SPDX-License-Identifier: Apache-2.0
// Choosing among the sites that a grant reaches. Never by order.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The site with that id, or with that URL (compared without case and trailing slash). An empty `wanted`
/// finds nothing.
[[nodiscard]] std::optional<provider::Site> findSite(const std::vector<provider::Site>& sites,
                                                     const std::string& wanted);

/// The site a new grant is for: the wanted one, or the only one. Empty: not reached, or not exactly one.
[[nodiscard]] std::optional<provider::Site> chooseSite(const std::vector<provider::Site>& sites,
                                                       const std::string& wanted);

} // namespace central_oauth::services
