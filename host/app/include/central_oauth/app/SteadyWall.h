// SPDX-License-Identifier: Apache-2.0
// Whether the wall clock may be trusted with what can't be undone.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <mutex>
#include <optional>

namespace central_oauth::app {

/// Compares the wall clock with the steady clock. A wall clock that has jumped ahead is trusted again when it
/// is back, or after an hour without another jump. The wall clock of the start is trusted: nothing earlier is
/// known.
///
/// Clock and logger outlive it. Thread-safe. Errors: none.
class SteadyWall {
public:
    SteadyWall(const base::Clock& clock, logging::Channel log);

    /// Returns false while the wall clock is ahead of what the steady clock shows. Logs one warning when that
    /// begins, and one line when it is over. Call it in short intervals.
    [[nodiscard]] bool isTrusted();

private:
    // How far the wall clock is ahead of the steady one, and since when, by the steady one.
    struct Offset {
        std::chrono::seconds ahead{};
        std::chrono::steady_clock::time_point since;
    };

    [[nodiscard]] Offset measure() const;
    [[nodiscard]] bool isConfirmed(const Offset& now) const;

    const base::Clock& _clock;
    logging::Channel _log;
    std::mutex _mutex; ///< guards the members below
    Offset _trusted;
    std::optional<Offset> _jumped; ///< while it is not trusted
};

} // namespace central_oauth::app
