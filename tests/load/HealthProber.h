// SPDX-License-Identifier: Apache-2.0
// Requests GET /v1/healthz periodically, each time on a fresh connection, and records the time it took.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace central_oauth::test {

/// Results of the probes.
struct Health {
    using Duration = std::chrono::duration<double, std::milli>;

    std::vector<Duration> times{};       ///< times of the answers with status 200, ascending
    std::vector<std::string> failures{}; ///< the other probes: their result, and its time

    [[nodiscard]] Duration median() const;
    [[nodiscard]] Duration worst() const;
};

/// Probes from construction until `stop`: every 50 ms, or as soon as the previous probe ends.
///
/// Probes on a thread of its own.
class HealthProber {
public:
    /// Requires: Poco's TLS client side is set up if `tls` (LoadedDaemon does that).
    HealthProber(std::uint16_t port, bool tls);
    ~HealthProber();
    HealthProber(const HealthProber&) = delete;
    HealthProber& operator=(const HealthProber&) = delete;

    [[nodiscard]] Health stop();

    /// Probes once and returns the time it took. Throws: Poco exceptions; std::runtime_error for a status
    /// other than 200.
    static Health::Duration probe(std::uint16_t port, bool tls);

private:
    void run();

    std::uint16_t _port;
    bool _tls;
    Health _health;
    std::atomic<bool> _stopping{false};
    std::thread _thread;
};

} // namespace central_oauth::test
