// SPDX-License-Identifier: Apache-2.0
// A small file that this process replaces under a lock.
#pragma once

#include "central_oauth/config/KeyRingFile.h"
#include "central_oauth/platform/FileLock.h"
#include "central_oauth/platform/OpenFile.h"

#include <filesystem>
#include <optional>

namespace central_oauth::config {

/// Holds an exclusive lock from construction to destruction, so that the content does not change between
/// `read` and `replace`. Resolves links first.
///
/// Not thread-safe. Errors: KeyRingError; its kind is busy if another process holds the lock for ten seconds.
class LockedSecretFile {
public:
    static constexpr std::size_t largest = std::size_t{64} * 1024;

    explicit LockedSecretFile(const std::filesystem::path& path);

    /// Returns the content. Reads at most `largest` + 1 bytes: a longer result is too large.
    [[nodiscard]] provider::Secret read() const;

    /// Returns whether users who can read the file now lose that access by `replace`. Returns false on
    /// Windows, where the folder decides.
    [[nodiscard]] bool hidesFromOthers() const;

    /// Writes the new content to a temporary file, makes it durable, and replaces the file atomically. Call
    /// it once, as the last function. If it throws, the file has its previous content or (POSIX, if the
    /// folder could not be made durable) the new one; the text says which.
    void replace(const provider::Secret& content);

private:
    void open();

    std::filesystem::path _path;
    std::optional<platform::FileLock> _lock;
    std::optional<platform::OpenFile> _file; ///< nullopt once replaced
};

} // namespace central_oauth::config
