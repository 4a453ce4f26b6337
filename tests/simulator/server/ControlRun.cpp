// SPDX-License-Identifier: Apache-2.0
// Control routes for the run itself: index, reset, clock, options, counters.
#include "server/ControlRoutes.h"
#include "server/OptionsJson.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

namespace central_oauth::simulator {
namespace {

Reply clockReply(const World& world) {
    const auto now = unixSeconds(world.now());
    Poco::JSON::Object object;
    object.set("now", now);
    object.set("iso", Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(now),
                                                      Poco::DateTimeFormat::ISO8601_FORMAT));
    object.set("offset_s", static_cast<std::int64_t>(world.clock.offset().count()));
    return jsonReply(200, object);
}

Poco::JSON::Object tallyJson(const Tally& tally) {
    Poco::JSON::Object object;
    object.set("requests", tally.requests);
    object.set("successes", tally.successes);
    object.set("faulted", tally.faulted);
    object.set("in_flight", tally.inFlight);
    object.set("max_in_flight", tally.maxInFlight);
    return object;
}

Poco::JSON::Object talliesJson(const std::map<std::string, Tally>& tallies) {
    Poco::JSON::Object object;
    for (const auto& [name, tally] : tallies)
        object.set(name, tallyJson(tally));
    return object;
}

Poco::JSON::Object numbersJson(const std::map<std::string, std::uint64_t>& numbers) {
    Poco::JSON::Object object;
    for (const auto& [name, number] : numbers)
        object.set(name, number);
    return object;
}

} // namespace

Reply controlIndex(SimState&, StateLock&, const Call&) {
    Poco::JSON::Array array;
    for (const auto& route : controlRoutes())
        array.add(std::string(route.method) + ' ' + std::string(route.path));
    return arrayReply(array);
}

Reply controlReset(SimState& state, StateLock&, const Call&) {
    state.world.reset();
    state.faults.clear("");
    state.counters = Counters{};
    state.refreshes.reset();
    state.changed.notify_all();
    return controlDone();
}

Reply controlGetClock(SimState& state, StateLock&, const Call&) {
    return clockReply(state.world);
}

Reply controlSetClock(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"advance_s", "offset_s"});
    if (body->has("offset_s"))
        state.world.clock.setOffset(Seconds{body->getValue<std::int64_t>("offset_s")});
    if (body->has("advance_s"))
        state.world.clock.advance(Seconds{body->getValue<std::int64_t>("advance_s")});
    return clockReply(state.world);
}

Reply controlGetOptions(SimState& state, StateLock&, const Call&) {
    return jsonReply(200, optionsToJson(state.world.options));
}

Reply controlSetOptions(SimState& state, StateLock&, const Call& call) {
    Options options = state.world.options;
    applyOptions(*controlBody(call), options);
    requireUser(state.world, options.defaultUser);
    if (!options.autoConsent.empty())
        requireUser(state.world, options.autoConsent);
    state.world.options = options;
    return jsonReply(200, optionsToJson(options));
}

Reply controlGetCounters(SimState& state, StateLock&, const Call&) {
    const Counters& counters = state.counters;
    Poco::JSON::Object object;
    object.set("routes", talliesJson(counters.routes));
    object.set("grant_types", talliesJson(counters.grantTypes));
    object.set("paths", numbersJson(counters.paths));
    object.set("refusals", numbersJson(counters.refusals));
    object.set("faults_applied", counters.faultsApplied);
    object.set("held", static_cast<std::uint64_t>(state.held));
    return jsonReply(200, object);
}

Reply controlResetCounters(SimState& state, StateLock&, const Call&) {
    state.counters = Counters{};
    state.refreshes.reset();
    return controlDone();
}

} // namespace central_oauth::simulator
