// SPDX-License-Identifier: Apache-2.0
// What Poco's server sees of this project's connections: sockets that yield whole requests.
#pragma once

#include "Park.h"

#include <cstddef>
#include <string>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

namespace central_oauth::http {

/// A worker's socket, as Poco sees it: one valid request after the other.
///
/// To Poco it is a connection that is kept alive. In truth each request comes from whatever connection of the
/// park is next, so a worker that has work changes neither thread nor Poco's session between two of them.
/// When Poco asks for the next request, the answer to the last is sent as far as the system takes it, and its
/// connection goes back to the park, which does the rest.
///
/// Threads: one at a time. Errors: none leaves the functions that Poco calls.
class RequestSocket final : public Poco::Net::StreamSocketImpl {
public:
    explicit RequestSocket(Park& park);

    /// Whether Poco has begun a request that it was given; true once for each. False: it reads on where it
    /// should not, and nothing of that may be believed.
    [[nodiscard]] bool takeBegun() noexcept;

    /// The connection whose request is being answered. Requires: no answer was given yet.
    [[nodiscard]] const Connection& connection() const noexcept { return *_connection; }

    /// The whole answer, head and body; without one the connection is closed.
    void answer(std::string text, bool keepAlive);

    /// No answer yet.
    void hold(Hold hold);

    bool poll(const Poco::Timespan& timeout, int mode) override;
    int receiveBytes(void* buffer, int length, int flags) override;
    int sendBytes(const void* buffer, int length, int flags) override;
    void close() override;
    void shutdown() override {}
    void shutdownSend() override {}
    void shutdownReceive() override {}
    Poco::Net::SocketAddress address() override { return _own; }
    Poco::Net::SocketAddress peerAddress() override;
    void setSendTimeout(const Poco::Timespan&) override {}
    void setReceiveTimeout(const Poco::Timespan&) override {}
    void setRawOption(int, int, const void*, poco_socklen_t) override {}

protected:
    ~RequestSocket() override;

private:
    [[nodiscard]] bool finish();
    void begin() noexcept;

    Park& _park;
    Park::Worker _counted;
    Park::Owned _connection; ///< null between two requests
    Poco::Net::SocketAddress _own;
    std::size_t _read = 0; ///< of the request's text
    bool _isBegun = false;
    bool _isAnswered = false;
};

/// The listening socket that Poco's accept thread works on: that thread does the park's rounds, and "accepts"
/// a RequestSocket whenever one more worker is wanted.
class ParkedServerSocket final : public Poco::Net::ServerSocket {
public:
    explicit ParkedServerSocket(Park& park);
};

} // namespace central_oauth::http
