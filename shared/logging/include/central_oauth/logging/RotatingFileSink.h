// SPDX-License-Identifier: Apache-2.0
// A log file with rotation.
//
// Poco's FileChannel is not used: its new files get their permissions from the umask, it stops writing after
// a full disk, and it deletes other files whose names begin like the log's.
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

/// The log file can't be used. what() continues its name to a sentence.
class LogFileError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// When a file is full, and how many full files are kept.
struct Rotation {
    std::uint64_t fullAt = std::uint64_t{16} << 20U; ///< bytes
    std::size_t kept = 5;                            ///< full files, at least 1
};

/// Writes lines to a file, each at once and completely.
///
/// A line that would exceed `fullAt` starts a new file. The full file becomes NAME.1, NAME.1 becomes NAME.2,
/// and so on; files beyond `kept` are deleted. Files are created with mode 0600. If a new file can't be
/// created, the old one keeps growing, and the sink retries some lines later.
///
/// Thread-safe.
///
/// Errors: a line that can't be written is lost; the next one is tried again.
class RotatingFileSink final : public LogSink {
public:
    /// Opens or creates the file.
    /// Throws: LogFileError.
    explicit RotatingFileSink(std::filesystem::path path, const Rotation& rotation = {});
    ~RotatingFileSink() override;

    void write(std::string_view line) override;

    /// Opens the file again by its name, after another program has renamed it.
    /// Throws: LogFileError; the previously opened file then stays in use.
    void reopen();

private:
    void rotate();
    [[nodiscard]] std::filesystem::path numbered(std::size_t number) const;

    const std::filesystem::path _path;
    const Rotation _rotation;
    std::mutex _mutex; ///< guards all below and the files' names
    std::unique_ptr<platform::OpenFile> _file;
    std::uint64_t _fullAt; ///< raised after a failure, so that not every line retries
};

} // namespace central_oauth::logging
