// SPDX-License-Identifier: Apache-2.0
// Writes an answer, correctly or with faults.
#pragma once

#include "server/Call.h"
#include "server/FaultActions.h"

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

namespace central_oauth::simulator {

/// Reads the whole request. Bodies above 1 MiB are truncated.
[[nodiscard]] Call readCall(Poco::Net::HTTPServerRequest& request);

/// Sends the answer as the plan says. Waits between chunks; ends early when the simulator stops.
void deliver(SimState& state, const Reply& reply, const DeliveryPlan& plan,
             Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);

/// Closes the connection without an answer.
void closeConnection(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);

} // namespace central_oauth::simulator
