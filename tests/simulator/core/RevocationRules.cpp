// SPDX-License-Identifier: Apache-2.0
#include "core/RevocationRules.h"

#include "core/TokenRules.h"

namespace central_oauth::simulator {

bool RevocationRules::revoke(const std::string& clientId, const std::string& clientSecret,
                             const std::string& token) {
    if (_world.options.revokeMode == RevokeMode::notFound)
        return false;
    const App& app = TokenRules(_world).authenticate(clientId, clientSecret);
    TokenPair* pair = _world.findByRefresh(token);
    if (pair == nullptr)
        pair = _world.findByAccess(token);
    if (pair == nullptr || _world.options.revokeMode == RevokeMode::noop)
        return true;
    Grant& grant = _world.grantOf(_world.familyOf(*pair));
    if (grant.clientId != app.clientId)
        return true;
    if (_world.options.revokeMode == RevokeMode::revokeGrant)
        _world.revokeGrant(grant);
    else
        pair->revoked = true;
    return true;
}

} // namespace central_oauth::simulator
