// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/RequestAuthenticator.h"

#include "RequestValues.h"
#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/OpaqueText.h"
#include "central_oauth/logging/RequestScope.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace central_oauth::endpoints {

using base::CredentialKind;
using base::Error;
using base::ErrorCode;

namespace {

/// A credential that no authenticator takes, and the hint for it.
struct Misplaced {
    std::string_view prefix;
    std::string_view hint;
};

constexpr std::string_view ofUpstream =
    "That looks like a token of the upstream service, which is for the API there. ";

constexpr std::array misplaced{
    Misplaced{base::prefixOf(CredentialKind::linkSecret),
              "A link secret polls and cancels its own link only. "},
    Misplaced{base::prefixOf(CredentialKind::publicClientKey), "A key of a public client makes links only. "},
    Misplaced{"eyJ", ofUpstream},   // a JSON Web Token: `{"` in base64 (RFC 7519 section 3.1)
    Misplaced{"ATATT", ofUpstream}, // Atlassian's API tokens
};

} // namespace

Authenticator Authenticator::ofClientKeys(Prove prove) {
    return {.prefix = base::prefixOf(CredentialKind::confidentialClientKey),
            .shown = "a client key (cok_…)",
            .logField = "key",
            .prove = std::move(prove)};
}

Authenticator Authenticator::ofGrantTokens(Prove prove) {
    return {.prefix = base::prefixOf(CredentialKind::grantToken),
            .shown = "a grant token (cog_…)",
            .logField = "grant_token",
            .prove = std::move(prove),
            .whyAccountsOnly = "A grant token opens its one account only"};
}

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

services::SharedCaller RequestAuthenticator::client(const http::Request& request, Cost cost) const {
    return prove(request, Route::any, cost);
}

services::SharedCaller RequestAuthenticator::onAccounts(const http::Request& request, Cost cost) const {
    auto caller = prove(request, Route::aboutAccounts, cost);
    if (auto named = subject(request))
        return caller.withSubject(std::move(*named));
    if (caller->client.requireSubject)
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

services::SharedCaller RequestAuthenticator::prove(const http::Request& request, Route route,
                                                   Cost cost) const {
    const auto credential = bearer(request);
    try {
        const auto& authenticator = authenticatorOf(credential, route);
        auto caller = authenticator.prove(credential);
        if (auto* scope = logging::RequestScope::current()) {
            scope->add({"client", caller->client.id.value()});
            scope->add({authenticator.logField, caller->keyId});
        }
        if (route == Route::any && !authenticator.whyAccountsOnly.empty())
            throw Error(ErrorCode::insufficientScope, std::string(authenticator.whyAccountsOnly) +
                                                          "; this route needs " + taken(route) + '.');
        count(caller, cost);
        return caller;
    } catch (const Error& failure) {
        if (failure.code() == ErrorCode::invalidCredential)
            countFailure(request);
        throw;
    }
}

const Authenticator& RequestAuthenticator::authenticatorOf(const provider::Secret& credential,
                                                           Route route) const {
    const auto beginsWith = [text = credential.reveal()](const auto& kind) {
        return text.starts_with(kind.prefix);
    };
    const auto found = std::find_if(_authenticators.begin(), _authenticators.end(), beginsWith);
    if (found != _authenticators.end())
        return *found;
    const auto* const known = std::find_if(misplaced.begin(), misplaced.end(), beginsWith);
    throw Error(ErrorCode::invalidCredential, std::string(known == misplaced.end() ? "" : known->hint) +
                                                  "Send " + taken(route) + " as Authorization: Bearer.");
}

// Returns the kinds of credential that a route takes, for a hint.
std::string RequestAuthenticator::taken(Route route) const {
    std::string list;
    for (const auto& authenticator : _authenticators) {
        if (route == Route::aboutAccounts || authenticator.whyAccountsOnly.empty())
            list += (list.empty() ? "" : " or ") + std::string(authenticator.shown);
    }
    return list;
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

services::RequestOrigin RequestAuthenticator::originOf(const http::Request& request) {
    return {request.peerAddress(), request.userAgent(), request.requestId()};
}

} // namespace central_oauth::endpoints
