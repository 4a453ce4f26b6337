// SPDX-License-Identifier: Apache-2.0
// What std::filesystem does not have: private files, durable names, and what kind of volume a file is on. One
// source file per platform.
#pragma once

#include "central_oauth/platform/OpenFile.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace central_oauth::platform {

// Errors of all of them: FileError.

/// Whether a new name has to be there after a power failure, too.
enum class Durability { none, synced };

/// Makes a directory for this user alone (0700), missing parents likewise. Does nothing if it is there.
void makePrivateDirectory(const std::filesystem::path& directory, Durability durability = Durability::synced);

/// Creates a file for this user alone (0600), and opens it to write. Refuses a name that is taken, also by a
/// link that leads nowhere.
[[nodiscard]] OpenFile createPrivateFile(const std::filesystem::path& file);

/// Makes an empty file as createPrivateFile does, with a durable name. Returns false, and touches nothing, if
/// it is there.
[[nodiscard]] bool makePrivateFile(const std::filesystem::path& file);

/// Opens a regular file to read it; follows no link at the end of the path, and blocks on no pipe.
[[nodiscard]] OpenFile openRegularFile(const std::filesystem::path& file);

/// Opens a file that is there to be locked; creates it as createPrivateFile does. Refuses what
/// openRegularFile refuses.
[[nodiscard]] OpenFile openLockFile(const std::filesystem::path& file);

/// Takes a file's permissions away from everybody but its owner. Returns whether there were some to take
/// away. Throws: std::system_error.
bool restrictToOwner(const std::filesystem::path& file);

/// Makes a file's content durable.
void syncFile(const std::filesystem::path& file);

/// Makes the names in a directory durable.
void syncDirectory(const std::filesystem::path& directory);

/// Puts a file in the place of another at once: readers see either the one or the other.
void replaceFile(const std::filesystem::path& next, const std::filesystem::path& file);

/// Whether this process may write to a file, or add files to a directory.
[[nodiscard]] bool isWritable(const std::filesystem::path& path);

/// Returns nullopt if nothing has that name, or it can't be looked at.
[[nodiscard]] std::optional<FileIdentity> findFileIdentity(const std::filesystem::path& file) noexcept;

/// Returns the kind of network file system that a path is on, such as "NFS". Returns an empty text if it is
/// on none that is known.
[[nodiscard]] std::string_view networkFileSystem(const std::filesystem::path& path);

/// As networkFileSystem, by a file system's magic number (Linux, statfs(2)).
[[nodiscard]] std::string_view networkFileSystemName(unsigned long magic) noexcept;

} // namespace central_oauth::platform
