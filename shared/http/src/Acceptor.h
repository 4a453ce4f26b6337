// SPDX-License-Identifier: Apache-2.0
// Taking connections from the listening socket.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http {

/// The listening socket, which must not block.
///
/// Threads: one, but for the address. Errors: none.
class Acceptor {
public:
    enum class Outcome {
        accepted,
        nobody,       ///< nobody waits
        gone,         ///< one has gone before it was accepted; there may be others
        noDescriptor, ///< this process has no descriptor left
        failed,       ///< the system is short of something else: better later
    };

    explicit Acceptor(const Poco::Net::ServerSocket& listening);

    /// Takes one connection; it does not block, and sends at once.
    [[nodiscard]] Outcome accept(Poco::Net::StreamSocket& socket, Poco::Net::SocketAddress& peer) noexcept;

    void close() noexcept;

    [[nodiscard]] const Poco::Net::ServerSocket& socket() const noexcept { return _listening; }
    /// Also after `close`.
    [[nodiscard]] const Poco::Net::SocketAddress& address() const noexcept { return _address; }

private:
    Poco::Net::ServerSocket _listening;
    Poco::Net::SocketAddress _address;
};

} // namespace central_oauth::http
