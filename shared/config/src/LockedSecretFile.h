// SPDX-License-Identifier: Apache-2.0
// A small file that is replaced while no other process replaces it. One source file per platform.
#pragma once

#include "central_oauth/config/KeyRingFile.h"

#include <filesystem>

namespace central_oauth::config {

/// Holds an exclusive lock from construction to destruction, so that what `read` returns is still the content
/// when `commit` replaces it; links are resolved first. The lock is the file's own (POSIX), or that of a file
/// beside it (Windows), and ends with the process. Not thread-safe. Errors: KeyRingError; of kind busy if
/// another process holds the lock for ten seconds.
class LockedSecretFile {
public:
    static constexpr std::size_t largest = 64 * 1024;

    explicit LockedSecretFile(const std::filesystem::path& path);

    /// Removes what was made ready and not put into place, and releases the lock.
    ~LockedSecretFile();
    LockedSecretFile(const LockedSecretFile&) = delete;
    LockedSecretFile& operator=(const LockedSecretFile&) = delete;

    [[nodiscard]] provider::Secret read() const;

    /// Whether other users who can read the file now will not be able to after `commit`. On Windows the
    /// folder decides: false.
    [[nodiscard]] bool hidesFromOthers() const;

    /// Writes the next content beside the file and makes it durable.
    void prepare(const provider::Secret& content);

    /// Puts it in the file's place at once. Requires: prepare. Where it throws, the file has its previous
    /// content, or already the next one (POSIX: the folder could not be made durable); the text says which.
    void commit();

private:
    void open();

    std::filesystem::path _path;
    std::filesystem::path _next; ///< beside it; the leftover of a run that crashed is removed, not read
    int _file = -1; ///< the descriptor that holds the lock: the file's (POSIX), its lock file's (Windows)
    bool _isPrepared = false;
};

} // namespace central_oauth::config
