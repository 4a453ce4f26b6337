// SPDX-License-Identifier: Apache-2.0
// Reads which providers to run.
#pragma once

#include "Objection.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>
#include <string_view>
#include <vector>

namespace central_oauth::config {

/// Reads a comma list of "name" and "name=plugin".
[[nodiscard]] std::optional<std::vector<ProviderChoice>> parseProviders(std::string_view text,
                                                                        Objection& why);

} // namespace central_oauth::config
