// SPDX-License-Identifier: Apache-2.0
// A small file that is replaced while no other process replaces it. One source file per platform.
#pragma once

#include "central_oauth/config/KeyRingFile.h"

#include <filesystem>

namespace central_oauth::config {

/// Holds a lock on the file from construction on; links are resolved first. Errors: KeyRingError.
class LockedSecretFile {
public:
    static constexpr std::size_t largest = 64 * 1024;

    explicit LockedSecretFile(const std::filesystem::path& path);

    /// Removes what was made ready and not put into place, and releases the lock.
    ~LockedSecretFile();
    LockedSecretFile(const LockedSecretFile&) = delete;
    LockedSecretFile& operator=(const LockedSecretFile&) = delete;

    [[nodiscard]] provider::Secret read() const;

    /// Writes the next content beside the file and makes it durable.
    void prepare(const provider::Secret& content);

    /// Puts it in the file's place at once. Requires: prepare.
    void commit();

private:
    void open();

    std::filesystem::path _path;
    std::filesystem::path _next; ///< beside it; a leftover of a run that crashed is overwritten
    int _file = -1;
    bool _isPrepared = false;
};

} // namespace central_oauth::config
