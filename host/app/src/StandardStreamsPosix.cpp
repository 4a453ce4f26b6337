// SPDX-License-Identifier: Apache-2.0
// Standard streams by their descriptors. POSIX.
#include "central_oauth/app/StandardStreams.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <poll.h>
#include <strings.h>
#include <system_error>
#include <unistd.h>

namespace central_oauth::app {

namespace {

[[noreturn]] void failOutput() {
    throw OutputError("standard output can't be written: " +
                      std::error_code(errno, std::generic_category()).message());
}

// A signal that is held back ends the wait, and whoever holds it back decides what follows.
void awaitReader() {
    constexpr int lookAgainAfter = 50; // milliseconds
    for (;;) {
        pollfd wanted{STDOUT_FILENO, POLLOUT, 0};
        if (::poll(&wanted, 1, lookAgainAfter) > 0)
            return;
        sigset_t pending;
        sigemptyset(&pending);
        sigpending(&pending);
        for (const int number : {SIGINT, SIGTERM, SIGHUP})
            if (sigismember(&pending, number) == 1)
                throw OutputError("standard output was not read before the command was interrupted");
    }
}

} // namespace

void occupyClosedStreams() {
    // open takes the lowest number that is free.
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

void writeResult(std::string_view text) {
    constexpr std::size_t whole = 4096; // what a pipe that is ready takes without waiting
    while (!text.empty()) {
        awaitReader();
        const auto count = ::write(STDOUT_FILENO, text.data(), std::min(text.size(), whole));
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (count < 0)
            failOutput();
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void finishResult() {
    // A copy is closed: the number must not become free for a file that is opened later.
    const int copy = ::dup(STDOUT_FILENO);
    if (copy < 0 || ::close(copy) != 0)
        failOutput();
}

bool canAsk() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

bool askYesOrNo(const std::string& question) {
    std::cerr << question << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (std::cin.eof())
        std::cerr << '\n';
    return ::strcasecmp(answer.c_str(), "y") == 0 || ::strcasecmp(answer.c_str(), "yes") == 0;
}

} // namespace central_oauth::app
