// SPDX-License-Identifier: Apache-2.0
// DatabaseLock by the POSIX-like call flock(2), which is bound to the open file and ends with it.
#include "DatabaseLock.h"
#include "PlatformFiles.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace central_oauth::store {

std::intptr_t DatabaseLock::openFile(const std::filesystem::path& lockFile) {
    // A link would have the file made wherever it leads, and a pipe would hang the start.
    const int descriptor =
        ::open(lockFile.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
               S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        throw std::system_error(errno, std::generic_category(),
                                "can't open the lock file " + platform::utf8Of(lockFile) +
                                    (errno == ELOOP ? ", which is a symbolic link" : ""));
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                                "the lock file " + platform::utf8Of(lockFile) + " is not a regular file");
    }
    return descriptor;
}

bool DatabaseLock::tryLock(std::intptr_t handle) {
    for (;;) {
        if (::flock(static_cast<int>(handle), LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno == EWOULDBLOCK)
            return false;
        if (errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "can't lock the database");
    }
}

void DatabaseLock::closeFile(std::intptr_t handle) noexcept {
    ::close(static_cast<int>(handle));
}

} // namespace central_oauth::store
