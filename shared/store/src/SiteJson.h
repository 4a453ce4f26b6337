// SPDX-License-Identifier: Apache-2.0
// Lists of names and of sites as the JSON texts that columns hold.
#pragma once

#include "central_oauth/domain/Grant.h"

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::store {

/// `["a","b"]`
[[nodiscard]] std::string textOfNames(const std::vector<std::string>& names);

/// Throws: base::Error(storeUnavailable) if the text is not a list of names.
[[nodiscard]] std::vector<std::string> namesOf(std::string_view text);

/// `[{"id":…,"name":…,"url":…,"products":[{"product":…}]}]`
[[nodiscard]] std::string textOfSites(const std::vector<domain::Site>& sites);

/// Throws: base::Error(storeUnavailable) if the text is not a list of sites.
[[nodiscard]] std::vector<domain::Site> sitesOf(std::string_view text);

} // namespace central_oauth::store
