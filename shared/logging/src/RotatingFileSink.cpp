// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/RotatingFileSink.h"

#include "central_oauth/base/Paths.h"
#include "central_oauth/platform/TrustedFile.h"

#include <system_error>
#include <utility>

namespace central_oauth::logging {

namespace fs = std::filesystem;

namespace {

// Opens the file. Creates a missing one for this user only.
// Throws: LogFileError.
std::unique_ptr<platform::OpenFile> openLog(const fs::path& path) {
    auto opened = platform::openTrusted(platform::FileRole::logFile, path, platform::FileAccess::append);
    if (opened.refused())
        throw LogFileError(opened.refusals.back().problem);
    return std::make_unique<platform::OpenFile>(std::move(*opened.file));
}

} // namespace

RotatingFileSink::RotatingFileSink(fs::path path, const Rotation& rotation)
    : _path(std::move(path)), _rotation(rotation), _file(openLog(_path)), _fullAt(rotation.fullAt) {}

RotatingFileSink::~RotatingFileSink() = default;

void RotatingFileSink::write(std::string_view line) {
    const std::lock_guard hold(_mutex);
    const auto size = _file->size();
    if (size > 0 && size + line.size() > _fullAt)
        rotate();
    _file->append(line);
}

void RotatingFileSink::reopen() {
    const std::lock_guard hold(_mutex);
    _file = openLog(_path);
    _fullAt = _rotation.fullAt;
}

// Creates the new file before it renames any: if it can't be created, nothing changes.
void RotatingFileSink::rotate() {
    const fs::path fresh = base::pathOf(base::pathText(_path) + ".new");
    std::error_code failed;
    fs::remove(fresh, failed);
    std::unique_ptr<platform::OpenFile> file;
    try {
        file = openLog(fresh);
    } catch (const LogFileError&) {
        _fullAt = _file->size() + _rotation.fullAt / 16;
        return;
    }
    // A missing file needs no renaming; the one with the largest number is replaced.
    for (auto number = _rotation.kept; number > 1; --number)
        fs::rename(numbered(number - 1), numbered(number), failed);
    std::error_code ignored;
    failed.clear();
    if (fs::exists(_path, ignored)) // another program may have renamed it
        fs::rename(_path, numbered(1), failed);
    if (!failed) {
        fs::rename(fresh, _path, failed);
        if (failed)
            fs::rename(numbered(1), _path, ignored);
    }
    if (failed) {
        fs::remove(fresh, ignored);
        _fullAt = _file->size() + _rotation.fullAt / 16;
        return;
    }
    _file = std::move(file);
    _fullAt = _rotation.fullAt;
}

fs::path RotatingFileSink::numbered(std::size_t number) const {
    return base::pathOf(base::pathText(_path) + '.' + std::to_string(number));
}

} // namespace central_oauth::logging
