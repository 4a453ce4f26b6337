// SPDX-License-Identifier: Apache-2.0
// The undocumented revoke endpoint, in each of its possible readings.
#pragma once

#include "core/World.h"

#include <string>

namespace central_oauth::simulator {

/// Applies the option `revoke_mode` to a token.
///
/// Borrows the world, which must outlive it. Threads: as World.
class RevocationRules {
public:
    explicit RevocationRules(World& world) : _world(world) {}

    /// False if the endpoint shall not exist. An unknown token is no error, RFC 7009 section 2.2.
    /// Throws: OAuthRefusal for a wrong client.
    bool revoke(const std::string& clientId, const std::string& clientSecret, const std::string& token);

private:
    World& _world;
};

} // namespace central_oauth::simulator
