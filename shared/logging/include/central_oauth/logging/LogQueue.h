// SPDX-License-Identifier: Apache-2.0
// A bounded queue between those who log and the place where lines go.
#pragma once

#include "central_oauth/logging/LogSink.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace central_oauth::logging {

/// How many bytes of lines may wait.
struct LogQueueLimits {
    std::size_t all = std::size_t{4} << 20U;      ///< above it an ordinary line is dropped
    std::size_t forAudit = std::size_t{4} << 20U; ///< and that much more may wait of audit lines
};

/// Keeps lines until one thread has written them, so that a reader who stops, or a disk that hangs, holds
/// nobody up. Lines keep their order. What finds no room is dropped and counted.
///
/// Lifetime: the thread holds the destination and the waiting lines too. The destructor waits for it
/// half a second, then leaves it behind.
///
/// Threads: any, several at once. One thread of its own writes.
///
/// Errors: base::ThreadError from the constructor. A line that can't be written is lost.
class LogQueue final : public LogSink {
public:
    /// Reports that `lines` were dropped, `audit` of them audit lines. Runs on the queue's thread, once
    /// lines are written again; may log.
    using Dropped = std::function<void(std::uint64_t lines, std::uint64_t audit)>;

    explicit LogQueue(std::shared_ptr<LogSink> destination, const LogQueueLimits& limits = {});
    ~LogQueue() override;
    LogQueue(const LogQueue&) = delete;
    LogQueue& operator=(const LogQueue&) = delete;

    /// Never waits for the destination.
    void write(std::string_view line) override;
    void writeAudit(std::string_view line) override;

    /// Lines that come later go there. Never waits.
    void redirect(std::shared_ptr<LogSink> destination);

    /// Runs `task` on the queue's thread, between two lines. Never waits.
    void run(std::function<void()> task);

    /// Who is told of dropped lines; nobody with an empty function.
    void onDropped(Dropped report);

    /// Waits until all that came before is written. Returns false if that takes longer than `atMost`.
    bool flush(std::chrono::milliseconds atMost) noexcept;

private:
    class State;
    std::shared_ptr<State> _state;
};

} // namespace central_oauth::logging
