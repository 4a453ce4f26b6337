// SPDX-License-Identifier: Apache-2.0
// The parking thread's round, and what others hand to it.
#include "Park.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace central_oauth::http {

namespace {

using Need = Connection::Need;
using Clock = Connection::Clock;

constexpr std::uint64_t listenerToken = ~std::uint64_t{0} - 1;
constexpr std::chrono::milliseconds reapEvery{100};
constexpr std::chrono::seconds stopPatience{2};
constexpr int mostAcceptedAtOnce = 256;

} // namespace

Park::Park(const Poco::Net::ServerSocket& listening, const ParkLimits& limits, const Patience& patience)
    : _acceptor(listening),
      _limits(limits),
      _patience(patience),
      _wakeList(std::make_shared<WakeList>(_readiness)),
      _nextReap(Clock::now() + reapEvery) {}

Park::~Park() {
    close();
    _wakeList->close();
}

void Park::useTls(std::shared_ptr<const TlsContext> tls) {
    const std::lock_guard lock(_mutex);
    _tls = std::move(tls);
}

bool Park::wait(std::chrono::milliseconds atMost) noexcept {
    try {
        round(atMost);
        return _ready.callWorkers() > 0 && _workers < _limits.workers;
    } catch (const std::exception&) {
        // Out of memory: the connection in hand was closed on the way, the others go on.
        return false;
    }
}

