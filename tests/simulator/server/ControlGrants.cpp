// SPDX-License-Identifier: Apache-2.0
// Control routes for grants and tokens: list, create, revoke as the user does, password change, inspection.
#include "core/GatewayRules.h"
#include "server/ControlRoutes.h"

namespace central_oauth::simulator {
namespace {

Poco::JSON::Object grantJson(const Grant& grant) {
    Poco::JSON::Object object;
    object.set("id", grant.id);
    object.set("client_id", grant.clientId);
    object.set("user", grant.user);
    object.set("sites", stringArray(grant.sites));
    object.set("scopes", stringArray(grant.scopes));
    object.set("created", unixSeconds(grant.created));
    object.set("revoked", grant.revoked);
    return object;
}

std::uint64_t revokeMatching(World& world, const Poco::JSON::Object& body) {
    const auto id = body.optValue<std::string>("grant_id", "");
    const auto clientId = body.optValue<std::string>("client_id", "");
    const auto name = body.optValue<std::string>("user", "");
    if (id.empty() && name.empty())
        throw ControlError("grant_id or user is missing");
    const std::string user = name.empty() ? name : requireUser(world, name).handle;
    std::uint64_t revoked = 0;
    for (auto& [key, grant] : world.grants) {
        const bool wanted = (id.empty() || grant.id == id) && (user.empty() || grant.user == user) &&
                            (clientId.empty() || grant.clientId == clientId);
        if (!wanted || grant.revoked)
            continue;
        world.revokeGrant(grant);
        ++revoked;
    }
    return revoked;
}

void describeAccess(World& world, const TokenPair& pair, Poco::JSON::Object& object) {
    try {
        const Bearer bearer = GatewayRules(world).authenticate(pair.access);
        object.set("access_valid", true);
        object.set("scopes", stringArray(bearer.scopes));
    } catch (const GatewayRefusal& refusal) {
        object.set("access_valid", false);
        object.set("reason", refusal.reason());
    }
}

} // namespace

Reply controlListGrants(SimState& state, StateLock&, const Call&) {
    Poco::JSON::Array array;
    for (const auto& [id, grant] : state.world.grants)
        array.add(grantJson(grant));
    return arrayReply(array);
}

Reply controlCreateGrant(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"client_id", "user", "scopes", "sites", "issue"});
    World& world = state.world;
    const App* app = world.findApp(body->optValue<std::string>("client_id", "demo-client-id"));
    if (app == nullptr)
        throw ControlError("no such client_id");
    const User& user = requireUser(world, body->optValue<std::string>("user", world.options.defaultUser));
    const auto scopes = stringsMember(*body, "scopes");
    const auto sites = body->has("sites") ? stringsMember(*body, "sites") : user.sites;
    for (const auto& cloudId : sites)
        requireSite(world, cloudId);
    const Family& family =
        world.consent(*app, user, {sites.begin(), sites.end()}, {scopes.begin(), scopes.end()});
    const Grant& grant = world.grantOf(family);
    Poco::JSON::Object object = grantJson(grant);
    if (body->optValue<bool>("issue", false)) {
        const TokenPair& pair = world.issue(family, grant.scopes.count("offline_access") != 0);
        object.set("access_token", pair.access);
        object.set("refresh_token", pair.refresh);
    }
    return jsonReply(200, object);
}

Reply controlRevokeGrant(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"grant_id", "client_id", "user"});
    Poco::JSON::Object object;
    object.set("revoked", revokeMatching(state.world, *body));
    return jsonReply(200, object);
}

Reply controlChangePassword(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"user"});
    ++requireUser(state.world, body->optValue<std::string>("user", "")).passwordEpoch;
    return controlDone();
}

Reply controlInspect(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"token"});
    World& world = state.world;
    const auto token = body->optValue<std::string>("token", "");
    const TokenPair* pair = world.findByAccess(token);
    const bool access = pair != nullptr;
    if (pair == nullptr)
        pair = world.findByRefresh(token);
    Poco::JSON::Object object;
    object.set("kind", access ? "access" : pair != nullptr ? "refresh" : "unknown");
    if (pair == nullptr)
        return jsonReply(200, object);
    const Family& family = world.familyOf(*pair);
    object.set("pair", pair->id);
    object.set("family", family.id);
    object.set("grant_id", family.grantId);
    object.set("family_revoked", family.revoked);
    object.set("pair_revoked", pair->revoked);
    object.set("issued_at", unixSeconds(pair->issued));
    object.set("access_expires_at", unixSeconds(pair->expires));
    if (pair->exchangedAt)
        object.set("exchanged_at", unixSeconds(*pair->exchangedAt));
    describeAccess(world, *pair, object);
    return jsonReply(200, object);
}

Reply controlListTokens(SimState& state, StateLock&, const Call&) {
    Poco::JSON::Array array;
    for (const auto& [id, pair] : state.world.pairs) {
        Poco::JSON::Object object;
        object.set("pair", id);
        object.set("access_token", pair.access);
        object.set("refresh_token", pair.refresh);
        array.add(object);
    }
    return arrayReply(array);
}

} // namespace central_oauth::simulator
