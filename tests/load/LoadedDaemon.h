// SPDX-License-Identifier: Apache-2.0
// The daemon without anything upstream, set up for load, and what the system says of its process. Linux only
// (/proc).
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

/// A link that waits for its approval, as its creator knows it.
struct SeededLink {
    std::string code;
    std::string secret;
};

/// What a process uses now.
struct ProcessUse {
    std::size_t descriptors = 0;
    std::size_t threads = 0;
    double residentMb = 0; ///< 10^6 bytes
};

/// One daemon on 127.0.0.1 with its own folder and one client; the destructor kills it.
///
/// Its log level is INFO, as an operator runs it.
///
/// Threads: one; `use` and `port`: any. Errors: std::runtime_error.
class LoadedDaemon {
public:
    /// Makes folder, client and certificate.
    explicit LoadedDaemon(DaemonPlan plan);

    /// Adds so many links through the store of the daemon; they live 600 s from now. Requires: not started.
    [[nodiscard]] std::vector<SeededLink> seedLinks(std::size_t count);

    /// Starts it and waits until it is ready.
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
