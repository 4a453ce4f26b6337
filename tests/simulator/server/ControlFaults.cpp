// SPDX-License-Identifier: Apache-2.0
// Control routes for faults: set, list, clear, release, and waiting until requests are held.
#include "server/ControlRoutes.h"
#include "server/FaultJson.h"

#include <algorithm>
#include <chrono>

#include <Poco/JSON/Parser.h>
#include <Poco/NumberParser.h>

namespace central_oauth::simulator {
namespace {

std::uint64_t queryNumber(const Call& call, const std::string& name, std::uint64_t otherwise) {
    const std::string text = call.query.get(name);
    return text.empty() ? otherwise : Poco::NumberParser::parseUnsigned64(text);
}

Reply unknownFault(const std::string& id) {
    return oauthError(404, "not_found", "no such fault: " + id, "");
}

} // namespace

Reply controlListFaults(SimState& state, StateLock&, const Call&) {
    Poco::JSON::Array array;
    for (const auto& [id, fault] : state.faults.all())
        array.add(faultToJson(fault, state.world.now()));
    return arrayReply(array);
}

Reply controlSetFaults(SimState& state, StateLock&, const Call& call) {
    Poco::JSON::Parser parser;
    const Poco::Dynamic::Var value = parser.parse(call.body);
    std::vector<FaultSpec> specs;
    if (value.type() == typeid(Poco::JSON::Array::Ptr)) {
        const auto array = value.extract<Poco::JSON::Array::Ptr>();
        for (unsigned index = 0; index < array->size(); ++index) {
            const auto object = array->getObject(index);
            if (!object)
                throw ControlError("an array of faults holds objects");
            specs.push_back(parseFault(*object, state));
        }
    } else {
        specs.push_back(parseFault(*controlBody(call), state));
    }
    Poco::JSON::Array ids;
    for (const auto& spec : specs)
        ids.add(state.faults.add(spec, state.world.now()));
    Poco::JSON::Object object;
    object.set("id", ids.get(0));
    object.set("ids", ids);
    return jsonReply(200, object);
}

Reply controlClearFaults(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"id"});
    const auto id = body->optValue<std::string>("id", "");
    if (!state.faults.clear(id))
        return unknownFault(id);
    state.changed.notify_all();
    return controlDone();
}

Reply controlTurnFault(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"id", "on"});
    const auto id = body->optValue<std::string>("id", "");
    if (!state.faults.turn(id, body->getValue<bool>("on")))
        return unknownFault(id);
    return controlDone();
}

Reply controlReleaseFaults(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"id", "count"});
    const auto id = body->optValue<std::string>("id", "");
    std::vector<std::string> ids;
    for (const auto& [key, fault] : state.faults.all())
        if (fault.spec->kind == FaultKind::hold && (id.empty() || key == id))
            ids.push_back(key);
    if (ids.empty() && !id.empty())
        return unknownFault(id);
    const auto count = body->optValue<std::uint64_t>("count", 0);
    for (const auto& key : ids) {
        // Without a count the hold ends for later requests, too.
        if (count == 0)
            state.faults.clear(key);
        else
            state.faults.release(key, count);
    }
    state.changed.notify_all();
    return controlDone();
}

Reply controlWaitFault(SimState& state, StateLock& lock, const Call& call) {
    const std::string id = call.query.get("id");
    const auto held = queryNumber(call, "held", 0);
    const auto applied = queryNumber(call, "applied", 0);
    const std::chrono::milliseconds timeout(
        std::min<std::uint64_t>(queryNumber(call, "timeout_ms", 5000), 60000));
    const auto reached = [&] {
        const Fault* fault = state.faults.find(id);
        return fault == nullptr || state.stopping ||
               (fault->gate->waiting >= held && fault->count.applied >= applied);
    };
    const bool inTime = state.changed.wait_for(lock, timeout, reached);
    const Fault* fault = state.faults.find(id);
    if (fault == nullptr)
        return unknownFault(id);
    return jsonReply(inTime ? 200 : 408, faultToJson(*fault, state.world.now()));
}

} // namespace central_oauth::simulator
