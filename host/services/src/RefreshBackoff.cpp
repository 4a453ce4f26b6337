// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/RefreshBackoff.h"

#include <algorithm>

namespace central_oauth::services {

RefreshBackoff::RefreshBackoff(const base::Clock& clock, std::size_t capacity)
    : _clock(clock), _capacity(capacity) {}

std::optional<base::Error> RefreshBackoff::current(const base::AccountId& id, std::int64_t tokenVersion) {
    const std::lock_guard hold(_mutex);
    const auto found = _entries.find(id);
    if (found == _entries.end())
        return std::nullopt;
    const auto& entry = found->second;
    const auto left = entry.until - base::nowOf(_clock);
    // More left than there ever was: the clock was set back, which must not stretch the pause.
    if (entry.tokenVersion != tokenVersion || left.count() <= 0 || left > entry.length) {
        _entries.erase(found);
        return std::nullopt;
    }
    auto failure = entry.failure;
    failure.withRetryAfter(left);
    return failure;
}

void RefreshBackoff::pause(const base::AccountId& id, std::int64_t tokenVersion, const base::Error& failure,
                           std::chrono::seconds length) {
    // Whatever upstream asks for: nobody is left without a try for hours.
    constexpr std::chrono::seconds longest{600};
    length = std::min(length, longest);
    const std::lock_guard hold(_mutex);
    if (_entries.size() >= _capacity && _entries.count(id) == 0) {
        _entries.erase(
            std::min_element(_entries.begin(), _entries.end(), [](const auto& left, const auto& right) {
                return left.second.until < right.second.until;
            }));
    }
    _entries.insert_or_assign(id, Entry{tokenVersion, base::nowOf(_clock) + length, length, failure});
}

void RefreshBackoff::clear(const base::AccountId& id) {
    const std::lock_guard hold(_mutex);
    _entries.erase(id);
}

} // namespace central_oauth::services
