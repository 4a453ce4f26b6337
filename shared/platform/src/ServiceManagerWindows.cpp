// SPDX-License-Identifier: Apache-2.0
// The service control manager, and the event log. Windows.
#include "ServiceEnd.h"
#include "Text.h"
#include "Wakes.h"
#include "central_oauth/platform/ServiceManager.h"

#include <atomic>

namespace central_oauth::platform {

namespace {

constexpr DWORD stateWait = 30'000; // milliseconds until the next report
constexpr const wchar_t* eventSource = L"central-oauthd";

// Null unless the service manager started this process.
std::atomic<SERVICE_STATUS_HANDLE> service{nullptr};
std::atomic<DWORD> lastState{SERVICE_START_PENDING};

void report(DWORD state, int exitCode = 0) noexcept {
    const SERVICE_STATUS_HANDLE handle = service;
    if (handle == nullptr)
        return;
    lastState = state;
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE;
    status.dwWin32ExitCode = exitCode == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = static_cast<DWORD>(exitCode);
    const bool isPending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
    status.dwWaitHint = isPending ? stateWait : 0;
    ::SetServiceStatus(handle, &status);
}

DWORD WINAPI onControl(DWORD control, DWORD, void*, void*) {
    switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
        report(SERVICE_STOP_PENDING);
        requestWake(Wake::Kind::stop, control == SERVICE_CONTROL_STOP ? "service stop" : "system shutdown");
        return NO_ERROR;
    case SERVICE_CONTROL_PARAMCHANGE:
        requestWake(Wake::Kind::reload, "service paramchange");
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        report(lastState);
        return NO_ERROR;
    default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

} // namespace

const bool hasServiceOptions = true;

void joinServiceManager() {
    // Replaces Poco's handler, which knows no reload. The name is ignored: the process is one service.
    service = ::RegisterServiceCtrlHandlerExW(L"", onControl, nullptr);
    report(SERVICE_START_PENDING);
}

void notifyServiceManager(ServiceState state) {
    if (state == ServiceState::ready)
        report(SERVICE_RUNNING);
    else if (state == ServiceState::stopping)
        report(SERVICE_STOP_PENDING);
}

void reportServiceEnd(int exitCode) noexcept {
    report(SERVICE_STOPPED, exitCode);
}

bool hasServiceManager() {
    return service != nullptr;
}

std::optional<std::chrono::milliseconds> watchdogTime() {
    return std::nullopt;
}

void noteFailure(const std::string& text) noexcept {
    if (service == nullptr)
        return;
    const HANDLE log = ::RegisterEventSourceW(nullptr, eventSource);
    if (log == nullptr)
        return;
    try {
        const std::wstring wide = widen(text);
        const wchar_t* line = wide.c_str();
        ::ReportEventW(log, EVENTLOG_ERROR_TYPE, 0, 1, nullptr, 1, 0, &line, nullptr);
    } catch (const std::exception&) {
        // Without memory the exit code has to do.
    }
    ::DeregisterEventSource(log);
}

} // namespace central_oauth::platform
