// SPDX-License-Identifier: Apache-2.0
// Console by console modes and ReadConsoleW, which returns UTF-16. Windows.
#include "Text.h"
#include "central_oauth/platform/Console.h"
#include "central_oauth/platform/StandardStreams.h"

#include <utility>
#include <windows.h>

namespace central_oauth::platform {

namespace {

// Reading a console needs a call of its own.
bool readUnit(bool isConsole, std::wstring& wide, std::string& bytes, bool& lineEnds) {
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD count = 0;
    if (isConsole) {
        wchar_t unit = 0;
        if (ReadConsoleW(input, &unit, 1, &count, nullptr) == 0 || count == 0 || unit == 0x1a)
            return false;
        lineEnds = unit == L'\n';
        if (!lineEnds)
            wide += unit;
        return true;
    }
    char byte = 0;
    if (ReadFile(input, &byte, 1, &count, nullptr) == 0 || count == 0)
        return false;
    lineEnds = byte == '\n';
    if (!lineEnds)
        bytes += byte;
    return true;
}

} // namespace

Display prepareConsole() {
    SetConsoleOutputCP(CP_UTF8);
    Display display;
    const HANDLE console = GetStdHandle(STD_ERROR_HANDLE);
    CONSOLE_SCREEN_BUFFER_INFO info{};
    display.isRewritable =
        isTerminal(StandardStream::error) && GetConsoleScreenBufferInfo(console, &info) != 0;
    if (display.isRewritable)
        display.columns = static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
    // Consoles before Windows 10 refuse this mode and would print the codes.
    DWORD mode = 0;
    display.hasColours = display.isRewritable && GetConsoleMode(console, &mode) != 0 &&
                         SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
    return display;
}

struct HiddenInput::State {
    DWORD before = 0;
};

HiddenInput::HiddenInput(bool isWanted) {
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    State state;
    if (!isWanted || GetConsoleMode(input, &state.before) == 0)
        return;
    auto changed = std::make_unique<State>(state);
    if (SetConsoleMode(input, state.before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT)) != 0)
        _changed = std::move(changed);
}

HiddenInput::~HiddenInput() {
    if (_changed)
        SetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), _changed->before);
}

std::optional<std::string> readInputLine(std::size_t longest) {
    DWORD mode = 0;
    const bool isConsole = GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) != 0;
    std::wstring wide;
    std::string bytes;
    bool lineEnds = false;
    while (!lineEnds && wide.size() + bytes.size() < longest)
        if (!readUnit(isConsole, wide, bytes, lineEnds)) {
            if (wide.empty() && bytes.empty())
                return std::nullopt;
            break;
        }
    return isConsole ? narrow(wide) : bytes;
}

} // namespace central_oauth::platform
