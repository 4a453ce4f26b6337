// SPDX-License-Identifier: Apache-2.0
#include "server/ConnectionCalls.h"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace central_oauth::simulator {
namespace {

int descriptorOf(const Poco::Net::StreamSocket& socket) {
    return static_cast<int>(socket.impl()->sockfd());
}

} // namespace

// Replaces the descriptor by one of /dev/null, so that its owner can write and close as before, and nothing
// of TLS's own farewell goes out.
void resetConnection(const Poco::Net::StreamSocket& socket) {
    const int descriptor = descriptorOf(socket);
    const linger now{1, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0)
        return;
    ::dup2(nothing, descriptor);
    ::close(nothing);
}

void cutConnection(const Poco::Net::StreamSocket& socket) {
    ::shutdown(descriptorOf(socket), SHUT_RDWR);
}

void sendBelowTls(const Poco::Net::StreamSocket& socket, std::string_view bytes) {
    static_cast<void>(::send(descriptorOf(socket), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void dropFirstBytes(const Poco::Net::StreamSocket& socket) {
    pollfd waiting{descriptorOf(socket), POLLIN, 0};
    if (::poll(&waiting, 1, 1000) != 1)
        return;
    std::array<char, 16384> buffer{};
    static_cast<void>(::recv(waiting.fd, buffer.data(), buffer.size(), MSG_DONTWAIT));
}

} // namespace central_oauth::simulator
