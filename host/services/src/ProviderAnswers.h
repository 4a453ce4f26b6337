// SPDX-License-Identifier: Apache-2.0
// Converts a provider's answers into the records of the domain.
#pragma once

#include "central_oauth/domain/Grant.h"
#include "central_oauth/provider/Provider.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace central_oauth::services {

[[nodiscard]] inline domain::Identity domainIdentity(provider::Identity said) {
    return {std::move(said.upstreamId), std::move(said.displayName), std::move(said.email)};
}

/// Returns the sites, each product of a site once. Leaves out the addresses of products: a program that can
/// write into the store must not decide where a token is sent.
[[nodiscard]] inline std::vector<domain::Site> domainSites(std::vector<provider::Site> said) {
    std::vector<domain::Site> sites;
    sites.reserve(said.size());
    for (auto& site : said) {
        sites.push_back({std::move(site.id), std::move(site.name), std::move(site.url), {}});
        auto& products = sites.back().products;
        for (auto& access : site.products)
            if (std::find(products.begin(), products.end(), access.product) == products.end())
                products.push_back(std::move(access.product));
    }
    return sites;
}

} // namespace central_oauth::services
