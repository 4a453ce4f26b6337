// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/ServiceEndpoints.h"

#include "central_oauth/endpoints/Payloads.h"

#include <array>
#include <string_view>
#include <utility>

#include <Poco/JSON/Array.h>

namespace central_oauth::endpoints {

namespace {

struct LaterRoute {
    std::string_view method;
    std::string_view pattern;
};

// Part of the API's first version as described, but not of this release: better a clear 501 than a 404 that
// reads like a typing error.
constexpr std::array<LaterRoute, 9> laterRoutes{{
    {"GET", "/v1/openapi.json"},
    {"POST", "/v1/poll/:link_code/confirm"},
    {"POST", "/v1/tokens/resolve"},
    {"POST", "/v1/tokens/:account_id/report"},
    {"PATCH", "/v1/accounts/:account_id"},
    {"POST", "/v1/accounts/:account_id/grant-tokens"},
    {"DELETE", "/v1/accounts/:account_id/grant-tokens/:grant_token_id"},
    {"POST", "/v1/client/keys/rotate"},
    {"GET", "/v1/metrics"},
}};

} // namespace

ServiceEndpoints::ServiceEndpoints(std::function<void()> probeStore,
                                   const services::ProviderCatalog& providers, const Access& access)
    : _probeStore(std::move(probeStore)), _providers(providers), _access(access) {}

void ServiceEndpoints::mount(http::Router& router) {
    const auto api = http::RouteKind::api;
    http::Route health{"GET", "/v1/healthz", {}, api, [](const http::Request&) {
                           return http::Response::json(200, "{\"status\":\"ok\"}");
                       }};
    http::Route readiness{"GET", "/v1/readyz", {}, api, [this](const http::Request&) { return ready(); }};
    health.quiet = readiness.quiet = true;
    router.add(std::move(health));
    router.add(std::move(readiness));
    router.add({"GET", "/v1/providers", {}, api, [this](const auto& request) { return providers(request); }});
    for (const auto& later : laterRoutes) {
        router.add({std::string(later.method),
                    std::string(later.pattern),
                    {},
                    api,
                    [](const http::Request&) -> http::Response {
                        throw base::Error(base::ErrorCode::notImplemented,
                                          "This route is described for a later version of this service.");
                    }});
    }
}

http::Response ServiceEndpoints::ready() const {
    _probeStore();
    auto parts = orderedObject();
    parts.set("store", "ok");
    parts.set("key_ring", "ok");
    auto answer = orderedObject();
    answer.set("status", "ok");
    answer.set("parts", parts);
    return jsonAnswer(200, answer);
}

http::Response ServiceEndpoints::providers(const http::Request& request) const {
    (void)_access.caller(request);
    Poco::JSON::Array items;
    for (const auto& provider : _providers.all()) {
        auto item = orderedObject();
        item.set("name", provider.name);
        item.set("display_name", provider.displayName);
        item.set("deployment", provider.properties.deployment);
        Poco::JSON::Array scopes;
        for (const auto& scope : provider.scopes)
            scopes.add(scope);
        item.set("scopes", scopes);
        Poco::JSON::Array completions;
        completions.add("code");
        item.set("completions", completions);
        items.add(item);
    }
    auto answer = orderedObject();
    answer.set("items", items);
    answer.set("next_cursor", Poco::Dynamic::Var());
    return jsonAnswer(200, answer);
}

} // namespace central_oauth::endpoints
