// SPDX-License-Identifier: Apache-2.0
// The reactor thread's loop, and the functions that other threads call.
#include "Reactor.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace central_oauth::http {

namespace {

using Need = Connection::Need;
using Clock = Connection::Clock;

constexpr std::chrono::milliseconds reapEvery{100};
constexpr std::chrono::milliseconds longestIdle{10'000};
constexpr std::chrono::seconds stopPatience{2};

} // namespace

Reactor::Reactor(const Poco::Net::ServerSocket& listening, const ReactorLimits& limits,
                 const Patience& patience)
    : _acceptor(listening),
      _limits(limits),
      _patience(patience),
      _wakeList(std::make_shared<WakeList>(_readiness)),
      _nextReap(Clock::now() + reapEvery) {
    _events.reserve(Readiness::mostAtOnce);
}

Reactor::~Reactor() {
    close();
    _wakeList->close();
}

void Reactor::useTls(std::shared_ptr<const TlsContext> tls) {
    const std::lock_guard lock(_mutex);
    _tls = std::move(tls);
}

bool Reactor::wait(std::chrono::milliseconds atMost) noexcept {
    try {
        round(atMost);
        return _ready.callWorkers() > 0;
    } catch (const std::exception&) {
        // Out of memory: the current connection is closed already, the others continue.
        return false;
    }
}

void Reactor::round(std::chrono::milliseconds atMost) {
    _rounds.fetch_add(1, std::memory_order_relaxed);
    if (!_isListening && !_stopping) {
        _readiness.add(_acceptor.socket(), listener, Interest::read);
        _isListening = true;
    }
    // If memory ran out in the last round, some of its events are left.
    if (_nextEvent == _events.size()) {
        _nextEvent = 0;
        _events.clear();
        const auto untilReap =
            std::chrono::duration_cast<std::chrono::milliseconds>(_nextReap - Clock::now());
        // Only connections have deadlines, and only this thread accepts them.
        const bool isIdle = _open.count() == 0 && !_isAcceptPaused;
        _readiness.wait(isIdle ? longestIdle : std::clamp(untilReap, std::chrono::milliseconds(0), atMost),
                        _events);
    }
    if (_stopping && !_hasStopped)
        stopOnce();
    handleEvents();
    handleReleased();
    resumeWoken();
    if (Clock::now() >= _nextReap)
        reap();
}

void Reactor::handleEvents() {
    // Each TLS handshake costs a signature; other connections must not wait for hundreds of them.
    constexpr std::chrono::milliseconds handshakesAtOnce{20};
    Clock::duration spent{0};
    while (_nextEvent < _events.size()) {
        const auto token = _events[_nextEvent++];
        if (token == listener) {
            acceptAll();
            continue;
        }
        Owned connection;
        {
            const std::lock_guard lock(_mutex);
            connection = _table.take(token);
        }
        if (!connection)
            continue;
        const bool wasHeld = connection->stage() == Connection::Stage::held;
        const bool isHandshake = connection->isInHandshake();
        if (isHandshake && spent > handshakesAtOnce) {
            const auto interest = connection->interest();
            keep(std::move(connection), interest); // is reported again in the next round
            continue;
        }
        const auto begin = isHandshake ? Clock::now() : Clock::time_point();
        const auto need = connection->advance();
        if (isHandshake)
            spent += Clock::now() - begin;
        const bool staysHeld =
            connection->stage() == Connection::Stage::held && (need == Need::read || need == Need::write);
        if (wasHeld && !staysHeld)
            --_held;
        handle(std::move(connection), need);
    }
}

// ---- connections in the hands of the reactor thread

void Reactor::handle(Owned connection, Need need) {
    switch (need) {
    case Need::read:
        keep(std::move(connection), Interest::read);
        break;
    case Need::write:
        keep(std::move(connection), Interest::write);
        break;
    case Need::worker:
        queue(std::move(connection));
        break;
    case Need::refusal: {
        const auto refusal = connection->refusal();
        refuse(std::move(connection), refusal);
        break;
    }
    case Need::end:
        drop(std::move(connection));
        break;
    }
}

// Thread-safe.
void Reactor::drop(Owned connection) noexcept {
    _readiness.forget(connection->socket());
}

void Reactor::queue(Owned connection) {
    if (connection->resumed()) {
        _resumed.push_back(std::move(connection));
        dispatchResumed();
        return;
    }
    if (_handedOut >= _limits.workers + _limits.queue) {
        refuse(std::move(connection),
               {503, base::ErrorCode::busy, "Too many requests are waiting; retry later."});
        return;
    }
    ++_handedOut;
    _ready.push(std::move(connection));
}

// Thousands may be resumed at once, and none may be refused: passes them on as workers become free.
void Reactor::dispatchResumed() {
    constexpr std::size_t atOnce = 4;
    while (!_resumed.empty() && _handedOut < atOnce * _limits.workers) {
        ++_handedOut;
        _ready.push(std::move(_resumed.front()));
        _resumed.pop_front();
    }
    _hasBacklog = !_resumed.empty();
}

void Reactor::refuse(Owned connection, const Refusal& refusal) {
    connection->answer(_refuse(refusal, connection->peerHost()), false);
    const auto need = connection->advance();
    handle(std::move(connection), need);
}

// Thread-safe.
void Reactor::keep(Owned connection, Interest interest) {
    const bool isHeld = connection->stage() == Connection::Stage::held;
    const auto until = isHeld ? connection->held()->until : nullptr;
    ConnectionTable::Token token = 0;
    {
        const std::lock_guard lock(_mutex);
        if (_stopping)
            connection->hurry(Clock::now() + stopPatience);
        if (_isClosed || (_stopping && connection->isIdle())) {
            if (isHeld)
                --_held;
            drop(std::move(connection));
            return;
        }
        const auto& socket = connection->socket();
        token = _table.put(std::move(connection));
        // Under the lock: once it is released, the connection may be gone or have another token.
        _readiness.arm(socket, token, interest);
        if (until)
            watchHold(token, *until);
    }
}

void Reactor::watchHold(ConnectionTable::Token token, base::OneShotEvent& until) const {
    until.onFire([list = std::weak_ptr(_wakeList), token] {
        if (const auto present = list.lock())
            present->add(token);
    });
}

Reactor::Owned Reactor::next() noexcept {
    return _ready.pop();
}

// ---- functions for other threads

void Reactor::release(Owned connection, Need need) noexcept {
    --_handedOut;
    try {
        if (connection->stage() == Connection::Stage::held && (_stopping || !takeHold())) {
            connection->resume();
            need = Need::worker;
        }
        if (need != Need::refusal && !connection->resumed()) {
            // The releasing worker takes the next request itself: wake no other if this is the only one.
            const bool isBehindOthers = need == Need::worker && !_ready.isEmpty();
            handle(std::move(connection), need);
            if (_hasBacklog || isBehindOthers)
                _readiness.wake();
            return;
        }
        {
            const std::lock_guard lock(_mutex);
            if (_isClosed)
                return;
            _released.push_back({std::move(connection), need});
        }
        _readiness.wake();
    } catch (const std::exception&) {
        // Out of memory: the connection is closed.
    }
}

// Workers release at the same time, so looking at the limit and counting is one step.
bool Reactor::takeHold() noexcept {
    auto held = _held.load();
    while (held < _limits.held)
        if (_held.compare_exchange_weak(held, held + 1))
            return true;
    return false;
}

void Reactor::handleReleased() {
    std::vector<Released> released;
    {
        const std::lock_guard lock(_mutex);
        if (_released.empty())
            return;
        released.swap(_released);
    }
    for (auto& [connection, need] : released)
        handle(std::move(connection), need);
}

void Reactor::resumeWoken() {
    for (const auto token : _wakeList->take()) {
        Owned connection;
        {
            const std::lock_guard lock(_mutex);
            connection = _table.take(token);
        }
        if (!connection)
            continue;
        --_held;
        connection->resume();
        queue(std::move(connection));
    }
    dispatchResumed();
}

// ---- deadlines and stopping

void Reactor::reap() {
    const auto now = Clock::now();
    _nextReap = now + reapEvery;
    std::vector<Owned> expired;
    {
        const std::lock_guard lock(_mutex);
        expired = _table.takeExpired(now);
    }
    for (auto& connection : expired) {
        if (connection->stage() == Connection::Stage::held)
            --_held;
        const auto need = connection->expire();
        handle(std::move(connection), need);
    }
    if (std::exchange(_isAcceptPaused, false) && !_hasStopped)
        _readiness.arm(_acceptor.socket(), listener, Interest::read);
}

void Reactor::beginStop() noexcept {
    _stopping = true;
    _readiness.wake();
}

void Reactor::stopOnce() {
    _hasStopped = true;
    _readiness.forget(_acceptor.socket());
    _acceptor.close();
    std::vector<Owned> all;
    {
        const std::lock_guard lock(_mutex);
        all = _table.takeIf([](const Connection&) { return true; });
    }
    for (auto& connection : all) {
        if (connection->stage() == Connection::Stage::held) {
            --_held;
            connection->resume();
            queue(std::move(connection));
            continue;
        }
        const auto need = connection->advance();
        handle(std::move(connection), need);
    }
}

void Reactor::close() noexcept {
    std::vector<Owned> all;
    std::vector<Released> released;
    {
        const std::lock_guard lock(_mutex);
        _isClosed = true;
        released.swap(_released);
        try {
            all = _table.takeIf([](const Connection&) { return true; });
        } catch (const std::exception&) {
            // Out of memory: the table's destructor closes them.
        }
    }
    const auto untaken = _ready.close();
    _resumed.clear();
    _acceptor.close();
}

} // namespace central_oauth::http
