// SPDX-License-Identifier: Apache-2.0
// OpenFile by fstat(2), pread(2), write(2), fsync(2). POSIX.
#include "Handle.h"
#include "central_oauth/platform/OpenFile.h"

#include <sys/stat.h>

namespace central_oauth::platform {

namespace {

// Returns how many bytes were written; if not all, errno is the reason.
std::size_t writeAll(int file, std::string_view text) noexcept {
    std::size_t done = 0;
    while (done < text.size()) {
        const auto count = ::write(file, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

// If only a group could read the file, that was intended.
mode_t privateModeOf(const struct stat& before) {
    const bool isGroups = (before.st_mode & S_IRGRP) != 0 && (before.st_mode & S_IROTH) == 0;
    return S_IRUSR | S_IWUSR | (isGroups ? S_IRGRP : 0U);
}

} // namespace

std::uint64_t OpenFile::size() const noexcept {
    struct stat status {};
    return ::fstat(systemHandle(_handle), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

FileIdentity OpenFile::identity() const {
    struct stat status {};
    if (::fstat(systemHandle(_handle), &status) != 0)
        fail("can't read");
    return {status.st_dev, status.st_ino, static_cast<std::uintmax_t>(status.st_size)};
}

std::size_t OpenFile::readAt(std::uint64_t offset, char* buffer, std::size_t count) const {
    for (;;) {
        const auto got = ::pread(systemHandle(_handle), buffer, count, static_cast<off_t>(offset));
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            fail("can't read");
    }
}

void OpenFile::write(std::string_view content) {
    if (writeAll(systemHandle(_handle), content) < content.size())
        fail("can't write");
}

bool OpenFile::append(std::string_view text) noexcept {
    const auto done = writeAll(systemHandle(_handle), text);
    if (done == text.size())
        return true;
    // The disk is usually full; half a line would also corrupt the next one.
    if (done > 0)
        (void)!::ftruncate(systemHandle(_handle), static_cast<off_t>(size() - done));
    return false;
}

void OpenFile::sync() {
    if (::fsync(systemHandle(_handle)) != 0)
        fail("can't sync");
}

bool OpenFile::isShared() const {
    struct stat status {};
    if (::fstat(systemHandle(_handle), &status) != 0)
        fail("can't read");
    return (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

void OpenFile::takeAccessOf(const OpenFile& model) {
    const int file = systemHandle(_handle);
    struct stat before {};
    struct stat now {};
    if (::fstat(systemHandle(model._handle), &before) != 0 || ::fstat(file, &now) != 0)
        fail("can't read");
    const bool isOwners = now.st_uid == before.st_uid && now.st_gid == before.st_gid;
    if ((!isOwners && ::fchown(file, before.st_uid, before.st_gid) != 0) ||
        ::fchmod(file, privateModeOf(before)) != 0)
        fail("can't write");
}

bool OpenFile::losesReaders() const {
    struct stat status {};
    if (::fstat(systemHandle(_handle), &status) != 0)
        fail("can't read");
    return (status.st_mode & (S_IRGRP | S_IROTH) & ~privateModeOf(status)) != 0;
}

std::filesystem::path OpenFile::reopenablePath() const {
#ifdef __linux__
    std::filesystem::path byDescriptor = "/proc/self/fd/" + std::to_string(_handle);
    // Some containers have no /proc.
    if (::access(byDescriptor.c_str(), R_OK) == 0)
        return byDescriptor;
#endif
    return _realPath;
}

} // namespace central_oauth::platform
