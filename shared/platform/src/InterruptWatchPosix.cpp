// SPDX-License-Identifier: Apache-2.0
// InterruptWatch by a signal handler that writes into a pipe. POSIX.
#include "Handle.h"
#include "central_oauth/platform/InterruptWatch.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <thread>
#include <utility>

namespace central_oauth::platform {

namespace {

constexpr std::array<int, 3> watchedSignals{SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t wakePipe = -1;

// Only async-signal-safe calls; the thread at the other end of the pipe does the rest.
void onSignal(int) {
    const int error = errno;
    const char byte = 's';
    const ssize_t written = write(wakePipe, &byte, 1);
    static_cast<void>(written); // a full pipe already requests a stop
    errno = error;
}

} // namespace

struct InterruptWatch::State {
    explicit State(std::function<void()> callback) : onInterrupt(std::move(callback)) {
        if (pipe(ends.data()) != 0)
            throw std::system_error(lastError(), "pipe");
        for (const int end : ends) // the browser inherits none; macOS lacks pipe2
            fcntl(end, F_SETFD, FD_CLOEXEC);
        wakePipe = ends[1];
        for (std::size_t i = 0; i < watchedSignals.size(); ++i)
            install(i);
        // Last, because its end restores the handlers; a signal until then waits in the pipe.
        thread = std::thread([this] { watch(); });
    }

    ~State() {
        restore();
        const char byte = 'q';
        if (write(ends[1], &byte, 1) == 1)
            thread.join();
        else
            thread.detach();
        close(ends[0]);
        close(ends[1]);
    }

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void install(std::size_t index) {
        sigaction(watchedSignals[index], nullptr, &previous[index]);
        // Keeps ignored signals ignored: nohup, or a background job of a plain shell.
        if (previous[index].sa_handler == SIG_IGN)
            return;
        struct sigaction action {};
        action.sa_handler = onSignal;
        action.sa_flags = SA_RESTART;
        sigaction(watchedSignals[index], &action, nullptr);
    }

    void restore() {
        for (std::size_t i = 0; i < watchedSignals.size(); ++i)
            sigaction(watchedSignals[i], &previous[i], nullptr);
    }

    void watch() {
        char byte = 0;
        ssize_t count = 0;
        do {
            count = read(ends[0], &byte, 1);
        } while (count < 0 && errno == EINTR);
        if (count != 1 || byte != 's')
            return;
        restore();
        onInterrupt();
    }

    std::function<void()> onInterrupt;
    std::array<int, 2> ends{-1, -1};
    std::array<struct sigaction, watchedSignals.size()> previous{};
    std::thread thread;
};

InterruptWatch::InterruptWatch(std::function<void()> onInterrupt)
    : _state(std::make_unique<State>(std::move(onInterrupt))) {}

InterruptWatch::~InterruptWatch() = default;

} // namespace central_oauth::platform
