// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/AccountEndpoints.h"

#include "central_oauth/endpoints/Payloads.h"
#include "central_oauth/http/Errors.h"

#include <charconv>
#include <string>

#include <Poco/JSON/Array.h>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;

std::int64_t numberOf(const http::Request& request, const std::string& name, std::int64_t lowest,
                      std::int64_t highest, std::int64_t otherwise) {
    const auto text = request.query().find(name);
    if (!text)
        return otherwise;
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (fault != std::errc() || end != text->data() + text->size() || value < lowest || value > highest)
        throw Error(ErrorCode::invalidRequest, name + " is a whole number from " + std::to_string(lowest) +
                                                   " to " + std::to_string(highest) + ".");
    return value;
}

std::string textOf(const http::Request& request, const std::string& name) {
    return std::string(request.query().find(name).value_or(std::string_view()));
}

http::HttpFailure reauthFailure(const services::NeedsReauth& failure) {
    http::HttpFailure answer(failure);
    const auto& account = failure.account();
    if (account.since)
        answer.withMember("since", "\"" + base::formatRfc3339(*account.since) + "\"");
    answer.withMember("relink", toText(relinkBody(account)));
    return answer;
}

} // namespace

void AccountEndpoints::mount(http::Router& router) {
    const auto api = http::RouteKind::api;
    router.add({"GET", "/v1/tokens/:account_id", {"min_ttl", "site"}, api, [this](const auto& request) {
                    return token(request);
                }});
    router.add({"DELETE", "/v1/tokens/:account_id", {"upstream", "holder"}, api, [this](const auto& request) {
                    return remove(request);
                }});
    router.add(
        {"GET", "/v1/accounts", {"provider", "subject", "limit", "cursor"}, api, [this](const auto& request) {
             return list(request);
         }});
    router.add(
        {"GET", "/v1/accounts/:account_id", {}, api, [this](const auto& request) { return get(request); }});
}

http::Response AccountEndpoints::token(const http::Request& request) {
    const auto caller = _parts.access.caller(request);
    const std::chrono::seconds minTtl(
        numberOf(request, "min_ttl", 0, services::TokenService::longestMinTtl.count(), 0));
    try {
        const auto held = _parts.tokens.get(caller, base::AccountId(request.pathParameter("account_id")),
                                            minTtl, Access::source(request));
        return jsonAnswer(
            200, tokenPayload(held.account, held.tokens, base::nowOf(_parts.clock), textOf(request, "site")));
    } catch (const services::NeedsReauth& failure) {
        throw reauthFailure(failure);
    }
}

http::Response AccountEndpoints::remove(const http::Request& request) {
    const auto caller = _parts.access.caller(request);
    if (request.query().find("upstream") || request.query().find("holder"))
        throw Error(ErrorCode::notImplemented,
                    "DELETE takes no parameters yet; leave `upstream` and `holder` out.");
    const auto outcome = _parts.accounts.remove(caller, base::AccountId(request.pathParameter("account_id")),
                                                Access::source(request));
    auto answer = orderedObject();
    answer.set("local", "deleted");
    answer.set("upstream", std::string(services::upstreamOutcomeName(outcome)));
    return jsonAnswer(200, answer);
}

http::Response AccountEndpoints::list(const http::Request& request) {
    constexpr int usual = 50;
    constexpr int most = 200;
    const auto caller = _parts.access.caller(request);
    store::AccountFilter filter;
    filter.provider = textOf(request, "provider");
    if (const auto subject = request.query().find("subject"))
        filter.subject = std::string(*subject);
    const auto limit = static_cast<int>(numberOf(request, "limit", 1, most, usual));
    const auto page = _parts.accounts.list(caller, filter, limit, textOf(request, "cursor"));
    Poco::JSON::Array items;
    for (const auto& account : page.items)
        items.add(accountPayload(account, _parts.providers.find(account.provider)));
    auto answer = orderedObject();
    answer.set("items", items);
    answer.set("next_cursor", page.nextCursor ? Poco::Dynamic::Var(*page.nextCursor) : Poco::Dynamic::Var());
    return jsonAnswer(200, answer);
}

http::Response AccountEndpoints::get(const http::Request& request) {
    const auto caller = _parts.access.caller(request);
    const auto account = _parts.accounts.get(caller, base::AccountId(request.pathParameter("account_id")));
    return jsonAnswer(200, accountPayload(account, _parts.providers.find(account.provider)));
}

} // namespace central_oauth::endpoints
