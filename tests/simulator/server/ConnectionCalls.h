// SPDX-License-Identifier: Apache-2.0
// What is done to a connection below Poco. In one source file per system. Errors are ignored: the peer may
// have closed already.
#pragma once

#include <string_view>

#include <Poco/Net/StreamSocket.h>

namespace central_oauth::simulator {

/// Makes the connection end with RST.
void resetConnection(const Poco::Net::StreamSocket& socket);

/// Ends the connection in both directions, also under TLS without a farewell.
void cutConnection(const Poco::Net::StreamSocket& socket);

/// Sends bytes as they are, also where the connection speaks TLS.
void sendBelowTls(const Poco::Net::StreamSocket& socket, std::string_view bytes);

/// Takes what a new client sends first, such as the ClientHello, and waits at most a second for it. With
/// unread bytes a later close would be a reset.
void dropFirstBytes(const Poco::Net::StreamSocket& socket);

} // namespace central_oauth::simulator
