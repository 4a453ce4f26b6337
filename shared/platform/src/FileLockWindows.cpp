// SPDX-License-Identifier: Apache-2.0
// FileLock by LockFileEx. Windows.
#include "Handle.h"
#include "central_oauth/platform/FileLock.h"
#include "central_oauth/platform/Files.h"

namespace central_oauth::platform {

FileLock FileLock::ofReplacedFile(const std::filesystem::path& file) {
    return ofLockFile(file.parent_path() / (file.filename().wstring() + L".lock"));
}

FileLock FileLock::ofFolder(const std::filesystem::path& folder) {
    return ofLockFile(folder / "lock");
}

bool FileLock::lock(bool waits) {
    OVERLAPPED start{};
    const DWORD flags = LOCKFILE_EXCLUSIVE_LOCK | (waits ? 0 : LOCKFILE_FAIL_IMMEDIATELY);
    if (::LockFileEx(systemHandle(_file.handle()), flags, 0, 1, 0, &start) != 0)
        return true;
    if (!waits && (::GetLastError() == ERROR_LOCK_VIOLATION || ::GetLastError() == ERROR_IO_PENDING))
        return false;
    _file.fail("can't lock");
}

bool FileLock::isOf(const OpenFile&) const {
    return true;
}

} // namespace central_oauth::platform
