// SPDX-License-Identifier: Apache-2.0
// Creates a provider from a product and settings.
#include "central_oauth/atlassian/CloudFactory.h"

#include "central_oauth/atlassian/CloudConfiguration.h"
#include "central_oauth/atlassian/CloudProvider.h"

namespace central_oauth::atlassian {

std::vector<provider::SettingSpec> CloudFactory::settings() const {
    return cloudSettingSpecs(_product);
}

std::unique_ptr<provider::Provider> CloudFactory::create(const provider::Context& context,
                                                         provider::Settings settings) const {
    return std::make_unique<CloudProvider>(context, readCloudConfiguration(settings, _product), _product);
}

} // namespace central_oauth::atlassian
