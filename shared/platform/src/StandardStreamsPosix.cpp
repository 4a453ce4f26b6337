// SPDX-License-Identifier: Apache-2.0
// Standard streams by their descriptors. POSIX.
#include "Handle.h"
#include "central_oauth/platform/StandardStreams.h"

#include <algorithm>
#include <fcntl.h>
#include <poll.h>

namespace central_oauth::platform {

namespace {

// Blocks until a write would succeed. Returns false if `isInterrupted` becomes true first.
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

void prepareStreams() {
    // open uses the lowest free number.
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

bool isTerminal(StandardStream stream) noexcept {
    return ::isatty(static_cast<int>(stream)) == 1;
}

std::error_code writeOutput(std::string_view text, const std::function<bool()>& isInterrupted) {
    constexpr std::size_t whole = 4096; // PIPE_BUF of Linux: a pipe accepts that much at once or not at all
    while (!text.empty()) {
        if (isInterrupted && !awaitReader(isInterrupted))
            return std::make_error_code(std::errc::interrupted);
        const auto count = ::write(STDOUT_FILENO, text.data(), std::min(text.size(), whole));
        if (count >= 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (errno == EAGAIN && !isInterrupted)
            // Another process with the same terminal or pipe has made it non-blocking.
            static_cast<void>(awaitReader({}));
        else if (errno != EAGAIN && errno != EINTR)
            return lastError();
    }
    return {};
}

std::error_code checkOutput() noexcept {
    // Closes a copy: the number must not become free for another file.
    const int copy = ::dup(STDOUT_FILENO);
    return copy < 0 || ::close(copy) != 0 ? lastError() : std::error_code();
}

} // namespace central_oauth::platform
