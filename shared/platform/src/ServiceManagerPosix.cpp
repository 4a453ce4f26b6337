// SPDX-License-Identifier: Apache-2.0
// ServiceManager by the socket and the variables of systemd. POSIX; does nothing except on Linux.
#include "central_oauth/platform/ServiceManager.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace central_oauth::platform {

namespace {

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

// Returns nullopt if the variable is unset or not a number.
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

const bool hasServiceOptions = false;

void joinServiceManager() {}

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
    // If the supervisor does not read, the service still runs and stops.
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

void noteFailure(const std::string&) noexcept {}

std::optional<std::chrono::milliseconds> watchdogTime() {
    const auto microseconds = numberOf("WATCHDOG_USEC");
    // The variables are inherited: they are meant for the process that WATCHDOG_PID names, if it is set.
    const auto process = numberOf("WATCHDOG_PID").value_or(::getpid());
    if (!microseconds || *microseconds < 1000 || process != ::getpid() || !hasServiceManager())
        return std::nullopt;
    return std::chrono::milliseconds(*microseconds / 1000);
}

} // namespace central_oauth::platform
