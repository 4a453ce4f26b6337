// SPDX-License-Identifier: Apache-2.0
// Windows. Who may read the file is up to its directory.
#include "AppendFile.h"
#include "central_oauth/logging/RotatingFileSink.h"

#include <string>
#include <system_error>
#include <windows.h>

namespace central_oauth::logging {

AppendFile::AppendFile(const std::filesystem::path& path)
    // Deleting is shared, because renaming is that, and files are renamed while they are open.
    : _handle(::CreateFileW(path.c_str(), FILE_APPEND_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES,
                            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_ALWAYS,
                            FILE_ATTRIBUTE_NORMAL, nullptr)) {
    if (_handle == INVALID_HANDLE_VALUE)
        throw LogFileError("can't be opened: " +
                           std::system_category().message(static_cast<int>(::GetLastError())));
    if (::GetFileType(_handle) != FILE_TYPE_DISK) {
        ::CloseHandle(_handle);
        throw LogFileError("is not a regular file");
    }
}

AppendFile::~AppendFile() {
    ::CloseHandle(_handle);
}

bool AppendFile::append(std::string_view text) noexcept {
    LARGE_INTEGER end{};
    if (::SetFilePointerEx(_handle, LARGE_INTEGER{}, &end, FILE_END) == 0)
        return false;
    DWORD count = 0;
    const BOOL written = ::WriteFile(_handle, text.data(), static_cast<DWORD>(text.size()), &count, nullptr);
    if (written != 0 && count == text.size())
        return true;
    ::SetFilePointerEx(_handle, end, nullptr, FILE_BEGIN);
    ::SetEndOfFile(_handle);
    return false;
}

std::uint64_t AppendFile::size() const noexcept {
    LARGE_INTEGER size{};
    return ::GetFileSizeEx(_handle, &size) != 0 ? static_cast<std::uint64_t>(size.QuadPart) : 0;
}

} // namespace central_oauth::logging
