// SPDX-License-Identifier: Apache-2.0
// A bounded queue between the callers that log and the destination of the lines.
#pragma once

#include "central_oauth/logging/LogSink.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace central_oauth::logging {

/// Limits of waiting lines, in bytes.
struct LogQueueLimits {
    std::size_t all = std::size_t{4} << 20U;      ///< beyond it, ordinary lines are dropped
    std::size_t forAudit = std::size_t{4} << 20U; ///< additional room for audit lines
};

/// Keeps lines until a thread has written them, so that a blocked reader or disk delays no caller. Lines keep
/// their order. Lines without room are dropped and counted.
///
/// The queue's thread also owns the destination and the waiting lines. The destructor waits half a second for
/// the thread, then detaches from it.
///
/// Thread-safe. Owns one thread, which writes.
///
/// Errors: base::ThreadError from the constructor. A line that can't be written is lost.
class LogQueue final : public LogSink {
public:
    /// Reports that `lines` were dropped, `audit` of them audit lines. Runs on the queue's thread once lines
    /// are written again. May log.
    using Dropped = std::function<void(std::uint64_t lines, std::uint64_t audit)>;

    explicit LogQueue(std::shared_ptr<LogSink> destination, const LogQueueLimits& limits = {});
    ~LogQueue() override;
    LogQueue(const LogQueue&) = delete;
    LogQueue& operator=(const LogQueue&) = delete;

    /// Does not wait for the destination.
    void write(std::string_view line) override;
    void writeAudit(std::string_view line) override;

    /// Sends later lines to another destination. Does not wait.
    void redirect(std::shared_ptr<LogSink> destination);

    /// Runs `task` on the queue's thread, between two lines. Does not wait.
    void run(std::function<void()> task);

    /// Sets the function that reports dropped lines; may be empty.
    void onDropped(Dropped report);

    /// Blocks until all earlier lines are written. Returns false if that takes longer than `atMost`.
    bool flush(std::chrono::milliseconds atMost) noexcept;

private:
    class State;
    std::shared_ptr<State> _state;
};

} // namespace central_oauth::logging