void Park::round(std::chrono::milliseconds atMost) {
    if (!_isListening && !_stopping) {
        _isListening = true;
        _readiness.add(_acceptor.socket(), listenerToken, Interest::read);
    }
    const auto untilReap = std::chrono::duration_cast<std::chrono::milliseconds>(_nextReap - Clock::now());
    _readiness.wait(std::clamp(untilReap, std::chrono::milliseconds(0), atMost), _events);
    if (_stopping && !_hasStopped)
        stopOnce();
    for (const auto token : _events) {
        if (token == listenerToken) {
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
        if (connection->stage() == Connection::Stage::held)
            --_held;
        const auto need = connection->advance();
        handle(std::move(connection), need);
    }
    takeBack();
    resumeWoken();
    if (Clock::now() >= _nextReap)
        reap();
}

// ---- accepting

void Park::acceptAll() {
    if (_hasStopped)
        return;
    // Also if memory runs out on the way: the next reaping tries again.
    _isAcceptPaused = true;
    auto next = AfterAccept::another;
    for (int accepted = 0; accepted < mostAcceptedAtOnce && next == AfterAccept::another; ++accepted)
        next = acceptOne();
    if (next == AfterAccept::pause)
        return;
    _isAcceptPaused = false;
    _readiness.arm(_acceptor.socket(), listenerToken, Interest::read);
}

Park::AfterAccept Park::acceptOne() {
    if (_open.count() >= _limits.connections && !makeRoom())
        return AfterAccept::pause; // meanwhile the system queues them
    Poco::Net::StreamSocket socket;
    Poco::Net::SocketAddress peer;
    switch (_acceptor.accept(socket, peer)) {
    case Acceptor::Outcome::accepted:
        open(socket, peer);
        return AfterAccept::another;
    case Acceptor::Outcome::gone:
        return AfterAccept::another;
    case Acceptor::Outcome::nobody:
        return AfterAccept::wait;
    case Acceptor::Outcome::noDescriptor:
        return makeRoom() ? AfterAccept::another : AfterAccept::pause;
    case Acceptor::Outcome::failed:
        return AfterAccept::pause;
    }
    return AfterAccept::pause;
}

// Closes those that wait longest for their peers: an honest client sends its request at once.
bool Park::makeRoom() {
    constexpr std::size_t share = 64;
    std::vector<Owned> longest;
    {
        const std::lock_guard lock(_mutex);
        longest =
            _table.takeLongestWaiting(std::max<std::size_t>(1, _limits.connections / share), Clock::now());
    }
    const bool madeRoom = !longest.empty();
    for (auto& connection : longest)
        drop(std::move(connection));
    return madeRoom;
}

// A connection for which there is no memory is closed by the way out.
void Park::open(const Poco::Net::StreamSocket& socket, const Poco::Net::SocketAddress& peer) {
    std::shared_ptr<const TlsContext> tls;
    {
        const std::lock_guard lock(_mutex);
        tls = _tls;
    }
    try {
        auto connection = std::make_unique<Connection>(_open, _patience,
                                                       tls ? tls->accept(socket) : makePlainTransport(socket),
                                                       peer, _acceptor.address());
        const std::lock_guard lock(_mutex);
        const auto token = _table.put(std::move(connection));
        try {
            _readiness.add(socket, token, Interest::read);
        } catch (const std::exception&) {
            _table.take(token).reset();
        }
    } catch (const std::exception&) {
        return;
    }
}

// ---- connections in the parking thread's hands

void Park::handle(Owned connection, Need need) {
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

// Any thread.
void Park::drop(Owned connection) noexcept {
    _readiness.forget(connection->socket());
}

void Park::queue(Owned connection) {
    if (connection->resumed()) {
        _resumed.push_back(std::move(connection));
        feed();
        return;
    }
    if (_handedOut >= _limits.workers + _limits.queue) {
        refuse(std::move(connection),
               {503, base::ErrorCode::busy, "More requests wait than the service takes."});
        return;
    }
    ++_handedOut;
    _ready.push(std::move(connection));
}

// Thousands may be resumed at once, and none of them is refused: they go to the workers as these can take
// them.
void Park::feed() {
    constexpr std::size_t atOnce = 4;
    while (!_resumed.empty() && _handedOut < atOnce * _limits.workers) {
        ++_handedOut;
        _ready.push(std::move(_resumed.front()));
        _resumed.pop_front();
    }
    _isFeeding = !_resumed.empty();
}

void Park::refuse(Owned connection, const Refusal& refusal) {
    connection->answer(_refuse(refusal, connection->peerHost()), false);
    const auto need = connection->advance();
    handle(std::move(connection), need);
}

// Any thread.
void Park::keep(Owned connection, Interest interest) {
    const bool isHeld = connection->stage() == Connection::Stage::held;
    const auto until = isHeld ? connection->held()->until : nullptr;
    ParkedTable::Token token = 0;
    {
        const std::lock_guard lock(_mutex);
        if (_stopping)
            connection->hurry(Clock::now() + stopPatience);
        if (_isClosed || (_stopping && connection->isIdle())) {
            drop(std::move(connection));
            return;
        }
        if (isHeld)
            ++_held;
        const auto& socket = connection->socket();
        token = _table.put(std::move(connection));
        // Within the lock: as soon as it is released the connection may be gone.
        _readiness.arm(socket, token, interest);
    }
    if (isHeld)
        watchHold(token, until);
}

void Park::watchHold(ParkedTable::Token token, std::shared_ptr<base::Signal> until) const {
    until->onFire([list = std::weak_ptr(_wakeList), token] {
        if (const auto present = list.lock())
            present->add(token);
    });
}

Park::Owned Park::next(std::chrono::milliseconds atMost) noexcept {
    try {
        return _ready.pop(atMost);
    } catch (const std::exception&) {
        return nullptr;
    }
}

// ---- what others hand over

void Park::giveBack(Owned connection, Need need) noexcept {
    --_handedOut;
    try {
        const bool crowded =
            connection->stage() == Connection::Stage::held && (_held >= _limits.held || _stopping);
        if (crowded) {
            connection->resume();
            need = Need::worker;
        }
        if (need != Need::refusal && !connection->resumed()) {
            // Whoever gives a whole request back takes the next one, so nobody need be woken if that is it.
            const bool isBehindOthers = need == Need::worker && !_ready.isEmpty();
            handle(std::move(connection), need);
            if (_isFeeding || isBehindOthers)
                _readiness.wake();
            return;
        }
        {
            const std::lock_guard lock(_mutex);
            if (_isClosed)
                return;
            _returned.push_back({std::move(connection), need});
        }
        _readiness.wake();
    } catch (const std::exception&) {
        // Out of memory: the connection is closed.
    }
}

void Park::takeBack() {
    std::vector<Returned> returned;
    {
        const std::lock_guard lock(_mutex);
        if (_returned.empty())
            return;
        returned.swap(_returned);
    }
    for (auto& [connection, need] : returned)
        handle(std::move(connection), need);
}

void Park::resumeWoken() {
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
    feed();
}

// ---- time and end

void Park::reap() {
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
        _readiness.arm(_acceptor.socket(), listenerToken, Interest::read);
}

void Park::beginStop() noexcept {
    _stopping = true;
    _readiness.wake();
}

void Park::stopOnce() {
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

void Park::close() noexcept {
    std::vector<Owned> all;
    std::vector<Returned> returned;
    {
        const std::lock_guard lock(_mutex);
        _isClosed = true;
        returned.swap(_returned);
        try {
            all = _table.takeIf([](const Connection&) { return true; });
        } catch (const std::exception&) {
            // Out of memory: the table closes them when it goes.
        }
    }
    const auto untaken = _ready.close();
    _resumed.clear();
    _acceptor.close();
}

} // namespace central_oauth::http
