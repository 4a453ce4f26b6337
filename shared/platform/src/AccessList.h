// SPDX-License-Identifier: Apache-2.0
// Access control lists of files. Windows.
#pragma once

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

/// Rights to a new file or folder: everything for the user of this process, administrators and the system,
/// nothing for others, whatever the folder above says.
class PrivateAccess {
public:
    /// Throws: std::system_error.
    PrivateAccess();
    ~PrivateAccess();
    PrivateAccess(const PrivateAccess&) = delete;
    PrivateAccess& operator=(const PrivateAccess&) = delete;

    /// For calls that create; valid as long as this object.
    [[nodiscard]] SECURITY_ATTRIBUTES* attributes() noexcept { return &_attributes; }

    /// Replaces the list of an existing file. Returns the system's error code.
    [[nodiscard]] DWORD applyTo(const std::wstring& path) const noexcept;

private:
    void* _descriptor = nullptr;
    SECURITY_ATTRIBUTES _attributes{};
};

} // namespace central_oauth::platform
