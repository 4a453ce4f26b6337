// SPDX-License-Identifier: Apache-2.0
// GET /v1/healthz, /v1/readyz, /v1/providers, /v1/openapi.json, and the announced routes that this version
// refuses.
#pragma once

#include "central_oauth/domain/StoreReadiness.h"
#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <functional>

namespace central_oauth::endpoints {

/// What is known of the service itself. All it uses outlives it. Threads: any.
class ServiceEndpoints {
public:
    /// `readiness` is asked by readyz only, and does not wait. Throws: base::Error(busy) while the service
    /// stops.
    ServiceEndpoints(std::function<domain::StoreReadiness()> readiness,
                     const services::ProviderCatalog& providers, const RequestAuthenticator& authenticator);

    /// Adds the routes above. They refer to this object, which outlives the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response ready(const http::Request& request) const;
    [[nodiscard]] http::Response providers(const http::Request& request) const;

    std::function<domain::StoreReadiness()> _readiness;
    const services::ProviderCatalog& _providers;
    const RequestAuthenticator& _authenticator;
};

} // namespace central_oauth::endpoints
