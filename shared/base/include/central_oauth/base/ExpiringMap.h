// SPDX-License-Identifier: Apache-2.0
// Values that expire, in bounded memory.
#pragma once

#include "central_oauth/base/Clock.h"

#include <chrono>
#include <cstddef>
#include <iterator>
#include <list>
#include <map>
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
        const auto found = _index.find(key);
        if (found == _index.end())
            return std::nullopt;
        const Entry& entry = *found->second;
        const auto left = entry.until - nowOf(_clock);
        // The rest is longer than the life: the clock was set back, which must not prolong the life.
        if (left.count() <= 0 || left > entry.life) {
            drop(found);
            return std::nullopt;
        }
        return Found{entry.value, left};
    }

    /// Adds or replaces the value.
    void put(const Key& key, Value value, std::chrono::seconds life) {
        const std::lock_guard hold(_mutex);
        if (const auto found = _index.find(key); found != _index.end())
            drop(found);
        else if (_entries.size() >= _capacity)
            drop(_index.find(_entries.front().key));
        _entries.push_back(Entry{key, std::move(value), nowOf(_clock) + life, life});
        _index.emplace(key, std::prev(_entries.end()));
    }

    void erase(const Key& key) {
        const std::lock_guard hold(_mutex);
        if (const auto found = _index.find(key); found != _index.end())
            drop(found);
    }

private:
    struct Entry {
        Key key;
        Value value;
        Timestamp until;
        std::chrono::seconds life;
    };
    using Entries = std::list<Entry>;
    using Index = std::map<Key, typename Entries::iterator>;

    void drop(typename Index::iterator found) {
        _entries.erase(found->second);
        _index.erase(found);
    }

    const Clock& _clock;
    const std::size_t _capacity;
    std::mutex _mutex; ///< guards all below
    Entries _entries;  ///< in the order in which they were put
    Index _index;
};

} // namespace central_oauth::base
