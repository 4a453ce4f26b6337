// SPDX-License-Identifier: Apache-2.0
// PlatformFiles by Win32 calls. Files are private by what they inherit from the data directory.
#include "PlatformFiles.h"

#include <system_error>
#include <windows.h>

namespace central_oauth::store::platform {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
    throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(),
                            what + " " + utf8Of(path));
}

} // namespace

void makePrivateDirectory(const fs::path& directory) {
    fs::create_directories(directory);
}

bool makePrivateFile(const fs::path& file) {
    const HANDLE handle =
        ::CreateFileW(file.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                      CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE) {
        if (::GetLastError() == ERROR_FILE_EXISTS)
            return false;
        fail("can't create", file);
    }
    ::CloseHandle(handle);
    return true;
}

bool restrictToOwner(const fs::path&) {
    return false;
}

void syncFile(const fs::path& file) {
    const HANDLE handle = ::CreateFileW(file.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                        nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        fail("can't sync", file);
    const bool flushed = ::FlushFileBuffers(handle) != 0;
    ::CloseHandle(handle);
    if (!flushed)
        fail("can't sync", file);
}

void syncDirectory(const fs::path&) {
    // NTFS journals names by itself, and a directory can't be flushed.
}

bool isWritableDirectory(const fs::path& directory) {
    return fs::is_directory(directory);
}

std::optional<FileIdentity> findFileIdentity(const fs::path& file) noexcept {
    const HANDLE handle =
        ::CreateFileW(file.c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                      OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return std::nullopt;
    BY_HANDLE_FILE_INFORMATION found{};
    const bool isKnown = ::GetFileInformationByHandle(handle, &found) != 0;
    ::CloseHandle(handle);
    if (!isKnown)
        return std::nullopt;
    const auto joined = [](DWORD high, DWORD low) { return (std::uintmax_t{high} << 32U) | low; };
    return FileIdentity{found.dwVolumeSerialNumber, joined(found.nFileIndexHigh, found.nFileIndexLow),
                        joined(found.nFileSizeHigh, found.nFileSizeLow)};
}

std::string_view networkFileSystem(const fs::path& path) {
    const fs::path root = fs::absolute(path).root_path();
    return ::GetDriveTypeW(root.c_str()) == DRIVE_REMOTE ? std::string_view("network drive")
                                                         : std::string_view();
}

std::string_view networkFileSystemName(unsigned long) noexcept {
    return {};
}

} // namespace central_oauth::store::platform
