// SPDX-License-Identifier: Apache-2.0
// The system's errors when accepting a connection.
#include "Acceptor.h"

#include <exception>

#include <Poco/Exception.h>
#include <Poco/Net/SocketDefs.h>

namespace central_oauth::http {

namespace {

constexpr int sendBuffer = 64 * 1024; // bytes; enough for nearly all answers

} // namespace

Acceptor::Acceptor(const Poco::Net::ServerSocket& listening) : _listening(listening) {}

Acceptor::Outcome Acceptor::accept(Poco::Net::StreamSocket& socket, Poco::Net::SocketAddress& peer) noexcept {
    try {
        socket = _listening.acceptConnection(peer);
        socket.setBlocking(false);
        socket.setNoDelay(true);
        // The system would let it grow to megabytes for a peer that does not read.
        socket.setSendBufferSize(sendBuffer);
        return Outcome::accepted;
    } catch (const Poco::Exception& failure) {
        switch (failure.code()) {
        case POCO_EWOULDBLOCK:
            return Outcome::nobody;
        case POCO_ECONNABORTED:
        case POCO_EINTR:
        case POCO_EINVAL: // setting an option of a socket whose peer has gone
            return Outcome::gone;
        case POCO_EMFILE:
            return Outcome::noDescriptor;
        default:
            return Outcome::failed;
        }
    } catch (const std::exception&) {
        return Outcome::failed;
    }
}

void Acceptor::close() noexcept {
    try {
        _listening.close();
    } catch (const std::exception&) {
        return; // already closed
    }
}

} // namespace central_oauth::http
