// SPDX-License-Identifier: Apache-2.0
// The lock that keeps a second process away from a database.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>

namespace central_oauth::store {

/// Holds an exclusive lock on a file beside the database, as long as it lives. The file is never deleted:
/// whoever waits for it has it open, and a new file of that name would be another lock.
///
/// The operating system lets go when the process dies, however it dies.
///
/// Threads: of the constructing thread; a second lock in the same process is refused like one in another.
///
/// Errors: StoreError(locked) if others hold it for longer than `wait`, std::system_error for everything
/// else.
class DatabaseLock {
public:
    /// `onWait` is called once, before the first wait.
    DatabaseLock(const std::filesystem::path& lockFile, std::chrono::seconds wait,
                 const std::function<void()>& onWait = {});
    ~DatabaseLock();
    DatabaseLock(const DatabaseLock&) = delete;
    DatabaseLock& operator=(const DatabaseLock&) = delete;

private:
    // Opens or creates the file. Throws: std::system_error.
    static std::intptr_t openFile(const std::filesystem::path& lockFile);
    // False: somebody else has it. Throws: std::system_error.
    static bool tryLock(std::intptr_t handle);
    static void closeFile(std::intptr_t handle) noexcept;

    std::intptr_t _handle; ///< a descriptor or a HANDLE
};

} // namespace central_oauth::store
