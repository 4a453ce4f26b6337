// SPDX-License-Identifier: Apache-2.0
// The checks of a plugin's descriptor, before any of its C++ runs.
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

[[nodiscard]] PluginRefusal refusal(const std::string& id, RefusalReason reason, const std::string& text);

/// Returns the first reason to refuse the plugin, or nullopt. Reads plain data only.
[[nodiscard]] std::optional<PluginRefusal> refusalOf(const CentralOAuthProviderV1* descriptor,
                                                     const std::string& id, HostSdk host = {});

} // namespace central_oauth::loader
