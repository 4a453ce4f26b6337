// SPDX-License-Identifier: Apache-2.0
#include "core/World.h"

#include "core/Jwt.h"

#include <algorithm>
#include <utility>

#include <Poco/DigestEngine.h>
#include <Poco/SHA2Engine.h>

namespace central_oauth::simulator {
namespace {

template <typename Map>
auto* findIn(Map& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

} // namespace

std::string sha256Hex(const std::string& text) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(text);
    return Poco::DigestEngine::digestToHex(engine.digest());
}

World::World(VirtualClock clockToUse, std::uint64_t seed) : clock(std::move(clockToUse)), random(seed) {
    addDefaults();
}

void World::reset() {
    _byAccess.clear();
    _byRefresh.clear();
    _liveGrants.clear();
    apps.clear();
    users.clear();
    sites.clear();
    grants.clear();
    families.clear();
    pairs.clear();
    codes.clear();
    consents.clear();
    options = Options{};
    clock.setOffset(Seconds{0});
    addDefaults();
}

App* World::findApp(const std::string& clientId) {
    return findIn(apps, clientId);
}

User* World::findUser(const std::string& handleOrAccountId) {
    if (User* user = findIn(users, handleOrAccountId))
        return user;
    const auto found = std::find_if(users.begin(), users.end(), [&handleOrAccountId](const auto& entry) {
        return entry.second.accountId == handleOrAccountId;
    });
    return found == users.end() ? nullptr : &found->second;
}

Site* World::findSite(const std::string& cloudId) {
    return findIn(sites, cloudId);
}

Grant* World::findGrant(const std::string& clientId, const std::string& user) {
    const auto found = _liveGrants.find({clientId, user});
    return found == _liveGrants.end() ? nullptr : found->second;
}

TokenPair* World::findByAccess(const std::string& token) {
    const auto found = _byAccess.find(token);
    return found == _byAccess.end() ? nullptr : found->second;
}

TokenPair* World::findByRefresh(const std::string& token) {
    const auto found = _byRefresh.find(token);
    return found == _byRefresh.end() ? nullptr : found->second;
}

Family& World::consent(const App& app, const User& user, const std::set<std::string>& chosen,
                       const ScopeSet& scopes) {
    Grant* grant = findGrant(app.clientId, user.handle);
    if (grant == nullptr) {
        const std::string id = nextId("grant");
        grant = &grants.emplace(id, Grant{id, app.clientId, user.handle, {}, {}, now(), false}).first->second;
        _liveGrants[{app.clientId, user.handle}] = grant;
    }
    if (app.grantType == AppGrantType::resource)
        grant->sites = chosen;
    else
        grant->sites.insert(chosen.begin(), chosen.end());
    grant->scopes = scopes;
    const std::string id = nextId("family");
    Family family;
    family.id = id;
    family.grantId = grant->id;
    family.firstConsent = now();
    family.passwordEpoch = user.passwordEpoch;
    return families.emplace(id, family).first->second;
}

bool World::hasSecret(const App& app, const std::string& secret) {
    return std::find(app.secretHashes.begin(), app.secretHashes.end(), sha256Hex(secret)) !=
           app.secretHashes.end();
}

TokenPair& World::issue(const Family& family, bool withRefreshToken) {
    const Grant& grant = grantOf(family);
    TokenPair pair;
    pair.id = nextId("pair");
    pair.familyId = family.id;
    pair.issued = now();
    pair.expires = pair.issued + takeAccessLifetime();
    pair.scopes = grant.scopes;
    const User* user = findUser(grant.user);
    const std::string subject = user != nullptr ? user->accountId : grant.user;
    pair.access = makeJwt(random, {"access", subject, grant.clientId, pair.issued, pair.expires},
                          options.accessTokenSize);
    if (withRefreshToken)
        pair.refresh = makeJwt(
            random, {"refresh", subject, grant.clientId, pair.issued, pair.issued + options.idleLifetime},
            options.refreshTokenSize);
    TokenPair& stored = pairs.emplace(pair.id, pair).first->second;
    _byAccess.emplace(stored.access, &stored);
    if (withRefreshToken)
        _byRefresh.emplace(stored.refresh, &stored);
    return stored;
}

void World::revokeGrant(Grant& grant) {
    if (!grant.revoked)
        _liveGrants.erase({grant.clientId, grant.user});
    grant.revoked = true;
    for (auto& [id, family] : families)
        if (family.grantId == grant.id)
            family.revoked = true;
}

std::string World::nextId(std::string_view kind) {
    return std::string(kind) + '-' + std::to_string(++_lastId);
}

Seconds World::takeAccessLifetime() {
    if (options.nextExpiresInCount == 0)
        return options.accessTokenLifetime;
    --options.nextExpiresInCount;
    return options.nextExpiresIn;
}

void World::addDefaults() {
    const std::string cloudId = "a11ce0de-0000-4000-8000-00000000ac3e";
    sites[cloudId] = Site{cloudId, "Acme", "https://acme.atlassian.example", {"jira", "confluence"}};
    users["ada"] =
        User{"ada", "5b10ac8d82e05b22cc7d4ada", "Ada Lovelace", "ada@example.com", false, 0, {cloudId}, {}};
    users["grace"] = User{
        "grace", "5b10ac8d82e05b22cc7d9ace", "Grace Hopper", "grace@example.com", false, 0, {cloudId}, {}};
    App app;
    app.clientId = "demo-client-id";
    app.name = "Demo app";
    app.secretHashes = {sha256Hex("demo-client-secret")};
    app.redirectUris = {"*loopback*"};
    app.owner = "ada";
    apps[app.clientId] = app;
}

} // namespace central_oauth::simulator
