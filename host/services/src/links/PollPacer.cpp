// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/PollPacer.h"

#include <algorithm>

namespace central_oauth::services {

PollPacer::PollPacer(const base::Clock& clock) : _clock(clock) {}

bool PollPacer::isTooSoon(const Entry& entry) const {
    return !entry.isNextWelcome && _clock.now() + tolerance < entry.lastAnswer + entry.interval;
}

PollPacer::Pace PollPacer::refuse(Entry& entry) {
    entry.interval = std::min(entry.interval + step, longestInterval);
    entry.lastAnswer = _clock.now();
    entry.isNextWelcome = false;
    return {true, entry.interval};
}

void PollPacer::relax(Entry& entry) {
    entry.interval = std::max(entry.interval - step, firstInterval);
}

std::optional<PollPacer::Pace> PollPacer::refuseIfTooSoon(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    const auto place = _entries.find(link);
    if (place == _entries.end() || !isTooSoon(place->second))
        return std::nullopt;
    return refuse(place->second);
}

PollPacer::Pace PollPacer::note(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    const auto [place, isFirst] = _entries.try_emplace(link);
    auto& entry = place->second;
    if (!isFirst && isTooSoon(entry))
        return refuse(entry);
    relax(entry);
    entry.lastAnswer = _clock.now();
    entry.isNextWelcome = false;
    return {false, entry.interval};
}

PollPacer::Pace PollPacer::noteHeld(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    const auto place = _entries.find(link);
    if (place == _entries.end())
        return {false, firstInterval};
    if (isTooSoon(place->second))
        return refuse(place->second);
    return {false, place->second.interval};
}

PollPacer::Pace PollPacer::noteCrowd(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    return refuse(_entries[link]);
}

std::chrono::seconds PollPacer::noteEnd(const base::LinkId& link, bool isCompleted) {
    const std::lock_guard hold(_mutex);
    auto& entry = _entries[link];
    if (isCompleted)
        relax(entry);
    entry.lastAnswer = _clock.now();
    entry.isNextWelcome = isCompleted;
    return entry.interval;
}

std::chrono::seconds PollPacer::intervalOf(const base::LinkId& link) const {
    const std::lock_guard hold(_mutex);
    const auto place = _entries.find(link);
    return place == _entries.end() ? firstInterval : place->second.interval;
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
