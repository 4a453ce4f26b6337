// SPDX-License-Identifier: Apache-2.0
// The checks between a plugin's descriptor and the first line of its C++.
#pragma once

#include "central_oauth/loader/PluginLibrary.h"
#include "central_oauth/provider/Entry.h"

#include <cstdint>
#include <optional>
#include <string>

namespace central_oauth::loader {

/// The range of plugins this host serves; a parameter so that both sides can be tested.
struct HostSdk {
    std::uint32_t minor = CENTRAL_OAUTH_SDK_MINOR;
    std::uint32_t lowestPluginMinor = CENTRAL_OAUTH_PLUGIN_MINOR_SERVED;
};

/// The first reason to refuse, or nothing. Reads plain data only.
[[nodiscard]] std::optional<PluginRefusal> refusalOf(const CentralOAuthProviderV1* descriptor,
                                                     const std::string& id, HostSdk host = {});

} // namespace central_oauth::loader
