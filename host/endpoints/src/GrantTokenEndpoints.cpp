// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/GrantTokenEndpoints.h"

#include "RequestValues.h"
#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/endpoints/JsonBody.h"
#include "central_oauth/endpoints/Payloads.h"

#include <string>

namespace central_oauth::endpoints {

namespace {

JsonObject itemOf(const domain::GrantToken& token) {
    JsonObject item;
    item.set("id", token.keyId);
    item.set("label", token.label);
    if (token.parent.empty())
        item.set("issued_by", nullptr);
    else
        item.set("issued_by", token.parent);
    item.set("created_at", base::formatRfc3339(token.createdAt));
    item.set("last_used_at", base::formatRfc3339(token.lastUsedAt));
    item.set("expires_at", base::formatRfc3339(services::GrantTokenService::endOf(token)));
    return item;
}

} // namespace

void GrantTokenEndpoints::mount(http::Router& router) {
    const auto api = http::RouteKind::api;
    const std::string path = "/v1/accounts/:account_id/grant-tokens";
    router.add({"POST", path, {}, api, [this](const auto& request) { return issue(request); }});
    router.add({"GET", path, {}, api, [this](const auto& request) { return list(request); }});
    router.add({"DELETE", path + "/:grant_token_id", {}, api, [this](const auto& request) {
                    return remove(request);
                }});
}

http::Response GrantTokenEndpoints::issue(const http::Request& request) {
    static const JsonBody::Fields fields{.texts = {"label"}};
    const auto caller = _authenticator.onAccounts(request, RequestAuthenticator::Cost::write);
    const auto body = JsonBody::parse(request, fields);
    const auto issued = _grantTokens.issue(caller, accountIn(request), body.text("label"),
                                           RequestAuthenticator::originOf(request));
    JsonObject answer;
    answer.set("id", issued.token.keyId);
    answer.set("grant_token", std::string(issued.text.reveal()));
    answer.set("label", issued.token.label);
    answer.set("expires_at", base::formatRfc3339(services::GrantTokenService::endOf(issued.token)));
    return jsonAnswer(201, std::move(answer));
}

http::Response GrantTokenEndpoints::list(const http::Request& request) {
    const auto caller = _authenticator.onAccounts(request);
    JsonArray items;
    for (const auto& token : _grantTokens.list(caller, accountIn(request)))
        items.add(itemOf(token));
    return listAnswer(items);
}

http::Response GrantTokenEndpoints::remove(const http::Request& request) {
    const auto caller = _authenticator.onAccounts(request, RequestAuthenticator::Cost::write);
    _grantTokens.remove(caller, accountIn(request), request.pathParameter("grant_token_id"),
                        RequestAuthenticator::originOf(request));
    JsonObject answer;
    answer.set("status", "removed");
    return jsonAnswer(200, std::move(answer));
}

} // namespace central_oauth::endpoints
