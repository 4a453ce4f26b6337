// SPDX-License-Identifier: Apache-2.0
// One mutex per key, which exists only while a thread holds it or waits for it.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace central_oauth::base {

/// Serialises work per key: holders of the same key exclude each other, different keys do not.
///
/// Must outlive every Guard. Memory is bounded by the number of keys in use.
///
/// Thread-safe. Not recursive: a thread must not lock a key that it already holds.
class KeyedMutex {
    struct Entry {
        std::mutex mutex;
        std::size_t users = 0;
    };

public:
    /// Holds one key until destroyed. Movable, not copyable.
    class Guard {
    public:
        Guard(Guard&& other) noexcept;
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        Guard& operator=(Guard&&) = delete;
        ~Guard();

    private:
        friend class KeyedMutex;
        Guard(KeyedMutex& owner, std::string key, Entry& entry);
        KeyedMutex* _owner;
        std::string _key;
        Entry* _entry;
    };

    /// Blocks until the key is free, and takes it.
    [[nodiscard]] Guard lock(const std::string& key);

    /// Returns how many keys are held or waited for.
    [[nodiscard]] std::size_t size() const;

private:
    void release(const std::string& key, Entry& entry) noexcept;

    mutable std::mutex _mutex; ///< guards _entries and every Entry::users
    std::unordered_map<std::string, std::unique_ptr<Entry>> _entries;
};

} // namespace central_oauth::base
