// SPDX-License-Identifier: Apache-2.0
// Readiness by epoll(7), eventfd(2) and poll(2). Linux.
//
// Not Poco's PollSet: in 1.11 it can't be woken, allocates for each event, and repeatedly reports a hung-up
// socket that nobody reads from.
#include "Readiness.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace central_oauth::http {

namespace {

constexpr std::uint64_t wakeUpToken = ~std::uint64_t{0};

epoll_event eventFor(std::uint64_t token, Interest interest) noexcept {
    epoll_event event{};
    event.events = EPOLLONESHOT | (interest == Interest::read ? EPOLLIN | EPOLLRDHUP : EPOLLOUT);
    event.data.u64 = token;
    return event;
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

struct Readiness::State {
    int poll = -1;
    int wakeUp = -1;
};

Readiness::Readiness() : _state(std::make_unique<State>()) {
    _state->poll = ::epoll_create1(EPOLL_CLOEXEC);
    _state->wakeUp = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = wakeUpToken;
    if (_state->poll < 0 || _state->wakeUp < 0 ||
        ::epoll_ctl(_state->poll, EPOLL_CTL_ADD, _state->wakeUp, &event) != 0)
        fail("epoll");
}

Readiness::~Readiness() {
    ::close(_state->wakeUp);
    ::close(_state->poll);
}

void Readiness::add(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest) {
    auto event = eventFor(token, interest);
    if (::epoll_ctl(_state->poll, EPOLL_CTL_ADD, socket.impl()->sockfd(), &event) != 0)
        fail("epoll_ctl");
}

void Readiness::arm(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest) noexcept {
    auto event = eventFor(token, interest);
    ::epoll_ctl(_state->poll, EPOLL_CTL_MOD, socket.impl()->sockfd(), &event);
}

// The system forgets a descriptor when it is closed.
void Readiness::forget(const Poco::Net::Socket&) noexcept {}

void Readiness::wait(std::chrono::milliseconds atMost, std::vector<std::uint64_t>& ready) {
    constexpr int batch = mostAtOnce;
    std::array<epoll_event, batch> events; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    ready.clear();
    const int count = ::epoll_wait(_state->poll, events.data(), batch, static_cast<int>(atMost.count()));
    for (int at = 0; at < count; ++at) {
        const std::uint64_t token = events[static_cast<std::size_t>(at)].data.u64;
        if (token != wakeUpToken) {
            ready.push_back(token);
            continue;
        }
        std::uint64_t wakeUps = 0;
        (void)!::read(_state->wakeUp, &wakeUps, sizeof wakeUps);
    }
}

void Readiness::wake() noexcept {
    const std::uint64_t one = 1;
    (void)!::write(_state->wakeUp, &one, sizeof one);
}

// Poco's own function creates and closes an epoll each time.
bool Readiness::waitFor(const Poco::Net::Socket& socket, std::chrono::milliseconds atMost) noexcept {
    pollfd one{socket.impl()->sockfd(), POLLIN, 0};
    return ::poll(&one, 1, static_cast<int>(atMost.count())) > 0;
}

} // namespace central_oauth::http
