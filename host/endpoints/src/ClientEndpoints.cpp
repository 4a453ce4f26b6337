// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/ClientEndpoints.h"

#include "central_oauth/endpoints/JsonBody.h"
#include "central_oauth/endpoints/Payloads.h"

#include <algorithm>
#include <cstdint>

namespace central_oauth::endpoints {

void ClientEndpoints::mount(http::Router& router) {
    router.add({"POST", "/v1/client/keys/rotate", {}, http::RouteKind::api, [this](const auto& request) {
                    return rotate(request);
                }});
}

http::Response ClientEndpoints::rotate(const http::Request& request) {
    constexpr std::int64_t usual = 24;
    constexpr std::int64_t tooMany = 1'000'000;
    const auto caller = _authenticator.client(request, RequestAuthenticator::Cost::write);
    const auto body = JsonBody::parse(request, {.numbers = {"keep_hours"}});
    // The service refuses every number beyond these bounds; clamping keeps the conversion from overflowing.
    const std::chrono::hours keep(std::clamp(body.number("keep_hours").value_or(usual), -tooMany, tooMany));
    const auto rotated = _clients.rotate(caller, keep, RequestAuthenticator::originOf(request));
    JsonObject answer;
    answer.set("key", std::string(rotated.key.reveal()));
    answer.set("key_id", rotated.record.keyId);
    answer.set("name", rotated.record.name);
    answer.set("scopes", JsonArray(rotated.record.scopes));
    answer.set("expires_at", rotated.record.expiresAt);
    answer.set("old_key_expires_at", base::formatRfc3339(rotated.oldEnds));
    return jsonAnswer(201, std::move(answer));
}

} // namespace central_oauth::endpoints
