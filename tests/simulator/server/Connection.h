// SPDX-License-Identifier: Apache-2.0
// The ways in which a connection ends, and bytes below TLS. POSIX.
#pragma once

#include "core/FaultSpec.h"

#include <string_view>

#include <Poco/Net/StreamSocket.h>

namespace central_oauth::simulator {

/// Ends the connection in both directions. Ignores errors: the peer may have closed already.
void endConnection(Poco::Net::StreamSocket& socket, CloseStyle style);

/// Sends bytes as they are, also where the connection speaks TLS. Ignores errors.
void sendBelowTls(const Poco::Net::StreamSocket& socket, std::string_view bytes);

/// Takes what a new client sends first, such as the ClientHello, and waits at most a second for it. With
/// unread bytes a later close would be a reset.
void dropFirstBytes(const Poco::Net::StreamSocket& socket);

} // namespace central_oauth::simulator
