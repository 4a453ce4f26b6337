// SPDX-License-Identifier: Apache-2.0
// Console events and requests of the service manager in place of signals. Windows.
#include "Wakes.h"
#include "central_oauth/base/Thread.h"
#include "central_oauth/platform/Process.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <windows.h>

namespace central_oauth::platform {

namespace {

// What was asked for, and by what.
struct Request {
    explicit Request(BOOL staysSet) : event(CreateEventW(nullptr, staysSet, FALSE, nullptr)) {}
    HANDLE event;
    std::atomic<const char*> by{"console event"};
};

Request& stopRequest() {
    static Request request(TRUE);
    return request;
}

Request& reloadRequest() {
    static Request request(FALSE);
    return request;
}

const char* nameOf(DWORD control) {
    switch (control) {
    case CTRL_C_EVENT:
        return "Ctrl-C";
    case CTRL_BREAK_EVENT:
        return "Ctrl-Break";
    case CTRL_CLOSE_EVENT:
        return "closed console";
    default:
        return "system shutdown";
    }
}

BOOL WINAPI onControl(DWORD control) {
    // Each service gets this event when any user logs off.
    if (control == CTRL_LOGOFF_EVENT)
        return TRUE;
    requestWake(Wake::Kind::stop, nameOf(control));
    // Windows ends the process as soon as this returns, or after some seconds.
    if (control == CTRL_CLOSE_EVENT || control == CTRL_SHUTDOWN_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

HANDLE handleOf(std::intptr_t value) {
    return reinterpret_cast<HANDLE>(value);
}

} // namespace

void requestWake(Wake::Kind kind, const char* by) noexcept {
    auto& request = kind == Wake::Kind::stop ? stopRequest() : reloadRequest();
    request.by = by;
    SetEvent(request.event);
}

void blockSignals() {
    SetConsoleCtrlHandler(onControl, TRUE);
}

void letSignalsEnd() {
    SetConsoleCtrlHandler(onControl, FALSE);
}

bool isSignalPending() {
    return WaitForSingleObject(stopRequest().event, 0) == WAIT_OBJECT_0;
}

Wake waitForWake() {
    const std::array events{stopRequest().event, reloadRequest().event};
    const DWORD woken =
        WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE, INFINITE);
    if (woken == WAIT_OBJECT_0 + 1)
        return {Wake::Kind::reload, reloadRequest().by};
    return {Wake::Kind::stop, stopRequest().by};
}

void waitForStop(std::chrono::seconds atMost) {
    WaitForSingleObject(stopRequest().event, static_cast<DWORD>(std::chrono::milliseconds(atMost).count()));
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
    const std::array events{stopRequest().event, handleOf(_endEvent)};
    if (WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE, INFINITE) ==
        WAIT_OBJECT_0)
        leave(stopRequest().by);
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
