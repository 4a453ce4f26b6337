// SPDX-License-Identifier: Apache-2.0
// The providers as configured, before any of them is created.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/config/SecretFiles.h"
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
    std::string redirectUri; ///< as configured; empty for the default
    std::string app;         ///< identifies the upstream app, see ConfiguredProvider::app
    config::AllowLists allowed;
    std::vector<std::string> variables;
    std::vector<std::string> secrets; ///< the variables that hold a secret
    config::SecretFiles secretFiles;
};

/// The proxy on the way to upstream.
struct UpstreamProxy {
    std::string setting; ///< the variable in use: HTTPS_PROXY or https_proxy
    std::string url;     ///< may hold a password; empty without a proxy
    std::string noProxy;
};

/// Everything needed to create the providers. A value.
struct ProviderPlans {
    std::vector<ProviderPlan> providers; ///< in the order of configuration
    UpstreamProxy proxy;
};

/// Loads the plugins and reads the settings of their providers. Adds faults and warnings to the report. If
/// there are faults, the result may lack providers.
/// Call from the start-up thread.
[[nodiscard]] ProviderPlans readProviderPlans(const config::Environment& environment,
                                              const config::HostSettings& settings, config::Report& report,
                                              Description& description);

} // namespace central_oauth::app
