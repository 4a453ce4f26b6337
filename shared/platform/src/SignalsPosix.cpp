// SPDX-License-Identifier: Apache-2.0
// Signals by pthread_sigmask(3), sigwait(3) and sigpending(2). POSIX.
#include "central_oauth/base/Thread.h"
#include "central_oauth/platform/Process.h"
#include "central_oauth/platform/Signals.h"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <initializer_list>
#include <pthread.h>
#include <sys/time.h>
#include <utility>

namespace central_oauth::platform {

namespace {

// Wakes the thread of a StartWatch; only that thread blocks it.
constexpr int wakeSignal = SIGUSR1;

sigset_t setOf(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : numbers)
        sigaddset(&set, number);
    return set;
}

sigset_t handledSignals() {
    return setOf({SIGTERM, SIGINT, SIGHUP});
}

void onTimeIsUp(int) {
    exitImmediately(EXIT_SUCCESS);
}

// A log that blocks must not keep the process alive.
void leaveInHalfASecond() {
    std::signal(SIGALRM, onTimeIsUp);
    itimerval timer{};
    timer.it_value.tv_usec = 500'000;
    setitimer(ITIMER_REAL, &timer, nullptr);
}

} // namespace

void blockSignals() {
    const auto set = handledSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // the store reports a limit of file sizes
}

void letSignalsEnd() {
    const auto set = handledSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool isSignalPending() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
           sigismember(&pending, SIGHUP) == 1;
}

Wake waitForWake() {
    const auto set = handledSignals();
    for (;;) {
        int number = 0;
        sigwait(&set, &number);
        if (number == SIGTERM)
            return {Wake::Kind::stop, "SIGTERM"};
        if (number == SIGINT)
            return {Wake::Kind::stop, "SIGINT"};
        if (number == SIGHUP)
            return {Wake::Kind::reload, "SIGHUP"};
    }
}

void waitForStop(std::chrono::seconds atMost) {
    const auto set = setOf({SIGTERM, SIGINT});
    const timespec time{static_cast<std::time_t>(atMost.count()), 0};
    sigtimedwait(&set, nullptr, &time);
}

StartWatch::StartWatch(std::function<void(const char* by)> onStop) : _onStop(std::move(onStop)) {
    // The new thread inherits the mask. An unblocked wake-up would end the process.
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
    exitImmediately(EXIT_SUCCESS);
}

} // namespace central_oauth::platform
