// SPDX-License-Identifier: Apache-2.0
// Text between UTF-8 and the UTF-16 of Win32. Windows.
#pragma once

#include <string>
#include <string_view>
#include <windows.h>

namespace central_oauth::platform {

/// Replaces what is no UTF-16 by U+FFFD.
[[nodiscard]] inline std::string narrow(std::wstring_view wide) {
    const int size = static_cast<int>(wide.size());
    const int needed = ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), size, nullptr, 0, nullptr, nullptr);
    std::string text(static_cast<std::size_t>(needed), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), size, text.data(), needed, nullptr, nullptr);
    return text;
}

/// Replaces what is no UTF-8 by U+FFFD.
[[nodiscard]] inline std::wstring widen(std::string_view text) {
    const int size = static_cast<int>(text.size());
    const int needed = ::MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(needed), L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), needed);
    return wide;
}

} // namespace central_oauth::platform
