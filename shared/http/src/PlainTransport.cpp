// SPDX-License-Identifier: Apache-2.0
// A connection without TLS.
#include "Transport.h"

#include <algorithm>
#include <limits>

#include <Poco/Exception.h>
#include <Poco/Net/SocketDefs.h>

namespace central_oauth::http {

namespace {

#if defined(MSG_NOSIGNAL)
constexpr int sendFlags = MSG_NOSIGNAL; // a closed peer is a result, not a signal
#else
constexpr int sendFlags = 0;
#endif

// Poco uses int for sizes.
int atMost(std::size_t size) noexcept {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

class PlainTransport final : public Transport {
public:
    explicit PlainTransport(const Poco::Net::StreamSocket& socket) : _socket(socket) {}

    Result receive(char* buffer, std::size_t size) noexcept override {
        try {
            const int moved = _socket.receiveBytes(buffer, atMost(size));
            if (moved == 0)
                return {Outcome::ended};
            return resultOf(moved, Outcome::waitsToRead);
        } catch (...) {
            return {Outcome::closed};
        }
    }

    Result send(const char* bytes, std::size_t size) noexcept override {
        try {
            return resultOf(_socket.sendBytes(bytes, atMost(size), sendFlags), Outcome::waitsToWrite);
        } catch (const Poco::Exception& failure) {
            // receive returns a negative number if it would block; send throws (Poco 1.11)
            return {failure.code() == POCO_EWOULDBLOCK ? Outcome::waitsToWrite : Outcome::closed};
        } catch (...) {
            return {Outcome::closed};
        }
    }

    void shutdownSend() noexcept override {
        try {
            _socket.shutdownSend();
        } catch (...) {
            return; // already closed
        }
    }

    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept override { return _socket; }

private:
    // A negative number means that a non-blocking socket would block. All other failures are exceptions.
    static Result resultOf(int moved, Outcome otherwise) noexcept {
        if (moved > 0)
            return {Outcome::done, static_cast<std::size_t>(moved)};
        return {otherwise};
    }

    Poco::Net::StreamSocket _socket;
};

} // namespace

std::unique_ptr<Transport> makePlainTransport(const Poco::Net::StreamSocket& socket) {
    return std::make_unique<PlainTransport>(socket);
}

} // namespace central_oauth::http
