// SPDX-License-Identifier: Apache-2.0
// Signals, core dumps and the systemd notification. POSIX; the notification is Linux.
#include "central_oauth/app/Signals.h"

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <pthread.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
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

} // namespace

void blockSignals() {
    const auto set = handledSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
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

void leaveNow(int exitCode) {
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
    const std::string_view text = state == ServiceState::ready ? "READY=1" : "STOPPING=1";
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    // A supervisor that does not listen is its own fault; the service runs all the same.
    (void)!::sendto(channel, text.data(), text.size(), MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&address), length);
    ::close(channel);
}

} // namespace central_oauth::app
