// SPDX-License-Identifier: Apache-2.0
// Console control events in place of signals. Windows.
#include "central_oauth/base/Thread.h"
#include "central_oauth/platform/Process.h"
#include "central_oauth/platform/Signals.h"

#include <array>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <windows.h>

namespace central_oauth::platform {

namespace {

HANDLE stopEvent() {
    static const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    return event;
}

BOOL WINAPI onControl(DWORD) {
    SetEvent(stopEvent());
    return TRUE;
}

HANDLE handleOf(std::intptr_t value) {
    return reinterpret_cast<HANDLE>(value);
}

} // namespace

void blockSignals() {
    SetConsoleCtrlHandler(onControl, TRUE);
}

void letSignalsEnd() {
    SetConsoleCtrlHandler(onControl, FALSE);
}

bool isSignalPending() {
    return WaitForSingleObject(stopEvent(), 0) == WAIT_OBJECT_0;
}

Wake waitForWake() {
    WaitForSingleObject(stopEvent(), INFINITE);
    return {Wake::Kind::stop, "console event"};
}

void waitForStop(std::chrono::seconds atMost) {
    WaitForSingleObject(stopEvent(), static_cast<DWORD>(std::chrono::milliseconds(atMost).count()));
}

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
    const std::array events{stopEvent(), handleOf(_endEvent)};
    if (WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE, INFINITE) ==
        WAIT_OBJECT_0)
        leave("console event");
}

void StartWatch::leave(const char* by) {
    // A log that blocks must not keep the process alive.
    std::thread([] {
        Sleep(500);
        exitImmediately(EXIT_SUCCESS);
    }).detach();
    _onStop(by);
    exitImmediately(EXIT_SUCCESS);
}

} // namespace central_oauth::platform
