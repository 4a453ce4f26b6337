// SPDX-License-Identifier: Apache-2.0
#include "server/SimHandler.h"

#include "server/Delivery.h"
#include "server/FaultActions.h"
#include "server/Subject.h"

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

Reply simulatorFailure(const Call& call, const std::exception& failure) {
    // A fault of the simulator itself is reported as such, so that it does not look like one of Atlassian.
    std::cerr << "atlassian-sim: " << call.method << ' ' << call.path << ": " << failure.what() << std::endl;
    return gatewayError(500, "atlassian-sim failed, see its standard error", "simulator_failure");
}

} // namespace

void SimHandler::handleRequest(Poco::Net::HTTPServerRequest& request,
                               Poco::Net::HTTPServerResponse& response) {
    const Call call = readCall(request);
    Reply reply;
    try {
        bool allowed = false;
        const Route* route = _controlOnly ? nullptr : findRoute(call, allowed);
        if (isControl(call.path)) {
            reply = _control.answer(call);
        } else if (route == nullptr) {
            reply = gatewayError(404, "Not Found", "path_unknown");
        } else if (!allowed) {
            reply = gatewayError(405, "Method Not Allowed", "method_unknown");
        } else if (route->host == "sim") {
            const std::lock_guard lock(_state.mutex);
            reply = route->handle(_state, call);
        } else {
            answerAtlassian(*route, call, request, response);
            return;
        }
    } catch (const std::exception& failure) {
        reply = simulatorFailure(call, failure);
    }
    deliver(_state, reply, DeliveryPlan{}, request, response, [](const AnswerBytes&) {});
}

void SimHandler::answerAtlassian(const Route& route, const Call& call, Poco::Net::HTTPServerRequest& request,
                                 Poco::Net::HTTPServerResponse& response) {
    Exchange exchange = begin(route, call);
    FaultActions& actions = exchange.actions;
    Reply reply;
    bool alive = actions.wait(FaultPhase::before);
    if (alive) {
        try {
            if (!actions.skipsProcessing())
                reply = process(exchange, call);
            reply = actions.alter(std::move(reply));
        } catch (const std::exception& failure) {
            reply = simulatorFailure(call, failure);
        }
        alive = actions.wait(FaultPhase::after);
    }
    if (!alive) {
        end(exchange, {});
        closeConnection(request, response);
        return;
    }
    const auto beforeEnd = [this, &exchange](const AnswerBytes& answer) { end(exchange, answer); };
    if (!deliver(_state, reply, actions.deliveryPlan(), request, response, beforeEnd))
        retract(exchange);
}

SimHandler::Exchange SimHandler::begin(const Route& route, const Call& call) {
    const std::lock_guard lock(_state.mutex);
    const FaultSubject subject = subjectOf(_state, route, call);
    const Time now = _state.world.now();
    Counters& counters = _state.counters;
    Tally& tally = counters.routes[std::string(route.name)];
    tally.begin();
    ++counters.paths[call.path];
    auto struck = _state.faults.strike(subject, now);
    counters.faultsApplied += struck.size();
    if (!struck.empty())
        ++tally.faulted;
    if (!subject.grantType.empty()) {
        Tally& granted = counters.grantTypes[subject.grantType];
        granted.begin();
        if (!struck.empty())
            ++granted.faulted;
    }
    std::optional<RefreshTicket> refresh;
    if (subject.grantType == "refresh_token")
        refresh = _state.refreshes.begin(subject.family, now);
    _state.changed.notify_all();
    return {route, subject.grantType, FaultActions(_state, std::move(struck)), std::move(refresh)};
}

Reply SimHandler::process(const Exchange& exchange, const Call& call) {
    const std::lock_guard lock(_state.mutex);
    Reply reply = exchange.route.handle(_state, call);
    Counters& counters = _state.counters;
    if (exchange.refresh)
        _state.refreshes.process(*exchange.refresh, reply.refusal);
    if (!reply.refusal.empty()) {
        ++counters.refusals[reply.refusal];
        return reply;
    }
    ++counters.routes[std::string(exchange.route.name)].successes;
    if (!exchange.grantType.empty())
        ++counters.grantTypes[exchange.grantType].successes;
    return reply;
}

void SimHandler::end(const Exchange& exchange, const AnswerBytes& answer) {
    const std::lock_guard lock(_state.mutex);
    _state.counters.routes[std::string(exchange.route.name)].end();
    if (!exchange.grantType.empty())
        _state.counters.grantTypes[exchange.grantType].end();
    if (exchange.refresh)
        _state.refreshes.end(*exchange.refresh, _state.world.now(), answer, !exchange.actions.altersAnswer());
}

void SimHandler::retract(const Exchange& exchange) {
    const std::lock_guard lock(_state.mutex);
    if (exchange.refresh)
        _state.refreshes.retract(*exchange.refresh);
}

} // namespace central_oauth::simulator
