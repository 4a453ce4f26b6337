// SPDX-License-Identifier: Apache-2.0
// Handles that prevent renaming of their file, and access control lists. Windows.
#include "FileDoubts.h"
#include "central_oauth/platform/TrustedFile.h"

#include <aclapi.h>
#include <memory>
#include <string>
#include <system_error>
#include <windows.h>

namespace central_oauth::platform {

namespace {

namespace fs = std::filesystem;

constexpr ACCESS_MASK changing = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES |
                                 DELETE | FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE |
                                 GENERIC_ALL;

// On a folder, the right to add files does not affect existing ones.
constexpr ACCESS_MASK replacing =
    DELETE | FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;

struct FreeLocal {
    void operator()(void* memory) const { ::LocalFree(memory); }
};

// Everyone, Authenticated Users, Users: the groups that contain every local user.
bool isPublicGroup(PSID sid) {
    return ::IsWellKnownSid(sid, WinWorldSid) != 0 || ::IsWellKnownSid(sid, WinAuthenticatedUserSid) != 0 ||
           ::IsWellKnownSid(sid, WinBuiltinUsersSid) != 0;
}

bool publicMay(PACL list, ACCESS_MASK rights) {
    // Without a list, everybody may do everything.
    if (list == nullptr)
        return true;
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (::GetAce(list, i, &entry) == 0)
            return true;
        const auto* allowed = static_cast<const ACCESS_ALLOWED_ACE*>(entry);
        const bool applies = allowed->Header.AceType == ACCESS_ALLOWED_ACE_TYPE &&
                             (allowed->Header.AceFlags & INHERIT_ONLY_ACE) == 0;
        if (applies && (allowed->Mask & rights) != 0 && isPublicGroup(const_cast<DWORD*>(&allowed->SidStart)))
            return true;
    }
    return false;
}

std::string lastReason() {
    return std::system_category().message(static_cast<int>(::GetLastError()));
}

FileFault faultOfLastError() {
    const DWORD code = ::GetLastError();
    return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ? FileFault::missing
                                                                        : FileFault::unreadable;
}

void judgeList(HANDLE handle, const fs::path& path, ACCESS_MASK rights, FileFault fault, FileDoubts& doubts) {
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::GetSecurityInfo(handle, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr, &list, nullptr,
                          &descriptor) != ERROR_SUCCESS) {
        doubts.add(FileFault::unreadable, path, lastReason());
        return;
    }
    const std::unique_ptr<void, FreeLocal> owned(descriptor);
    if (publicMay(list, rights))
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
            judgeList(handle, folder, replacing, FileFault::folderEverybodyWrites, doubts);
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
    judgeList(handle, path, changing, FileFault::everybodyWrites, doubts);
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
    const HANDLE handle = ::CreateFileW(whole.c_str(), rights, sharing, nullptr,
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
