// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/AccountEndpoints.h"

#include "RequestValues.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/endpoints/JsonBody.h"
#include "central_oauth/endpoints/Payloads.h"

#include <string>

namespace central_oauth::endpoints {

namespace {

constexpr NumberRule limitRule{1, 200, 50};

std::optional<domain::AccountStatus> statusIn(const http::Request& request) {
    const auto name = textParameter(request, "status");
    if (!name)
        return std::nullopt;
    if (const auto status = domain::accountStatusOf(*name))
        return status;
    throw base::Error(base::ErrorCode::invalidRequest, "status is active or needs_reauth.");
}

// Returns the new value of the field: empty for null, which clears it, or nullopt for an absent field, which
// keeps it.
std::optional<std::string> newValueIn(const JsonBody& body, const std::string& name) {
    return body.has(name) || body.isNull(name) ? std::optional(body.text(name)) : std::nullopt;
}

} // namespace

void AccountEndpoints::mount(http::Router& router) {
    const auto api = http::RouteKind::api;
    router.add({"GET",
                "/v1/accounts",
                {"provider", "subject", "site", "upstream_id", "status", "limit", "cursor"},
                api,
                [this](const auto& request) { return list(request); }});
    router.add(
        {"GET", "/v1/accounts/:account_id", {}, api, [this](const auto& request) { return get(request); }});
    router.add({"PATCH", "/v1/accounts/:account_id", {}, api, [this](const auto& request) {
                    return change(request);
                }});
}

JsonObject AccountEndpoints::payloadOf(const domain::Account& account) const {
    return accountPayload(account, _providers.find(account.provider), _maxAge);
}

http::Response AccountEndpoints::list(const http::Request& request) {
    const auto caller = _authenticator.onAccounts(request);
    domain::AccountFilter filter;
    filter.provider = textParameter(request, "provider").value_or("");
    filter.subject = textParameter(request, "subject");
    filter.site = textParameter(request, "site").value_or("");
    filter.upstreamId = textParameter(request, "upstream_id").value_or("");
    filter.status = statusIn(request);
    const auto limit = static_cast<std::size_t>(numberParameter(request, "limit", limitRule));
    const auto page = _accounts.list(caller, filter, limit, textParameter(request, "cursor").value_or(""));
    JsonArray items;
    for (const auto& account : page.items)
        items.add(payloadOf(account));
    return listAnswer(items, page.nextCursor);
}

http::Response AccountEndpoints::get(const http::Request& request) {
    const auto caller = _authenticator.onAccounts(request);
    const auto account = _accounts.get(caller, accountIn(request));
    return jsonAnswer(200, payloadOf(account));
}

http::Response AccountEndpoints::change(const http::Request& request) {
    static const JsonBody::Fields fields{.texts = {"site", "label"}};
    const auto caller = _authenticator.onAccounts(request, RequestAuthenticator::Cost::write);
    const auto body = JsonBody::parse(request, fields);
    const auto account =
        _accounts.change(caller, accountIn(request), {newValueIn(body, "site"), newValueIn(body, "label")},
                         RequestAuthenticator::originOf(request));
    return jsonAnswer(200, payloadOf(account));
}

} // namespace central_oauth::endpoints
