// SPDX-License-Identifier: Apache-2.0
// Switches for all behaviour of Atlassian that is uncertain or configurable.
#pragma once

#include "core/Model.h"

#include <cstddef>
#include <string>

namespace central_oauth::simulator {

/// How a dead refresh token is described. `random` chooses one of the other three for each answer.
enum class DeadTokenWording { current, documented, expired, random };

/// The result of a second exchange inside the leeway: a further pair, or the first successor again.
enum class LeewayMode { sibling, same };

/// What reusing a refresh token after the leeway revokes.
enum class ReuseRevokes { family, grant };

/// When the scopes of a new consent reach access tokens issued before it.
enum class ScopeReplacement { immediate, onRefresh };

/// The effect of a scope that the app does not have, at authorize: an error page, or a useless grant.
enum class UnconfiguredScope { errorPage, grant };

/// The owner of the scopes that accessible-resources lists.
enum class ResourceScopes { granted, app };

enum class ExpiresInStyle { number, string, missing };

enum class RevokeMode { notFound, noop, revokeToken, revokeGrant };

/// Changed only through the control routes.
struct Options {
    DeadTokenWording deadTokenWording = DeadTokenWording::current;
    LeewayMode leewayMode = LeewayMode::sibling;
    bool leewayExtends = false; ///< a further exchange inside the leeway restarts the leeway
    ReuseRevokes reuseRevokes = ReuseRevokes::family;
    ScopeReplacement scopeReplacement = ScopeReplacement::immediate;
    UnconfiguredScope unconfiguredScope = UnconfiguredScope::errorPage;
    ResourceScopes resourceScopes = ResourceScopes::granted;
    ExpiresInStyle expiresInStyle = ExpiresInStyle::number;
    RevokeMode revokeMode = RevokeMode::noop;
    Seconds leeway{600}; ///< 0: an exchange deletes the old pair, and a reuse revokes nothing
    Seconds codeLifetime{600};
    Seconds accessTokenLifetime{3600};
    Seconds idleLifetime{std::chrono::hours{24 * 90}};
    Seconds absoluteLifetime{0}; ///< 0: none
    Seconds nextExpiresIn{0};    ///< life of the next `nextExpiresInCount` access tokens
    std::size_t nextExpiresInCount = 0;
    std::size_t accessTokenSize = 2600;
    std::size_t refreshTokenSize = 2600;
    std::size_t codeSize = 500;
    std::size_t unknownSiteStatus = 404;
    bool verifyPkce = true;
    bool keepAlive = true; ///< false: each answer closes its connection
    std::string defaultUser = "ada";
    std::string autoConsent; ///< handle of the user who consents without a page; empty: show the page
};

} // namespace central_oauth::simulator
