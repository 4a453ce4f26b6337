// SPDX-License-Identifier: Apache-2.0
// A log file that is put aside when it is full.
//
// Poco's FileChannel does that too, but its new files have whatever rights the umask leaves, it writes
// nothing any more once a disk was full, and it deletes whatever else has a name that begins like the log's.
#pragma once

#include "central_oauth/logging/LogSink.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

namespace central_oauth::platform {
class OpenFile;
}

namespace central_oauth::logging {

/// The log file can't be used; what() continues its name to a sentence.
class LogFileError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// When a file is full and how many full ones are kept.
struct Rotation {
    std::uint64_t fullAt = std::uint64_t{16} << 20U; ///< bytes
    std::size_t kept = 5;                            ///< full ones, at least 1
};

/// Writes lines to a file, each at once and whole.
///
/// A line that would make the file larger than `fullAt` goes into a new one, and the full one becomes NAME.1,
/// that NAME.2 and so on; what would be more than `kept` is deleted. Files are created with mode 0600. Where
/// a new file can't be made, the old one grows on, and it is tried again some lines later.
///
/// Threads: any, several at once.
///
/// Errors: a line that can't be written is lost; the next one is tried again.
class RotatingFileSink final : public LogSink {
public:
    /// Opens the file or creates it. Throws: LogFileError.
    explicit RotatingFileSink(std::filesystem::path path, const Rotation& rotation = {});
    ~RotatingFileSink() override;

    void write(std::string_view line) override;

    /// Opens the file by its name anew, for somebody else has renamed it. Throws: LogFileError; then the one
    /// that was open stays in use.
    void reopen();

private:
    void rotate();
    [[nodiscard]] std::filesystem::path numbered(std::size_t number) const;

    const std::filesystem::path _path;
    const Rotation _rotation;
    std::mutex _mutex; ///< guards all below and the files' names
    std::unique_ptr<platform::OpenFile> _file;
    std::uint64_t _fullAt; ///< more than the rotation's after a failure, so that not every line tries again
};

} // namespace central_oauth::logging
