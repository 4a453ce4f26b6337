// SPDX-License-Identifier: Apache-2.0
// The ways in which a connection ends.
#pragma once

#include "core/FaultSpec.h"

#include <Poco/Net/StreamSocket.h>

namespace central_oauth::simulator {

/// Ends the connection in both directions. Ignores errors: the peer may have closed already.
void endConnection(Poco::Net::StreamSocket& socket, CloseStyle style);

} // namespace central_oauth::simulator
