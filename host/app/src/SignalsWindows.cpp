// SPDX-License-Identifier: Apache-2.0
// Console control events in place of signals. Windows.
#include "central_oauth/app/Signals.h"

#include <cstdlib>
#include <limits>
#include <windows.h>

namespace central_oauth::app {

namespace {

HANDLE stopEvent() {
    static const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    return event;
}

BOOL WINAPI onControl(DWORD) {
    SetEvent(stopEvent());
    return TRUE;
}

} // namespace

void blockSignals() {
    SetConsoleCtrlHandler(onControl, TRUE);
}

void letSignalsEnd() {
    SetConsoleCtrlHandler(onControl, FALSE);
}

std::intptr_t stopHandle() {
    return reinterpret_cast<std::intptr_t>(stopEvent());
}

Wake waitForWake() {
    WaitForSingleObject(stopEvent(), INFINITE);
    return {Wake::Kind::stop, "console event"};
}

void raiseFileLimit() {} // sockets are not counted there

std::size_t openFileLimit() {
    return std::numeric_limits<std::size_t>::max();
}

void exitImmediately(int exitCode) {
    TerminateProcess(GetCurrentProcess(), static_cast<UINT>(exitCode));
    std::abort();
}

void notifyServiceManager(ServiceState) {}

bool hasServiceManager() {
    return false;
}

std::optional<std::chrono::milliseconds> watchdogTime() {
    return std::nullopt;
}

void waitForStop(std::chrono::seconds atMost) {
    WaitForSingleObject(stopEvent(), static_cast<DWORD>(std::chrono::milliseconds(atMost).count()));
}

} // namespace central_oauth::app
