// SPDX-License-Identifier: Apache-2.0
// GET /v1/accounts, GET and PATCH /v1/accounts/:account_id.
#pragma once

#include "central_oauth/endpoints/Payloads.h"
#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/grants/AccountService.h"

#include <chrono>

namespace central_oauth::endpoints {

/// Accounts without their tokens. All it uses must outlive it. `maxAge` is how long a grant is kept.
/// Thread-safe.
class AccountEndpoints {
public:
    AccountEndpoints(services::AccountService& accounts, const services::ProviderCatalog& providers,
                     const RequestAuthenticator& authenticator, std::chrono::seconds maxAge)
        : _accounts(accounts), _providers(providers), _authenticator(authenticator), _maxAge(maxAge) {}

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response list(const http::Request& request);
    [[nodiscard]] http::Response get(const http::Request& request);
    [[nodiscard]] http::Response change(const http::Request& request);
    [[nodiscard]] JsonObject payloadOf(const domain::Account& account) const;

    services::AccountService& _accounts;
    const services::ProviderCatalog& _providers;
    const RequestAuthenticator& _authenticator;
    std::chrono::seconds _maxAge;
};

} // namespace central_oauth::endpoints
