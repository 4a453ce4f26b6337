// SPDX-License-Identifier: Apache-2.0
#include "core/AuthorizeRules.h"

#include "core/Jwt.h"
#include "core/Scopes.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::simulator {
namespace {

constexpr Seconds consentLifetime{600};

bool isLoopbackCallback(const std::string& address) {
    try {
        const Poco::URI uri(address);
        const std::string host = uri.getHost();
        const bool loopback = host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "[::1]";
        if (uri.getScheme() != "http" || !loopback || !uri.getFragment().empty())
            return false;
        const std::string path = uri.getPath();
        const std::string parent = path.substr(0, path.find_last_of('/'));
        const auto endsInCallback = [](const std::string& text) {
            return text.size() >= 9 && text.compare(text.size() - 9, 9, "/callback") == 0;
        };
        return endsInCallback(path) || (endsInCallback(parent) && path.back() != '/');
    } catch (const Poco::Exception&) {
        return false;
    }
}

using Parameters = std::initializer_list<std::pair<const char*, std::string>>;

Callback makeCallback(const std::string& redirectUri, const Parameters& parameters) {
    std::string location = redirectUri;
    char separator = redirectUri.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : parameters) {
        if (value.empty())
            continue;
        std::string encoded;
        Poco::URI::encode(value, "!#$&'()*+,/:;=?@[]", encoded);
        location += separator + std::string(name) + '=' + encoded;
        separator = '&';
    }
    return Callback{location};
}

Callback callbackError(const AuthorizeRequest& request, const std::string& error,
                       const std::string& description) {
    return makeCallback(request.redirectUri,
                        {{"error", error}, {"error_description", description}, {"state", request.state}});
}

std::optional<AuthorizeOutcome> checkForm(const AuthorizeRequest& request) {
    if (request.audience != "api.atlassian.com")
        return ErrorPage{"invalid_request", "audience is missing or unknown: " + request.audience};
    if (request.responseType != "code")
        return callbackError(request, "unsupported_response_type", "response_type must be code");
    if (request.prompt != "consent")
        return callbackError(request, "invalid_request", "prompt must be consent");
    if (!request.codeChallenge.empty() && request.codeChallengeMethod != "S256")
        return callbackError(request, "invalid_request", "code_challenge_method must be S256");
    return std::nullopt;
}

} // namespace

bool redirectAllowed(const App& app, const std::string& redirectUri) {
    return std::any_of(app.redirectUris.begin(), app.redirectUris.end(), [&](const std::string& registered) {
        return registered == "*loopback*" ? isLoopbackCallback(redirectUri) : registered == redirectUri;
    });
}

std::optional<ErrorPage> AuthorizeRules::checkClient(const AuthorizeRequest& request, const User*& user,
                                                     const App*& app) {
    user = _world.findUser(request.user);
    if (user == nullptr)
        return ErrorPage{"login_required", "no simulated user is called " + request.user};
    app = _world.findApp(request.clientId);
    if (app == nullptr || (!app->shared && app->owner != user->handle))
        return ErrorPage{"unauthorized_client", "client could not be retrieved: " + request.clientId};
    if (!redirectAllowed(*app, request.redirectUri))
        return ErrorPage{"unauthorized_client",
                         "redirect_uri is not registered for client: " + request.redirectUri};
    return std::nullopt;
}

std::optional<AuthorizeOutcome> AuthorizeRules::checkScope(const AuthorizeRequest& request,
                                                           const App& app) const {
    const ScopeSet scopes = parseScopes(request.scope);
    if (scopes.count("openid") != 0)
        return ErrorPage{"invalid_scope", "Something went wrong: openid"};
    if (scopes.empty())
        return callbackError(request, "invalid_scope", "scope is missing");
    if (app.scopes.empty() || _world.options.unconfiguredScope == UnconfiguredScope::grant)
        return std::nullopt;
    for (const auto& scope : scopes)
        if (scope != "offline_access" && app.scopes.count(scope) == 0)
            return ErrorPage{"invalid_scope", "scope was not added to the app: " + scope};
    return std::nullopt;
}

AuthorizeOutcome AuthorizeRules::begin(const AuthorizeRequest& request) {
    const User* user = nullptr;
    const App* app = nullptr;
    if (auto failure = checkClient(request, user, app))
        return *failure;
    if (auto failure = checkForm(request))
        return *failure;
    if (auto failure = checkScope(request, *app))
        return *failure;
    PendingConsent pending;
    pending.id = _world.random.base64Url(32);
    pending.clientId = app->clientId;
    pending.user = user->handle;
    pending.redirectUri = request.redirectUri;
    pending.state = request.state;
    pending.challenge = request.codeChallenge;
    pending.resourceSent = request.resourceSent;
    pending.scopes = parseScopes(request.scope);
    pending.expires = _world.now() + consentLifetime;
    _world.consents[pending.id] = pending;
    return ConsentNeeded{pending.id};
}

const PendingConsent* AuthorizeRules::findPending(const std::string& consentId) {
    const auto found = _world.consents.find(consentId);
    if (found == _world.consents.end() || found->second.expires <= _world.now())
        return nullptr;
    return &found->second;
}

std::optional<PendingConsent> AuthorizeRules::takePending(const std::string& consentId) {
    const PendingConsent* pending = findPending(consentId);
    if (pending == nullptr)
        return std::nullopt;
    PendingConsent taken = *pending;
    _world.consents.erase(consentId);
    return taken;
}

std::optional<Callback> AuthorizeRules::accept(const std::string& consentId,
                                               const std::set<std::string>& wanted) {
    const auto pending = takePending(consentId);
    if (!pending)
        return std::nullopt;
    const App* app = _world.findApp(pending->clientId);
    const User* user = _world.findUser(pending->user);
    if (app == nullptr || user == nullptr)
        return std::nullopt;
    std::set<std::string> chosen;
    for (const auto& cloudId : user->sites)
        if (wanted.empty() || wanted.count(cloudId) != 0)
            chosen.insert(cloudId);
    const Family& family = _world.consent(*app, *user, chosen, pending->scopes);
    AuthorizationCode code;
    code.expires = _world.now() + _world.options.codeLifetime;
    code.value = makeJwt(_world.random, {"code", user->accountId, app->clientId, _world.now(), code.expires},
                         _world.options.codeSize);
    code.familyId = family.id;
    code.clientId = app->clientId;
    code.redirectUri = pending->redirectUri;
    code.challenge = pending->challenge;
    code.resourceSent = pending->resourceSent;
    _world.codes[code.value] = code;
    return makeCallback(pending->redirectUri, {{"state", pending->state}, {"code", code.value}});
}

std::optional<Callback> AuthorizeRules::decline(const std::string& consentId) {
    const auto pending = takePending(consentId);
    if (!pending)
        return std::nullopt;
    return makeCallback(pending->redirectUri, {{"error", "access_denied"},
                                               {"error_description", "User did not authorize the request"},
                                               {"state", pending->state}});
}

} // namespace central_oauth::simulator
