// SPDX-License-Identifier: Apache-2.0
// What happens between the authorize request and the callback.
#pragma once

#include "core/World.h"

#include <optional>
#include <set>
#include <string>
#include <variant>

namespace central_oauth::simulator {

/// The parameters of an authorize request; `user` is who is logged in (handle or account id).
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

/// The browser goes to Atlassian's own error page; the callback never hears of it.
struct ErrorPage {
    std::string error;
    std::string description;
};

/// The browser goes to this callback address.
struct Callback {
    std::string location;
};

/// A person must answer first; the id names the waiting request.
struct ConsentNeeded {
    std::string consentId;
};

using AuthorizeOutcome = std::variant<ErrorPage, Callback, ConsentNeeded>;

/// Validates authorize requests and carries out a person's answer.
///
/// Borrows the world, which must outlive it. Threads: as World.
class AuthorizeRules {
public:
    explicit AuthorizeRules(World& world) : _world(world) {}

    /// Checks in Atlassian's order: user, client, redirect_uri, audience, response_type, prompt, scope.
    [[nodiscard]] AuthorizeOutcome begin(const AuthorizeRequest& request);

    /// The consent that waits under an id, or nothing if it is unknown, answered or older than ten minutes.
    [[nodiscard]] const PendingConsent* findPending(const std::string& consentId);

    /// Grants the wanted sites (empty: all that the user has; foreign ones are ignored) and makes a code.
    /// Nothing if the consent does not wait.
    [[nodiscard]] std::optional<Callback> accept(const std::string& consentId,
                                                 const std::set<std::string>& wanted);

    /// The callback of a person who says no. Nothing if the consent does not wait.
    [[nodiscard]] std::optional<Callback> decline(const std::string& consentId);

private:
    [[nodiscard]] std::optional<ErrorPage> checkClient(const AuthorizeRequest& request, const User*& user,
                                                       const App*& app);
    [[nodiscard]] std::optional<AuthorizeOutcome> checkScope(const AuthorizeRequest& request,
                                                             const App& app) const;
    [[nodiscard]] std::optional<PendingConsent> takePending(const std::string& consentId);

    World& _world;
};

/// True if the address equals a registered one, or is a loopback callback and the app takes those.
[[nodiscard]] bool redirectAllowed(const App& app, const std::string& redirectUri);

} // namespace central_oauth::simulator
