// SPDX-License-Identifier: Apache-2.0
// Whether the settings that a plugin declares make sense.
#pragma once

#include "central_oauth/provider/Settings.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::loader {

/// The first fault, as the end of a sentence about the plugin with its fix; nothing where all is well. Pure.
[[nodiscard]] std::optional<std::string> faultOf(const std::vector<provider::SettingSpec>& settings);

} // namespace central_oauth::loader
