// SPDX-License-Identifier: Apache-2.0
// OpenFile by Win32 calls. Windows.
#include "AccessList.h"
#include "Handle.h"
#include "central_oauth/platform/OpenFile.h"

namespace central_oauth::platform {

std::uint64_t OpenFile::size() const noexcept {
    LARGE_INTEGER size{};
    return ::GetFileSizeEx(systemHandle(_handle), &size) != 0 ? static_cast<std::uint64_t>(size.QuadPart) : 0;
}

FileIdentity OpenFile::identity() const {
    BY_HANDLE_FILE_INFORMATION found{};
    if (::GetFileInformationByHandle(systemHandle(_handle), &found) == 0)
        fail("can't read");
    const auto joined = [](DWORD high, DWORD low) { return (std::uintmax_t{high} << 32U) | low; };
    return {found.dwVolumeSerialNumber, joined(found.nFileIndexHigh, found.nFileIndexLow),
            joined(found.nFileSizeHigh, found.nFileSizeLow)};
}

std::size_t OpenFile::readAt(std::uint64_t offset, char* buffer, std::size_t count) const {
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32U);
    DWORD got = 0;
    if (::ReadFile(systemHandle(_handle), buffer, static_cast<DWORD>(count), &got, &place) == 0 &&
        ::GetLastError() != ERROR_HANDLE_EOF)
        fail("can't read");
    return got;
}

void OpenFile::write(std::string_view content) {
    DWORD count = 0;
    if (::WriteFile(systemHandle(_handle), content.data(), static_cast<DWORD>(content.size()), &count,
                    nullptr) == 0 ||
        count != content.size())
        fail("can't write");
}

bool OpenFile::append(std::string_view text) noexcept {
    const HANDLE file = systemHandle(_handle);
    LARGE_INTEGER end{};
    if (::SetFilePointerEx(file, LARGE_INTEGER{}, &end, FILE_END) == 0)
        return false;
    DWORD count = 0;
    const BOOL written = ::WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &count, nullptr);
    if (written != 0 && count == text.size())
        return true;
    ::SetFilePointerEx(file, end, nullptr, FILE_BEGIN);
    ::SetEndOfFile(file);
    return false;
}

void OpenFile::sync() {
    if (::FlushFileBuffers(systemHandle(_handle)) == 0)
        fail("can't sync");
}

bool OpenFile::isShared() const {
    return publicMay(systemHandle(_handle), readingRights | changingRights) != PublicAccess::none;
}

void OpenFile::takeAccessOf(const OpenFile& model) {
    if (const DWORD failed = copyAccess(systemHandle(model._handle), systemHandle(_handle));
        failed != ERROR_SUCCESS) {
        ::SetLastError(failed);
        fail("can't set the rights of");
    }
}

bool OpenFile::losesReaders() const {
    return false;
}

// Nobody can rename or replace a file that is open without sharing.
std::filesystem::path OpenFile::reopenablePath() const {
    return _realPath;
}

} // namespace central_oauth::platform
