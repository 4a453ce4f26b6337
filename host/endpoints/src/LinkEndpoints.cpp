// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/LinkEndpoints.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/endpoints/JsonBody.h"
#include "central_oauth/endpoints/Payloads.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/links/LinkRules.h"

#include <chrono>
#include <string_view>
#include <utility>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::string_view verifierHeader = "Link-Verifier";

const JsonBody::Fields& linkFields() {
    static const JsonBody::Fields fields{.texts = {"provider", "subject", "label", "site", "completion",
                                                   "on_behalf_of", "account_id", "expected_upstream_id",
                                                   "login_hint", "code_challenge", "code_challenge_method"},
                                         .lists = {"required_scopes"},
                                         .later = {"loopback_port", "return_url"}};
    return fields;
}

void checkCompletion(const std::string& completion) {
    if (completion.empty() || completion == "code")
        return;
    if (completion == "receipt" || completion == "pin")
        throw Error(ErrorCode::notImplemented, "This version offers the completion \"code\" only.");
    throw Error(ErrorCode::invalidRequest, "completion is \"code\", \"receipt\" or \"pin\".");
}

services::LinkRequest requestOf(const JsonBody& body) {
    services::LinkRequest wanted;
    wanted.provider = body.text("provider");
    wanted.subject = body.text("subject");
    wanted.label = body.text("label");
    wanted.site = body.text("site");
    wanted.onBehalfOf = body.text("on_behalf_of");
    wanted.requiredScopes = body.texts("required_scopes");
    wanted.account = base::AccountId(body.text("account_id"));
    wanted.expectedUpstreamId = body.text("expected_upstream_id");
    wanted.loginHint = body.text("login_hint");
    wanted.codeChallenge = body.text("code_challenge");
    wanted.codeChallengeMethod = body.text("code_challenge_method");
    return wanted;
}

// Accepts digits without leading zeros only, so that a number has one spelling.
std::chrono::seconds waitOf(const http::Request& request) {
    constexpr unsigned longest = 30;
    const auto text = request.query().find("wait");
    if (!text)
        return std::chrono::seconds(0);
    const auto value = base::parseNumber<unsigned>(*text);
    if (!value || *value > longest || (text->size() > 1 && text->front() == '0'))
        throw Error(ErrorCode::invalidRequest, "wait is a whole number of seconds from 0 to 30.");
    return std::chrono::seconds(*value);
}

// Returns whether the text has the form of a code. Other text is a mistake and not an attempt at somebody's
// link.
bool isGuess(const std::string& code) {
    return services::normaliseLinkCode(code).has_value();
}

http::Response pendingAnswer(std::chrono::seconds interval) {
    JsonObject answer;
    answer.set("status", "authorization_pending");
    answer.set("interval", interval.count());
    auto response = jsonAnswer(202, std::move(answer));
    response.set("Retry-After", std::to_string(interval.count()));
    return response;
}

} // namespace

void addCreatedLink(JsonObject& answer, const services::CreatedLink& created, const std::string& publicUrl) {
    answer.set("link_id", created.link.id.value());
    answer.set("link_code", created.code);
    answer.set("link_code_display", services::displayLinkCode(created.code));
    answer.set("verification_url", publicUrl + "/link/" + std::string(created.handle.reveal()));
    if (!created.secret.empty())
        answer.set("link_secret", std::string(created.secret.reveal()));
    answer.set("poll_url", publicUrl + "/v1/poll/" + created.code);
    answer.set("expires_in", created.expiresIn.count());
    answer.set("interval", created.interval.count());
}

LinkEndpoints::LinkEndpoints(services::LinkService& links, const services::ProviderCatalog& providers,
                             const RequestAuthenticator& authenticator, const base::Clock& clock,
                             std::string publicUrl)
    : _links(links),
      _providers(providers),
      _authenticator(authenticator),
      _clock(clock),
      _publicUrl(std::move(publicUrl)) {}

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
    auto caller = _authenticator.client(request);
    if (auto subject = RequestAuthenticator::subject(request))
        caller = caller.withSubject(std::move(*subject));
    const auto body = JsonBody::parse(request, linkFields());
    checkCompletion(body.text("completion"));
    const auto wanted = requestOf(body);
    // The header must match the body, as in resolve. With an account_id the service compares the account's
    // subject.
    if (caller->subject && wanted.account.empty() && *caller->subject != wanted.subject)
        throw Error(ErrorCode::notFound, {},
                    services::differing("Subject", *caller->subject, "the body's", wanted.subject));
    const auto created = _links.create(caller, wanted, RequestAuthenticator::originOf(request));
    JsonObject answer;
    addCreatedLink(answer, created, _publicUrl);
    return jsonAnswer(201, std::move(answer));
}

services::PollCredential LinkEndpoints::credentialOf(const http::Request& request,
                                                     RequestAuthenticator::Cost cost) const {
    const auto verifiers = request.headers().all(verifierHeader);
    const auto bearer = _authenticator.bearer(request);
    if (services::PollCredential::isSecret(bearer)) {
        if (!verifiers.empty())
            throw Error(ErrorCode::invalidRequest,
                        "Link-Verifier goes with the client key; with a link secret leave it out.");
        try {
            return services::PollCredential::ofSecret(bearer);
        } catch (const Error&) {
            _authenticator.countFailure(request);
            throw;
        }
    }
    const auto caller = _authenticator.client(request, cost);
    if (verifiers.size() != 1)
        throw Error(ErrorCode::invalidRequest,
                    "A client key polls with one Link-Verifier: the code verifier whose challenge the link "
                    "was created with. Other links take their link secret (cos_…) as Authorization: Bearer.");
    return services::PollCredential::ofVerifier(caller, verifiers.front());
}

http::Response LinkEndpoints::poll(const http::Request& request) {
    const auto credential = credentialOf(request, RequestAuthenticator::Cost::read);
    const services::PollWait wait{waitOf(request), request.resumed()};
    const auto& code = request.pathParameter("link_code");
    try {
        // HEAD must not use up a delivery, and never waits.
        const bool isHead = request.method() == "HEAD";
        auto result = isHead ? _links.peek(code, credential, RequestAuthenticator::originOf(request))
                             : _links.poll(code, credential, RequestAuthenticator::originOf(request), wait);
        switch (result.state) {
        case services::PollState::held:
            return http::Response::held({std::move(result.change), result.atMost});
        case services::PollState::delivered:
            return jsonAnswer(200, isHead ? JsonObject()
                                          : tokenPayload(result.account, result.tokens,
                                                         _providers.find(result.account.provider),
                                                         base::nowOf(_clock)));
        case services::PollState::pending:
            return pendingAnswer(result.interval);
        }
        throw Error(ErrorCode::internal, {}, "a poll in no state");
    } catch (const Error& failure) {
        // A resumed request proved its credential before it was held.
        if (failure.code() == ErrorCode::notFound && !request.resumed() && isGuess(code))
            _authenticator.countFailure(request);
        throw;
    }
}

http::Response LinkEndpoints::cancel(const http::Request& request) {
    const auto credential = credentialOf(request, RequestAuthenticator::Cost::write);
    try {
        _links.cancel(request.pathParameter("link_code"), credential,
                      RequestAuthenticator::originOf(request));
    } catch (const Error& failure) {
        if (failure.code() == ErrorCode::notFound && isGuess(request.pathParameter("link_code")))
            _authenticator.countFailure(request);
        throw;
    }
    JsonObject answer;
    answer.set("status", "cancelled");
    return jsonAnswer(200, std::move(answer));
}

} // namespace central_oauth::endpoints
