// SPDX-License-Identifier: Apache-2.0
// One thread polls all connections. POSIX.
#include "Swarm.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <poll.h>
#include <stdexcept>
#include <sys/resource.h>
#include <utility>

namespace central_oauth::test {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t ticksPerSecond = 50;
constexpr milliseconds tick{1000 / ticksPerSecond};
constexpr milliseconds reopenPause{100};
constexpr std::size_t keptBytes = 2048;

// 127.0.0.2 … 127.0.0.250, 127.0.1.2 … 127.0.1.250.
std::string sourceOf(std::size_t number) {
    constexpr std::size_t hosts = 249;
    constexpr std::size_t first = 2;
    return "127.0." + std::to_string(number / hosts % 2) + "." + std::to_string(first + number % hosts);
}

} // namespace

Swarm::Swarm(Plan plan) : _plan(std::move(plan)), _connections(_plan.connections) {
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
    _thread = std::thread([this] { runGuarded(); });
}

Swarm::~Swarm() {
    _stopping = true;
    if (_thread.joinable())
        _thread.join();
}

void Swarm::stop() {
    _stopping = true;
    if (_thread.joinable())
        _thread.join();
    if (!_fault.empty())
        throw std::runtime_error("the swarm ended early: " + _fault);
}

SwarmCounts Swarm::counts() const noexcept {
    return {_opened, _ended, _answered, _sent};
}

std::string Swarm::sampleAnswer() const {
    const std::lock_guard hold(_mutex);
    return _sample;
}

int Swarm::statusOf(std::size_t connection) const {
    // "HTTP/1.1 202 Accepted"
    constexpr std::size_t at = 9;
    constexpr std::size_t digits = 3;
    const auto& text = _connections.at(connection).received;
    return text.size() < at + digits ? 0 : std::atoi(text.substr(at, digits).c_str());
}

void Swarm::runGuarded() noexcept {
    try {
        run();
    } catch (const std::exception& fault) {
        _fault = fault.what();
    }
    for (auto& connection : _connections)
        connection.wire.reset();
}

void Swarm::run() {
    auto nextTick = std::chrono::steady_clock::now();
    while (!_stopping) {
        wait(nextTick);
        const auto now = std::chrono::steady_clock::now();
        if (now < nextTick)
            continue;
        nextTick = std::max(nextTick + tick, now - tick); // makes up for one late tick, not for many
        openDue(now);
        for (auto& connection : _connections) {
            const bool isDue = connection.wire && !connection.blocked && connection.next <= now;
            if (isDue && !sendDue(connection, now))
                end(connection, now);
        }
    }
}

void Swarm::openDue(TimePoint now) {
    const auto most = std::max<std::size_t>(1, _plan.opensPerSecond / ticksPerSecond);
    std::size_t opened = 0;
    for (std::size_t number = 0; number < _connections.size() && opened < most; ++number) {
        auto& connection = _connections[number];
        if (connection.wire || connection.finished || connection.next > now)
            continue;
        open(number, now);
        ++opened;
    }
}

void Swarm::open(std::size_t number, TimePoint now) {
    auto& connection = _connections[number];
    connection.script = _plan.scriptOf(number);
    connection.sent = 0;
    connection.received.clear();
    connection.next = now;
    connection.wire.emplace(
        Wire::Way{sourceOf(number), _plan.port, connection.script.receiveBuffer, _plan.tls});
    // Not before poll() reports the connection.
    connection.blocked = true;
    ++_opened;
}

short Swarm::eventsOf(const Connection& connection) {
    // Without POLLIN the server's bytes stay unread, but POLLRDHUP still reports the end.
    int events = POLLRDHUP;
    if (connection.script.reads)
        events |= POLLIN;
    if (connection.blocked)
        events |= connection.wire->waitsToWrite() ? POLLOUT : POLLIN;
    return static_cast<short>(events);
}

void Swarm::wait(TimePoint until) {
    static thread_local std::vector<pollfd> descriptors;
    static thread_local std::vector<Connection*> owners;
    descriptors.clear();
    owners.clear();
    for (auto& connection : _connections) {
        if (!connection.wire)
            continue;
        descriptors.push_back({connection.wire->descriptor(), eventsOf(connection), 0});
        owners.push_back(&connection);
    }
    const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    const auto patience = static_cast<int>(std::max<milliseconds::rep>(left.count(), 0));
    if (::poll(descriptors.data(), descriptors.size(), patience) < 0 && errno != EINTR)
        throw std::runtime_error("poll failed");
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < descriptors.size(); ++at) {
        if (descriptors[at].revents != 0)
            serve(*owners[at], descriptors[at].revents, now);
    }
}

void Swarm::serve(Connection& connection, short events, TimePoint now) {
    const bool isOver = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0 ||
                        (!connection.script.reads && (events & POLLRDHUP) != 0);
    // Reads what came before the end: it may be an answer.
    if (connection.script.reads && (events & (POLLIN | POLLHUP)) != 0 && !receiveAll(connection))
        return end(connection, now);
    if (isOver)
        return end(connection, now);
    if (connection.blocked) {
        connection.blocked = false;
        if (connection.next <= now && !sendDue(connection, now))
            end(connection, now);
    }
}

bool Swarm::sendDue(Connection& connection, TimePoint now) {
    const auto& script = connection.script;
    const auto whole = script.atOnce.size();
    while (connection.sent < whole) {
        const auto result =
            connection.wire->send(script.atOnce.data() + connection.sent, whole - connection.sent);
        if (result.outcome == Wire::Outcome::gone)
            return false;
        connection.blocked = result.outcome == Wire::Outcome::waits;
        if (connection.blocked)
            return true;
        connection.sent += result.bytes;
        if (connection.sent == whole)
            ++_sent;
    }
    connection.next = TimePoint::max();
    const auto at = connection.sent - whole;
    if (at >= script.byteWise.size())
        return true;
    connection.next = now + script.pace;
    const auto result = connection.wire->send(script.byteWise.data() + at, 1);
    connection.blocked = result.outcome == Wire::Outcome::waits;
    connection.sent += result.bytes;
    return result.outcome != Wire::Outcome::gone;
}

bool Swarm::receiveAll(Connection& connection) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto result = connection.wire->receive(buffer.data(), buffer.size());
        if (result.outcome != Wire::Outcome::done)
            return result.outcome == Wire::Outcome::waits;
        keep(connection, buffer.data(), result.bytes);
    }
}

void Swarm::keep(Connection& connection, const char* bytes, std::size_t count) {
    const bool wasAnswered = connection.received.find("\r\n") != std::string::npos;
    connection.received.append(bytes, std::min(count, keptBytes - connection.received.size()));
    if (!wasAnswered && connection.received.find("\r\n") != std::string::npos) {
        if (_answered++ == 0) {
            const std::lock_guard hold(_mutex);
            _sample = connection.received;
        }
    }
}

void Swarm::end(Connection& connection, TimePoint now) {
    if (connection.sent >= connection.script.atOnce.size() && !connection.script.atOnce.empty())
        --_sent;
    connection.wire.reset();
    connection.finished = !connection.script.reopens;
    connection.next = now + reopenPause;
    ++_ended;
}

void raiseFileLimit(std::size_t needed) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        throw std::runtime_error("the limit of open files can't be read");
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < needed)
        throw std::runtime_error("this test needs " + std::to_string(needed) +
                                 " open files, the hard limit is " + std::to_string(limit.rlim_max));
}

} // namespace central_oauth::test
