// SPDX-License-Identifier: Apache-2.0
#include "server/ConnectionCalls.h"

#include <array>

#include <Poco/Net/SocketDefs.h>

namespace central_oauth::simulator {

namespace {

SOCKET descriptorOf(const Poco::Net::StreamSocket& socket) {
    return socket.impl()->sockfd();
}

} // namespace

// Its owner's close sends RST, under TLS after a farewell.
void resetConnection(const Poco::Net::StreamSocket& socket) {
    const linger now{1, 0};
    ::setsockopt(descriptorOf(socket), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&now),
                 sizeof now);
}

void cutConnection(const Poco::Net::StreamSocket& socket) {
    ::shutdown(descriptorOf(socket), SD_BOTH);
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
