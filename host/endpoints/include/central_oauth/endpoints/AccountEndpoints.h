// SPDX-License-Identifier: Apache-2.0
// GET /v1/accounts, GET and PATCH /v1/accounts/:account_id.
#pragma once

#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/grants/AccountService.h"

namespace central_oauth::endpoints {

/// Accounts without their tokens. All it uses must outlive it.
/// Thread-safe.
class AccountEndpoints {
public:
    AccountEndpoints(services::AccountService& accounts, const services::ProviderCatalog& providers,
                     const RequestAuthenticator& authenticator)
        : _accounts(accounts), _providers(providers), _authenticator(authenticator) {}

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response list(const http::Request& request);
    [[nodiscard]] http::Response get(const http::Request& request);
    [[nodiscard]] http::Response change(const http::Request& request);

    services::AccountService& _accounts;
    const services::ProviderCatalog& _providers;
    const RequestAuthenticator& _authenticator;
};

} // namespace central_oauth::endpoints
