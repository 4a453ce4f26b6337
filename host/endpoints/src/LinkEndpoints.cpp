// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/LinkEndpoints.h"

#include "central_oauth/endpoints/JsonBody.h"
#include "central_oauth/endpoints/Payloads.h"
#include "central_oauth/services/LinkCode.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;

const JsonBody::Fields& linkFields() {
    static const JsonBody::Fields fields{{"provider", "subject", "label", "site", "completion"},
                                         {"on_behalf_of", "required_scopes", "account_id",
                                          "expected_upstream_id", "login_hint", "code_challenge",
                                          "code_challenge_method", "loopback_port", "return_url"}};
    return fields;
}

void checkCompletion(const std::string& completion) {
    if (completion.empty() || completion == "code")
        return;
    if (completion == "receipt" || completion == "pin")
        throw Error(ErrorCode::notImplemented, "This version offers the completion \"code\" only.");
    throw Error(ErrorCode::invalidRequest, "completion is \"code\", \"receipt\" or \"pin\".");
}

// Strict: digits only, and no second spelling of a number.
std::chrono::seconds waitOf(const http::Request& request) {
    constexpr unsigned longest = 30;
    const auto text = request.query().find("wait");
    if (!text)
        return std::chrono::seconds(0);
    unsigned value = 0;
    const auto* const begin = text->data();
    const auto* const end = begin + text->size();
    const bool isPlain = std::all_of(begin, end, [](char c) { return c >= '0' && c <= '9'; }) &&
                         (text->size() == 1 || *begin != '0');
    if (text->empty() || !isPlain || std::from_chars(begin, end, value).ec != std::errc() || value > longest)
        throw Error(ErrorCode::invalidRequest, "wait is a whole number of seconds from 0 to 30.");
    return std::chrono::seconds(value);
}

http::Response pendingAnswer(std::chrono::seconds interval) {
    auto answer = orderedObject();
    answer.set("status", "authorization_pending");
    answer.set("interval", interval.count());
    auto response = jsonAnswer(202, answer);
    response.set("Retry-After", std::to_string(interval.count()));
    return response;
}

} // namespace

LinkEndpoints::LinkEndpoints(services::LinkService& links, const Access& access, const base::Clock& clock,
                             std::string publicUrl)
    : _links(links), _access(access), _clock(clock), _publicUrl(std::move(publicUrl)) {}

void LinkEndpoints::mount(http::Router& router) {
    const auto api = http::RouteKind::api;
    router.add({"POST", "/v1/link-code", {}, api, [this](const auto& request) { return create(request); }});
    router.add(
        {"GET", "/v1/poll/:link_code", {"wait"}, api, [this](const auto& request) { return poll(request); }});
    router.add({"DELETE", "/v1/link-code/:link_code", {}, api, [this](const auto& request) {
                    return cancel(request);
                }});
}

http::Response LinkEndpoints::create(const http::Request& request) {
    const auto caller = _access.caller(request);
    const auto body = JsonBody::parse(request, linkFields());
    checkCompletion(body.text("completion"));
    const auto created = _links.create(
        caller, {body.text("provider"), body.text("subject"), body.text("label"), body.text("site")},
        Access::source(request));
    auto answer = orderedObject();
    answer.set("link_id", created.link.id.value());
    answer.set("link_code", created.code);
    answer.set("link_code_display", services::displayLinkCode(created.code));
    answer.set("verification_url", _publicUrl + "/link/" + std::string(created.handle.reveal()));
    answer.set("link_secret", std::string(created.secret.reveal()));
    answer.set("poll_url", _publicUrl + "/v1/poll/" + created.code);
    answer.set("expires_in", created.expiresIn.count());
    answer.set("interval", created.interval.count());
    return jsonAnswer(201, answer);
}

http::Response LinkEndpoints::poll(const http::Request& request) {
    const auto secret = _access.bearer(request);
    const services::PollWait wait{waitOf(request), request.resumed()};
    const auto& code = request.pathParameter("link_code");
    try {
        // HEAD must not use up a delivery, and never waits.
        const bool isHead = request.method() == "HEAD";
        auto result =
            isHead ? _links.peek(code, secret) : _links.poll(code, secret, Access::source(request), wait);
        switch (result.state) {
        case services::PollState::held:
            return http::Response::held({std::move(result.change), result.atMost});
        case services::PollState::delivered:
            return jsonAnswer(200, isHead ? orderedObject()
                                          : tokenPayload(result.account, result.tokens, base::nowOf(_clock)));
        case services::PollState::pending:
            return pendingAnswer(result.interval);
        }
        throw Error(ErrorCode::internal, {}, "a poll in no state");
    } catch (const Error& failure) {
        // A request that was held has shown its credential before.
        const bool isUnproven =
            failure.code() == ErrorCode::notFound || failure.code() == ErrorCode::invalidCredential;
        if (isUnproven && !request.resumed())
            _access.countFailure(request);
        throw;
    }
}

http::Response LinkEndpoints::cancel(const http::Request& request) {
    const auto secret = _access.bearer(request);
    try {
        _links.cancel(request.pathParameter("link_code"), secret, Access::source(request));
    } catch (const Error& failure) {
        if (failure.code() == ErrorCode::notFound || failure.code() == ErrorCode::invalidCredential)
            _access.countFailure(request);
        throw;
    }
    auto answer = orderedObject();
    answer.set("status", "cancelled");
    return jsonAnswer(200, answer);
}

} // namespace central_oauth::endpoints
