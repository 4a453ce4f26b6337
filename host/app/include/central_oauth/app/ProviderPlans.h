// SPDX-License-Identifier: Apache-2.0
// What the settings say of the providers, before any of them is made.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/loader/PluginLibrary.h"
#include "central_oauth/provider/Settings.h"

#include <string>
#include <utility>
#include <vector>

namespace central_oauth::app {

/// Name and value of each setting for the log of a start; secrets are masked.
using Description = std::vector<std::pair<std::string, std::string>>;

/// One provider: the plugin that serves it, and its settings. A value.
struct ProviderPlan {
    std::string name;
    loader::PluginLibrary library;
    provider::Settings settings;
    std::string redirectUri; ///< as set; empty: the default
    std::string app;         ///< which one upstream, ConfiguredProvider::app
    config::AllowLists allowed;
    std::vector<std::string> variables;
    std::vector<std::string> secrets; ///< those of them that hold one
};

/// The proxy on the way to upstream.
struct UpstreamProxy {
    std::string setting; ///< names the variable: HTTPS_PROXY, in either case
    std::string url;     ///< may hold a password; empty: none
    std::string noProxy;
};

/// All that is needed to make the providers. A value.
struct ProviderPlans {
    std::vector<ProviderPlan> providers; ///< in the order of configuration
    UpstreamProxy proxy;
};

/// Loads the plugins and reads the settings of their providers. What is wrong or odd goes into the report;
/// with faults some providers are left out. [startup]
[[nodiscard]] ProviderPlans readProviderPlans(const config::Environment& environment,
                                              const config::HostSettings& settings, config::Report& report,
                                              Description& description);

} // namespace central_oauth::app
