// SPDX-License-Identifier: Apache-2.0
// A bounded map that evicts at random.
#pragma once

#include <cstddef>
#include <functional>
#include <random>
#include <unordered_map>
#include <utility>
#include <vector>

namespace central_oauth::base {

/// Keeps at most `capacity` values. A new key of a full map evicts a random key, so that no caller can choose
/// which. Every call costs a look-up, whatever the number of keys.
///
/// Not thread-safe.
template <class Key, class Value, class Hash = std::hash<Key>>
class LotteryMap {
public:
    /// Requires: a capacity of at least 1.
    explicit LotteryMap(std::size_t capacity) : _capacity(capacity) {}

    /// Returns the value of the key; null if there is none.
    [[nodiscard]] Value* find(const Key& key) {
        const auto found = _values.find(key);
        return found == _values.end() ? nullptr : &found->second;
    }

    /// Adds a value. Requires: the key has none. The reference is valid until the next call.
    Value& add(const Key& key, Value value) {
        if (_values.size() >= _capacity)
            evictOne();
        const auto added = _values.emplace(key, std::move(value)).first;
        _keys.push_back(&added->first);
        return added->second;
    }

    [[nodiscard]] std::size_t size() const noexcept { return _values.size(); }

private:
    void evictOne() {
        // The choice need not be secret; an attacker must not control it.
        static thread_local std::minstd_rand generator{std::random_device{}()};
        const auto victim = std::uniform_int_distribution<std::size_t>(0, _keys.size() - 1)(generator);
        std::swap(_keys[victim], _keys.back());
        _values.erase(_values.find(*_keys.back()));
        _keys.pop_back();
    }

    const std::size_t _capacity;
    std::unordered_map<Key, Value, Hash> _values;
    std::vector<const Key*> _keys; ///< of _values
};

} // namespace central_oauth::base
