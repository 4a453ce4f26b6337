// SPDX-License-Identifier: Apache-2.0
// What the store needs of the file system beyond std::filesystem: private files, durable names, kinds of
// volumes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::store::platform {

/// Makes a directory for the service's user alone (0700), missing parents likewise; does nothing if it is
/// there. Each new name is durable. Throws: std::system_error.
void makePrivateDirectory(const std::filesystem::path& directory);

/// Makes an empty file that only the service's user can read (0600), its name durable in the parent.
/// False: it was there, and has not been touched. Throws: std::system_error.
[[nodiscard]] bool makePrivateFile(const std::filesystem::path& file);

/// Takes a file's permissions away from everybody but its owner. True: there were some to take away. Throws:
/// std::system_error.
bool restrictToOwner(const std::filesystem::path& file);

/// Makes a file's content durable. Throws: std::system_error.
void syncFile(const std::filesystem::path& file);

/// Makes the names in a directory durable. Throws: std::system_error.
void syncDirectory(const std::filesystem::path& directory);

/// Whether this process may add files to a directory.
[[nodiscard]] bool isWritableDirectory(const std::filesystem::path& directory);

/// Which file a name stands for.
struct FileIdentity {
    std::uintmax_t volume = 0;
    std::uintmax_t number = 0; ///< within the volume
    std::uintmax_t size = 0;   ///< in bytes
};

/// Empty: nothing has that name, or it can't be looked at.
[[nodiscard]] std::optional<FileIdentity> findFileIdentity(const std::filesystem::path& file) noexcept;

/// What kind of network file system a path is on, e.g. "NFS"; empty if on none that can be told.
[[nodiscard]] std::string_view networkFileSystem(const std::filesystem::path& path);

/// As networkFileSystem, of a file system's magic number (Linux, statfs(2)).
[[nodiscard]] std::string_view networkFileSystemName(unsigned long magic) noexcept;

/// A path as SQLite and log lines want it: UTF-8, with slashes.
[[nodiscard]] inline std::string utf8Of(const std::filesystem::path& path) {
    const auto text = path.generic_u8string();
    return {text.begin(), text.end()};
}

} // namespace central_oauth::store::platform
