// SPDX-License-Identifier: Apache-2.0
// Windows. Who may read the file is up to its directory.
#include "AppendFile.h"
#include "central_oauth/logging/RotatingFileSink.h"
#include "central_oauth/platform/TrustedFile.h"

#include <windows.h>

namespace central_oauth::logging {

AppendFile::AppendFile(const std::filesystem::path& path) : _handle(nullptr) {
    auto opened = platform::openTrusted(platform::FileRole::logFile, path, platform::FileAccess::append);
    if (opened.refused())
        throw LogFileError(opened.refusals.back().problem);
    _handle = reinterpret_cast<void*>(opened.file->release());
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
