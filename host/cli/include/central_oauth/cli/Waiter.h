// SPDX-License-Identifier: Apache-2.0
// Time as a command sees it: what it is, and how to let it pass.
#pragma once

#include <chrono>

namespace central_oauth::cli {

/// A monotonic clock that can be waited on. An interface, so that tests need not sleep.
///
/// Threads: one.
class Waiter {
public:
    virtual ~Waiter() = default;

    [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;

    /// Lets the duration pass.
    /// Throws: Interrupted as soon as the person asks to stop.
    virtual void wait(std::chrono::milliseconds duration) = 0;
};

} // namespace central_oauth::cli
