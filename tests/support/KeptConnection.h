// SPDX-License-Identifier: Apache-2.0
// Many requests, one after the other, over one kept connection: for sweeps of thousands. POSIX.
#pragma once

#include "RawConnection.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::test {

/// A request whose parts are sent as they are. Header names may repeat, values may be any bytes.
struct RawCall {
    std::string method = "GET";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
};

/// Sends calls to 127.0.0.1. Reconnects where the last answer closed the connection.
///
/// Not thread-safe.
/// Errors: std::runtime_error if no whole answer comes.
class KeptConnection {
public:
    explicit KeptConnection(std::uint16_t port) : _place(RawPlace::plain(port)), _port(port) {}

    /// Sends a call and returns its answer. Adds Content-Length, and Host unless the call has it.
    [[nodiscard]] HttpAnswer exchange(const RawCall& call);

private:
    [[nodiscard]] std::string textOf(const RawCall& call) const;

    RawPlace _place;
    std::uint16_t _port;
    std::unique_ptr<RawConnection> _connection;
};

/// Returns the port of a URL such as "http://127.0.0.1:8080".
[[nodiscard]] std::uint16_t portOf(const std::string& url);

} // namespace central_oauth::test
