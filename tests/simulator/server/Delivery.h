// SPDX-License-Identifier: Apache-2.0
// Reads a request, and writes an answer, correctly or with faults.
#pragma once

#include "core/RefreshLedger.h"
#include "server/Call.h"
#include "server/FaultActions.h"

#include <functional>

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

namespace central_oauth::simulator {

/// Reads the whole request. Bodies above 1 MiB are truncated.
[[nodiscard]] Call readCall(Poco::Net::HTTPServerRequest& request);

/// Called once for each answer, before its last bytes are written: what a client sees next, it sees after.
using BeforeEnd = std::function<void(const AnswerBytes&)>;

/// Sends the answer as the plan says. Waits between chunks; ends early when the simulator stops. Returns
/// false if the connection broke first.
bool deliver(SimState& state, const Reply& reply, const DeliveryPlan& plan,
             Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response,
             const BeforeEnd& beforeEnd);

/// Closes the connection without an answer.
void closeConnection(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);

} // namespace central_oauth::simulator
