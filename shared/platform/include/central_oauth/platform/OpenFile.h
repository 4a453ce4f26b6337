// SPDX-License-Identifier: Apache-2.0
// An open file and its operations. One source file per platform.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace central_oauth::platform {

/// Returns a path for SQLite and log lines: UTF-8, with slashes.
[[nodiscard]] inline std::string utf8Of(const std::filesystem::path& path) {
    const auto text = path.generic_u8string();
    return {text.begin(), text.end()};
}

/// A failed operation on a file. what() names the problem, the file and the system's reason.
class FileError : public std::system_error {
public:
    /// `addition` follows the path in the message.
    FileError(const std::string& problem, const std::filesystem::path& path, std::error_code reason,
              const std::string& addition = {})
        : std::system_error(reason, problem + ' ' + utf8Of(path) + addition), _path(path) {}

    /// Returns the file or directory of the failure; it may be a parent of the requested one.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

private:
    std::filesystem::path _path;
};

/// Identifies a file, regardless of its name.
struct FileIdentity {
    std::uintmax_t volume = 0;
    std::uintmax_t number = 0; ///< within the volume
    std::uintmax_t size = 0;   ///< in bytes

    [[nodiscard]] bool isSameFile(const FileIdentity& other) const noexcept {
        return volume == other.volume && number == other.number;
    }
};

/// An open file. Owns its descriptor.
///
/// Not thread-safe. Errors: FileError, unless said otherwise.
class OpenFile {
public:
    /// Takes ownership of the descriptor (or HANDLE).
    OpenFile(std::intptr_t handle, std::filesystem::path realPath) noexcept;
    OpenFile(OpenFile&& other) noexcept;
    OpenFile& operator=(OpenFile&& other) noexcept;
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile();

    [[nodiscard]] std::intptr_t handle() const noexcept { return _handle; }

    /// Releases the descriptor; the caller must close it.
    [[nodiscard]] std::intptr_t release() noexcept;

    /// Returns the present size in bytes, or 0 if the system does not report one.
    [[nodiscard]] std::uint64_t size() const noexcept;

    [[nodiscard]] FileIdentity identity() const;

    /// Reads up to `count` bytes from an offset. Returns how many.
    std::size_t readAt(std::uint64_t offset, char* buffer, std::size_t count) const;

    /// Reads at most `largest` + 1 bytes from the start: a longer result means that the file is too large.
    [[nodiscard]] provider::Secret readWhole(std::size_t largest) const;

    void write(std::string_view content);

    /// Appends the whole text. On failure removes a partial write and returns false.
    bool append(std::string_view text) noexcept;

    /// Makes the content durable.
    void sync();

    /// Closes the file.
    /// Throws if the system reports a failed write only now.
    void close();

    /// Returns whether anybody but the owner has any access; on Windows, whether every local user has.
    [[nodiscard]] bool isShared() const;

    /// Gives the file the owner and group of `model`. Others get no access; the group may read if it could
    /// read `model` and others could not. On Windows gives it the access list of `model`.
    void takeAccessOf(const OpenFile& model);

    /// Returns whether some users can read this file but could not read its replacement (takeAccessOf).
    [[nodiscard]] bool losesReaders() const;

    /// Returns a path that opens this very file again, even if its name has been reused: on Linux that of its
    /// descriptor, elsewhere its real path. Valid while the descriptor is open.
    [[nodiscard]] std::filesystem::path reopenablePath() const;

    /// Throws the calling thread's last system error about this file.
    [[noreturn]] void fail(const std::string& problem) const;

private:
    std::intptr_t _handle;
    std::filesystem::path _realPath;
};

} // namespace central_oauth::platform
