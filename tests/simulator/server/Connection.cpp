// SPDX-License-Identifier: Apache-2.0
#include "server/Connection.h"

#include "server/ConnectionCalls.h"

#include <Poco/Exception.h>

namespace central_oauth::simulator {

void endConnection(Poco::Net::StreamSocket& socket, CloseStyle style) {
    if (style == CloseStyle::reset) {
        resetConnection(socket);
        return;
    }
    if (style == CloseStyle::abrupt) {
        cutConnection(socket);
        return;
    }
    try {
        socket.shutdown();
    } catch (const Poco::Exception&) {
        // The peer has closed already, which was the goal.
    }
}

} // namespace central_oauth::simulator
