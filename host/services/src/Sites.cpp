// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Sites.h"

#include <algorithm>
#include <cctype>

namespace central_oauth::services {

namespace {

std::string comparable(std::string url) {
    while (!url.empty() && url.back() == '/')
        url.pop_back();
    std::transform(url.begin(), url.end(), url.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return url;
}

} // namespace

std::optional<provider::Site> findSite(const std::vector<provider::Site>& sites, const std::string& wanted) {
    if (wanted.empty())
        return std::nullopt;
    const auto url = comparable(wanted);
    for (const auto& site : sites) {
        if (site.id == wanted || (!url.empty() && comparable(site.url) == url))
            return site;
    }
    return std::nullopt;
}

std::optional<provider::Site> chooseSite(const std::vector<provider::Site>& sites,
                                         const std::string& wanted) {
    if (!wanted.empty())
        return findSite(sites, wanted);
    return sites.size() == 1 ? std::optional(sites.front()) : std::nullopt;
}

} // namespace central_oauth::services
