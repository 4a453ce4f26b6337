// SPDX-License-Identifier: Apache-2.0
#include "server/HandshakeFilter.h"

#include "server/Connection.h"
#include "server/ConnectionCalls.h"

#include <mutex>

namespace central_oauth::simulator {
namespace {

using namespace std::string_view_literals;

/// A TLS record with the fatal alert handshake_failure (RFC 8446 section 6).
constexpr std::string_view fatalAlert = "\x15\x03\x03\x00\x02\x02\x28"sv;
constexpr std::string_view noTls = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

} // namespace

bool HandshakeFilter::accept(const Poco::Net::StreamSocket& socket) {
    std::vector<Strike> struck;
    {
        const std::lock_guard lock(_state.mutex);
        struck = _state.faults.strike({"handshake", "", ""}, _state.world.now());
        _state.counters.faultsApplied += struck.size();
        _state.changed.notify_all();
    }
    if (struck.empty())
        return true;
    const FaultSpec& spec = *struck.front().spec;
    dropFirstBytes(socket);
    if (spec.handshake == HandshakeFailure::alert)
        sendBelowTls(socket, fatalAlert);
    if (spec.handshake == HandshakeFailure::garbage)
        sendBelowTls(socket, noTls);
    Poco::Net::StreamSocket same(socket);
    endConnection(same, spec.close == CloseStyle::reset ? CloseStyle::reset : CloseStyle::abrupt);
    return false;
}

} // namespace central_oauth::simulator
