// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/PollPacer.h"

#include <algorithm>

namespace central_oauth::services {

PollPacer::PollPacer(const base::Clock& clock, std::size_t capacity) : _clock(clock), _capacity(capacity) {}

bool PollPacer::isTooSoon(const Entry& entry) const {
    return !entry.isNextWelcome && _clock.now() + tolerance < entry.lastAnswer + entry.interval;
}

PollPacer::Pace PollPacer::refuse(const base::LinkId& link, Entry& entry) {
    entry.interval = std::min(entry.interval + step, longestInterval);
    noteAnswer(link, entry, false);
    return {true, entry.interval};
}

void PollPacer::noteAnswer(const base::LinkId& link, Entry& entry, bool isNextWelcome) {
    entry.lastAnswer = _clock.now();
    entry.isNextWelcome = isNextWelcome;
    _entries.renew(link);
}

// Returns the link's entry. Makes one if there is none, and evicts the link that was answered first if there
// is no room.
PollPacer::Entry& PollPacer::entryOf(const base::LinkId& link) {
    if (auto* const known = _entries.find(link))
        return *known;
    if (_entries.size() >= _capacity)
        _entries.erase(base::LinkId(_entries.oldest()));
    return _entries.put(link, {});
}

void PollPacer::relax(Entry& entry) {
    entry.interval = std::max(entry.interval - step, firstInterval);
}

std::optional<PollPacer::Pace> PollPacer::refuseIfTooSoon(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    auto* const entry = _entries.find(link);
    if (entry == nullptr || !isTooSoon(*entry))
        return std::nullopt;
    return refuse(link, *entry);
}

PollPacer::Pace PollPacer::note(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    auto* const known = _entries.find(link);
    if (known != nullptr && isTooSoon(*known))
        return refuse(link, *known);
    auto& entry = entryOf(link);
    relax(entry);
    noteAnswer(link, entry, false);
    return {false, entry.interval};
}

PollPacer::Pace PollPacer::noteHeld(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    auto* const entry = _entries.find(link);
    if (entry == nullptr)
        return {false, firstInterval};
    if (isTooSoon(*entry))
        return refuse(link, *entry);
    return {false, entry->interval};
}

PollPacer::Pace PollPacer::noteCrowd(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    return refuse(link, entryOf(link));
}

std::chrono::seconds PollPacer::noteEnd(const base::LinkId& link, bool isCompleted) {
    const std::lock_guard hold(_mutex);
    auto& entry = entryOf(link);
    if (isCompleted)
        relax(entry);
    noteAnswer(link, entry, isCompleted);
    return entry.interval;
}

std::chrono::seconds PollPacer::intervalOf(const base::LinkId& link) const {
    const std::lock_guard hold(_mutex);
    const auto* const entry = _entries.find(link);
    return entry == nullptr ? firstInterval : entry->interval;
}

void PollPacer::forget(const base::LinkId& link) {
    const std::lock_guard hold(_mutex);
    _entries.erase(link);
}

void PollPacer::forgetBefore(base::Timestamp time) {
    const std::lock_guard hold(_mutex);
    while (!_entries.empty()) {
        const auto oldest = _entries.oldest();
        if (_entries.find(oldest)->lastAnswer >= time)
            return;
        _entries.erase(oldest);
    }
}

} // namespace central_oauth::services
