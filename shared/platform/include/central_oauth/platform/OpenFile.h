// SPDX-License-Identifier: Apache-2.0
// An open file and what can be done with it. One source file per platform.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace central_oauth::platform {

/// A path as SQLite and log lines want it: UTF-8, with slashes.
[[nodiscard]] inline std::string utf8Of(const std::filesystem::path& path) {
    const auto text = path.generic_u8string();
    return {text.begin(), text.end()};
}

/// The system refused something about a file. what() names the problem, the file and the system's reason.
class FileError : public std::system_error {
public:
    /// `addition` continues the problem behind the path.
    FileError(const std::string& problem, const std::filesystem::path& path, std::error_code reason,
              const std::string& addition = {})
        : std::system_error(reason, problem + ' ' + utf8Of(path) + addition), _path(path) {}

    /// The file or directory that the system refused, which may be a parent of the one asked for.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

private:
    std::filesystem::path _path;
};

/// Which file it is, whatever its name is.
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
    /// Takes the descriptor (or HANDLE) over.
    OpenFile(std::intptr_t handle, std::filesystem::path realPath) noexcept;
    OpenFile(OpenFile&& other) noexcept;
    OpenFile& operator=(OpenFile&& other) noexcept;
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile();

    [[nodiscard]] std::intptr_t handle() const noexcept { return _handle; }

    /// Gives the descriptor to the caller, who closes it.
    [[nodiscard]] std::intptr_t release() noexcept;

    /// In bytes as it is now. Returns 0 if the system does not say.
    [[nodiscard]] std::uint64_t size() const noexcept;

    [[nodiscard]] FileIdentity identity() const;

    /// Reads up to `count` bytes from an offset on. Returns how many.
    std::size_t readAt(std::uint64_t offset, char* buffer, std::size_t count) const;

    /// Reads the file from its start, but not more than `largest` + 1 bytes: a longer result is too large.
    [[nodiscard]] provider::Secret readWhole(std::size_t largest) const;

    void write(std::string_view content);

    /// Writes the text whole at the end; takes a part that was written back. Returns false if it is lost.
    bool append(std::string_view text) noexcept;

    /// Makes the content durable.
    void sync();

    /// Closes the file and throws if the system says only now that something was not written.
    void close();

    /// Whether anybody but the owner has any right to the file. False on Windows: its folder decides.
    [[nodiscard]] bool isShared() const;

    /// Gives the file to owner and group of `model`. Others may never read it; the group may if it alone
    /// could read `model`. Does nothing on Windows.
    void takeAccessOf(const OpenFile& model);

    /// Whether somebody can read this file who could not read one that took its access.
    [[nodiscard]] bool losesReaders() const;

    /// A path by which the system opens this very file once more, whatever has been put in its place: on
    /// Linux that of its descriptor, elsewhere its real path. Valid while the descriptor is open.
    [[nodiscard]] std::filesystem::path reopenablePath() const;

    /// Throws the system's last error about this file, as the calling thread got it.
    [[noreturn]] void fail(const std::string& problem) const;

private:
    std::intptr_t _handle;
    std::filesystem::path _realPath;
};

} // namespace central_oauth::platform
