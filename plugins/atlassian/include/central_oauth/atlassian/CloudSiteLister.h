// SPDX-License-Identifier: Apache-2.0
// Lists the sites that a grant reaches, from accessible-resources.
#pragma once

#include "central_oauth/atlassian/Product.h"
#include "central_oauth/provider/Provider.h"

#include <string>
#include <vector>

namespace central_oauth::atlassian {

/// Returns the sites with a container of the product, each once, sorted by id: upstream lists an id once per
/// container and guarantees no order. An empty list is not an error.
///
/// Borrows the context. Immutable, thread-safe.
///
/// Errors: ProviderError. invalidGrant: this *access token* was not accepted, because it expired or was
/// replaced by a refresh. Refresh once and retry once; the grant may still be valid. misconfigured: a scope
/// is missing.
class CloudSiteLister final : public provider::SiteLister {
public:
    CloudSiteLister(const provider::Context& context, std::string sitesUrl, const Product& product);

    [[nodiscard]] std::vector<provider::Site> listSites(const provider::Secret& accessToken,
                                                        const provider::Call& call) const override;

private:
    provider::Context _context;
    std::string _sitesUrl;
    Product _product;
};

} // namespace central_oauth::atlassian
