// SPDX-License-Identifier: Apache-2.0
// FileLock by flock(2), which belongs to the open file. POSIX.
#include "Handle.h"
#include "central_oauth/platform/FileLock.h"
#include "central_oauth/platform/Files.h"

#include <fcntl.h>
#include <sys/file.h>

namespace central_oauth::platform {

FileLock FileLock::ofReplacedFile(const std::filesystem::path& file) {
    return FileLock(openRegularFile(file));
}

FileLock FileLock::ofFolder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        throw FileError("can't lock", folder, lastError());
    return FileLock(OpenFile(descriptor, folder));
}

bool FileLock::lock(bool waits) {
    while (::flock(systemHandle(_file.handle()), waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return false;
        if (errno != EINTR)
            _file.fail("can't lock");
    }
    return true;
}

bool FileLock::isOf(const OpenFile& file) const {
    return _file.identity().isSameFile(file.identity());
}

} // namespace central_oauth::platform
