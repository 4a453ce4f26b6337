// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/PollPacer.h"

#include <algorithm>

namespace central_oauth::services {

PollPacer::PollPacer(const base::Clock& clock) : _clock(clock) {}

PollPacer::Pace PollPacer::note(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    const auto now = _clock.now();
    const auto [place, isFirst] = _entries.try_emplace(link);
    auto& entry = place->second;
    const bool tooSoon = !isFirst && now < entry.lastAnswer + entry.interval;
    if (tooSoon)
        entry.interval = std::min(entry.interval + step, longestInterval);
    entry.lastAnswer = now;
    return {tooSoon, entry.interval};
}

void PollPacer::forget(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    _entries.erase(link);
}

void PollPacer::forgetBefore(base::Timestamp time) {
    const std::lock_guard hold(_mutex);
    std::erase_if(_entries, [&](const auto& entry) { return entry.second.lastAnswer < time; });
}

} // namespace central_oauth::services
