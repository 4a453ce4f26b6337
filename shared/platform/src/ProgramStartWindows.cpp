// SPDX-License-Identifier: Apache-2.0
// ProgramStart by the shell. Windows.
#include "central_oauth/platform/ProgramStart.h"

#include <filesystem>
// clang-format off
#include <windows.h>
#include <shellapi.h> // needs types of windows.h
// clang-format on

namespace central_oauth::platform {

std::string systemOpener() {
    return "open"; // the shell's verb; startApart needs no program
}

bool startApart(std::vector<std::string> command, std::string_view) {
    const auto& last = command.back();
    const std::wstring wide = std::filesystem::path(std::u8string(last.begin(), last.end())).wstring();
    const HINSTANCE result = ShellExecuteW(nullptr, L"open", wide.c_str(), nullptr, nullptr, SW_SHOWNORMAL);
    return reinterpret_cast<INT_PTR>(result) > 32; // as documented
}

} // namespace central_oauth::platform
