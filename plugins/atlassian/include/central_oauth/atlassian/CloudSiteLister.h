// SPDX-License-Identifier: Apache-2.0
// The sites that a grant reaches, from accessible-resources.
#pragma once

#include "central_oauth/atlassian/Product.h"
#include "central_oauth/provider/Provider.h"

#include <string>
#include <vector>

namespace central_oauth::atlassian {

/// Lists the sites with a container of the product, each once, in order of their ids: upstream repeats an id
/// once per container and promises no order. An empty list is an answer, not an error.
///
/// Borrows the context. Immutable, any thread.
///
/// Errors: ProviderError. invalidGrant means that this *access token* was not accepted (expired, or its
/// companion was exchanged): refresh once, try once more, and do not take the grant for dead. misconfigured:
/// a scope is missing.
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
