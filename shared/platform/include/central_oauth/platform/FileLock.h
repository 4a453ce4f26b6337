// SPDX-License-Identifier: Apache-2.0
// A lock that keeps other processes away. One source file per platform.
#pragma once

#include "central_oauth/platform/OpenFile.h"

#include <chrono>
#include <filesystem>
#include <functional>

namespace central_oauth::platform {

/// An exclusive lock, held from an acquisition to the end of the object. The operating system releases it
/// when the process dies, however it dies. A second lock in the same process is refused like one in another.
///
/// Not thread-safe. Errors: FileError.
class FileLock {
public:
    /// Opens a file that is there to be locked, or creates it for this user alone. The file is never deleted:
    /// who waits for it has it open, and a new file of that name would be another lock.
    [[nodiscard]] static FileLock ofLockFile(const std::filesystem::path& file);

    /// Opens what locks a file that is replaced under its name: the file itself (POSIX), or an empty file
    /// beside it that stays (Windows, where an open file can't be replaced).
    [[nodiscard]] static FileLock ofReplacedFile(const std::filesystem::path& file);

    /// Opens what locks the files of a folder: the folder itself (POSIX), or a file in it (Windows).
    [[nodiscard]] static FileLock ofFolder(const std::filesystem::path& folder);

    /// Returns false if somebody else has the lock.
    [[nodiscard]] bool tryAcquire();

    /// Tries for a limited time. `onWait` is called once, before the first wait. Returns false if somebody
    /// else keeps the lock.
    [[nodiscard]] bool acquire(std::chrono::milliseconds atMost, const std::function<void()>& onWait = {});

    /// Waits as long as somebody else has the lock.
    void acquire();

    /// Whether an ofReplacedFile lock is that of an open file. Returns false if the file was replaced before
    /// the lock was acquired: both have to be opened anew then.
    [[nodiscard]] bool isOf(const OpenFile& file) const;

private:
    explicit FileLock(OpenFile file) : _file(std::move(file)) {}

    // Returns false if somebody else has it and `waits` is not set.
    bool lock(bool waits);

    OpenFile _file;
};

} // namespace central_oauth::platform
