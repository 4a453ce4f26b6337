// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX and Windows): the terminal's echo, and reading byte by byte.
#include "central_oauth/cli/ConsoleInput.h"

#include "central_oauth/cli/Failure.h"

#include <cerrno>
#include <chrono>
#include <thread>

#if defined(_WIN32)
#include <windows.h>

#include <Poco/UnicodeConverter.h>
#else
#include <termios.h>
#include <unistd.h>
#endif

namespace central_oauth::cli {

namespace {

constexpr std::size_t longestLine = 64 * 1024;

#if defined(_WIN32)

// Hides what is typed while it exists.
class EchoGuard {
public:
    explicit EchoGuard(bool hidden) {
        _changed = hidden && GetConsoleMode(_input, &_before) != 0 &&
                   SetConsoleMode(_input, _before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT)) != 0;
    }
    EchoGuard(const EchoGuard&) = delete;
    EchoGuard& operator=(const EchoGuard&) = delete;
    ~EchoGuard() {
        if (_changed)
            SetConsoleMode(_input, _before);
    }

private:
    HANDLE _input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD _before = 0;
    bool _changed = false;
};

// A console speaks UTF-16 and is read by its own call.
bool readUnit(bool isConsole, std::wstring& wide, std::string& narrow, bool& lineEnds) {
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
        narrow += byte;
    return true;
}

std::optional<std::string> readLine() {
    DWORD mode = 0;
    const bool isConsole = GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) != 0;
    std::wstring wide;
    std::string narrow;
    bool lineEnds = false;
    while (!lineEnds && wide.size() + narrow.size() < longestLine)
        if (!readUnit(isConsole, wide, narrow, lineEnds)) {
            if (wide.empty() && narrow.empty())
                return std::nullopt;
            break;
        }
    if (isConsole)
        Poco::UnicodeConverter::convert(wide, narrow);
    return narrow;
}

#else

// Hides what is typed while it exists; what was typed before is thrown away with TCSAFLUSH, as it was shown.
class EchoGuard {
public:
    explicit EchoGuard(bool hidden) {
        if (!hidden || tcgetattr(STDIN_FILENO, &_before) != 0)
            return;
        termios silent = _before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        _changed = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    EchoGuard(const EchoGuard&) = delete;
    EchoGuard& operator=(const EchoGuard&) = delete;
    ~EchoGuard() {
        if (_changed)
            tcsetattr(STDIN_FILENO, TCSANOW, &_before);
    }

private:
    termios _before{};
    bool _changed = false;
};

std::optional<std::string> readLine() {
    std::string line;
    while (line.size() < longestLine) {
        char byte = 0;
        const ssize_t count = read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return line.empty() ? std::nullopt : std::optional(line);
        if (byte == '\n')
            break;
        line += byte;
    }
    return line;
}

#endif

struct Reading {
    std::optional<std::string> line;
    bool done = false; ///< guarded by the stop request's mutex
};

} // namespace

std::optional<std::string> readConsoleLine(const std::shared_ptr<StopRequest>& stop, bool hidden,
                                           const std::function<void()>& ready) {
    const EchoGuard guard(hidden);
    ready();
    const auto reading = std::make_shared<Reading>();
    // A read can't be ended from outside on every system, so it is left alone instead.
    std::thread([reading, stop] {
        std::optional<std::string> line = readLine();
        stop->wake([&] {
            reading->line = std::move(line);
            reading->done = true;
        });
    }).detach();
    constexpr std::chrono::hours patience{24};
    if (!stop->waitUntil(std::chrono::steady_clock::now() + patience, [&] { return reading->done; }))
        throw Interrupted();
    std::optional<std::string> line = std::move(reading->line);
    if (line && !line->empty() && line->back() == '\r')
        line->pop_back();
    return line;
}

} // namespace central_oauth::cli
