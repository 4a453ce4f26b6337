// SPDX-License-Identifier: Apache-2.0
// The simulator's records: apps, users, sites, grants, token families, codes. Values without behaviour.
//
// Folder core: the rules of Atlassian's authorization server and API gateway on a movable clock. It uses no
// HTTP, no threads and no other module of this project, so that a mistake there is not repeated here.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::simulator {

using Time = std::chrono::system_clock::time_point;
using Seconds = std::chrono::seconds;
using ScopeSet = std::set<std::string>;

/// Account: one grant that may span sites. Resource: only the sites picked at the last consent.
enum class AppGrantType { account, resource };

/// A registered OAuth app. An entry "*loopback*" in `redirectUris` accepts any http loopback callback.
/// Empty `scopes` means that every scope was added to the app.
struct App {
    std::string clientId;
    std::string name;
    std::vector<std::string> secretHashes; ///< SHA-256, hexadecimal; each one is valid
    std::vector<std::string> redirectUris;
    ScopeSet scopes;
    AppGrantType grantType = AppGrantType::account;
    bool shared = true; ///< false: only `owner` may consent
    std::string owner;  ///< handle of a user
};

/// A person. `handle` is the simulator's short name for it and never goes over Atlassian's wire.
struct User {
    std::string handle;
    std::string accountId;
    std::string name;
    std::string email;
    bool emailHidden = false;
    int passwordEpoch = 0;
    std::vector<std::string> sites;                               ///< cloud ids
    std::set<std::pair<std::string, std::string>> deniedProducts; ///< cloud id, product
};

struct Site {
    std::string cloudId;
    std::string name;
    std::string url;
    std::set<std::string> products; ///< "jira", "confluence"
};

/// What a user allowed an app. At most one grant per (app, user) is live.
struct Grant {
    std::string id;
    std::string clientId;
    std::string user; ///< handle
    std::set<std::string> sites;
    ScopeSet scopes;
    Time created;
    bool revoked = false;
};

/// All token pairs that descend from one consent.
struct Family {
    std::string id;
    std::string grantId;
    Time firstConsent;
    int passwordEpoch = 0;
    bool revoked = false;
    bool reused = false; ///< a reused refresh token revoked it
};

/// An access token and the refresh token issued with it. `refresh` is empty without offline_access.
struct TokenPair {
    std::string id;
    std::string familyId;
    std::string access;
    std::string refresh;
    Time issued;
    Time expires; ///< of the access token
    std::optional<Time> exchangedAt;
    std::string successorId; ///< the pair issued by the first exchange
    ScopeSet scopes;         ///< of the grant when this pair was issued
    bool revoked = false;
    bool replaced = false; ///< exchanged without leeway
};

struct AuthorizationCode {
    std::string value;
    std::string familyId;
    std::string clientId;
    std::string redirectUri;
    std::string challenge; ///< PKCE S256, empty if none was sent
    bool resourceSent = false;
    Time expires;
    bool used = false;
};

/// An authorize request that waits for a person's answer.
struct PendingConsent {
    std::string id;
    std::string clientId;
    std::string user;
    std::string redirectUri;
    std::string state;
    std::string challenge;
    bool resourceSent = false;
    ScopeSet scopes;
    Time expires;
};

} // namespace central_oauth::simulator
