// SPDX-License-Identifier: Apache-2.0
#include "server/Control.h"

#include "server/ControlRoutes.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::simulator {

const std::vector<ControlRoute>& controlRoutes() {
    static const std::vector<ControlRoute> routes = {
        {"GET", "/_sim", controlIndex},
        {"POST", "/_sim/reset", controlReset},
        {"GET", "/_sim/clock", controlGetClock},
        {"POST", "/_sim/clock", controlSetClock},
        {"GET", "/_sim/options", controlGetOptions},
        {"POST", "/_sim/options", controlSetOptions},
        {"GET", "/_sim/counters", controlGetCounters},
        {"POST", "/_sim/counters/reset", controlResetCounters},
        {"GET", "/_sim/refreshes", controlListRefreshes},
        {"GET", "/_sim/apps", controlListApps},
        {"POST", "/_sim/apps", controlSetApp},
        {"GET", "/_sim/users", controlListUsers},
        {"POST", "/_sim/users", controlSetUser},
        {"POST", "/_sim/population", controlPopulate},
        {"GET", "/_sim/sites", controlListSites},
        {"POST", "/_sim/sites", controlSetSite},
        {"GET", "/_sim/grants", controlListGrants},
        {"POST", "/_sim/grants", controlCreateGrant},
        {"POST", "/_sim/revoke_grant", controlRevokeGrant},
        {"POST", "/_sim/change_password", controlChangePassword},
        {"POST", "/_sim/inspect", controlInspect},
        {"GET", "/_sim/tokens", controlListTokens},
        {"GET", "/_sim/faults", controlListFaults},
        {"POST", "/_sim/faults", controlSetFaults},
        {"POST", "/_sim/faults/clear", controlClearFaults},
        {"POST", "/_sim/faults/switch", controlTurnFault},
        {"POST", "/_sim/faults/release", controlReleaseFaults},
        {"GET", "/_sim/faults/wait", controlWaitFault},
    };
    return routes;
}

Reply Control::answer(const Call& call) {
    if (call.header("X-Sim-Control") != _secret)
        return oauthError(403, "forbidden", "X-Sim-Control is missing or wrong", "");
    const auto& routes = controlRoutes();
    const auto route = std::find_if(routes.begin(), routes.end(), [&call](const ControlRoute& candidate) {
        return candidate.method == call.method && candidate.path == call.path;
    });
    if (route == routes.end())
        return oauthError(404, "not_found", "no such control route: " + call.method + ' ' + call.path, "");
    try {
        StateLock lock(_state.mutex);
        return route->handle(_state, lock, call);
    } catch (const ControlError& mistake) {
        return oauthError(400, "bad_request", mistake.what(), "");
    } catch (const Poco::Exception& mistake) {
        return oauthError(400, "bad_request", mistake.displayText(), "");
    }
}

Poco::JSON::Object::Ptr controlBody(const Call& call) {
    if (call.body.empty())
        return new Poco::JSON::Object;
    Poco::JSON::Parser parser;
    const Poco::Dynamic::Var value = parser.parse(call.body);
    if (value.type() != typeid(Poco::JSON::Object::Ptr))
        throw ControlError("the body must be a JSON object");
    return value.extract<Poco::JSON::Object::Ptr>();
}

Reply controlDone() {
    Poco::JSON::Object object;
    object.set("ok", true);
    return jsonReply(200, object);
}

Reply arrayReply(const Poco::JSON::Array& array) {
    std::ostringstream text;
    array.stringify(text);
    Reply reply;
    reply.body = text.str();
    return reply;
}

void requireKnown(const Poco::JSON::Object& body, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : body)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw ControlError("unknown member: " + name);
}

std::vector<std::string> stringsMember(const Poco::JSON::Object& body, const std::string& name) {
    std::vector<std::string> strings;
    if (const auto array = body.getArray(name)) {
        for (const auto& value : *array)
            strings.push_back(value.convert<std::string>());
        return strings;
    }
    std::istringstream words(body.optValue<std::string>(name, ""));
    return {std::istream_iterator<std::string>(words), {}};
}

User& requireUser(World& world, const std::string& name) {
    User* user = world.findUser(name);
    if (user == nullptr)
        throw ControlError("no such user: " + name);
    return *user;
}

void requireSite(World& world, const std::string& cloudId) {
    if (world.findSite(cloudId) == nullptr)
        throw ControlError("no such site: " + cloudId);
}

std::int64_t unixSeconds(Time time) {
    return std::chrono::duration_cast<Seconds>(time.time_since_epoch()).count();
}

} // namespace central_oauth::simulator
