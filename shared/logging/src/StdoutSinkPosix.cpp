// SPDX-License-Identifier: Apache-2.0
// StdoutSink by write(2). POSIX.
#include "central_oauth/logging/LogSink.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace central_oauth::logging {

void StdoutSink::write(std::string_view line) {
    constexpr std::size_t whole = 4096; // PIPE_BUF of Linux: a pipe takes that much at once, or nothing
    const std::lock_guard hold(_mutex);
    while (!line.empty()) {
        const auto count = ::write(STDOUT_FILENO, line.data(), std::min(line.size(), whole));
        if (count >= 0) {
            line.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            // Another process that shares the terminal or the pipe has made it non-blocking.
            pollfd wanted{STDOUT_FILENO, POLLOUT, 0};
            (void)::poll(&wanted, 1, -1);
        } else if (errno != EINTR) {
            return;
        }
    }
}

} // namespace central_oauth::logging
