// SPDX-License-Identifier: Apache-2.0
// The API gateway: what an access token may call.
#pragma once

#include "core/Refusal.h"
#include "core/World.h"

#include <string>
#include <vector>

namespace central_oauth::simulator {

/// The person that a valid access token speaks for. The world owns what the pointers refer to.
struct Bearer {
    const TokenPair* pair = nullptr;
    const Grant* grant = nullptr;
    const User* user = nullptr;
    ScopeSet scopes; ///< in force now
};

/// One call of a product API: /ex/{product}/{cloudId}/{path}.
struct ProductCall {
    std::string method;
    std::string product;
    std::string cloudId;
    std::string path; ///< without a leading slash
};

/// One row of accessible-resources: a site appears once per product that the scopes reach.
struct ResourceRow {
    std::string id;
    std::string name;
    std::string url;
    std::vector<std::string> scopes;
};

/// Checks access tokens and product calls.
///
/// Keeps a reference to the world. Not thread-safe, like World.
class GatewayRules {
public:
    explicit GatewayRules(World& world) : _world(world) {}

    /// Returns the person that the token speaks for. Throws: GatewayRefusal 401, whose reason says why the
    /// token is not valid.
    [[nodiscard]] Bearer authenticate(const std::string& accessToken) const;

    /// Checks grant, site, scope and product access, in this order. Throws: GatewayRefusal.
    void admit(const Bearer& bearer, const ProductCall& call) const;

    /// Returns the rows that the bearer sees, in random order.
    [[nodiscard]] std::vector<ResourceRow> resources(const Bearer& bearer) const;

private:
    [[nodiscard]] ScopeSet scopesInForce(const TokenPair& pair, const Grant& grant) const;

    World& _world;
};

} // namespace central_oauth::simulator
