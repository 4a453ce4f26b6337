// SPDX-License-Identifier: Apache-2.0
// GET /v1/healthz, /v1/readyz, /v1/providers, /v1/openapi.json, and the announced routes that this version
// refuses.
#pragma once

#include "central_oauth/endpoints/Access.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <functional>

namespace central_oauth::endpoints {

/// What is known of the service itself. All it uses outlives it. Threads: any.
class ServiceEndpoints {
public:
    /// `probeStore` throws base::Error while the store can't be used; it is called by readyz only.
    ServiceEndpoints(std::function<void()> probeStore, const services::ProviderCatalog& providers,
                     const Access& access);

    /// Adds the routes above. They refer to this object, which outlives the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response ready() const;
    [[nodiscard]] http::Response providers(const http::Request& request) const;

    std::function<void()> _probeStore;
    const services::ProviderCatalog& _providers;
    const Access& _access;
};

} // namespace central_oauth::endpoints
