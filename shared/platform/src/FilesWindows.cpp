// SPDX-License-Identifier: Apache-2.0
// Files by Win32 calls. Windows.
#include "AccessList.h"
#include "Handle.h"
#include "central_oauth/platform/Files.h"

#include <io.h>

namespace central_oauth::platform {

namespace {

namespace fs = std::filesystem;

constexpr DWORD sharedWithAll = FILE_SHARE_READ | FILE_SHARE_WRITE;

// A file that this creates is private.
OpenFile open(const std::string& problem, const fs::path& path, DWORD rights, DWORD sharing, DWORD creation) {
    PrivateAccess access(path);
    const HANDLE handle = ::CreateFileW(path.c_str(), rights, sharing, access.attributes(), creation,
                                        FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        throw FileError(problem, path, lastError());
    return {reinterpret_cast<std::intptr_t>(handle), path};
}

} // namespace

void makePrivateDirectory(const fs::path& directory, Durability durability) {
    std::error_code failed;
    if (directory.empty() || fs::is_directory(directory, failed))
        return;
    makePrivateDirectory(directory.parent_path() == directory ? fs::path() : directory.parent_path(),
                         durability);
    PrivateAccess access(directory);
    if (::CreateDirectoryW(directory.c_str(), access.attributes()) == 0 &&
        ::GetLastError() != ERROR_ALREADY_EXISTS)
        throw FileError("can't create the directory", directory, lastError());
}

OpenFile createPrivateFile(const fs::path& file) {
    // The rights may be changed to those of the file that this one replaces.
    return open("can't create", file, GENERIC_READ | GENERIC_WRITE | WRITE_DAC, sharedWithAll, CREATE_NEW);
}

OpenFile openRegularFile(const fs::path& file) {
    auto opened = open("can't open the file", file, GENERIC_READ, sharedWithAll, OPEN_EXISTING);
    if (::GetFileType(systemHandle(opened.handle())) != FILE_TYPE_DISK)
        throw FileError("the file", file, std::make_error_code(std::errc::invalid_argument),
                        " is not a regular file");
    return opened;
}

OpenFile openLockFile(const fs::path& file) {
    return open("can't open the lock file", file, GENERIC_READ | GENERIC_WRITE, sharedWithAll, OPEN_ALWAYS);
}

bool restrictToOwner(const fs::path& file) {
    const HANDLE handle = ::CreateFileW(file.c_str(), READ_CONTROL, sharedWithAll | FILE_SHARE_DELETE,
                                        nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
    if (handle == INVALID_HANDLE_VALUE) {
        const auto reason = lastError();
        if (reason.value() == ERROR_FILE_NOT_FOUND || reason.value() == ERROR_PATH_NOT_FOUND)
            return false;
        throw std::system_error(reason);
    }
    const OpenFile opened(reinterpret_cast<std::intptr_t>(handle), file);
    if (!opened.isShared())
        return false;
    if (const DWORD failed = PrivateAccess(file).applyTo(file.wstring()); failed != ERROR_SUCCESS)
        throw std::system_error(static_cast<int>(failed), std::system_category());
    return true;
}

void syncFile(const fs::path& file) {
    open("can't sync", file, GENERIC_WRITE, sharedWithAll, OPEN_EXISTING).sync();
}

void syncDirectory(const fs::path&) {
    // NTFS journals names itself, and a directory can't be flushed.
}

// An open file can't be replaced. Those who read such files read them at once and close them.
void replaceFile(const fs::path& next, const fs::path& file) {
    constexpr DWORD pause = 10; // milliseconds
    constexpr int tries = 200;
    for (int i = 0; i < tries; ++i) {
        if (::MoveFileExW(next.c_str(), file.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) !=
            0)
            return;
        const DWORD reason = ::GetLastError();
        if (reason != ERROR_ACCESS_DENIED && reason != ERROR_SHARING_VIOLATION)
            break;
        ::Sleep(pause);
        ::SetLastError(reason);
    }
    throw FileError("can't replace", file, lastError());
}

bool isWritable(const fs::path& path) {
    constexpr int writing = 2;
    return ::_waccess(path.c_str(), writing) == 0;
}

std::optional<FileIdentity> findFileIdentity(const fs::path& file) noexcept {
    try {
        return open("can't read", file, 0, sharedWithAll | FILE_SHARE_DELETE, OPEN_EXISTING).identity();
    } catch (const FileError&) {
        return std::nullopt;
    }
}

std::string_view networkFileSystem(const fs::path& path) {
    const fs::path root = fs::absolute(path).root_path();
    return ::GetDriveTypeW(root.c_str()) == DRIVE_REMOTE ? std::string_view("network drive")
                                                         : std::string_view();
}

} // namespace central_oauth::platform
