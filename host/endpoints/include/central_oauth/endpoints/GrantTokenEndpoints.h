// SPDX-License-Identifier: Apache-2.0
// POST and GET /v1/accounts/:account_id/grant-tokens, DELETE …/grant-tokens/:grant_token_id.
#pragma once

#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/clients/GrantTokenService.h"

namespace central_oauth::endpoints {

/// The grant tokens of an account. All it uses must outlive it.
/// Thread-safe.
class GrantTokenEndpoints {
public:
    GrantTokenEndpoints(services::GrantTokenService& grantTokens, const RequestAuthenticator& authenticator)
        : _grantTokens(grantTokens), _authenticator(authenticator) {}

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response issue(const http::Request& request);
    [[nodiscard]] http::Response list(const http::Request& request);
    [[nodiscard]] http::Response remove(const http::Request& request);

    services::GrantTokenService& _grantTokens;
    const RequestAuthenticator& _authenticator;
};

} // namespace central_oauth::endpoints
