// SPDX-License-Identifier: Apache-2.0
// Executable by GetModuleFileName. Windows.
#include "central_oauth/platform/Executable.h"

#include <string>
#include <windows.h>

namespace central_oauth::platform {

std::filesystem::path executableFolder() {
    constexpr DWORD longest = 32768;
    std::wstring path(longest, L'\0');
    path.resize(::GetModuleFileNameW(nullptr, path.data(), longest));
    return std::filesystem::path(path).parent_path();
}

} // namespace central_oauth::platform
