// SPDX-License-Identifier: Apache-2.0
// Whom a request is about.
#pragma once

#include "server/Endpoints.h"

namespace central_oauth::simulator {

/// Returns what faults choose a request by. User, family and client come from the token, the code or the
/// pending consent that the request carries, whether or not that is still valid; they are empty if unknown.
/// Requires: the state's mutex is held.
[[nodiscard]] FaultSubject subjectOf(SimState& state, const Route& route, const Call& call);

} // namespace central_oauth::simulator
