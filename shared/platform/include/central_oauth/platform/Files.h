// SPDX-License-Identifier: Apache-2.0
// File functions that std::filesystem lacks: private files, durable names, the kind of a volume. One source
// file per platform.
#pragma once

#include "central_oauth/platform/OpenFile.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace central_oauth::platform {

// Errors of all functions: FileError.

/// Whether a new name must survive a power failure.
enum class Durability { none, synced };

/// Creates a directory and its missing parents for this user only (0700). Does nothing if it exists.
void makePrivateDirectory(const std::filesystem::path& directory, Durability durability = Durability::synced);

/// Creates a file for this user only (0600) and opens it for writing. Refuses an existing name, even a
/// dangling link.
[[nodiscard]] OpenFile createPrivateFile(const std::filesystem::path& file);

/// Creates an empty file as createPrivateFile does, with a durable name. Returns false, and changes nothing,
/// if it exists.
[[nodiscard]] bool makePrivateFile(const std::filesystem::path& file);

/// Opens a regular file for reading. Follows no link at the end of the path, and does not block on a pipe.
[[nodiscard]] OpenFile openRegularFile(const std::filesystem::path& file);

/// Opens a lock file; creates it as createPrivateFile does if it is missing. Refuses what openRegularFile
/// refuses.
[[nodiscard]] OpenFile openLockFile(const std::filesystem::path& file);

/// Removes a file's permissions for everybody but its owner. Returns whether there were any; false if there
/// is no such file. Throws: std::system_error.
bool restrictToOwner(const std::filesystem::path& file);

/// Makes a file's content durable.
void syncFile(const std::filesystem::path& file);

/// Makes the names in a directory durable.
void syncDirectory(const std::filesystem::path& directory);

/// Replaces a file atomically: readers see the old or the new one.
void replaceFile(const std::filesystem::path& next, const std::filesystem::path& file);

/// Returns whether this process may write to a file, or add files to a directory.
[[nodiscard]] bool isWritable(const std::filesystem::path& path);

/// Returns nullopt if there is no such file or it can't be examined.
[[nodiscard]] std::optional<FileIdentity> findFileIdentity(const std::filesystem::path& file) noexcept;

/// Returns the kind of network file system that holds a path, such as "NFS". Returns an empty text for a
/// local or unknown one.
[[nodiscard]] std::string_view networkFileSystem(const std::filesystem::path& path);

/// As networkFileSystem, for a file system's magic number (Linux, statfs(2)).
[[nodiscard]] std::string_view networkFileSystemName(unsigned long magic) noexcept;

} // namespace central_oauth::platform
