// SPDX-License-Identifier: Apache-2.0
// Faults by their names on the control route.
#pragma once

#include "core/FaultPlan.h"

#include <Poco/JSON/Object.h>

namespace central_oauth::simulator {

/// Returns the fault that an object describes. Throws: ControlError for unknown members, kinds or targets.
[[nodiscard]] FaultSpec parseFault(const Poco::JSON::Object& object);

/// Returns a fault with its counts.
[[nodiscard]] Poco::JSON::Object faultToJson(const Fault& fault);

} // namespace central_oauth::simulator
