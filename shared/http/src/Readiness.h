// SPDX-License-Identifier: Apache-2.0
// Waits for many sockets at once. One source file per system interface.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <Poco/Net/Socket.h>

namespace central_oauth::http {

/// The event a socket is watched for.
enum class Interest { read, write };

/// Reports ready sockets, each once: after a report a socket is not watched until it is armed again. So a
/// thread that takes a connection need not unregister it, and returns it with one call.
///
/// Tokens belong to the caller and are returned as given; ~0 is reserved. Call `forget` before a socket is
/// closed.
///
/// Thread-safe, except that only one thread may call `wait`. Errors: std::system_error from the constructor
/// and from `add`.
class Readiness {
public:
    Readiness();
    ~Readiness();
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    /// Starts to watch a socket.
    void add(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest);

    /// Watches a socket again after a report. Reports it at once if it is already ready.
    void arm(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest) noexcept;

    void forget(const Poco::Net::Socket& socket) noexcept;

    /// The most tokens that one `wait` reports, on systems with epoll.
    static constexpr std::size_t mostAtOnce = 256;

    /// Fills `ready` with the tokens of ready sockets. Leaves it empty after `atMost`, or if `wake` was
    /// called. A broken connection counts as ready.
    void wait(std::chrono::milliseconds atMost, std::vector<std::uint64_t>& ready);

    /// Ends the current `wait`, or the next one if none is running.
    void wake() noexcept;

    /// Waits for one socket, independently of this object. Thread-safe.
    [[nodiscard]] static bool waitFor(const Poco::Net::Socket& socket,
                                      std::chrono::milliseconds atMost) noexcept;

private:
    struct State;
    std::unique_ptr<State> _state;
};

} // namespace central_oauth::http
