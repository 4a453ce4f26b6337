// SPDX-License-Identifier: Apache-2.0
#include "server/SimHandler.h"

#include "server/Delivery.h"
#include "server/FaultActions.h"

#include <exception>
#include <iostream>
#include <mutex>

namespace central_oauth::simulator {
namespace {

bool pathMatches(const Route& route, const std::string& path) {
    if (route.path.size() > 1 && route.path.back() == '/')
        return path.compare(0, route.path.size(), route.path) == 0;
    return path == route.path;
}

/// Returns the route for a path; `allowed` is false if it exists for another method only.
const Route* findRoute(const Call& call, bool& allowed) {
    allowed = false;
    const Route* samePath = nullptr;
    for (const Route& route : atlassianRoutes()) {
        if (!pathMatches(route, call.path))
            continue;
        samePath = &route;
        allowed = route.method.empty() || route.method == call.method;
        if (allowed)
            break;
    }
    return samePath;
}

bool isControl(const std::string& path) {
    return path == "/_sim" || path.compare(0, 6, "/_sim/") == 0;
}

std::string grantTypeOf(const Route& route, const Call& call) {
    return route.name == "token" ? call.fields.get("grant_type") : std::string();
}

} // namespace

void SimHandler::handleRequest(Poco::Net::HTTPServerRequest& request,
                               Poco::Net::HTTPServerResponse& response) {
    const Call call = readCall(request);
    Reply reply;
    DeliveryPlan plan;
    try {
        bool allowed = false;
        const Route* route = findRoute(call, allowed);
        if (isControl(call.path)) {
            reply = _control.answer(call);
        } else if (route == nullptr) {
            reply = gatewayError(404, "Not Found", "path_unknown");
        } else if (!allowed) {
            reply = gatewayError(405, "Method Not Allowed", "method_unknown");
        } else if (!handleAtlassian(*route, call, reply, plan)) {
            closeConnection(request, response);
            return;
        }
    } catch (const std::exception& failure) {
        // A fault of the simulator itself is reported as such, so that it does not look like one of
        // Atlassian.
        std::cerr << "atlassian-sim: " << call.method << ' ' << call.path << ": " << failure.what()
                  << std::endl;
        reply = gatewayError(500, "atlassian-sim failed, see its standard error", "simulator_failure");
    }
    deliver(_state, reply, plan, request, response);
}

bool SimHandler::handleAtlassian(const Route& route, const Call& call, Reply& reply, DeliveryPlan& plan) {
    if (route.host == "sim") {
        const std::lock_guard lock(_state.mutex);
        reply = route.handle(_state, call);
        return true;
    }
    FaultActions actions = begin(route, call);
    bool alive = actions.wait(FaultPhase::before);
    if (alive) {
        if (!actions.skipsProcessing())
            reply = process(route, call);
        reply = actions.alter(std::move(reply));
        plan = actions.deliveryPlan();
        alive = actions.wait(FaultPhase::after);
    }
    end(route, call);
    return alive;
}

FaultActions SimHandler::begin(const Route& route, const Call& call) {
    const std::string grantType = grantTypeOf(route, call);
    const std::lock_guard lock(_state.mutex);
    Counters& counters = _state.counters;
    Tally& tally = counters.routes[std::string(route.name)];
    tally.begin();
    ++counters.paths[call.path];
    auto struck = _state.faults.strike({std::string(route.name), std::string(route.host), grantType},
                                       _state.world.random);
    counters.faultsApplied += struck.size();
    if (!struck.empty())
        ++tally.faulted;
    if (!grantType.empty()) {
        Tally& granted = counters.grantTypes[grantType];
        granted.begin();
        if (!struck.empty())
            ++granted.faulted;
    }
    _state.changed.notify_all();
    return FaultActions(_state, std::move(struck));
}

Reply SimHandler::process(const Route& route, const Call& call) {
    const std::string grantType = grantTypeOf(route, call);
    const std::lock_guard lock(_state.mutex);
    Reply reply = route.handle(_state, call);
    Counters& counters = _state.counters;
    if (!reply.refusal.empty()) {
        ++counters.refusals[reply.refusal];
        return reply;
    }
    ++counters.routes[std::string(route.name)].successes;
    if (!grantType.empty())
        ++counters.grantTypes[grantType].successes;
    return reply;
}

void SimHandler::end(const Route& route, const Call& call) {
    const std::string grantType = grantTypeOf(route, call);
    const std::lock_guard lock(_state.mutex);
    _state.counters.routes[std::string(route.name)].end();
    if (!grantType.empty())
        _state.counters.grantTypes[grantType].end();
}

} // namespace central_oauth::simulator
