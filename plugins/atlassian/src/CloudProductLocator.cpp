// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/atlassian/CloudProductLocator.h"

#include <algorithm>

namespace central_oauth::atlassian {

bool isCloudId(std::string_view id) noexcept {
    return !id.empty() && id.size() <= longestCloudId && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
}

std::string CloudProductLocator::apiBaseUrl(std::string_view product, std::string_view siteId) const {
    if (product != _product.key || !isCloudId(siteId))
        return {};
    std::string url;
    url.reserve(_apiBase.size() + _product.apiPath.size() + siteId.size());
    url.append(_apiBase).append(_product.apiPath).append(siteId);
    return url;
}

} // namespace central_oauth::atlassian
