// SPDX-License-Identifier: Apache-2.0
// Sockets that never block, with or without OpenSSL above them. POSIX.
#include "RawConnection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace central_oauth::test {

namespace {

constexpr long again = -1; // result of `receiveSome` and `sendSome`: would block
constexpr long ended = 0;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

void connectTo(int socket, const sockaddr* address, socklen_t size) {
    // On loopback the connection exists at once, or not at all.
    if (::connect(socket, address, size) != 0)
        fail("connect");
}

} // namespace

RawPlace RawPlace::plain(std::uint16_t port) {
    RawPlace place;
    place._port = port;
    return place;
}

RawPlace RawPlace::tls(std::uint16_t port, const std::filesystem::path& certificate) {
    RawPlace place = plain(port);
    place._tls.reset(::SSL_CTX_new(::TLS_client_method()), ::SSL_CTX_free);
    if (!place._tls || ::SSL_CTX_load_verify_file(place._tls.get(), certificate.c_str()) != 1)
        throw std::runtime_error("no TLS context with " + certificate.string());
    ::SSL_CTX_set_verify(place._tls.get(), SSL_VERIFY_PEER, nullptr);
    ::SSL_CTX_set_mode(place._tls.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return place;
}

RawPlace RawPlace::unixSocket(const std::filesystem::path& path) {
    RawPlace place;
    place._path = path.string();
    return place;
}

RawConnection::RawConnection(const RawPlace& place) {
    // OpenSSL writes without MSG_NOSIGNAL.
    (void)std::signal(SIGPIPE, SIG_IGN);
    try {
        connect(place);
        if (place._tls)
            shakeHands(place._tls.get());
    } catch (...) {
        ::SSL_free(_tls);
        if (_socket >= 0)
            ::close(_socket);
        throw;
    }
}

RawConnection::~RawConnection() {
    ::SSL_free(_tls);
    if (_socket >= 0)
        ::close(_socket);
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : _socket(std::exchange(other._socket, -1)),
      _tls(std::exchange(other._tls, nullptr)),
      _received(std::move(other._received)),
      _end(other._end) {}

void RawConnection::connect(const RawPlace& place) {
    const bool local = !place._path.empty();
    _socket = ::socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (_socket < 0)
        fail("socket");
    if (local) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (place._path.size() >= sizeof address.sun_path)
            throw std::runtime_error("path too long for a socket: " + place._path);
        std::memcpy(address.sun_path, place._path.c_str(), place._path.size() + 1);
        connectTo(_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    } else {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(place._port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connectTo(_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        const int on = 1;
        if (::setsockopt(_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
            fail("TCP_NODELAY");
    }
    if (::fcntl(_socket, F_SETFL, O_NONBLOCK) != 0)
        fail("O_NONBLOCK");
}

void RawConnection::shakeHands(ssl_ctx_st* context) {
    const auto deadline = Clock::now() + std::chrono::seconds(20);
    _tls = ::SSL_new(context);
    if (_tls == nullptr || ::SSL_set_fd(_tls, _socket) != 1)
        throw std::runtime_error("no TLS session");
    for (;;) {
        ::ERR_clear_error();
        const int result = ::SSL_connect(_tls);
        if (result == 1)
            return;
        const int why = ::SSL_get_error(_tls, result);
        if ((why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) || Clock::now() > deadline)
            throw std::runtime_error("TLS handshake failed: " +
                                     std::string(::ERR_reason_error_string(::ERR_peek_error())
                                                     ? ::ERR_reason_error_string(::ERR_peek_error())
                                                     : "connection closed or too slow"));
        waitFor(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
    }
}

bool RawConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const long count = sendSome(bytes);
        if (count == ended)
            return false;
        if (count == again) {
            // The peer may wait for us to read before it reads.
            receive();
            if (_end != End::open)
                return false;
            waitFor(POLLIN | POLLOUT);
            continue;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void RawConnection::finishSending() {
    if (_tls != nullptr)
        (void)::SSL_shutdown(_tls); // sends close_notify
    else
        (void)::shutdown(_socket, SHUT_WR);
}

void RawConnection::receive() {
    std::array<char, 16384> buffer;
    while (_end == End::open) {
        const long count = receiveSome(buffer.data(), buffer.size());
        if (count == again)
            return;
        if (count > 0)
            _received.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

bool RawConnection::receiveUntil(const std::function<bool()>& enough, Clock::time_point deadline) {
    bool was = false;
    receiveAll(
        {this}, [&](std::size_t) { return was = was || enough(); }, deadline);
    return was;
}

void RawConnection::receiveAll(const std::vector<RawConnection*>& all,
                               const std::function<bool(std::size_t)>& finished, Clock::time_point deadline) {
    for (;;) {
        std::vector<pollfd> waiting;
        for (std::size_t at = 0; at < all.size(); ++at) {
            all[at]->receive();
            if (!finished(at) && all[at]->_end == End::open)
                waiting.push_back({all[at]->_socket, POLLIN, 0});
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (waiting.empty() || left.count() <= 0)
            return;
        (void)::poll(waiting.data(), waiting.size(), static_cast<int>(left.count()));
    }
}

// Returns the number of bytes moved, `again` or `ended`.
long RawConnection::sendSome(std::string_view bytes) {
    if (_tls != nullptr) {
        ::ERR_clear_error();
        const int count = ::SSL_write(_tls, bytes.data(), static_cast<int>(bytes.size()));
        return count > 0 ? count : resultOfTls(count);
    }
    const auto count = ::send(_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0)
        return count;
    return errno == EAGAIN || errno == EINTR ? again : ended;
}

long RawConnection::receiveSome(char* buffer, std::size_t size) {
    if (_tls != nullptr) {
        ::ERR_clear_error();
        const int count = ::SSL_read(_tls, buffer, static_cast<int>(size));
        if (count > 0)
            return count;
        const long result = resultOfTls(count);
        if (result == ended)
            _end = (::SSL_get_shutdown(_tls) & SSL_RECEIVED_SHUTDOWN) != 0 ? End::orderly : End::broken;
        return result;
    }
    const auto count = ::recv(_socket, buffer, size, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return again;
    if (count <= 0)
        _end = count == 0 ? End::orderly : End::broken;
    return std::max<long>(count, ended);
}

long RawConnection::resultOfTls(int result) {
    const int why = ::SSL_get_error(_tls, result);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? again : ended;
}

void RawConnection::waitFor(short events) const {
    constexpr int longest = 1000;
    pollfd one{_socket, events, 0};
    (void)::poll(&one, 1, longest);
}

std::optional<HttpAnswer> takeAnswer(std::string& text, bool bodiless) {
    constexpr std::size_t statusAt = 9;
    const std::string begin = "HTTP/1.1 ";
    if (text.empty())
        return std::nullopt;
    if (text.compare(0, begin.size(), begin, 0, std::min(begin.size(), text.size())) != 0)
        throw std::runtime_error("no answer: " + text.substr(0, 200));
    const auto headEnd = text.find("\r\n\r\n");
    if (headEnd == std::string::npos)
        return std::nullopt;
    HttpAnswer answer;
    (void)std::from_chars(text.data() + statusAt, text.data() + statusAt + 3, answer.status);
    for (auto at = text.find("\r\n"); at < headEnd;) {
        const auto next = text.find("\r\n", at + 2);
        const auto line = text.substr(at + 2, next - at - 2);
        const auto colon = line.find(": ");
        if (colon == std::string::npos)
            throw std::runtime_error("a field of an answer is malformed: " + line);
        answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        at = next;
    }
    std::size_t length = 0;
    if (answer.status >= 200) {
        const auto declared = answer.header("Content-Length");
        const auto end = declared.data() + declared.size();
        if (declared.empty() || std::from_chars(declared.data(), end, length).ptr != end)
            throw std::runtime_error("an answer without Content-Length: " + text.substr(0, headEnd));
    }
    if (bodiless)
        length = 0;
    if (text.size() - headEnd - 4 < length)
        return std::nullopt;
    answer.body = text.substr(headEnd + 4, length);
    text.erase(0, headEnd + 4 + length);
    return answer;
}

} // namespace central_oauth::test
