// SPDX-License-Identifier: Apache-2.0
// The simulator's state, with the look-ups and changes that several rules share.
#pragma once

#include "core/Model.h"
#include "core/Options.h"
#include "core/Random.h"
#include "core/VirtualClock.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace central_oauth::simulator {

/// The state of one simulated Atlassian.
///
/// Starts with the defaults that make a demo work: app "demo-client-id", users "ada" and "grace", site
/// "Acme". Pointers from find… stay valid until reset().
///
/// Not thread-safe: the server holds its one mutex around every use.
class World {
public:
    explicit World(VirtualClock clockToUse = VirtualClock{}, std::uint64_t seed = 0);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Restores the defaults and the unmoved clock.
    void reset();

    [[nodiscard]] Time now() const { return clock.now(); }

    [[nodiscard]] App* findApp(const std::string& clientId);
    [[nodiscard]] User* findUser(const std::string& handleOrAccountId);
    [[nodiscard]] Site* findSite(const std::string& cloudId);
    [[nodiscard]] Grant* findGrant(const std::string& clientId, const std::string& user);
    [[nodiscard]] TokenPair* findByAccess(const std::string& token);
    [[nodiscard]] TokenPair* findByRefresh(const std::string& token);
    /// Returns the owner of an existing record. Throws std::out_of_range for an unknown id.
    [[nodiscard]] Family& familyOf(const TokenPair& pair) { return families.at(pair.familyId); }
    [[nodiscard]] Grant& grantOf(const Family& family) { return grants.at(family.grantId); }

    /// Creates or updates the one grant of (app, user): sites are added (account) or replaced (resource),
    /// scopes are replaced. Starts a new family.
    Family& consent(const App& app, const User& user, const std::set<std::string>& sites,
                    const ScopeSet& scopes);

    /// Returns true if the secret is one of the app's.
    [[nodiscard]] static bool hasSecret(const App& app, const std::string& secret);

    /// Issues a new pair in the family, with a refresh token if requested. Its life follows from the options.
    TokenPair& issue(const Family& family, bool withRefreshToken);

    /// Revokes a grant with all its families, as a user does on the connected-apps page.
    void revokeGrant(Grant& grant);

    /// Returns ids such as "grant-7", which are never reused.
    [[nodiscard]] std::string nextId(std::string_view kind);

    VirtualClock clock;
    Random random;
    Options options;
    std::map<std::string, App> apps;     ///< by client id
    std::map<std::string, User> users;   ///< by handle
    std::map<std::string, Site> sites;   ///< by cloud id
    std::map<std::string, Grant> grants; ///< by id
    std::map<std::string, Family> families;
    std::map<std::string, TokenPair> pairs;
    std::map<std::string, AuthorizationCode> codes;
    std::map<std::string, PendingConsent> consents;

private:
    void addDefaults();
    [[nodiscard]] Seconds takeAccessLifetime();

    std::map<std::pair<std::string, std::string>, Grant*> _liveGrants; ///< by client id and user
    // Views into the strings of `pairs`, whose nodes do not move.
    std::unordered_map<std::string_view, TokenPair*> _byAccess;
    std::unordered_map<std::string_view, TokenPair*> _byRefresh;
    std::uint64_t _lastId = 0;
};

/// SHA-256 in hexadecimal.
[[nodiscard]] std::string sha256Hex(const std::string& text);

} // namespace central_oauth::simulator
