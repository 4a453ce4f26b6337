// SPDX-License-Identifier: Apache-2.0
// Readiness by poll(2), or WSAPoll on Windows, for systems without epoll. The cost of a wait grows with the
// number of armed sockets.
#include "Readiness.h"
#include "SystemPoll.h"

#include <mutex>
#include <unordered_map>

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/SocketDefs.h>

namespace central_oauth::http {

namespace {

struct Watched {
    std::uint64_t token = 0;
    Interest interest = Interest::read;
};

} // namespace

struct Readiness::State {
    std::mutex mutex; ///< guards `armed`
    std::unordered_map<poco_socket_t, Watched> armed;
    std::vector<Polled> polled; ///< used by the waiting thread only
    // Connected to itself: receives from nobody else, and works on systems without socket pairs.
    Poco::Net::DatagramSocket wakeUp;

    void set(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest) {
        const std::lock_guard lock(mutex);
        armed[socket.impl()->sockfd()] = {token, interest};
    }
};

Readiness::Readiness() : _state(std::make_unique<State>()) {
    _state->wakeUp.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
    _state->wakeUp.connect(_state->wakeUp.address());
    _state->wakeUp.setBlocking(false);
}

Readiness::~Readiness() = default;

void Readiness::add(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest) {
    _state->set(socket, token, interest);
    wake();
}

void Readiness::arm(const Poco::Net::Socket& socket, std::uint64_t token, Interest interest) noexcept {
    try {
        _state->set(socket, token, interest);
        wake();
    } catch (...) {
        // Out of memory: the connection is never reported, and its deadline ends it.
    }
}

void Readiness::forget(const Poco::Net::Socket& socket) noexcept {
    const std::lock_guard lock(_state->mutex);
    _state->armed.erase(socket.impl()->sockfd());
}

void Readiness::wait(std::chrono::milliseconds atMost, std::vector<std::uint64_t>& ready) {
    ready.clear();
    auto& polled = _state->polled;
    polled.clear();
    polled.push_back({_state->wakeUp.impl()->sockfd(), POLLIN, 0});
    {
        const std::lock_guard lock(_state->mutex);
        for (const auto& [socket, watched] : _state->armed) {
            const short events = watched.interest == Interest::read ? POLLIN : POLLOUT;
            polled.push_back({socket, events, 0});
        }
    }
    if (pollAll(polled, static_cast<int>(atMost.count())) <= 0)
        return;
    if (polled.front().revents != 0) {
        char bytes[64];
        while (_state->wakeUp.receiveBytes(bytes, sizeof bytes) > 0) {
        }
    }
    const std::lock_guard lock(_state->mutex);
    for (auto at = polled.begin() + 1; at != polled.end(); ++at) {
        const auto watched = at->revents == 0 ? _state->armed.end() : _state->armed.find(at->fd);
        if (watched == _state->armed.end())
            continue;
        ready.push_back(watched->second.token);
        _state->armed.erase(watched);
    }
}

void Readiness::wake() noexcept {
    try {
        const char byte = 0;
        _state->wakeUp.sendBytes(&byte, 1);
    } catch (...) {
        // Its buffer is full, so it already wakes.
    }
}

bool Readiness::waitFor(const Poco::Net::Socket& socket, std::chrono::milliseconds atMost) noexcept {
    std::vector<Polled> one{{socket.impl()->sockfd(), POLLIN, 0}};
    return pollAll(one, static_cast<int>(atMost.count())) > 0;
}

} // namespace central_oauth::http
