// SPDX-License-Identifier: Apache-2.0
// StartWatch by the event that console control sets. Windows.
#include "central_oauth/app/CommandLine.h"
#include "central_oauth/app/Signals.h"
#include "central_oauth/app/StartWatch.h"
#include "central_oauth/base/Thread.h"

#include <array>
#include <system_error>
#include <utility>
#include <windows.h>

namespace central_oauth::app {

namespace {

HANDLE handleOf(std::intptr_t value) {
    return reinterpret_cast<HANDLE>(value);
}

} // namespace

StartWatch::StartWatch(std::function<void(const char* by)> onStop) : _onStop(std::move(onStop)) {
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (event == nullptr)
        throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), "CreateEvent");
    _endEvent = reinterpret_cast<std::intptr_t>(event);
    try {
        _thread = base::startThread("start watch", [this] { run(); });
    } catch (...) {
        CloseHandle(event);
        throw;
    }
}

StartWatch::~StartWatch() {
    end();
    CloseHandle(handleOf(_endEvent));
}

void StartWatch::end() noexcept {
    if (!_thread.joinable())
        return;
    SetEvent(handleOf(_endEvent));
    _thread.join();
}

void StartWatch::run() {
    const std::array events{handleOf(stopHandle()), handleOf(_endEvent)};
    if (WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE, INFINITE) ==
        WAIT_OBJECT_0)
        leave("console event");
}

void StartWatch::leave(const char* by) {
    // A log that takes no line must not keep the process alive.
    std::thread([] {
        Sleep(500);
        exitImmediately(exitOk);
    }).detach();
    _onStop(by);
    exitImmediately(exitOk);
}

} // namespace central_oauth::app
