// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/TokenEndpoints.h"

#include "RequestValues.h"
#include "central_oauth/base/Lifetime.h"
#include "central_oauth/endpoints/JsonBody.h"
#include "central_oauth/endpoints/LinkEndpoints.h"
#include "central_oauth/endpoints/Payloads.h"

#include <utility>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;

constexpr NumberRule minTtlRule{0, base::longestMinTtl.count(), 0};

services::UpstreamChoice choiceIn(const http::Request& request) {
    const auto text = textParameter(request, "upstream");
    const auto choice = text ? services::upstreamChoiceOf(*text) : services::UpstreamChoice::automatic;
    if (!choice)
        throw Error(ErrorCode::invalidRequest, "upstream is auto, always or never.");
    return *choice;
}

services::MayWait mayWait(const http::Request& request) {
    return request.resumed() ? services::MayWait::no : services::MayWait::yes;
}

http::Response heldUntil(services::RefreshWait wait) {
    return http::Response::held({std::move(wait.until), wait.atMost});
}

// Accepts the fields of a link even if no link is needed.
services::ResolveRequest resolveRequestOf(const JsonBody& body) {
    services::ResolveRequest wanted;
    wanted.provider = body.text("provider");
    wanted.subject = body.text("subject");
    wanted.mayLink = body.flag("link").value_or(true);
    const auto minTtl = body.number("min_ttl").value_or(minTtlRule.otherwise);
    requireWithin(minTtl, "min_ttl", minTtlRule);
    wanted.minTtl = std::chrono::seconds(minTtl);
    wanted.requiredScopes = body.texts("required_scopes");
    wanted.site = body.text("site");
    wanted.label = body.text("label");
    wanted.onBehalfOf = body.text("on_behalf_of");
    wanted.loginHint = body.text("login_hint");
    return wanted;
}

} // namespace

void TokenEndpoints::mount(http::Router& router) {
    const auto api = http::RouteKind::api;
    router.add({"GET", "/v1/tokens/:account_id", {"min_ttl", "site"}, api, [this](const auto& request) {
                    return get(request);
                }});
    router.add({"DELETE", "/v1/tokens/:account_id", {"upstream", "holder"}, api, [this](const auto& request) {
                    return remove(request);
                }});
    router.add({"POST", "/v1/tokens/:account_id/report", {}, api, [this](const auto& request) {
                    return report(request);
                }});
    router.add(
        {"POST", "/v1/tokens/resolve", {}, api, [this](const auto& request) { return resolve(request); }});
}

http::ErrorWithMembers TokenEndpoints::reauthFailure(const services::NeedsReauth& failure) const {
    http::ErrorWithMembers answer(failure);
    const auto& account = failure.account();
    if (account.since)
        answer.withMember("since", "\"" + base::formatRfc3339(*account.since) + "\"");
    answer.withMember("relink", relinkBody(account, _parts.providers.find(account.provider)).text());
    return answer;
}

http::Response TokenEndpoints::answerOf(const services::AccountToken& held,
                                        const std::string& wantedSite) const {
    const auto& account = held.account;
    std::string named;
    if (!wantedSite.empty())
        named = services::requireSite(account, wantedSite, _parts.providers).id;
    const auto& site = wantedSite.empty() ? account.chosenSite : named;
    return jsonAnswer(200, tokenPayload(account, site, held.tokens, _parts.providers.find(account.provider),
                                        base::nowOf(_parts.clock)));
}

http::Response TokenEndpoints::get(const http::Request& request) {
    const auto caller = _parts.authenticator.onAccounts(request);
    const std::chrono::seconds minTtl(numberParameter(request, "min_ttl", minTtlRule));
    const auto site = textParameter(request, "site").value_or("");
    try {
        auto result = _parts.tokens.get(caller, accountIn(request), minTtl,
                                        RequestAuthenticator::originOf(request), mayWait(request));
        if (auto* const wait = std::get_if<services::RefreshWait>(&result))
            return heldUntil(std::move(*wait));
        return answerOf(std::get<services::AccountToken>(result), site);
    } catch (const services::NeedsReauth& failure) {
        throw reauthFailure(failure);
    }
}

