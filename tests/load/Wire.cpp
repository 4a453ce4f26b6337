// SPDX-License-Identifier: Apache-2.0
// Non-blocking sockets. POSIX.
#include "Wire.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <climits>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace central_oauth::test {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

sockaddr_in addressOf(const std::string& host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error("no IPv4 address: " + host);
    return address;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address); // NOLINT: the interface of sockets
}

// Binds and begins to connect.
void open(int descriptor, const Wire::Way& way) {
    const int on = 1;
    (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Set before connecting: the handshake negotiates the window.
    if (way.receiveBuffer > 0)
        (void)::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &way.receiveBuffer, sizeof way.receiveBuffer);
    const auto source = addressOf(way.source, 0);
    if (::bind(descriptor, generic(source), sizeof source) != 0)
        fail("bind");
    const auto target = addressOf("127.0.0.1", way.port);
    // A refused connection fails at the first send or receive.
    if (::connect(descriptor, generic(target), sizeof target) != 0 && errno != EINPROGRESS &&
        errno != ECONNREFUSED)
        fail("connect");
}

} // namespace

struct ClientTls::State {
    SSL_CTX* context = nullptr;
};

ClientTls::ClientTls() : _state(std::make_unique<State>()) {
    _state->context = SSL_CTX_new(TLS_client_method());
    if (_state->context == nullptr)
        throw std::runtime_error("no TLS context");
    SSL_CTX_set_mode(_state->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                          SSL_MODE_RELEASE_BUFFERS);
}

ClientTls::~ClientTls() {
    SSL_CTX_free(_state->context);
}

Wire::Wire(const Way& way) : _descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (_descriptor < 0)
        fail("socket");
    try {
        open(_descriptor, way);
    } catch (...) {
        ::close(_descriptor);
        throw;
    }
    if (way.tls == nullptr)
        return;
    SSL* const tls = SSL_new(way.tls->_state->context);
    if (tls == nullptr || SSL_set_fd(tls, _descriptor) != 1) {
        SSL_free(tls);
        ::close(_descriptor);
        throw std::runtime_error("no TLS connection");
    }
    SSL_set_connect_state(tls);
    _tls = tls;
}

Wire::~Wire() {
    // No close_notify: these peers disconnect without it.
    SSL_free(static_cast<SSL*>(_tls));
    if (_descriptor >= 0)
        ::close(_descriptor);
}

Wire::Wire(Wire&& other) noexcept
    : _descriptor(std::exchange(other._descriptor, -1)),
      _tls(std::exchange(other._tls, nullptr)),
      _waitsToWrite(other._waitsToWrite) {}

Wire::Result Wire::underTls(int moved) noexcept {
    if (moved > 0)
        return {Outcome::done, static_cast<std::size_t>(moved)};
    const int reason = SSL_get_error(static_cast<SSL*>(_tls), moved);
    ERR_clear_error();
    if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
        return {Outcome::gone};
    _waitsToWrite = reason == SSL_ERROR_WANT_WRITE;
    return {Outcome::waits};
}

Wire::Result Wire::send(const char* bytes, std::size_t size) noexcept {
    if (_tls != nullptr) {
        const auto most = static_cast<int>(std::min<std::size_t>(size, INT_MAX));
        return underTls(SSL_write(static_cast<SSL*>(_tls), bytes, most));
    }
    const auto moved = ::send(_descriptor, bytes, size, MSG_NOSIGNAL);
    if (moved > 0)
        return {Outcome::done, static_cast<std::size_t>(moved)};
    _waitsToWrite = true;
    // A connection that is not established yet waits, too.
    return {moved < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN) ? Outcome::waits
                                                                                  : Outcome::gone};
}

Wire::Result Wire::receive(char* buffer, std::size_t size) noexcept {
    if (_tls != nullptr) {
        const auto most = static_cast<int>(std::min<std::size_t>(size, INT_MAX));
        return underTls(SSL_read(static_cast<SSL*>(_tls), buffer, most));
    }
    const auto moved = ::recv(_descriptor, buffer, size, 0);
    if (moved > 0)
        return {Outcome::done, static_cast<std::size_t>(moved)};
    return {moved < 0 && (errno == EAGAIN || errno == EINTR) ? Outcome::waits : Outcome::gone};
}

} // namespace central_oauth::test
