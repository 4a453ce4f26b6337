// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/RequestAuthenticator.h"

#include "RequestValues.h"
#include "central_oauth/base/OpaqueText.h"
#include "central_oauth/logging/RequestScope.h"

#include <algorithm>
#include <string_view>

namespace central_oauth::endpoints {

using base::Error;
using base::ErrorCode;

namespace {

// What somebody took for a credential of this route; nothing where nobody can say.
std::string_view whatItIs(std::string_view credential) {
    if (credential.starts_with("cos_"))
        return "A link secret polls and cancels its own link only. ";
    if (credential.starts_with("cop_"))
        return "A key of a public client makes links only. ";
    // JSON Web Tokens begin with `{"` in base64 (RFC 7519 section 3.1), Atlassian's other ones with ATATT.
    if (credential.starts_with("eyJ") || credential.starts_with("ATATT"))
        return "That looks like a token of the upstream service, which is for the API there. ";
    return {};
}

} // namespace

provider::Secret RequestAuthenticator::bearer(const http::Request& request) const {
    try {
        auto credential = request.bearer();
        if (!credential)
            throw Error(ErrorCode::invalidCredential, "Send the credential as Authorization: Bearer.");
        return std::move(*credential);
    } catch (const Error&) {
        countFailure(request);
        throw;
    }
}

services::Caller RequestAuthenticator::client(const http::Request& request, Cost cost) const {
    return prove(request, Takes::clientKey, cost);
}

services::Caller RequestAuthenticator::onAccounts(const http::Request& request, Cost cost) const {
    auto caller = prove(request, Takes::clientKeyOrGrantToken, cost);
    caller.subject = subject(request);
    if (!caller.subject && caller.client.requireSubject)
        throw Error(ErrorCode::invalidRequest,
                    "This client has to say which of its users the request is for: send the header Subject.");
    return caller;
}

void RequestAuthenticator::count(const services::Caller& caller, Cost cost) const {
    switch (cost) {
    case Cost::read:
        return;
    case Cost::write:
        return _limits.countWrite(caller);
    case Cost::check:
        return _limits.countCheck(caller);
    }
}

services::Caller RequestAuthenticator::prove(const http::Request& request, Takes takes, Cost cost) const {
    const auto credential = bearer(request);
    try {
        auto caller = callerOf(credential, takes);
        if (auto* scope = logging::RequestScope::current()) {
            scope->add({"client", caller.client.id.value()});
            scope->add({caller.isHolder() ? "grant_token" : "key", caller.keyId});
        }
        if (takes == Takes::clientKey && caller.isHolder())
            throw Error(ErrorCode::insufficientScope,
                        "A grant token opens its one account only; this route needs a client key (cok_…).");
        count(caller, cost);
        return caller;
    } catch (const Error& failure) {
        if (failure.code() == ErrorCode::invalidCredential)
            countFailure(request);
        throw;
    }
}

services::Caller RequestAuthenticator::callerOf(const provider::Secret& credential, Takes takes) const {
    const auto text = credential.reveal();
    if (text.starts_with("cok_"))
        return _clients.authenticate(credential);
    if (text.starts_with("cog_") && _grantTokens)
        return _grantTokens(credential);
    const std::string_view taken =
        takes == Takes::clientKey ? "a client key (cok_…)" : "a client key (cok_…) or a grant token (cog_…)";
    throw Error(ErrorCode::invalidCredential,
                std::string(whatItIs(text)) + "Send " + std::string(taken) + " as Authorization: Bearer.");
}

std::optional<std::string> RequestAuthenticator::subject(const http::Request& request) {
    const auto values = request.headers().all("Subject");
    if (values.empty())
        return std::nullopt;
    const auto value = values.front();
    requireVisible(value, "The header Subject");
    if (values.size() > 1 || base::opaqueFaultOf(value, base::longestSubject) != base::OpaqueFault::none)
        throw Error(ErrorCode::invalidRequest,
                    "The header Subject is sent once, with 1 to 128 bytes of UTF-8 "
                    "without control characters, and no blank at either end.");
    return std::string(value);
}

services::Source RequestAuthenticator::source(const http::Request& request) {
    return {request.peerAddress(), request.userAgent(), request.requestId()};
}

} // namespace central_oauth::endpoints
