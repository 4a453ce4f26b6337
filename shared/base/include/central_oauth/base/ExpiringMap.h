// SPDX-License-Identifier: Apache-2.0
// Values that expire, in bounded memory.
#pragma once

#include "central_oauth/base/AgedMap.h"
#include "central_oauth/base/Clock.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace central_oauth::base {

/// Keeps each value for its given life. A full map evicts the value that was put first; putting a value again
/// makes it the youngest.
///
/// The clock must outlive the map. Thread-safe.
template <class Key, class Value>
class ExpiringMap {
public:
    struct Found {
        Value value;
        std::chrono::seconds left; ///< of the value's life
    };

    /// Requires: a capacity of at least 1.
    ExpiringMap(const Clock& clock, std::size_t capacity) : _clock(clock), _capacity(capacity) {}

    /// Returns a copy of the value. Returns nullopt if there is none or it has expired.
    [[nodiscard]] std::optional<Found> find(const Key& key) {
        const std::lock_guard hold(_mutex);
        const auto* const entry = _entries.find(key);
        if (entry == nullptr)
            return std::nullopt;
        const auto left = entry->until - nowOf(_clock);
        // The rest is longer than the life: the clock was set back, which must not prolong the life.
        if (left.count() <= 0 || left > entry->life) {
            _entries.erase(key);
            return std::nullopt;
        }
        return Found{entry->value, left};
    }

    /// Adds or replaces the value.
    void put(const Key& key, Value value, std::chrono::seconds life) {
        const std::lock_guard hold(_mutex);
        if (_entries.size() >= _capacity && _entries.find(key) == nullptr)
            _entries.erase(Key(_entries.oldest()));
        _entries.put(key, Entry{std::move(value), nowOf(_clock) + life, life});
    }

    void erase(const Key& key) {
        const std::lock_guard hold(_mutex);
        _entries.erase(key);
    }

    /// Erases each value for which `condition` returns true.
    template <class Condition>
    void eraseIf(const Condition& condition) {
        const std::lock_guard hold(_mutex);
        _entries.eraseIf([&](const Entry& entry) { return condition(entry.value); });
    }

private:
    struct Entry {
        Value value;
        Timestamp until;
        std::chrono::seconds life;
    };

    const Clock& _clock;
    const std::size_t _capacity;
    std::mutex _mutex; ///< guards _entries
    AgedMap<Key, Entry> _entries;
};

} // namespace central_oauth::base
