// SPDX-License-Identifier: Apache-2.0
// Faults by their names on the control route.
#pragma once

#include "server/SimState.h"

#include <Poco/JSON/Object.h>

namespace central_oauth::simulator {

/// Returns the fault that an object describes. Throws: ControlError for unknown members, kinds, targets or
/// users, and for faults of TLS where the simulator speaks none.
[[nodiscard]] FaultSpec parseFault(const Poco::JSON::Object& object, SimState& state);

/// Returns a fault with its counts.
[[nodiscard]] Poco::JSON::Object faultToJson(const Fault& fault, Time now);

} // namespace central_oauth::simulator
