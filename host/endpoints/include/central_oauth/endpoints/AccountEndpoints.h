// SPDX-License-Identifier: Apache-2.0
// GET and DELETE /v1/tokens/:account_id, GET /v1/accounts, GET /v1/accounts/:account_id.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/endpoints/Access.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/AccountService.h"
#include "central_oauth/services/TokenService.h"

namespace central_oauth::endpoints {

/// A client's accounts and their tokens. All it uses outlives it. Threads: any.
class AccountEndpoints {
public:
    struct Parts {
        services::TokenService& tokens;
        services::AccountService& accounts;
        const services::ProviderCatalog& providers;
        const Access& access;
        const base::Clock& clock;
    };

    explicit AccountEndpoints(const Parts& parts) : _parts(parts) {}

    /// Adds the routes above. They refer to this object, which outlives the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response token(const http::Request& request);
    [[nodiscard]] http::Response remove(const http::Request& request);
    [[nodiscard]] http::Response list(const http::Request& request);
    [[nodiscard]] http::Response get(const http::Request& request);

    Parts _parts;
};

} // namespace central_oauth::endpoints