http::Response TokenEndpoints::resolve(const http::Request& request) {
    static const JsonBody::Fields fields{
        .texts = {"provider", "subject", "site", "label", "on_behalf_of", "login_hint"},
        .lists = {"required_scopes"},
        .numbers = {"min_ttl"},
        .flags = {"link"}};
    auto caller = _parts.authenticator.client(request);
    if (auto subject = RequestAuthenticator::subject(request))
        caller = caller.withSubject(std::move(*subject));
    const auto body = JsonBody::parse(request, fields);
    const auto wanted = resolveRequestOf(body);
    try {
        auto result = _parts.resolver.resolve(caller, wanted, RequestAuthenticator::originOf(request),
                                              mayWait(request));
        if (auto* const wait = std::get_if<services::RefreshWait>(&result))
            return heldUntil(std::move(*wait));
        if (const auto* held = std::get_if<services::AccountToken>(&result))
            return answerOf(*held, wanted.site);
        const auto& needed = std::get<services::NeededLink>(result);
        JsonObject answer;
        answer.set("status", "link_required");
        answer.set("reason", services::nameOf(needed.need));
        addCreatedLink(answer, needed.link, _parts.publicUrl);
        return jsonAnswer(202, std::move(answer));
    } catch (const services::NeedsReauth& failure) {
        throw reauthFailure(failure);
    }
}

http::Response TokenEndpoints::report(const http::Request& request) {
    static const JsonBody::Fields fields{.numbers = {"token_version", "status"}};
    const auto caller = _parts.authenticator.onAccounts(request, RequestAuthenticator::Cost::check);
    const auto body = JsonBody::parse(request, fields);
    if (!body.has("token_version") || !body.has("status"))
        throw Error(ErrorCode::invalidRequest,
                    "Name the token_version of the refused token and the status of the API's answer.");
    const services::TokenReport seen{*body.number("token_version"), *body.number("status")};
    auto result = _parts.reports.report(caller, accountIn(request), seen,
                                        RequestAuthenticator::originOf(request), mayWait(request));
    if (auto* const wait = std::get_if<services::RefreshWait>(&result))
        return heldUntil(std::move(*wait));
    const auto& verdict = std::get<services::TokenVerdict>(result);
    JsonObject answer;
    answer.set("outcome", services::nameOf(verdict.outcome));
    answer.set("token_version", verdict.tokenVersion);
    if (!verdict.cause.empty())
        answer.set("cause", verdict.cause);
    answer.set("explanation", verdict.explanation);
    return jsonAnswer(200, std::move(answer));
}

http::Response TokenEndpoints::remove(const http::Request& request) {
    const auto caller = _parts.authenticator.onAccounts(request, RequestAuthenticator::Cost::write);
    const auto choice = choiceIn(request);
    if (const auto holder = textParameter(request, "holder")) {
        if (*holder != "current")
            throw Error(ErrorCode::invalidRequest, "holder is current, or left out.");
        return removeHolder(request, caller);
    }
    const auto outcome =
        _parts.accounts.remove(caller, accountIn(request), choice, RequestAuthenticator::originOf(request));
    JsonObject answer;
    answer.set("local", "deleted");
    answer.set("upstream", services::nameOf(outcome));
    return jsonAnswer(200, std::move(answer));
}

http::Response TokenEndpoints::removeHolder(const http::Request& request, const services::Caller& caller) {
    _parts.grantTokens.removeOwn(caller, accountIn(request), RequestAuthenticator::originOf(request));
    JsonObject answer;
    answer.set("local", "holder_removed");
    answer.set("upstream", services::nameOf(services::UpstreamOutcome::skipped));
    return jsonAnswer(200, std::move(answer));
}

} // namespace central_oauth::endpoints
