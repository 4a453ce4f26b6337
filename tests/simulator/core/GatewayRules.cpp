// SPDX-License-Identifier: Apache-2.0
#include "core/GatewayRules.h"

#include "core/Scopes.h"

#include <algorithm>
#include <string_view>

namespace central_oauth::simulator {
namespace {

[[noreturn]] void refuseToken(const std::string& reason) {
    throw GatewayRefusal(401, "Unauthorized", reason);
}

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

bool holdsAll(const ScopeSet& held, const ScopeSet& wanted) {
    return std::includes(held.begin(), held.end(), wanted.begin(), wanted.end());
}

bool jiraScopesSuffice(const ScopeSet& held, const std::string& path, bool reading) {
    if (path == "rest/api/3/serverInfo" || path == "rest/api/2/serverInfo")
        return true;
    if (path == "rest/api/3/myself" || path == "rest/api/2/myself")
        return held.count("read:jira-user") != 0 ||
               holdsAll(held, {"read:application-role:jira", "read:group:jira", "read:user:jira",
                               "read:avatar:jira"});
    if (startsWith(path, "rest/agile/"))
        return held.count("read:board-scope:jira-software") != 0;
    if (startsWith(path, "rest/servicedeskapi/"))
        return held.count(reading ? "read:servicedesk-request" : "write:servicedesk-request") != 0;
    if (path == "echo")
        return !scopesOfProduct(held, "jira").empty();
    return held.count(reading ? "read:jira-work" : "write:jira-work") != 0;
}

bool confluenceScopesSuffice(const ScopeSet& held, const std::string& path, bool reading) {
    if (path == "wiki/rest/api/user/current" || path == "rest/api/user/current")
        return held.count("read:confluence-user") != 0 || held.count("read:content-details:confluence") != 0;
    const ScopeSet own = scopesOfProduct(held, "confluence");
    if (path == "echo")
        return !own.empty();
    // The model does not tell which of Confluence's many scopes a path needs: a read needs any read scope, a
    // write any write scope.
    return std::any_of(own.begin(), own.end(), [reading](const std::string& scope) {
        const bool reads = startsWith(scope, "read") || startsWith(scope, "search");
        return reads == reading;
    });
}

bool scopesSuffice(const ScopeSet& held, const ProductCall& call) {
    const bool reading = call.method == "GET" || call.method == "HEAD";
    return call.product == "jira" ? jiraScopesSuffice(held, call.path, reading)
                                  : confluenceScopesSuffice(held, call.path, reading);
}

} // namespace

Bearer GatewayRules::authenticate(const std::string& accessToken) const {
    if (accessToken.empty())
        refuseToken("access_missing");
    const TokenPair* pair = _world.findByAccess(accessToken);
    if (pair == nullptr)
        refuseToken("access_unknown");
    const Family& family = _world.familyOf(*pair);
    const Grant& grant = _world.grantOf(family);
    const User* user = _world.findUser(grant.user);
    if (grant.revoked || user == nullptr)
        refuseToken("access_grant_revoked");
    if (family.revoked)
        refuseToken("access_family_revoked");
    if (pair->revoked)
        refuseToken("access_revoked");
    if (pair->replaced)
        refuseToken("access_replaced");
    if (family.passwordEpoch != user->passwordEpoch)
        refuseToken("access_password_changed");
    if (_world.now() >= pair->expires)
        refuseToken("access_expired");
    if (pair->exchangedAt && _world.now() > *pair->exchangedAt + _world.options.leeway)
        refuseToken("access_companion_ended");
    return Bearer{pair, &grant, user, scopesInForce(*pair, grant)};
}

ScopeSet GatewayRules::scopesInForce(const TokenPair& pair, const Grant& grant) const {
    ScopeSet scopes =
        _world.options.scopeReplacement == ScopeReplacement::immediate ? grant.scopes : pair.scopes;
    const App* app = _world.findApp(grant.clientId);
    if (app == nullptr || app->scopes.empty())
        return scopes;
    ScopeSet usable;
    for (const auto& scope : scopes)
        if (scope == "offline_access" || app->scopes.count(scope) != 0)
            usable.insert(scope);
    return usable;
}

void GatewayRules::admit(const Bearer& bearer, const ProductCall& call) const {
    const Site* site = _world.findSite(call.cloudId);
    const auto& visible = bearer.user->sites;
    const bool reachable = site != nullptr && bearer.grant->sites.count(call.cloudId) != 0 &&
                           std::find(visible.begin(), visible.end(), call.cloudId) != visible.end();
    if (!reachable) {
        if (_world.options.unknownSiteStatus == 401)
            throw GatewayRefusal(401, "Unauthorized", "site_unknown");
        throw GatewayRefusal(404, "Site temporarily unavailable", "site_unknown");
    }
    if (!scopesSuffice(bearer.scopes, call))
        throw GatewayRefusal(401, "Unauthorized; scope does not match", "scope_missing");
    if (site->products.count(call.product) == 0)
        throw GatewayRefusal(404, "Site temporarily unavailable", "product_missing");
    if (bearer.user->deniedProducts.count({call.cloudId, call.product}) != 0)
        throw GatewayRefusal(403,
                             call.product == "jira" ? "Current user not permitted to use Jira"
                                                    : "Current user not permitted to use Confluence",
                             "product_denied");
}

std::vector<ResourceRow> GatewayRules::resources(const Bearer& bearer) const {
    const App* app = _world.findApp(bearer.grant->clientId);
    const bool listApp =
        _world.options.resourceScopes == ResourceScopes::app && app != nullptr && !app->scopes.empty();
    const ScopeSet& source = listApp ? app->scopes : bearer.scopes;
    std::vector<ResourceRow> rows;
    for (const auto& cloudId : bearer.user->sites) {
        const Site* site = _world.findSite(cloudId);
        if (site == nullptr || bearer.grant->sites.count(cloudId) == 0)
            continue;
        for (const auto& product : site->products) {
            const ScopeSet scopes = scopesOfProduct(source, product);
            if (scopes.empty())
                continue;
            rows.push_back({site->cloudId, site->name, site->url, {scopes.begin(), scopes.end()}});
            _world.random.shuffle(rows.back().scopes);
        }
    }
    _world.random.shuffle(rows);
    return rows;
}

} // namespace central_oauth::simulator
