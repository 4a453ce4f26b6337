// SPDX-License-Identifier: Apache-2.0
// The bytes of one connection, plain or under TLS, without waiting.
#pragma once

#include <cstddef>
#include <memory>

#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http {

/// One connection's bytes.
///
/// No call blocks and none throws: a broken connection is `closed`. After `waits…` the same call is repeated
/// once the socket is ready for what it waits for (under TLS, receiving may wait for writing). A repeated
/// `send` has the same bytes, though they may lie elsewhere by then.
///
/// Only `waits…` says that there is nothing more: under TLS, bytes of a record may be left that the socket
/// does not show as readable, so `receive` is called until then. And it says no more than that the socket is
/// to be asked again, level-triggered: a peer that sends much without content gets a `waitsToRead` now and
/// then, so that others have their turn.
///
/// Threads: one at a time.
class Transport {
public:
    enum class Outcome {
        done,         ///< `bytes` > 0 were moved
        waitsToRead,  ///< the socket has to become readable first
        waitsToWrite, ///< the socket has to become writable first
        ended,        ///< receive only: the peer sends nothing more, orderly
        closed,       ///< broken; nothing can be moved any more
    };
    struct Result {
        Outcome outcome;
        std::size_t bytes = 0;
    };

    virtual ~Transport() = default;

    /// Requires: `size` > 0, here and below.
    virtual Result receive(char* buffer, std::size_t size) noexcept = 0;
    virtual Result send(const char* bytes, std::size_t size) noexcept = 0;

    /// Tells the peer that no more will be sent; it may still send. What `send` has taken goes out before.
    virtual void shutdownSend() noexcept = 0;

    /// Whether the next `receive` may have to compute keys and signatures.
    [[nodiscard]] virtual bool isInHandshake() const noexcept { return false; }

    [[nodiscard]] virtual Poco::Net::StreamSocket& socket() noexcept = 0;
};

/// A connection without TLS. The socket must not block.
[[nodiscard]] std::unique_ptr<Transport> makePlainTransport(const Poco::Net::StreamSocket& socket);

} // namespace central_oauth::http
