// SPDX-License-Identifier: Apache-2.0
// POSIX.
#include "AppendFile.h"
#include "central_oauth/logging/RotatingFileSink.h"
#include "central_oauth/platform/TrustedFile.h"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace central_oauth::logging {

AppendFile::AppendFile(const std::filesystem::path& path) {
    auto opened = platform::openTrusted(platform::FileRole::logFile, path, platform::FileAccess::append);
    if (opened.refused())
        throw LogFileError(opened.refusals.back().problem);
    _descriptor = static_cast<int>(opened.file->release());
}

AppendFile::~AppendFile() {
    ::close(_descriptor);
}

bool AppendFile::append(std::string_view text) noexcept {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::write(_descriptor, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done += static_cast<std::size_t>(count);
    }
    if (done == text.size())
        return true;
    // The disk is full, as a rule; half a line would spoil the next one, too.
    if (done > 0)
        (void)!::ftruncate(_descriptor, static_cast<off_t>(size() - done));
    return false;
}

std::uint64_t AppendFile::size() const noexcept {
    struct stat status {};
    return ::fstat(_descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

} // namespace central_oauth::logging
