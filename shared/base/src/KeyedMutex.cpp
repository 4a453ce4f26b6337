// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/KeyedMutex.h"

#include <utility>

namespace central_oauth::base {

KeyedMutex::Guard::Guard(KeyedMutex& owner, std::string key, Entry& entry)
    : _owner(&owner), _key(std::move(key)), _entry(&entry) {}

KeyedMutex::Guard::Guard(Guard&& other) noexcept
    : _owner(std::exchange(other._owner, nullptr)), _key(std::move(other._key)), _entry(other._entry) {}

KeyedMutex::Guard::~Guard() {
    if (_owner != nullptr)
        _owner->release(_key, *_entry);
}

KeyedMutex::Guard KeyedMutex::lock(const std::string& key) {
    std::string ownKey = key; // first, because a copy may throw
    Entry* entry = nullptr;
    {
        const std::lock_guard hold(_mutex);
        auto& slot = _entries[key];
        if (!slot)
            slot = std::make_unique<Entry>();
        ++slot->users;
        entry = slot.get();
    }
    // Outside _mutex: a thread that waits for one key must not block the others.
    entry->mutex.lock();
    return Guard(*this, std::move(ownKey), *entry);
}

std::size_t KeyedMutex::size() const {
    const std::lock_guard hold(_mutex);
    return _entries.size();
}

void KeyedMutex::release(const std::string& key, Entry& entry) noexcept {
    entry.mutex.unlock();
    const std::lock_guard hold(_mutex);
    if (--entry.users == 0)
        _entries.erase(key);
}

} // namespace central_oauth::base
