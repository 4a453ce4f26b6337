// SPDX-License-Identifier: Apache-2.0
// The undocumented revoke endpoint, in each of its possible interpretations.
#pragma once

#include "core/World.h"

#include <string>

namespace central_oauth::simulator {

/// Applies the option `revoke_mode` to a token.
///
/// Keeps a reference to the world. Not thread-safe, like World.
class RevocationRules {
public:
    explicit RevocationRules(World& world) : _world(world) {}

    /// Returns false if the endpoint must not exist. An unknown token is no error (RFC 7009 section 2.2).
    /// Throws: OAuthRefusal for a wrong client.
    bool revoke(const std::string& clientId, const std::string& clientSecret, const std::string& token);

private:
    World& _world;
};

} // namespace central_oauth::simulator
