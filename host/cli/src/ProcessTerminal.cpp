// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX and Windows): what the process's standard error is connected to.
#include "central_oauth/cli/Terminal.h"

#include <Poco/Environment.h>

#if defined(_WIN32)
#include <io.h>
#include <windows.h>
#else
#include <csignal>
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace central_oauth::cli {

#if defined(_WIN32)

Terminal::Traits prepareTerminal() {
    SetConsoleOutputCP(CP_UTF8);
    Terminal::Traits traits;
    CONSOLE_SCREEN_BUFFER_INFO info{};
    traits.interactive =
        _isatty(2) != 0 && GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &info) != 0;
    if (traits.interactive)
        traits.columns = static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
    return traits;
}

#else

Terminal::Traits prepareTerminal() {
    std::signal(SIGPIPE, SIG_IGN);
    Terminal::Traits traits;
    traits.interactive = isatty(STDERR_FILENO) == 1 && Poco::Environment::get("TERM", "dumb") != "dumb";
    winsize size{};
    if (traits.interactive && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        traits.columns = size.ws_col;
    return traits;
}

#endif

} // namespace central_oauth::cli
