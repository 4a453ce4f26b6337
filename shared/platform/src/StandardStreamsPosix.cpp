// SPDX-License-Identifier: Apache-2.0
// Standard streams by their descriptors. POSIX.
#include "Handle.h"
#include "central_oauth/platform/StandardStreams.h"

#include <algorithm>
#include <fcntl.h>
#include <poll.h>

namespace central_oauth::platform {

namespace {

// Waits until a write would not block. Returns false if `isInterrupted` holds before.
bool awaitReader(const std::function<bool()>& isInterrupted) {
    constexpr int lookAgainAfter = 50; // milliseconds
    for (;;) {
        pollfd wanted{STDOUT_FILENO, POLLOUT, 0};
        if (::poll(&wanted, 1, isInterrupted ? lookAgainAfter : -1) > 0)
            return true;
        if (isInterrupted && isInterrupted())
            return false;
    }
}

} // namespace

void occupyClosedStreams() {
    // open takes the lowest number that is free.
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

bool isTerminal(StandardStream stream) noexcept {
    return ::isatty(static_cast<int>(stream)) == 1;
}

std::error_code writeOutput(std::string_view text, const std::function<bool()>& isInterrupted) {
    constexpr std::size_t whole = 4096; // PIPE_BUF of Linux: a pipe takes that much at once, or nothing
    while (!text.empty()) {
        if (isInterrupted && !awaitReader(isInterrupted))
            return std::make_error_code(std::errc::interrupted);
        const auto count = ::write(STDOUT_FILENO, text.data(), std::min(text.size(), whole));
        if (count >= 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (errno == EAGAIN && !isInterrupted)
            // Another process that shares the terminal or the pipe has made it non-blocking.
            static_cast<void>(awaitReader({}));
        else if (errno != EAGAIN && errno != EINTR)
            return lastError();
    }
    return {};
}

std::error_code checkOutput() noexcept {
    // A copy is closed: the number must not become free for a file that is opened later.
    const int copy = ::dup(STDOUT_FILENO);
    return copy < 0 || ::close(copy) != 0 ? lastError() : std::error_code();
}

} // namespace central_oauth::platform
