// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX and Windows): Ctrl-C and its relatives become a stop request.
#include "central_oauth/cli/StopRequest.h"

#if defined(_WIN32)
#include <atomic>
#include <windows.h>
#else
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#endif

namespace central_oauth::cli {

#if defined(_WIN32)

namespace {

// The console calls back on a thread of its own, without an argument.
std::atomic<StopRequest*> watched{nullptr};

BOOL WINAPI onConsoleEvent(DWORD) {
    StopRequest* stop = watched.exchange(nullptr);
    if (stop == nullptr)
        return FALSE; // the second time: what Windows does by itself
    stop->request();
    return TRUE;
}

} // namespace

struct SignalWatch::Platform {
    explicit Platform(std::shared_ptr<StopRequest> request) : stop(std::move(request)) {
        watched = stop.get();
        SetConsoleCtrlHandler(onConsoleEvent, TRUE);
    }
    ~Platform() {
        SetConsoleCtrlHandler(onConsoleEvent, FALSE);
        watched = nullptr;
    }
    std::shared_ptr<StopRequest> stop;
};

#else

namespace {

constexpr std::array<int, 3> watchedSignals{SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t wakePipe = -1;

// Only async-signal-safe calls; the thread at the pipe's other end does the rest.
void onSignal(int) {
    const int error = errno;
    const char byte = 's';
    const ssize_t written = write(wakePipe, &byte, 1);
    static_cast<void>(written); // a full pipe holds a stop already
    errno = error;
}

} // namespace

struct SignalWatch::Platform {
    explicit Platform(std::shared_ptr<StopRequest> request) : stop(std::move(request)) {
        if (pipe(ends.data()) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe");
        for (const int end : ends) // the browser gets none; macOS has no pipe2
            fcntl(end, F_SETFD, FD_CLOEXEC);
        wakePipe = ends[1];
        for (std::size_t i = 0; i < watchedSignals.size(); ++i)
            install(i);
        // Last, as it restores what was installed; a signal until then waits in the pipe.
        thread = std::thread([this] { watch(); });
    }

    ~Platform() {
        restore();
        const char byte = 'q';
        if (write(ends[1], &byte, 1) == 1)
            thread.join();
        else
            thread.detach();
        close(ends[0]);
        close(ends[1]);
    }

    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;

    void install(std::size_t index) {
        sigaction(watchedSignals[index], nullptr, &previous[index]);
        // Ignored signals stay ignored: nohup, or a job in the background of a plain shell.
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
        stop->request();
    }

    std::shared_ptr<StopRequest> stop;
    std::array<int, 2> ends{-1, -1};
    std::array<struct sigaction, watchedSignals.size()> previous{};
    std::thread thread;
};

#endif

SignalWatch::SignalWatch(std::shared_ptr<StopRequest> stop)
    : _platform(std::make_unique<Platform>(std::move(stop))) {}

SignalWatch::~SignalWatch() = default;

} // namespace central_oauth::cli
