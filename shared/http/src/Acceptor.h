// SPDX-License-Identifier: Apache-2.0
// Accepts connections from the listening socket.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http {

/// The listening socket, which must not block.
///
/// Not thread-safe.
class Acceptor {
public:
    enum class Outcome {
        accepted,
        nobody,       ///< no connection is waiting
        gone,         ///< a connection was closed before it was accepted; others may be waiting
        noDescriptor, ///< this process has no free descriptor
        failed,       ///< another resource of the system is exhausted; retry later
    };

    explicit Acceptor(const Poco::Net::ServerSocket& listening);

    /// Accepts one connection. Its socket does not block and has TCP_NODELAY set.
    [[nodiscard]] Outcome accept(Poco::Net::StreamSocket& socket, Poco::Net::SocketAddress& peer) noexcept;

    void close() noexcept;

    [[nodiscard]] const Poco::Net::ServerSocket& socket() const noexcept { return _listening; }

private:
    Poco::Net::ServerSocket _listening;
};

} // namespace central_oauth::http
