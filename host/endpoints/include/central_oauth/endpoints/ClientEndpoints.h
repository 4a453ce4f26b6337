// SPDX-License-Identifier: Apache-2.0
// POST /v1/client/keys/rotate.
#pragma once

#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/clients/ClientService.h"

namespace central_oauth::endpoints {

/// What a client changes about itself. All it uses must outlive it.
/// Thread-safe.
class ClientEndpoints {
public:
    ClientEndpoints(services::ClientService& clients, const RequestAuthenticator& authenticator)
        : _clients(clients), _authenticator(authenticator) {}

    /// Adds the route above. It refers to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response rotate(const http::Request& request);

    services::ClientService& _clients;
    const RequestAuthenticator& _authenticator;
};

} // namespace central_oauth::endpoints
