// SPDX-License-Identifier: Apache-2.0
// The check of the settings that a plugin declares.
#pragma once

#include "central_oauth/provider/Settings.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::loader {

/// Returns the first fault and its fix, as the end of a sentence about the plugin, or nullopt. Pure.
[[nodiscard]] std::optional<std::string> faultOf(const std::vector<provider::SettingSpec>& settings);

} // namespace central_oauth::loader
