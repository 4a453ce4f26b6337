// SPDX-License-Identifier: Apache-2.0
// A simulated Atlassian at a fixed time, with the steps that the suites share.
#pragma once

#include "core/AuthorizeRules.h"
#include "core/GatewayRules.h"
#include "core/Scopes.h"
#include "core/TokenRules.h"
#include "core/World.h"

#include <set>
#include <stdexcept>
#include <string>
#include <variant>

#include <Poco/URI.h>

namespace central_oauth::simulator {

inline const char* const jiraScopes = "read:me read:jira-work read:jira-user offline_access";
inline const char* const callbackUri = "http://127.0.0.1:8080/callback/jira";

/// The world with the defaults, seed 1, at a time that moves only on request.
struct SimFixture {
    World world{VirtualClock([] { return Time{} + std::chrono::hours{480000}; }), 1};

    void pass(Seconds time) { world.clock.advance(time); }

    AuthorizeRequest authorizeRequest(const std::string& scope = jiraScopes) {
        AuthorizeRequest request;
        request.user = "ada";
        request.clientId = "demo-client-id";
        request.redirectUri = callbackUri;
        request.audience = "api.atlassian.com";
        request.responseType = "code";
        request.prompt = "consent";
        request.scope = scope;
        request.state = "state-1";
        return request;
    }

    /// Consents to all the user's sites, or to `sites`, and returns the callback's parameters.
    Poco::URI consent(const AuthorizeRequest& request, const std::set<std::string>& sites = {}) {
        AuthorizeRules rules(world);
        const auto outcome = rules.begin(request);
        return Poco::URI(rules.accept(std::get<ConsentNeeded>(outcome).consentId, sites).value().location);
    }

    static std::string parameter(const Poco::URI& uri, const std::string& name) {
        for (const auto& [key, value] : uri.getQueryParameters())
            if (key == name)
                return value;
        throw std::out_of_range(name);
    }

    TokenRequest codeRequest(const std::string& code) {
        TokenRequest request;
        request.grantType = "authorization_code";
        request.clientId = "demo-client-id";
        request.clientSecret = "demo-client-secret";
        request.code = code;
        request.redirectUri = callbackUri;
        return request;
    }

    /// Consents and exchanges the code.
    IssuedTokens link(const std::string& scope = jiraScopes, const std::string& user = "ada") {
        AuthorizeRequest request = authorizeRequest(scope);
        request.user = user;
        return answer(codeRequest(parameter(consent(request), "code")));
    }

    IssuedTokens refresh(const std::string& refreshToken) {
        TokenRequest request;
        request.grantType = "refresh_token";
        request.clientId = "demo-client-id";
        request.clientSecret = "demo-client-secret";
        request.refreshToken = refreshToken;
        return answer(request);
    }

    IssuedTokens answer(const TokenRequest& request) { return TokenRules(world).answer(request); }

    /// Returns the refusal of a request as "STATUS error: description (reason)", or "granted".
    std::string refusalOf(const TokenRequest& request) {
        try {
            static_cast<void>(answer(request));
            return "granted";
        } catch (const OAuthRefusal& refusal) {
            return std::to_string(refusal.status()) + ' ' + refusal.error() + ": " + refusal.what() + " (" +
                   refusal.reason() + ')';
        }
    }

    /// Returns why a refresh is refused, or "granted".
    std::string refreshReason(const std::string& refreshToken) {
        try {
            static_cast<void>(refresh(refreshToken));
            return "granted";
        } catch (const OAuthRefusal& refusal) {
            return refusal.reason();
        }
    }

    /// Returns why an access token is refused, or "valid".
    std::string accessReason(const std::string& accessToken) {
        try {
            static_cast<void>(GatewayRules(world).authenticate(accessToken));
            return "valid";
        } catch (const GatewayRefusal& refusal) {
            return refusal.reason();
        }
    }
};

} // namespace central_oauth::simulator
