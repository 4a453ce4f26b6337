// SPDX-License-Identifier: Apache-2.0
// A clock that a test moves.
#pragma once

#include "central_oauth/base/Clock.h"

#include <chrono>

namespace central_oauth::memory {

/// Stands still until a test moves it.
class FakeClock final : public base::Clock {
public:
    base::Timestamp time{std::chrono::seconds(1'700'000'000)};
    std::chrono::seconds steady{1000};
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return time; }
    [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override {
        return std::chrono::steady_clock::time_point(steady);
    }
};

} // namespace central_oauth::memory
