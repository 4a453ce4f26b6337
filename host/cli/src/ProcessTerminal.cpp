// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX and Windows): what the process's standard streams are connected to.
#include "central_oauth/cli/Terminal.h"

#include <Poco/Environment.h>

#if defined(_WIN32)
#include <io.h>
#include <windows.h>
#else
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace central_oauth::cli {

namespace {

// https://no-color.org/: when it is set to anything.
bool refusesColours() {
    return !Poco::Environment::get("NO_COLOR", "").empty();
}

} // namespace

#if defined(_WIN32)

Terminal::Traits prepareTerminal() {
    SetConsoleOutputCP(CP_UTF8);
    Terminal::Traits traits;
    CONSOLE_SCREEN_BUFFER_INFO info{};
    traits.interactive =
        _isatty(2) != 0 && GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &info) != 0;
    if (traits.interactive)
        traits.columns = static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
    traits.typed = _isatty(0) != 0;
    traits.answers = traits.typed && traits.interactive;
    // Consoles older than Windows 10 refuse the mode, and would show the codes.
    const HANDLE console = GetStdHandle(STD_ERROR_HANDLE);
    DWORD mode = 0;
    traits.coloured = traits.interactive && !refusesColours() && GetConsoleMode(console, &mode) != 0 &&
                      SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
    return traits;
}

void occupyClosedStreams() {}

bool outputArrived() {
    const int copy = _dup(1);
    return copy >= 0 && _close(copy) == 0;
}

#else

void occupyClosedStreams() {
    // open takes the lowest number that is free.
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            static_cast<void>(open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

bool outputArrived() {
    const int copy = dup(STDOUT_FILENO);
    return copy >= 0 && close(copy) == 0;
}

Terminal::Traits prepareTerminal() {
    std::signal(SIGPIPE, SIG_IGN);
    Terminal::Traits traits;
    const bool isWatched = isatty(STDERR_FILENO) == 1;
    traits.typed = isatty(STDIN_FILENO) == 1;
    traits.answers = traits.typed && isWatched;
    traits.interactive = isWatched && Poco::Environment::get("TERM", "dumb") != "dumb";
    traits.coloured = traits.interactive && !refusesColours();
    winsize size{};
    if (traits.interactive && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        traits.columns = size.ws_col;
    return traits;
}

#endif

} // namespace central_oauth::cli
