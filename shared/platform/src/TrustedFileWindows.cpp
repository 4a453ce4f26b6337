// SPDX-License-Identifier: Apache-2.0
// Handles that prevent renaming of their file, and access control lists. Windows.
#include "AccessList.h"
#include "FileDoubts.h"
#include "central_oauth/platform/TrustedFile.h"

#include <string>
#include <system_error>
#include <windows.h>

namespace central_oauth::platform {

namespace {

namespace fs = std::filesystem;

std::string lastReason() {
    return std::system_category().message(static_cast<int>(::GetLastError()));
}

FileFault faultOfLastError() {
    const DWORD code = ::GetLastError();
    return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ? FileFault::missing
                                                                        : FileFault::unreadable;
}

void judgeList(HANDLE handle, const fs::path& path, ACCESS_MASK rights, FileFault fault, FileDoubts& doubts) {
    const auto access = publicMay(handle, rights);
    if (access == PublicAccess::unknown)
        doubts.add(FileFault::unreadable, path, lastReason());
    else if (access == PublicAccess::some)
        doubts.add(fault, path);
}

HANDLE openFolder(const fs::path& path) {
    return ::CreateFileW(path.c_str(), READ_CONTROL | FILE_READ_ATTRIBUTES,
                         FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING,
                         FILE_FLAG_BACKUP_SEMANTICS, nullptr);
}

void judgeFolders(const fs::path& path, FileDoubts& doubts) {
    for (fs::path folder = path.parent_path();; folder = folder.parent_path()) {
        const HANDLE handle = openFolder(folder);
        if (handle != INVALID_HANDLE_VALUE) {
            judgeList(handle, folder, replacingRights, FileFault::folderEverybodyWrites, doubts);
            ::CloseHandle(handle);
        }
        if (folder == folder.parent_path())
            return;
    }
}

fs::path finalPath(HANDLE handle, const fs::path& otherwise) {
    std::wstring text(32768, L'\0');
    const DWORD size = ::GetFinalPathNameByHandleW(handle, text.data(), static_cast<DWORD>(text.size()),
                                                   FILE_NAME_NORMALIZED);
    if (size == 0 || size >= text.size())
        return otherwise;
    text.resize(size);
    constexpr std::wstring_view prefix = L"\\\\?\\";
    return text.starts_with(prefix) ? fs::path(text.substr(prefix.size())) : fs::path(text);
}

OpenFile examine(HANDLE handle, FileRole role, const fs::path& path, FileDoubts& doubts) {
    OpenFile file(reinterpret_cast<std::intptr_t>(handle), finalPath(handle, path));
    BY_HANDLE_FILE_INFORMATION facts{};
    const bool isKnown = ::GetFileInformationByHandle(handle, &facts) != 0;
    const bool isDirectory = (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    if (!isKnown || ::GetFileType(handle) != FILE_TYPE_DISK || isDirectory != isFolder(role))
        doubts.add(FileFault::wrongKind, path);
    if ((facts.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        doubts.add(FileFault::symbolicLink, path);
    if (!isDirectory && file.size() > largestOf(role))
        doubts.add(FileFault::tooLarge, path);
    judgeList(handle, path, changingRights, FileFault::everybodyWrites, doubts);
    judgeList(handle, path, readingRights, FileFault::everybodyReads, doubts);
    judgeFolders(path, doubts);
    judgeFolders(finalPath(handle, path), doubts);
    return file;
}

// A link that may not be followed is opened itself, and then refused.
DWORD flagsOf(FileRole role) {
    return FILE_FLAG_BACKUP_SEMANTICS | (followsLink(role) ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
}

} // namespace

OpenedFile openTrusted(FileRole role, const fs::path& path, FileAccess access) {
    OpenedFile result;
    FileDoubts doubts(role, result);
    std::error_code failed;
    const fs::path whole = fs::absolute(path, failed);
    const bool appends = access == FileAccess::append;
    // Shares deletion for files that are renamed while open, such as the log.
    const DWORD sharing = FILE_SHARE_READ | (appends ? FILE_SHARE_WRITE | FILE_SHARE_DELETE : 0);
    const DWORD rights =
        READ_CONTROL | FILE_READ_ATTRIBUTES | (appends ? FILE_APPEND_DATA | FILE_WRITE_DATA : GENERIC_READ);
    PrivateAccess created(whole);
    const HANDLE handle = ::CreateFileW(whole.c_str(), rights, sharing, created.attributes(),
                                        appends ? OPEN_ALWAYS : OPEN_EXISTING, flagsOf(role), nullptr);
    if (handle == INVALID_HANDLE_VALUE) {
        doubts.add(faultOfLastError(), path, lastReason());
        return result;
    }
    OpenFile file = examine(handle, role, whole, doubts);
    if (!result.refused())
        result.file = std::move(file);
    return result;
}

Judgement judge(FileRole role, const fs::path& path) {
    Judgement result;
    FileDoubts doubts(role, result);
    std::error_code failed;
    const fs::path whole = fs::absolute(path, failed);
    const HANDLE handle = ::CreateFileW(whole.c_str(), READ_CONTROL | FILE_READ_ATTRIBUTES,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                        OPEN_EXISTING, flagsOf(role), nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        doubts.add(faultOfLastError(), path, lastReason());
    else
        static_cast<void>(examine(handle, role, whole, doubts));
    return result;
}

} // namespace central_oauth::platform
