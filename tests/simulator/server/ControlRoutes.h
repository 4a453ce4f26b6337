// SPDX-License-Identifier: Apache-2.0
// The functions behind the control routes, and what they share.
#pragma once

#include "core/Scopes.h"
#include "server/Control.h"

#include <initializer_list>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/JSON/Array.h>

namespace central_oauth::simulator {

using StateLock = std::unique_lock<std::mutex>;

/// A control route. The handler runs with the mutex held by `lock`; only a handler that waits releases it.
struct ControlRoute {
    std::string_view method;
    std::string_view path;
    Reply (*handle)(SimState& state, StateLock& lock, const Call& call);
};

[[nodiscard]] const std::vector<ControlRoute>& controlRoutes();

[[nodiscard]] Reply controlIndex(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlReset(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlGetClock(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlSetClock(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlGetOptions(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlSetOptions(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlGetCounters(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlResetCounters(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlListRefreshes(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlListApps(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlSetApp(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlListUsers(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlSetUser(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlPopulate(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlListSites(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlSetSite(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlListGrants(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlCreateGrant(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlRevokeGrant(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlChangePassword(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlInspect(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlListTokens(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlListFaults(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlSetFaults(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlClearFaults(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlTurnFault(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlReleaseFaults(SimState&, StateLock&, const Call&);
[[nodiscard]] Reply controlWaitFault(SimState&, StateLock&, const Call&);

/// Refuses members that no route knows, so that a misspelt one is reported. Throws: ControlError.
void requireKnown(const Poco::JSON::Object& body, std::initializer_list<std::string_view> known);

/// Sets `target` if the member is present. Throws Poco::Exception for a value of another type.
template <typename Value>
void takeMember(const Poco::JSON::Object& body, const std::string& name, Value& target) {
    if (body.has(name))
        target = body.getValue<Value>(name);
}

/// Returns the member as strings: an array, or a space-separated text.
[[nodiscard]] std::vector<std::string> stringsMember(const Poco::JSON::Object& body, const std::string& name);

/// Returns the user under a handle or account id. Throws: ControlError.
User& requireUser(World& world, const std::string& name);
/// Throws: ControlError.
void requireSite(World& world, const std::string& cloudId);

/// Creates a user of that handle, or returns the one there is.
User& makeUser(World& world, const std::string& handle);

[[nodiscard]] Reply arrayReply(const Poco::JSON::Array& array);
[[nodiscard]] std::int64_t unixSeconds(Time time);

template <typename Strings>
Poco::JSON::Array stringArray(const Strings& strings) {
    Poco::JSON::Array array;
    for (const auto& text : strings)
        array.add(text);
    return array;
}

} // namespace central_oauth::simulator
