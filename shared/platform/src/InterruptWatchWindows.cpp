// SPDX-License-Identifier: Apache-2.0
// InterruptWatch by console control events. Windows.
#include "central_oauth/platform/InterruptWatch.h"

#include <atomic>
#include <utility>
#include <windows.h>

namespace central_oauth::platform {

namespace {

// The console calls back on a thread of its own, without an argument.
std::atomic<const std::function<void()>*> watched{nullptr};

BOOL WINAPI onConsoleEvent(DWORD) {
    const auto* onInterrupt = watched.exchange(nullptr);
    if (onInterrupt == nullptr) { // the second time: as a shell reports SIGINT
        ::TerminateProcess(::GetCurrentProcess(), 130);
        return FALSE;
    }
    (*onInterrupt)();
    return TRUE;
}

} // namespace

struct InterruptWatch::State {
    explicit State(std::function<void()> callback) : onInterrupt(std::move(callback)) {
        watched = &onInterrupt;
        SetConsoleCtrlHandler(onConsoleEvent, TRUE);
    }
    ~State() {
        SetConsoleCtrlHandler(onConsoleEvent, FALSE);
        watched = nullptr;
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    std::function<void()> onInterrupt;
};

InterruptWatch::InterruptWatch(std::function<void()> onInterrupt)
    : _state(std::make_unique<State>(std::move(onInterrupt))) {}

InterruptWatch::~InterruptWatch() = default;

} // namespace central_oauth::platform
