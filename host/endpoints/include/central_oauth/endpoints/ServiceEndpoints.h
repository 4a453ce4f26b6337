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

/// The service itself: health, providers and the API's description. All it uses must outlive it.
/// Thread-safe.
class ServiceEndpoints {
public:
    /// Only readyz calls `readiness`, which must not wait. It throws base::Error(busy) while the service
    /// stops.
    ServiceEndpoints(std::function<domain::StoreReadiness()> readiness,
                     const services::ProviderCatalog& providers, const RequestAuthenticator& authenticator);

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response ready(const http::Request& request) const;
    [[nodiscard]] http::Response providers(const http::Request& request) const;

    std::function<domain::StoreReadiness()> _readiness;
    const services::ProviderCatalog& _providers;
    const RequestAuthenticator& _authenticator;
};

} // namespace central_oauth::endpoints
