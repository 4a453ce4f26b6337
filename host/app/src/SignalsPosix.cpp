// SPDX-License-Identifier: Apache-2.0
// Signals, core dumps and the systemd notification. POSIX; the notification is Linux.
#include "central_oauth/app/Signals.h"

#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <optional>
#include <pthread.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace central_oauth::app {

namespace {

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

std::string_view textOf(ServiceState state) {
    switch (state) {
    case ServiceState::ready:
        return "READY=1";
    case ServiceState::stopping:
        return "STOPPING=1";
    case ServiceState::alive:
        return "WATCHDOG=1";
    }
    return {};
}

// Nothing: it is unset, or no number.
std::optional<std::int64_t> numberOf(const char* variable) {
    const char* text = std::getenv(variable);
    std::int64_t number = 0;
    if (text == nullptr)
        return std::nullopt;
    const char* end = text + std::strlen(text);
    const auto [at, error] = std::from_chars(text, end, number);
    return error == std::errc() && at == end ? std::optional(number) : std::nullopt;
}

} // namespace

void blockSignals() {
    const auto set = handledSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a limit of file sizes is the store's to report
}

void letSignalsEnd() {
    const auto set = handledSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
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

void raiseFileLimit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t openFileLimit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::numeric_limits<std::size_t>::max();
    return limit.rlim_cur;
}

void exitImmediately(int exitCode) {
    _exit(exitCode);
}

void notifyServiceManager(ServiceState state) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || (path[0] != '/' && path[0] != '@'))
        return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string_view name(path);
    if (name.size() >= sizeof address.sun_path)
        return;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    const int channel = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (channel < 0)
        return;
    const std::string_view text = textOf(state);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    // A supervisor that does not listen is its own fault; the service runs, and stops, all the same.
    const timeval patience{0, 500'000};
    if (::setsockopt(channel, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) {
        ::close(channel);
        return;
    }
    (void)!::sendto(channel, text.data(), text.size(), MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&address), length);
    ::close(channel);
}

bool hasServiceManager() {
    return std::getenv("NOTIFY_SOCKET") != nullptr;
}

std::optional<std::chrono::milliseconds> watchdogTime() {
    const auto microseconds = numberOf("WATCHDOG_USEC");
    // Meant for the process that it names, if any: the variables are inherited.
    const auto process = numberOf("WATCHDOG_PID").value_or(::getpid());
    if (!microseconds || *microseconds < 1000 || process != ::getpid() || !hasServiceManager())
        return std::nullopt;
    return std::chrono::milliseconds(*microseconds / 1000);
}

void waitForStop(std::chrono::seconds atMost) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    const timespec time{static_cast<std::time_t>(atMost.count()), 0};
    sigtimedwait(&set, nullptr, &time);
}

} // namespace central_oauth::app
