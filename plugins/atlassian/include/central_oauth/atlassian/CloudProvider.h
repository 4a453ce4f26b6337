// SPDX-License-Identifier: Apache-2.0
// OAuth 2.0 (3LO) of Atlassian Cloud.
#pragma once

#include "central_oauth/atlassian/CloudConfiguration.h"
#include "central_oauth/atlassian/CloudIdentityReader.h"
#include "central_oauth/atlassian/CloudProductLocator.h"
#include "central_oauth/atlassian/CloudRevoker.h"
#include "central_oauth/atlassian/CloudSiteLister.h"
#include "central_oauth/oauth2/TokenEndpoint.h"
#include "central_oauth/provider/Provider.h"

namespace central_oauth::atlassian {

/// A configured Cloud product. Lists sites and locates their products, reads identities, revokes grants.
///
/// Borrows the context. Immutable, thread-safe. Errors: ProviderError.
class CloudProvider final : public provider::Provider {
public:
    CloudProvider(const provider::Context& context, CloudConfiguration configuration, const Product& product);

    [[nodiscard]] provider::Properties properties() const override;

    /// Sends a fixed list of parameters: Atlassian binds others (RFC 8707's `resource`) to the code and then
    /// refuses the code.
    [[nodiscard]] std::string authorizationUrl(const provider::AuthorizationRequest& request) const override;

    [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                              const provider::Call& call) const override;
    [[nodiscard]] provider::TokenSet refresh(const provider::Secret& refreshToken,
                                             const provider::Call& call) const override;
    [[nodiscard]] const void* extension(std::string_view id) const noexcept override;

private:
    CloudConfiguration _configuration;
    oauth2::TokenEndpoint _tokenEndpoint;
    CloudSiteLister _siteLister;
    CloudProductLocator _productLocator;
    CloudIdentityReader _identityReader;
    CloudRevoker _revoker;
};

} // namespace central_oauth::atlassian
