// SPDX-License-Identifier: Apache-2.0
// What a provider says of a grant, in the domain's words.
#pragma once

#include "central_oauth/domain/Grant.h"
#include "central_oauth/provider/Provider.h"

#include <vector>

namespace central_oauth::services {

[[nodiscard]] inline domain::Identity domainIdentity(provider::Identity said) {
    return {std::move(said.upstreamId), std::move(said.displayName), std::move(said.email)};
}

/// Without the addresses: who can write into the store must not decide where a token is sent.
[[nodiscard]] inline std::vector<domain::Site> domainSites(std::vector<provider::Site> said) {
    std::vector<domain::Site> sites;
    sites.reserve(said.size());
    for (auto& site : said) {
        sites.push_back({std::move(site.id), std::move(site.name), std::move(site.url), {}});
        for (auto& access : site.products)
            sites.back().products.push_back(std::move(access.product));
    }
    return sites;
}

} // namespace central_oauth::services
