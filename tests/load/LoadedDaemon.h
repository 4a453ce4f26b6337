// SPDX-License-Identifier: Apache-2.0
// A daemon without upstream, set up for load, and the resources of its process. Linux only (/proc).
#pragma once

#include "../support/ChildProcess.h"
#include "../support/ServiceUnderTest.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace central_oauth::test {

/// How a daemon is started.
struct DaemonPlan {
    bool tls = false;          ///< with a certificate made for the run
    std::size_t fileLimit = 0; ///< open files, soft and hard; 0: this process's limits
    ChildProcess::Environment more{};
};

/// A pending link, with what its creator knows of it.
struct SeededLink {
    std::string code;
    std::string secret;
};

/// Current resources of a process.
struct ProcessUse {
    std::size_t descriptors = 0;
    std::size_t threads = 0;
    double residentMb = 0; ///< 10^6 bytes
    bool isKnown = false;  ///< false for Windows programs: its process is one of wine
};

/// One daemon on 127.0.0.1 with its own folder and one client; the destructor kills it.
///
/// Its log level is INFO, as in production.
///
/// Not thread-safe, except `use` and `port`. Errors: std::runtime_error.
class LoadedDaemon {
public:
    /// Makes folder, client and certificate.
    explicit LoadedDaemon(DaemonPlan plan);

    /// Adds this many links through the daemon's store; they live for 600 s. Requires: not started.
    [[nodiscard]] std::vector<SeededLink> seedLinks(std::size_t count);

    /// Starts it and blocks until it is ready.
    void start();

    [[nodiscard]] std::uint16_t port() const noexcept { return _port; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(_port); }
    [[nodiscard]] bool tls() const noexcept { return _plan.tls; }
    [[nodiscard]] ChildProcess& process() { return *_process; }
    [[nodiscard]] ProcessUse use() const;

private:
    [[nodiscard]] std::string runDaemon(const std::vector<std::string>& arguments) const;
    void makeCertificate();

    DaemonPlan _plan;
    TemporaryFolder _folder;
    ChildProcess::Environment _environment;
    std::unique_ptr<ChildProcess> _process;
    std::uint16_t _port = 0;
};

} // namespace central_oauth::test
