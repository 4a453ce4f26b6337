// SPDX-License-Identifier: Apache-2.0
// Non-blocking input and output of one connection, plain or TLS.
#pragma once

#include <cstddef>
#include <memory>

#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http {

/// The byte stream of one connection.
///
/// No call blocks or throws; a broken connection returns `closed`. After `waits…`, repeat the same call once
/// the socket is ready for the reported event (under TLS, receiving may wait for writing). A repeated `send`
/// must pass the same bytes, but may pass another buffer.
///
/// Call `receive` until it returns `waits…`: under TLS, bytes may be left that the socket does not show as
/// readable. `waits…` only means that the socket must be polled again, level-triggered: a peer that sends
/// much without content gets a `waitsToRead` now and then, so that other connections have their turn.
///
/// Not thread-safe.
class Transport {
public:
    enum class Outcome {
        done,         ///< moved `bytes` > 0
        waitsToRead,  ///< the socket must become readable first
        waitsToWrite, ///< the socket must become writable first
        ended,        ///< receive only: the peer has ended its stream properly
        closed,       ///< broken; no further transfer is possible
    };
    struct Result {
        Outcome outcome;
        std::size_t bytes = 0;
    };

    virtual ~Transport() = default;

    /// Requires: `size` > 0, also for `send`.
    virtual Result receive(char* buffer, std::size_t size) noexcept = 0;
    virtual Result send(const char* bytes, std::size_t size) noexcept = 0;

    /// Tells the peer that no more data follows; it may still send. Data that `send` accepted goes out first.
    virtual void shutdownSend() noexcept = 0;

    /// Returns whether the next `receive` may have to compute keys and signatures.
    [[nodiscard]] virtual bool isInHandshake() const noexcept { return false; }

    [[nodiscard]] virtual Poco::Net::StreamSocket& socket() noexcept = 0;
};

/// A connection without TLS. The socket must not block.
[[nodiscard]] std::unique_ptr<Transport> makePlainTransport(const Poco::Net::StreamSocket& socket);

} // namespace central_oauth::http
