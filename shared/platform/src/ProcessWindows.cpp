// SPDX-License-Identifier: Apache-2.0
// Process by Win32 calls. Windows.
#include "central_oauth/platform/Process.h"

#include <cstdlib>
#include <limits>
#include <string>
#include <windows.h>

namespace central_oauth::platform {

std::filesystem::path executableFolder() {
    constexpr DWORD longest = 32768;
    std::wstring path(longest, L'\0');
    path.resize(::GetModuleFileNameW(nullptr, path.data(), longest));
    return std::filesystem::path(path).parent_path();
}

void raiseFileLimit() noexcept {} // sockets do not count as files on Windows

std::size_t openFileLimit() noexcept {
    return std::numeric_limits<std::size_t>::max();
}

void exitImmediately(int exitCode) noexcept {
    TerminateProcess(GetCurrentProcess(), static_cast<UINT>(exitCode));
    std::abort();
}

} // namespace central_oauth::platform
