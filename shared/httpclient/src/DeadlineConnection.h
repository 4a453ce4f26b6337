// SPDX-License-Identifier: Apache-2.0
// A connected socket with one deadline for all operations.
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

/// Returns the time left, at least 1 ms.
/// Throws: Poco::TimeoutException if the deadline has passed.
[[nodiscard]] Poco::Timespan remainingUntil(Deadline deadline);

/// A non-blocking stream, plain or TLS. A socket timeout would restart with every byte of a slow peer, even
/// within a TLS handshake; here each wait is limited to the rest of the whole time.
///
/// Owns the socket. Not thread-safe.
/// Errors: Poco::TimeoutException at the deadline, other Poco::Exception from the socket.
class DeadlineConnection {
public:
    /// Connects to the first address that answers.
    DeadlineConnection(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                       Deadline deadline);

    /// Starts TLS on the connection. Returns once the peer's certificate is verified for the host.
    void startTls(const std::string& host, const Poco::Net::Context::Ptr& context);

    /// Writes all bytes.
    void send(std::string_view bytes);

    /// Reads at least one byte. Returns 0 if the peer has ended the stream properly.
    [[nodiscard]] std::size_t receive(char* buffer, std::size_t size);

private:
    void connectTo(const Poco::Net::SocketAddress& address, std::size_t candidatesLeft);
    void waitFor(Poco::Net::Socket::SelectMode mode) const;

    Poco::Net::StreamSocket _socket;
    Deadline _deadline;
};

} // namespace central_oauth::httpclient
