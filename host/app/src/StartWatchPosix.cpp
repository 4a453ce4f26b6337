// SPDX-License-Identifier: Apache-2.0
// StartWatch by sigwait(3) on a thread of its own. POSIX.
#include "central_oauth/app/CommandLine.h"
#include "central_oauth/app/StartWatch.h"
#include "central_oauth/base/Thread.h"

#include <csignal>
#include <pthread.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace central_oauth::app {

namespace {

// Wakes the watching thread; blocked in that thread only.
constexpr int wakeSignal = SIGUSR1;

sigset_t setOf(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : numbers)
        sigaddset(&set, number);
    return set;
}

void onTimeIsUp(int) {
    _exit(exitOk);
}

// A log that takes no line must not keep the process alive.
void leaveInHalfASecond() {
    std::signal(SIGALRM, onTimeIsUp);
    itimerval timer{};
    timer.it_value.tv_usec = 500'000;
    setitimer(ITIMER_REAL, &timer, nullptr);
}

} // namespace

StartWatch::StartWatch(std::function<void(const char* by)> onStop) : _onStop(std::move(onStop)) {
    // The new thread inherits the mask. It must not meet the wake-up unblocked, which would end the process.
    const auto wake = setOf({wakeSignal});
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &wake, &before);
    try {
        _thread = base::startThread("start watch", [this] { run(); });
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

StartWatch::~StartWatch() {
    end();
}

void StartWatch::end() noexcept {
    if (!_thread.joinable())
        return;
    pthread_kill(_thread.native_handle(), wakeSignal);
    _thread.join();
}

void StartWatch::run() {
    const auto set = setOf({SIGTERM, SIGINT, wakeSignal});
    for (;;) {
        int number = 0;
        sigwait(&set, &number);
        if (number == wakeSignal)
            return;
        if (number == SIGTERM)
            leave("SIGTERM");
        if (number == SIGINT)
            leave("SIGINT");
    }
}

void StartWatch::leave(const char* by) {
    leaveInHalfASecond();
    _onStop(by);
    _exit(exitOk);
}

} // namespace central_oauth::app
