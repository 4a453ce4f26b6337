// SPDX-License-Identifier: Apache-2.0
// Access control lists of files. Windows.
#pragma once

#include <filesystem>
#include <string>
#include <windows.h>

namespace central_oauth::platform {

// Reading a file's content; changing the file, its place or its list.
constexpr ACCESS_MASK readingRights = FILE_READ_DATA | GENERIC_READ | GENERIC_ALL;
constexpr ACCESS_MASK changingRights = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA |
                                       FILE_WRITE_ATTRIBUTES | DELETE | FILE_DELETE_CHILD | WRITE_DAC |
                                       WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
/// On a folder, the right to add files does not affect existing ones.
constexpr ACCESS_MASK replacingRights =
    DELETE | FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;

struct FreeLocal {
    void operator()(void* memory) const { ::LocalFree(memory); }
};

/// Answers of publicMay.
enum class PublicAccess { none, some, unknown };

/// Returns whether a group that contains every local user (Everyone, Authenticated Users, Users) has one of
/// the rights to an open file or folder; unknown if the list can't be read, see GetLastError.
[[nodiscard]] PublicAccess publicMay(HANDLE file, ACCESS_MASK rights) noexcept;

/// Gives a file, opened with WRITE_DAC, the access list of another. Returns the system's error code.
[[nodiscard]] DWORD copyAccess(HANDLE from, HANDLE to) noexcept;

/// Rights to a new file or folder. Where every local user can read the folder above: everything for the user
/// of this process, administrators and the system, nothing for others. Else those of the folder: it is
/// private, and an administrator's command must not lock the service out of what it makes there.
class PrivateAccess {
public:
    /// `path` is what will be made. Throws: std::system_error.
    explicit PrivateAccess(const std::filesystem::path& path);
    ~PrivateAccess();
    PrivateAccess(const PrivateAccess&) = delete;
    PrivateAccess& operator=(const PrivateAccess&) = delete;

    /// For calls that create; valid as long as this object. Null: those of the folder.
    [[nodiscard]] SECURITY_ATTRIBUTES* attributes() noexcept { return _inherits ? nullptr : &_attributes; }

    /// Replaces the list of an existing file. Returns the system's error code.
    [[nodiscard]] DWORD applyTo(const std::wstring& path) const noexcept;

private:
    bool _inherits;
    void* _descriptor = nullptr;
    SECURITY_ATTRIBUTES _attributes{};
};

} // namespace central_oauth::platform
