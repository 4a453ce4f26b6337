// SPDX-License-Identifier: Apache-2.0
// The API gateway: which access token may call what.
#pragma once

#include "core/Refusal.h"
#include "core/World.h"

#include <string>
#include <vector>

namespace central_oauth::simulator {

/// Whom a valid access token speaks for. The pointers are borrowed from the world.
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
/// Borrows the world, which must outlive it. Threads: as World.
class GatewayRules {
public:
    explicit GatewayRules(World& world) : _world(world) {}

    /// Whom the token speaks for. Throws: GatewayRefusal 401, whose reason says why it is no longer valid.
    [[nodiscard]] Bearer authenticate(const std::string& accessToken) const;

    /// Checks grant, site, scope and product access, in this order. Throws: GatewayRefusal.
    void admit(const Bearer& bearer, const ProductCall& call) const;

    /// The rows that the bearer sees, in random order.
    [[nodiscard]] std::vector<ResourceRow> resources(const Bearer& bearer) const;

private:
    [[nodiscard]] ScopeSet scopesInForce(const TokenPair& pair, const Grant& grant) const;

    World& _world;
};

} // namespace central_oauth::simulator
