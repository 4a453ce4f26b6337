// SPDX-License-Identifier: Apache-2.0
// The rules from the authorize request to the callback.
#pragma once

#include "core/World.h"

#include <optional>
#include <set>
#include <string>
#include <variant>

namespace central_oauth::simulator {

/// The parameters of an authorize request; `user` is the logged-in person (handle or account id).
struct AuthorizeRequest {
    std::string user;
    std::string clientId;
    std::string redirectUri;
    std::string audience;
    std::string responseType;
    std::string prompt;
    std::string scope;
    std::string state;
    std::string codeChallenge;
    std::string codeChallengeMethod;
    bool resourceSent = false; ///< RFC 8707 `resource`, which Atlassian binds and later refuses
};

/// The browser goes to Atlassian's own error page, and the callback gets no request.
struct ErrorPage {
    std::string error;
    std::string description;
};

/// The browser goes to this callback address.
struct Callback {
    std::string location;
};

/// The person must answer first; the id names the waiting request.
struct ConsentNeeded {
    std::string consentId;
};

using AuthorizeOutcome = std::variant<ErrorPage, Callback, ConsentNeeded>;

/// Validates authorize requests and carries out a person's answer.
///
/// Keeps a reference to the world. Not thread-safe, like World.
class AuthorizeRules {
public:
    explicit AuthorizeRules(World& world) : _world(world) {}

    /// Checks in Atlassian's order: user, client, redirect_uri, audience, response_type, prompt, scope.
    [[nodiscard]] AuthorizeOutcome begin(const AuthorizeRequest& request);

    /// Returns the consent that waits under an id, or null if it is unknown, answered or older than ten
    /// minutes.
    [[nodiscard]] const PendingConsent* findPending(const std::string& consentId);

    /// Grants the wanted sites and makes a code. Empty `sites` grants all sites of the user; unknown sites
    /// are ignored. Returns nullopt if the consent does not wait.
    [[nodiscard]] std::optional<Callback> accept(const std::string& consentId,
                                                 const std::set<std::string>& wanted);

    /// Returns the callback of a person who declines, or nullopt if the consent does not wait.
    [[nodiscard]] std::optional<Callback> decline(const std::string& consentId);

private:
    [[nodiscard]] std::optional<ErrorPage> checkClient(const AuthorizeRequest& request, const User*& user,
                                                       const App*& app);
    [[nodiscard]] std::optional<AuthorizeOutcome> checkScope(const AuthorizeRequest& request,
                                                             const App& app) const;
    [[nodiscard]] std::optional<PendingConsent> takePending(const std::string& consentId);

    World& _world;
};

/// Returns true if the address equals a registered one, or if it is a loopback callback and the app accepts
/// those.
[[nodiscard]] bool redirectAllowed(const App& app, const std::string& redirectUri);

} // namespace central_oauth::simulator
