// SPDX-License-Identifier: Apache-2.0
// Look-up by name.
#include "central_oauth/services/ProviderCatalog.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

ProviderCatalog::ProviderCatalog(std::vector<ConfiguredProvider> providers)
    : _providers(std::move(providers)) {
    std::sort(_providers.begin(), _providers.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
}

const ConfiguredProvider* ProviderCatalog::find(const std::string& name) const noexcept {
    for (const auto& candidate : _providers) {
        if (candidate.name == name)
            return &candidate;
    }
    return nullptr;
}

} // namespace central_oauth::services
