// SPDX-License-Identifier: Apache-2.0
// A lock on the file itself (flock), and replacing it by a rename. POSIX.
#include "LockedSecretFile.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds pause{20};

[[noreturn]] void fail(const fs::path& path, const std::string& what, int code) {
    throw KeyRingError(KeyRingError::Kind::file,
                       "the key file " + path.string() + ' ' + what + ": " +
                           std::error_code(code, std::generic_category()).message());
}

void waitForLock(int file, const fs::path& path) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            fail(path, "can't be locked", errno);
        if (std::chrono::steady_clock::now() >= end)
            throw KeyRingError(KeyRingError::Kind::busy, "another process is changing the key file " +
                                                             path.string() + "; run the command again.");
        std::this_thread::sleep_for(pause);
    }
}

struct stat statusOf(int file, const fs::path& path) {
    struct stat status {};
    if (::fstat(file, &status) != 0)
        fail(path, "can't be read", errno);
    return status;
}

bool isStill(int file, const fs::path& path) {
    const auto open = statusOf(file, path);
    struct stat named {};
    return ::lstat(path.c_str(), &named) == 0 && named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

// Others may never read it. A group that alone could read it was given that on purpose.
mode_t modeFor(const struct stat& before) {
    const bool isGroups = (before.st_mode & S_IRGRP) != 0 && (before.st_mode & S_IROTH) == 0;
    return S_IRUSR | S_IWUSR | (isGroups ? S_IRGRP : 0U);
}

bool writeAll(int file, std::string_view left) {
    while (!left.empty()) {
        const auto count = ::write(file, left.data(), left.size());
        if (count < 0 && errno != EINTR)
            return false;
        left.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    return true;
}

bool giveTo(int file, const struct stat& before, const struct stat& now) {
    if (now.st_uid == before.st_uid && now.st_gid == before.st_gid)
        return true;
    return ::fchown(file, before.st_uid, before.st_gid) == 0;
}

} // namespace

LockedSecretFile::LockedSecretFile(const fs::path& path) {
    std::error_code error;
    _path = fs::canonical(path, error);
    if (error)
        fail(path, "can't be opened", error.value());
    _next = _path.parent_path() / ('.' + _path.filename().string() + ".next");
    open();
}

LockedSecretFile::~LockedSecretFile() {
    if (_isPrepared)
        ::unlink(_next.c_str());
    if (_file >= 0)
        ::close(_file);
}

// Who waited may hold the lock of a file that was replaced meanwhile: then the new one is locked.
void LockedSecretFile::open() {
    for (;;) {
        _file = ::open(_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (_file < 0)
            fail(_path, "can't be opened", errno);
        try {
            if (!S_ISREG(statusOf(_file, _path).st_mode))
                throw KeyRingError(KeyRingError::Kind::file,
                                   "the key file " + _path.string() + " is not a regular file.");
            waitForLock(_file, _path);
            if (isStill(_file, _path))
                return;
        } catch (...) {
            ::close(std::exchange(_file, -1));
            throw;
        }
        ::close(std::exchange(_file, -1));
    }
}

provider::Secret LockedSecretFile::read() const {
    std::string buffer(largest + 1, '\0');
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto count =
            ::pread(_file, buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail(_path, "can't be read", errno);
        if (count == 0)
            break;
        size += static_cast<std::size_t>(count);
    }
    buffer.resize(size);
    return provider::Secret(std::move(buffer));
}

bool LockedSecretFile::hidesFromOthers() const {
    const auto before = statusOf(_file, _path);
    return (before.st_mode & (S_IRGRP | S_IROTH) & ~modeFor(before)) != 0;
}

void LockedSecretFile::prepare(const provider::Secret& content) {
    // A leftover, also one that is a symbolic link: O_EXCL follows none.
    if (::unlink(_next.c_str()) != 0 && errno != ENOENT)
        fail(_path, "can't be changed, because " + _next.string() + " can't be removed", errno);
    const int next = ::open(_next.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (next < 0)
        fail(_path, "can't be changed", errno);
    _isPrepared = true;
    const auto before = statusOf(_file, _path);
    const bool isWritten = giveTo(next, before, statusOf(next, _next)) &&
                           ::fchmod(next, modeFor(before)) == 0 && writeAll(next, content.reveal()) &&
                           ::fsync(next) == 0;
    const int cause = errno;
    if (::close(next) != 0 && isWritten)
        fail(_path, "can't be changed", errno);
    if (!isWritten)
        fail(_path, "can't be changed", cause);
}

void LockedSecretFile::commit() {
    if (::rename(_next.c_str(), _path.c_str()) != 0)
        fail(_path, "can't be replaced", errno);
    _isPrepared = false;
    const int folder = ::open(_path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool isDurable = folder >= 0 && ::fsync(folder) == 0;
    const int cause = errno;
    if (folder >= 0)
        ::close(folder);
    if (!isDurable)
        fail(_path, "has the new key, but its folder could not be written to the disk", cause);
}

} // namespace central_oauth::config
