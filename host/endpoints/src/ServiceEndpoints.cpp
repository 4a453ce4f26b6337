// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/ServiceEndpoints.h"

#include "central_oauth/endpoints/EmbeddedFiles.h"
#include "central_oauth/endpoints/Payloads.h"
#include "central_oauth/http/Errors.h"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace central_oauth::endpoints {

namespace {

struct LaterRoute {
    std::string_view method;
    std::string_view pattern;
};

// Described for the API's first version, but not part of this release. A clear 501 is better than a 404,
// which suggests a typing error.
constexpr std::array<LaterRoute, 2> laterRoutes{{
    {"POST", "/v1/poll/:link_code/confirm"},
    {"GET", "/v1/metrics"},
}};

// Returns what the provider's plugin can do beyond linking and refreshing.
JsonArray featuresOf(const provider::Provider& provider) {
    JsonArray features;
    if (provider.extension(provider::SiteLister::extensionId) != nullptr)
        features.add("sites");
    if (provider.extension(provider::Revoker::extensionId) != nullptr)
        features.add("revoke");
    return features;
}

std::string hintOf(const domain::StoreReadiness& state) {
    if (!state.keyRingFits)
        return "A key of the key ring does not fit the database any more; the log says more.";
    return "Nothing can be stored: " + std::string(domain::troubleText(state.store)) + "; the log says more.";
}

// Returns docs/openapi.json, embedded at build time.
std::string_view descriptionText() {
    const EmbeddedFile* file = findEmbeddedFile("openapi.json");
    if (file == nullptr)
        throw std::logic_error("the description of the API is not embedded");
    return file->content;
}

} // namespace

ServiceEndpoints::ServiceEndpoints(std::function<domain::StoreReadiness()> readiness,
                                   const services::ProviderCatalog& providers,
                                   const RequestAuthenticator& authenticator)
    : _readiness(std::move(readiness)), _providers(providers), _authenticator(authenticator) {}

void ServiceEndpoints::mount(http::Router& router) {
    const auto api = http::RouteKind::api;
    http::Route health{"GET", "/v1/healthz", {}, api, [](const http::Request&) {
                           return http::Response::json(200, "{\"status\":\"ok\"}");
                       }};
    http::Route readiness{
        "GET", "/v1/readyz", {}, api, [this](const http::Request& request) { return ready(request); }};
    health.quiet = readiness.quiet = true;
    router.add(std::move(health));
    router.add(std::move(readiness));
    router.add({"GET", "/v1/providers", {}, api, [this](const auto& request) { return providers(request); }});
    router.add({"GET", "/v1/openapi.json", {}, api, [text = descriptionText()](const http::Request&) {
                    auto answer = http::Response::json(200, std::string(text));
                    // The description changes with the version only. Five minutes let clients soon see an
                    // update.
                    answer.set("Cache-Control", "public, max-age=300");
                    return answer;
                }});
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

http::Response ServiceEndpoints::ready(const http::Request& request) const {
    const auto state = _readiness();
    JsonObject parts;
    parts.set("store", std::string(domain::nameOf(state.store)));
    parts.set("key_ring", state.keyRingFits ? "ok" : "failed");
    parts.set("disk", state.isSpaceLow ? "low" : "ok");
    if (!state.works()) {
        // Returned and not thrown: the store has logged the trouble, and frequent probes must not add a line
        // each.
        http::ErrorWithMembers failure(base::Error(base::ErrorCode::storeUnavailable, hintOf(state)));
        failure.withMember("parts", parts.text());
        return http::errorResponse(failure, request.requestId());
    }
    JsonObject answer;
    answer.set("status", state.isSpaceLow ? "degraded" : "ok");
    answer.set("parts", parts);
    return jsonAnswer(200, std::move(answer));
}

http::Response ServiceEndpoints::providers(const http::Request& request) const {
    (void)_authenticator.client(request);
    JsonArray items;
    for (const auto& provider : _providers.all()) {
        JsonObject item;
        item.set("name", provider.name);
        item.set("display_name", provider.displayName);
        item.set("deployment", provider.properties.deployment);
        item.set("scopes", JsonArray(provider.scopes));
        item.set("completions", JsonArray({"code"}));
        item.set("features", featuresOf(*provider.plugin));
        items.add(item);
    }
    return listAnswer(items);
}

} // namespace central_oauth::endpoints
