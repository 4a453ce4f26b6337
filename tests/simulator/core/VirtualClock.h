// SPDX-License-Identifier: Apache-2.0
// The simulator's clock: real time plus an offset that tests move.
#pragma once

#include "core/Model.h"

#include <functional>
#include <utility>

namespace central_oauth::simulator {

/// Returns the simulated time.
///
/// Not thread-safe: the owner of the world guards it.
class VirtualClock {
public:
    using Source = std::function<Time()>;

    /// The default source is the system's clock.
    explicit VirtualClock(Source source = &std::chrono::system_clock::now) : _source(std::move(source)) {}

    [[nodiscard]] Time now() const { return _source() + _offset; }
    [[nodiscard]] Seconds offset() const noexcept { return _offset; }
    void advance(Seconds by) noexcept { _offset += by; }
    void setOffset(Seconds offset) noexcept { _offset = offset; }

private:
    Source _source;
    Seconds _offset{0};
};

} // namespace central_oauth::simulator
