// SPDX-License-Identifier: Apache-2.0
// A small file that is replaced while no other process replaces it.
#pragma once

#include "central_oauth/config/KeyRingFile.h"
#include "central_oauth/platform/FileLock.h"
#include "central_oauth/platform/OpenFile.h"

#include <filesystem>
#include <optional>

namespace central_oauth::config {

/// Holds an exclusive lock from construction to destruction, so that what `read` returns is still the content
/// when `replace` changes it; links are resolved first.
///
/// Not thread-safe. Errors: KeyRingError; of kind busy if another process holds the lock for ten seconds.
class LockedSecretFile {
public:
    static constexpr std::size_t largest = 64 * 1024;

    explicit LockedSecretFile(const std::filesystem::path& path);

    /// Returns the content; one of more than `largest` bytes is cut behind the next byte.
    [[nodiscard]] provider::Secret read() const;

    /// Whether other users who can read the file now will not be able to after `replace`. On Windows the
    /// folder decides: false.
    [[nodiscard]] bool hidesFromOthers() const;

    /// Writes the next content beside the file, makes it durable, and puts it in the file's place at once.
    /// Call it once, last. Where it throws, the file has its previous content, or already the next one
    /// (POSIX: the folder could not be made durable); the text says which.
    void replace(const provider::Secret& content);

private:
    void open();

    std::filesystem::path _path;
    std::optional<platform::FileLock> _lock;
    std::optional<platform::OpenFile> _file; ///< nothing once it is replaced
};

} // namespace central_oauth::config
