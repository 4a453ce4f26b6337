// SPDX-License-Identifier: Apache-2.0
// The settings of an Atlassian Cloud provider.
#pragma once

#include "central_oauth/atlassian/Product.h"
#include "central_oauth/provider/Settings.h"

#include <string>
#include <vector>

namespace central_oauth::atlassian {

/// Checked settings. A value, moved into the provider.
struct CloudConfiguration {
    std::string clientId;
    std::vector<provider::Secret> clientSecrets; ///< one or two, newest first
    std::vector<std::string> scopes;             ///< with offline_access
    std::string authBase;                        ///< without a trailing slash, as the next
    std::string apiBase;
    std::string audience;
    bool revokesUpstream = false; ///< UPSTREAM_REVOKE

    /// Where accessible-resources is asked: the API host, but the authorization host in Government Cloud.
    [[nodiscard]] std::string sitesUrl() const;
};

/// What the host validates and documents; settings that only the host reads are among them.
[[nodiscard]] std::vector<provider::SettingSpec> cloudSettingSpecs(const Product& product);

/// Throws: ProviderError(misconfigured) naming setting and fix.
[[nodiscard]] CloudConfiguration readCloudConfiguration(const provider::Settings& settings,
                                                        const Product& product);

} // namespace central_oauth::atlassian
