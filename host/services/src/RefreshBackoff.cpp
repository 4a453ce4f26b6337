// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/RefreshBackoff.h"

#include <algorithm>

namespace central_oauth::services {

RefreshBackoff::RefreshBackoff(const base::Clock& clock, std::size_t capacity)
    : _clock(clock), _capacity(capacity) {}

std::optional<base::Error> RefreshBackoff::current(const base::AccountId& id) {
    const std::lock_guard hold(_mutex);
    const auto found = _entries.find(id);
    if (found == _entries.end())
        return std::nullopt;
    const auto now = base::nowOf(_clock);
    if (found->second.until <= now) {
        _entries.erase(found);
        return std::nullopt;
    }
    auto failure = found->second.failure;
    failure.withRetryAfter(found->second.until - now);
    return failure;
}

void RefreshBackoff::pause(const base::AccountId& id, const base::Error& failure,
                           std::chrono::seconds length) {
    const std::lock_guard hold(_mutex);
    if (_entries.size() >= _capacity && _entries.count(id) == 0) {
        _entries.erase(
            std::min_element(_entries.begin(), _entries.end(), [](const auto& left, const auto& right) {
                return left.second.until < right.second.until;
            }));
    }
    _entries.insert_or_assign(id, Entry{base::nowOf(_clock) + length, failure});
}

void RefreshBackoff::clear(const base::AccountId& id) {
    const std::lock_guard hold(_mutex);
    _entries.erase(id);
}

} // namespace central_oauth::services
