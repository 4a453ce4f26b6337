// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/SteadyWall.h"

#include <utility>

namespace central_oauth::app {

namespace {

constexpr std::chrono::hours confirmedAfter{1};

// Less is a correction of the clock, and deletes nothing that would not be deleted a minute later.
constexpr std::chrono::seconds tolerance{60};

} // namespace

SteadyWall::SteadyWall(const base::Clock& clock, logging::Channel log)
    : _clock(clock), _log(std::move(log)), _trusted(measure()) {}

bool SteadyWall::isTrusted() {
    const std::lock_guard hold(_mutex);
    const auto now = measure();
    const auto jump = now.ahead - _trusted.ahead;
    if (jump > tolerance && !isConfirmed(now)) {
        if (!_jumped)
            _log.warning(
                "the wall clock has jumped ahead; expired links, expired grant tokens, old audit entries and "
                "old grants are kept until it is back, or has been steady for an hour",
                {{"seconds", jump.count()},
                 {"fix",
                  "None is needed after a suspension of the machine. Otherwise set the clock right before "
                  "the next start, which takes the clock as it finds it."}});
        if (!_jumped || std::chrono::abs(now.ahead - _jumped->ahead) > tolerance)
            _jumped = now;
        return false;
    }
    if (std::exchange(_jumped, std::nullopt))
        _log.info("the wall clock is trusted again; what has expired is deleted",
                  {{"seconds", jump.count()}});
    // Small corrections add up.
    if (std::chrono::abs(jump) > tolerance || now.since - _trusted.since >= confirmedAfter)
        _trusted = now;
    return true;
}

bool SteadyWall::isConfirmed(const Offset& now) const {
    return _jumped && std::chrono::abs(now.ahead - _jumped->ahead) <= tolerance &&
           now.since - _jumped->since >= confirmedAfter;
}

SteadyWall::Offset SteadyWall::measure() const {
    constexpr std::chrono::seconds atOnce{1};
    for (;;) {
        const auto before = _clock.steadyNow();
        const auto wall = _clock.now();
        // A thread that was held up between the two has measured nothing.
        if (_clock.steadyNow() - before < atOnce)
            return {std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch() -
                                                                     before.time_since_epoch()),
                    before};
    }
}

} // namespace central_oauth::app
