// SPDX-License-Identifier: Apache-2.0
// Process by Win32 calls. Windows.
#include "AccessList.h"
#include "ServiceEnd.h"
#include "Text.h"
#include "central_oauth/platform/Process.h"

#include <cstdlib>
#include <cwchar>
#include <memory>
#include <string>
// clang-format off
#include <windows.h>
#include <shellapi.h> // needs types of windows.h
#include <shlobj.h>
// clang-format on

namespace central_oauth::platform {

// The words of `main` are in the system's code page, which lacks most characters.
std::vector<std::string> argumentsOf(int, char**) {
    int count = 0;
    const std::unique_ptr<wchar_t*, FreeLocal> words(::CommandLineToArgvW(::GetCommandLineW(), &count));
    std::vector<std::string> arguments;
    for (int i = 1; words && i < count; ++i)
        arguments.push_back(narrow(words.get()[i]));
    return arguments;
}

std::filesystem::path executableFolder() {
    constexpr DWORD longest = 32768;
    std::wstring path(longest, L'\0');
    path.resize(::GetModuleFileNameW(nullptr, path.data(), longest));
    return std::filesystem::path(path).parent_path();
}

std::optional<std::filesystem::path> serviceDataFolder() {
    std::wstring path(MAX_PATH, L'\0');
    if (::SHGetFolderPathW(nullptr, CSIDL_COMMON_APPDATA, nullptr, SHGFP_TYPE_CURRENT, path.data()) != S_OK)
        return std::nullopt;
    path.resize(std::wcslen(path.c_str()));
    return std::filesystem::path(path) / "central-oauth";
}

const char* settingsVariable() noexcept {
    return "APPDATA";
}

void raiseFileLimit() noexcept {} // sockets do not count as files on Windows

std::size_t openFileLimit() noexcept {
    return 2000 + 128; // connections, and what else a service opens
}

void exitImmediately(int exitCode) noexcept {
    reportServiceEnd(exitCode);
    TerminateProcess(GetCurrentProcess(), static_cast<UINT>(exitCode));
    std::abort();
}

} // namespace central_oauth::platform
