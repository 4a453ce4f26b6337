// SPDX-License-Identifier: Apache-2.0
// Lets the TLS handshakes of new connections fail.
#pragma once

#include "server/SimState.h"

#include <Poco/Net/TCPServer.h>

namespace central_oauth::simulator {

/// Applies the faults of the route "handshake". A failing connection holds up the accepting thread until its
/// ClientHello is there.
///
/// Keeps a reference to the state and takes its mutex. Runs on the accepting thread.
class HandshakeFilter : public Poco::Net::TCPServerConnectionFilter {
public:
    explicit HandshakeFilter(SimState& state) : _state(state) {}

    bool accept(const Poco::Net::StreamSocket& socket) override;

private:
    SimState& _state;
};

} // namespace central_oauth::simulator
