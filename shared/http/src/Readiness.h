// SPDX-License-Identifier: Apache-2.0
// Waiting for many sockets at once. One source file per way of the system.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <Poco/Net/Socket.h>

namespace central_oauth::http {

/// What a socket is watched for.
enum class Interest { read, write };

/// Reports which of many sockets are ready, each once: a reported socket is asleep until it is armed again.
/// So a thread that takes a connection need not unregister it, and returns it with one call.
///
/// Tokens are the caller's and come back as given; ~0 is taken. A closed socket is forgotten by `forget`,
/// which has to be called before it is closed.
///
/// Threads: `wait` one; everything else any. Errors: std::system_error from the constructor and from `add`.
class Readiness {
public:
    Readiness();
    ~Readiness();
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    /// Watches a socket for the first time.
    void add(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest);

    /// Watches a socket again after it was reported. Reports at once what is ready already.
    void arm(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest) noexcept;

    void forget(const Poco::Net::Socket& socket) noexcept;

    /// Tokens that one `wait` reports at most, where the system has epoll.
    static constexpr std::size_t mostAtOnce = 256;

    /// Fills `ready` with the tokens of ready sockets; none if the time is up or `wake` was
    /// called. A broken connection counts as ready.
    void wait(std::chrono::milliseconds atMost, std::vector<std::uint64_t>& ready);

    /// Ends a `wait` that is under way, or else the next.
    void wake() noexcept;

    /// Waits for one socket without any of the above. Any thread.
    [[nodiscard]] static bool waitFor(const Poco::Net::Socket& socket,
                                      std::chrono::milliseconds atMost) noexcept;

private:
    struct State;
    std::unique_ptr<State> _state;
};

} // namespace central_oauth::http
