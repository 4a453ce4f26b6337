// SPDX-License-Identifier: Apache-2.0
// Control route that makes many users at once, each with a consented grant if asked.
#include "server/ControlRoutes.h"

#include <cstdint>

namespace central_oauth::simulator {
namespace {

/// What each new user gets.
struct PopulationPlan {
    const App* app = nullptr;
    std::vector<std::string> sites;
    ScopeSet scopes; ///< empty: no grant
    bool issue = false;
};

PopulationPlan readPlan(World& world, const Poco::JSON::Object& body) {
    PopulationPlan plan;
    plan.app = world.findApp(body.optValue<std::string>("client_id", "demo-client-id"));
    if (plan.app == nullptr)
        throw ControlError("no such client_id");
    const auto scopes = stringsMember(body, "scopes");
    plan.scopes = {scopes.begin(), scopes.end()};
    plan.issue = body.optValue<bool>("issue", false);
    if (plan.issue && plan.scopes.empty())
        throw ControlError("tokens need scopes");
    plan.sites = body.has("sites") ? stringsMember(body, "sites")
                                   : requireUser(world, world.options.defaultUser).sites;
    for (const auto& cloudId : plan.sites)
        requireSite(world, cloudId);
    return plan;
}

Poco::JSON::Object populate(World& world, const std::string& handle, const PopulationPlan& plan) {
    User& user = makeUser(world, handle);
    user.sites = plan.sites;
    Poco::JSON::Object object;
    object.set("user", user.handle);
    object.set("account_id", user.accountId);
    if (plan.scopes.empty())
        return object;
    const Family& family =
        world.consent(*plan.app, user, {plan.sites.begin(), plan.sites.end()}, plan.scopes);
    object.set("grant_id", family.grantId);
    object.set("family", family.id);
    if (plan.issue) {
        const TokenPair& pair = world.issue(family, plan.scopes.count("offline_access") != 0);
        object.set("access_token", pair.access);
        object.set("refresh_token", pair.refresh);
    }
    return object;
}

} // namespace

Reply controlPopulate(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"count", "prefix", "client_id", "scopes", "sites", "issue"});
    const auto count = body->getValue<std::uint64_t>("count");
    if (count > 100000)
        throw ControlError("count is at most 100000");
    const auto prefix = body->optValue<std::string>("prefix", "user-");
    const PopulationPlan plan = readPlan(state.world, *body);
    Poco::JSON::Array array;
    for (std::uint64_t number = 1; number <= count; ++number)
        array.add(populate(state.world, prefix + std::to_string(number), plan));
    return arrayReply(array);
}

} // namespace central_oauth::simulator
