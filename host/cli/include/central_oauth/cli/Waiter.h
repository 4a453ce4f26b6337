// SPDX-License-Identifier: Apache-2.0
// Time for commands: the present time, and a way to wait.
#pragma once

#include <chrono>

namespace central_oauth::cli {

/// A monotonic clock that can be waited on. An interface, so that tests need not sleep.
///
/// Not thread-safe.
class Waiter {
public:
    virtual ~Waiter() = default;

    [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;

    /// Blocks until the duration has passed.
    /// Throws: Interrupted as soon as the person asks to stop.
    virtual void wait(std::chrono::milliseconds duration) = 0;
};

} // namespace central_oauth::cli
