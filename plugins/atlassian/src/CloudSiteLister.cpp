// SPDX-License-Identifier: Apache-2.0
// Parses accessible-resources: merges entries and sorts the sites.
#include "central_oauth/atlassian/CloudSiteLister.h"

#include "CloudGateway.h"
#include "central_oauth/atlassian/CloudProductLocator.h"
#include "central_oauth/oauth2/Json.h"

#include <algorithm>
#include <map>

namespace central_oauth::atlassian {

namespace {

const std::string listName = "accessible-resources";
constexpr std::size_t maximumScopes = 512;

std::string siteId(const oauth2::JsonReader& entry) {
    std::string id = entry.text("id", longestCloudId);
    if (!isCloudId(id))
        throw provider::ProviderError(provider::ProviderErrorKind::protocol,
                                      listName + " has a malformed id");
    return id;
}

// Shown as a link: drops anything but http(s), such as javascript:.
std::string siteUrl(const oauth2::JsonReader& entry) {
    std::string url = entry.displayText("url");
    return url.starts_with("https://") || url.starts_with("http://") ? url : std::string();
}

// Keeps the smaller of two texts, so that the order of entries does not matter.
void keepOne(std::string& kept, std::string other) {
    if (kept.empty() || (!other.empty() && other < kept))
        kept = std::move(other);
}

} // namespace

CloudSiteLister::CloudSiteLister(const provider::Context& context, std::string sitesUrl,
                                 const Product& product)
    : _context(context), _sitesUrl(std::move(sitesUrl)), _product(product) {}

std::vector<provider::Site> CloudSiteLister::listSites(const provider::Secret& accessToken,
                                                       const provider::Call& call) const {
    const auto list =
        oauth2::parseArray(readThroughGateway(_context, _sitesUrl, accessToken, call, listName), listName);
    std::map<std::string, provider::Site> sites;
    for (unsigned i = 0; i < list->size(); ++i) {
        const auto entry = oauth2::JsonReader::element(*list, i, listName);
        const std::string id = siteId(entry);
        if (!isContainer(entry.optionalTexts("scopes", maximumScopes), _product.container))
            continue;
        provider::Site& site = sites[id];
        site.id = id;
        site.products = {{std::string(_product.key), {}}};
        keepOne(site.name, entry.displayText("name"));
        keepOne(site.url, siteUrl(entry));
    }
    std::vector<provider::Site> result;
    result.reserve(sites.size());
    for (auto& [id, site] : sites)
        result.push_back(std::move(site));
    return result;
}

} // namespace central_oauth::atlassian
