// SPDX-License-Identifier: Apache-2.0
// Parses the list of providers to run.
#pragma once

#include "Objection.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>
#include <string_view>
#include <vector>

namespace central_oauth::config {

/// Parses a comma-separated list of "name" and "name=plugin". Returns nullopt, and sets `why`, if it is
/// invalid.
[[nodiscard]] std::optional<std::vector<ProviderChoice>> parseProviders(std::string_view text,
                                                                        Objection& why);

} // namespace central_oauth::config
