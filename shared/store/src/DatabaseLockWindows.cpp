// SPDX-License-Identifier: Apache-2.0
// DatabaseLock by the Win32 call LockFileEx.
#include "DatabaseLock.h"
#include "PlatformFiles.h"

#include <system_error>
#include <windows.h>

namespace central_oauth::store {

namespace {

HANDLE handleOf(std::intptr_t value) noexcept {
    return reinterpret_cast<HANDLE>(value);
}

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(), what);
}

} // namespace

std::intptr_t DatabaseLock::openFile(const std::filesystem::path& lockFile) {
    const HANDLE handle =
        ::CreateFileW(lockFile.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                      nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        fail("can't open the lock file " + platform::utf8Of(lockFile));
    return reinterpret_cast<std::intptr_t>(handle);
}

bool DatabaseLock::tryLock(std::intptr_t handle) {
    OVERLAPPED start{};
    if (::LockFileEx(handleOf(handle), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &start))
        return true;
    if (::GetLastError() == ERROR_LOCK_VIOLATION || ::GetLastError() == ERROR_IO_PENDING)
        return false;
    fail("can't lock the database");
}

void DatabaseLock::closeFile(std::intptr_t handle) noexcept {
    ::CloseHandle(handleOf(handle));
}

} // namespace central_oauth::store
