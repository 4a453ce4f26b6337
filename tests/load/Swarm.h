// SPDX-License-Identifier: Apache-2.0
// Thousands of slow, idle or waiting clients from many source addresses. POSIX.
#pragma once

#include "Wire.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace central_oauth::test {

/// What one connection does.
struct Script {
    std::string atOnce{};   ///< sent as fast as the server takes it
    std::string byteWise{}; ///< sent after that, a byte each `pace`
    std::chrono::milliseconds pace{1000};
    bool reads = true;     ///< reads what the server sends and keeps its beginning; false: reads nothing
    bool reopens = true;   ///< reconnects soon after the server has closed the connection
    int receiveBuffer = 0; ///< as in Wire::Way
};

/// Counts of a swarm so far.
struct SwarmCounts {
    std::size_t opened = 0;   ///< connections begun
    std::size_t ended = 0;    ///< connections that the server ended
    std::size_t answered = 0; ///< connections that got at least a status line
    std::size_t sent = 0;     ///< open connections whose `atOnce` is completely sent
};

/// Runs a script on each of many connections to 127.0.0.1, from 127.0.0.2 to 127.0.1.250 in turn.
///
/// The constructor starts it; the destructor closes all connections.
///
/// Runs on a thread of its own. `counts` is thread-safe. Call `statusOf` after `stop`.
///
/// Errors: a connection that can't be made (no descriptor, no port) ends the swarm; `stop` then throws.
class Swarm {
public:
    struct Plan {
        std::uint16_t port = 0;
        std::size_t connections = 0;
        const ClientTls* tls = nullptr; ///< must outlive the swarm; nullptr: plain
        std::size_t opensPerSecond = 1; ///< limit, reopened connections included
        std::function<Script(std::size_t)>
            scriptOf{}; ///< the script of connection 0, 1, …; called at each opening
    };

    explicit Swarm(Plan plan);
    ~Swarm();
    Swarm(const Swarm&) = delete;
    Swarm& operator=(const Swarm&) = delete;

    [[nodiscard]] SwarmCounts counts() const noexcept;

    /// Returns the beginning of the first answer, or empty if the connections ended without one.
    [[nodiscard]] std::string sampleAnswer() const;

    /// Closes all connections. Throws: std::runtime_error with the fault that ended the swarm early.
    void stop();

    /// Returns the status of the last answer on that connection's last opening, or 0 if none.
    [[nodiscard]] int statusOf(std::size_t connection) const;

private:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Connection {
        std::optional<Wire> wire{};
        Script script{};
        std::size_t sent = 0; ///< bytes of atOnce and byteWise together
        bool blocked = false; ///< the last send waits
        TimePoint next{};     ///< when the next byte or the next opening is due
        bool finished = false;
        std::string received{}; ///< the beginning of the answer
    };

    void run();
    void runGuarded() noexcept;
    void openDue(TimePoint now);
    void open(std::size_t number, TimePoint now);
    void wait(TimePoint until);
    void serve(Connection& connection, short events, TimePoint now);
    bool sendDue(Connection& connection, TimePoint now);
    bool receiveAll(Connection& connection);
    void keep(Connection& connection, const char* bytes, std::size_t count);
    void end(Connection& connection, TimePoint now);
    [[nodiscard]] static short eventsOf(const Connection& connection);

    Plan _plan;
    std::vector<Connection> _connections;
    std::atomic<std::size_t> _opened{0};
    std::atomic<std::size_t> _ended{0};
    std::atomic<std::size_t> _answered{0};
    std::atomic<std::size_t> _sent{0};
    std::atomic<bool> _stopping{false};
    mutable std::mutex _mutex; ///< guards _sample
    std::string _sample;
    std::string _fault; ///< written by the thread before it ends
    std::thread _thread;
};

/// Raises this process's limit of open files to its hard limit. Throws: std::runtime_error if that is below
/// `needed`.
void raiseFileLimit(std::size_t needed);

} // namespace central_oauth::test
