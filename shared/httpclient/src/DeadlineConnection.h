// SPDX-License-Identifier: Apache-2.0
// A connected socket whose every step ends at one deadline.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/Context.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

namespace central_oauth::httpclient {

using Deadline = std::chrono::steady_clock::time_point;

/// The time left, at least 1 ms. Throws: Poco::TimeoutException when the deadline has passed.
[[nodiscard]] Poco::Timespan remainingUntil(Deadline deadline);

/// A non-blocking stream, plain or TLS. Socket timeouts would start anew with every byte of a peer that
/// drips, also within one TLS handshake; here each wait is for what remains of the whole.
///
/// Owns the socket. Threads: one. Errors: Poco::TimeoutException at the deadline, other Poco::Exception from
/// the socket.
class DeadlineConnection {
public:
    /// Connects to the first address that answers.
    DeadlineConnection(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                       Deadline deadline);

    /// Turns the connection into TLS; returns after the peer's certificate was verified for the host.
    void startTls(const std::string& host, const Poco::Net::Context::Ptr& context);

    /// Writes all bytes.
    void send(std::string_view bytes);

    /// Reads at least one byte, or returns 0 where the peer ended the stream in an orderly way.
    [[nodiscard]] std::size_t receive(char* buffer, std::size_t size);

private:
    void connectTo(const Poco::Net::SocketAddress& address, std::size_t candidatesLeft);
    void waitFor(Poco::Net::Socket::SelectMode mode) const;

    Poco::Net::StreamSocket _socket;
    Deadline _deadline;
};

} // namespace central_oauth::httpclient
