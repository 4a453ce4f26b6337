// SPDX-License-Identifier: Apache-2.0
// A file that only grows. One source file per platform.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace central_oauth::logging {

/// An open file that is written at its end, also where others write to it or rename it meanwhile.
///
/// Threads: used by one at a time. Errors: as said at each.
class AppendFile {
public:
    /// Opens the file; where there is none, creates it for this user alone (0600).
    /// Throws: LogFileError.
    explicit AppendFile(const std::filesystem::path& path);
    ~AppendFile();
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;

    /// Writes the text whole; what could be written of it in part is taken back. False: it is lost.
    bool append(std::string_view text) noexcept;

    /// Of the file as it is now, in bytes; 0 where that can't be said.
    [[nodiscard]] std::uint64_t size() const noexcept;

private:
#ifdef _WIN32
    void* _handle;
#else
    int _descriptor;
#endif
};

} // namespace central_oauth::logging
