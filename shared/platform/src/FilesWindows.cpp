// SPDX-License-Identifier: Apache-2.0
// Files by Win32 calls. Permissions are inherited from the directory. Windows.
#include "Handle.h"
#include "central_oauth/platform/Files.h"

#include <io.h>

namespace central_oauth::platform {

namespace {

namespace fs = std::filesystem;

constexpr DWORD sharedWithAll = FILE_SHARE_READ | FILE_SHARE_WRITE;

OpenFile open(const std::string& problem, const fs::path& path, DWORD rights, DWORD sharing, DWORD creation) {
    const HANDLE handle =
        ::CreateFileW(path.c_str(), rights, sharing, nullptr, creation, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        throw FileError(problem, path, lastError());
    return {reinterpret_cast<std::intptr_t>(handle), path};
}

} // namespace

void makePrivateDirectory(const fs::path& directory, Durability) {
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (failed)
        throw FileError("can't create the directory", directory, failed);
}

OpenFile createPrivateFile(const fs::path& file) {
    return open("can't create", file, GENERIC_READ | GENERIC_WRITE, sharedWithAll, CREATE_NEW);
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

bool restrictToOwner(const fs::path&) {
    return false;
}

void syncFile(const fs::path& file) {
    open("can't sync", file, GENERIC_WRITE, sharedWithAll, OPEN_EXISTING).sync();
}

void syncDirectory(const fs::path&) {
    // NTFS journals names itself, and a directory can't be flushed.
}

void replaceFile(const fs::path& next, const fs::path& file) {
    if (::MoveFileExW(next.c_str(), file.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) == 0)
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
