// SPDX-License-Identifier: Apache-2.0
// A lock between processes. One source file per platform.
#pragma once

#include "central_oauth/platform/OpenFile.h"

#include <chrono>
#include <filesystem>
#include <functional>

namespace central_oauth::platform {

/// An exclusive lock, held from its acquisition until the object is destroyed. The operating system releases
/// it when the process ends in any way. A second lock in the same process conflicts like one in another
/// process.
///
/// Not thread-safe. Errors: FileError.
class FileLock {
public:
    /// Opens a lock file, or creates it for this user only. Never deletes it: a waiting process has it open,
    /// and a new file of that name would be another lock.
    [[nodiscard]] static FileLock ofLockFile(const std::filesystem::path& file);

    /// Opens the lock of a file that is replaced under its name: the file itself (POSIX), or a permanent
    /// empty file beside it (Windows, where an open file can't be replaced).
    [[nodiscard]] static FileLock ofReplacedFile(const std::filesystem::path& file);

    /// Opens the lock of a folder's files: the folder itself (POSIX), or a file in it (Windows).
    [[nodiscard]] static FileLock ofFolder(const std::filesystem::path& folder);

    /// Returns false if the lock is held elsewhere.
    [[nodiscard]] bool tryAcquire();

    /// Waits at most `atMost` for the lock. Calls `onWait` once, before the first wait. Returns false if the
    /// lock is still held elsewhere.
    [[nodiscard]] bool acquire(std::chrono::milliseconds atMost, const std::function<void()>& onWait = {});

    /// Blocks until the lock is acquired.
    void acquire();

    /// Returns whether an ofReplacedFile lock belongs to this open file. If it returns false, the file was
    /// replaced before the lock was acquired: open both again.
    [[nodiscard]] bool isOf(const OpenFile& file) const;

private:
    explicit FileLock(OpenFile file) : _file(std::move(file)) {}

    // Returns false if the lock is held elsewhere and `waits` is false.
    bool lock(bool waits);

    OpenFile _file;
};

} // namespace central_oauth::platform
