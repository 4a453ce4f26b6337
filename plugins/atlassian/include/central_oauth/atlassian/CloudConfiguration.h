// SPDX-License-Identifier: Apache-2.0
// The settings of an Atlassian Cloud provider.
#pragma once

#include "central_oauth/atlassian/Product.h"
#include "central_oauth/provider/Settings.h"

#include <string>
#include <vector>

namespace central_oauth::atlassian {

/// Validated settings. A value.
struct CloudConfiguration {
    std::string clientId;
    std::vector<provider::Secret> clientSecrets; ///< one or two, newest first
    std::vector<std::string> scopes;             ///< including offline_access
    std::string authBase;                        ///< without a trailing slash, as is apiBase
    std::string apiBase;
    std::string audience;
    bool revokesUpstream = false; ///< UPSTREAM_REVOKE

    /// Returns the URL of accessible-resources: on the API host, or on the authorization host in Government
    /// Cloud.
    [[nodiscard]] std::string sitesUrl() const;
};

/// Returns the settings that the host validates and documents, including those that only the host reads.
[[nodiscard]] std::vector<provider::SettingSpec> cloudSettingSpecs(const Product& product);

/// Validates the settings.
/// Throws: ProviderError(misconfigured) that names the setting and the fix.
[[nodiscard]] CloudConfiguration readCloudConfiguration(const provider::Settings& settings,
                                                        const Product& product);

} // namespace central_oauth::atlassian
