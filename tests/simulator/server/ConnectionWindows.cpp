// SPDX-License-Identifier: Apache-2.0
#include "server/Connection.h"

#include <array>

#include <Poco/Exception.h>
#include <Poco/Net/SocketDefs.h>

namespace central_oauth::simulator {

namespace {

SOCKET descriptorOf(const Poco::Net::StreamSocket& socket) {
    return socket.impl()->sockfd();
}

} // namespace

void endConnection(Poco::Net::StreamSocket& socket, CloseStyle style) {
    if (style == CloseStyle::reset) {
        // Its owner's close sends RST, if under TLS after a farewell.
        const linger now{1, 0};
        ::setsockopt(descriptorOf(socket), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&now),
                     sizeof now);
        return;
    }
    if (style == CloseStyle::abrupt) {
        ::shutdown(descriptorOf(socket), SD_BOTH);
        return;
    }
    try {
        socket.shutdown();
    } catch (const Poco::Exception&) {
        // The peer has closed already, which was the goal.
    }
}

void sendBelowTls(const Poco::Net::StreamSocket& socket, std::string_view bytes) {
    static_cast<void>(::send(descriptorOf(socket), bytes.data(), static_cast<int>(bytes.size()), 0));
}

void dropFirstBytes(const Poco::Net::StreamSocket& socket) {
    if (!socket.impl()->poll(Poco::Timespan(1, 0), Poco::Net::SocketImpl::SELECT_READ))
        return;
    std::array<char, 16384> buffer{};
    static_cast<void>(::recv(descriptorOf(socket), buffer.data(), static_cast<int>(buffer.size()), 0));
}

} // namespace central_oauth::simulator
