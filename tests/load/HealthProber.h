// SPDX-License-Identifier: Apache-2.0
// Asks for GET /v1/healthz again and again, each time on a fresh connection, and notes how long it took.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace central_oauth::test {

/// What the probes have found.
struct Health {
    using Duration = std::chrono::duration<double, std::milli>;

    std::vector<Duration> times{};       ///< of the answers with status 200, ascending
    std::vector<std::string> failures{}; ///< of all others: what came instead, and after how long

    [[nodiscard]] Duration median() const;
    [[nodiscard]] Duration worst() const;
};

/// Probes from its construction on until `stop`, a probe each 50 ms or as soon as the one before has ended.
///
/// Threads: one of its own.
class HealthProber {
public:
    /// Requires: Poco's TLS client side is set up if `tls` (LoadedDaemon does that).
    HealthProber(std::uint16_t port, bool tls);
    ~HealthProber();
    HealthProber(const HealthProber&) = delete;
    HealthProber& operator=(const HealthProber&) = delete;

    [[nodiscard]] Health stop();

    /// One probe; how long it took. Throws: Poco exceptions; std::runtime_error for another status than 200.
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
