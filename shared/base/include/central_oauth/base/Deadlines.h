// SPDX-License-Identifier: Apache-2.0
// Keys in the order of their deadlines.
#pragma once

#include "central_oauth/base/Clock.h"

#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace central_oauth::base {

/// Knows which deadlines have passed at a time that moves in both directions, as wall time does. Every call
/// costs a look-up, and `moveTo` one more for each deadline that it passes, whatever the number of keys.
///
/// Not thread-safe.
template <class Key, class Time = Timestamp>
class Deadlines {
public:
    using Item = std::pair<Time, Key>;

    struct Moved {
        std::vector<Key> passed; ///< earliest deadline first
        std::vector<Key> ahead;  ///< had passed, and no longer have: time was set back
    };

    /// Returns whether a deadline has not passed at the time of the last `moveTo`.
    [[nodiscard]] bool isAhead(const Time& deadline) const noexcept { return !_now || deadline > *_now; }

    /// Adds a key. Call isAhead to learn whether its deadline has passed: `moveTo` reports changes only.
    void add(const Time& deadline, const Key& key) { _items.emplace(deadline, key); }

    void remove(const Time& deadline, const Key& key) { _items.erase(Item(deadline, key)); }

    /// Moves the time, and returns the keys whose deadlines lie between the earlier time and this one.
    [[nodiscard]] Moved moveTo(const Time& now) {
        Moved moved;
        if (!isBackward(now))
            moved.passed = between(_now, now);
        else
            moved.ahead = between(now, *_now);
        _now = now;
        return moved;
    }

    /// Returns the earliest deadline and its key. Requires: not empty.
    [[nodiscard]] const Item& earliest() const noexcept { return *_items.begin(); }

    [[nodiscard]] std::size_t size() const noexcept { return _items.size(); }
    [[nodiscard]] bool empty() const noexcept { return _items.empty(); }

private:
    struct Earlier {
        using is_transparent = void;
        bool operator()(const Item& left, const Item& right) const { return left < right; }
        bool operator()(const Item& left, const Time& right) const { return left.first < right; }
        bool operator()(const Time& left, const Item& right) const { return left < right.first; }
    };

    [[nodiscard]] bool isBackward(const Time& now) const { return _now && now < *_now; }

    // Returns the keys with deadlines after `from` and not after `to`.
    [[nodiscard]] std::vector<Key> between(const std::optional<Time>& from, const Time& to) const {
        std::vector<Key> keys;
        const auto end = _items.upper_bound(to);
        for (auto each = from ? _items.upper_bound(*from) : _items.begin(); each != end; ++each)
            keys.push_back(each->second);
        return keys;
    }

    std::set<Item, Earlier> _items;
    std::optional<Time> _now;
};

} // namespace central_oauth::base
