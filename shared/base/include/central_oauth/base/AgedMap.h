// SPDX-License-Identifier: Apache-2.0
// A map that knows which of its keys was put first.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace central_oauth::base {

/// Keeps values by key, and the keys by age: the oldest is the one that was put or renewed first. Every call
/// costs one look-up, whatever the number of keys.
///
/// A pointer to a value is valid until its key is erased or put again.
/// Not thread-safe.
template <class Key, class Value>
class AgedMap {
public:
    /// Returns null if there is no such key.
    [[nodiscard]] Value* find(const Key& key) {
        const auto found = _slots.find(key);
        return found == _slots.end() ? nullptr : &found->second.value;
    }
    [[nodiscard]] const Value* find(const Key& key) const {
        const auto found = _slots.find(key);
        return found == _slots.end() ? nullptr : &found->second.value;
    }

    /// Adds or replaces the value. The key is the youngest then.
    Value& put(const Key& key, Value value) {
        if (const auto found = _slots.find(key); found != _slots.end()) {
            found->second.value = std::move(value);
            _ages.splice(_ages.end(), _ages, found->second.age);
            return found->second.value;
        }
        const auto added = _slots.emplace(key, Slot{std::move(value), _ages.end()}).first;
        added->second.age = _ages.insert(_ages.end(), &added->first);
        return added->second.value;
    }

    /// Makes the key the youngest. Does nothing if there is no such key.
    void renew(const Key& key) {
        if (const auto found = _slots.find(key); found != _slots.end())
            _ages.splice(_ages.end(), _ages, found->second.age);
    }

    /// Does nothing if there is no such key.
    void erase(const Key& key) {
        const auto found = _slots.find(key);
        if (found == _slots.end())
            return;
        _ages.erase(found->second.age);
        _slots.erase(found);
    }

    /// Erases each value for which `condition` returns true. Costs a look at each value.
    template <class Condition>
    void eraseIf(const Condition& condition) {
        for (auto slot = _slots.begin(); slot != _slots.end();) {
            if (!condition(std::as_const(slot->second.value))) {
                ++slot;
                continue;
            }
            _ages.erase(slot->second.age);
            slot = _slots.erase(slot);
        }
    }

    /// Returns the oldest key. Requires: not empty.
    [[nodiscard]] const Key& oldest() const noexcept { return *_ages.front(); }

    [[nodiscard]] std::size_t size() const noexcept { return _slots.size(); }
    [[nodiscard]] bool empty() const noexcept { return _slots.empty(); }

private:
    struct Slot {
        Value value;
        typename std::list<const Key*>::iterator age;
    };

    std::map<Key, Slot> _slots;
    std::list<const Key*> _ages; ///< the keys of _slots, oldest first
};

} // namespace central_oauth::base
