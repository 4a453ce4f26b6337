// SPDX-License-Identifier: Apache-2.0
// Console by termios(3). POSIX.
#include "central_oauth/platform/Console.h"
#include "central_oauth/platform/StandardStreams.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace central_oauth::platform {

Display prepareConsole() {
    std::signal(SIGPIPE, SIG_IGN);
    Display display;
    const char* const kind = std::getenv("TERM");
    display.isRewritable =
        isTerminal(StandardStream::error) && kind != nullptr && std::string_view(kind) != "dumb";
    display.hasColours = display.isRewritable;
    winsize size{};
    if (display.isRewritable && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        display.columns = size.ws_col;
    return display;
}

struct HiddenInput::State {
    termios before{};
};

// TCSAFLUSH discards earlier input, which was echoed.
HiddenInput::HiddenInput(bool isWanted) {
    State state;
    if (!isWanted || tcgetattr(STDIN_FILENO, &state.before) != 0)
        return;
    termios silent = state.before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    auto changed = std::make_unique<State>(state);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0)
        _changed = std::move(changed);
}

HiddenInput::~HiddenInput() {
    if (_changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &_changed->before);
}

std::optional<std::string> readInputLine(std::size_t longest) {
    std::string line;
    while (line.size() < longest) {
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

} // namespace central_oauth::platform
