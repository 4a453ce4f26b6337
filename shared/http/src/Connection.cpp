// SPDX-License-Identifier: Apache-2.0
// The states of a connection and their transitions.
#include "Connection.h"

#include "central_oauth/base/Host.h"
#include "central_oauth/base/Wipe.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <Poco/Exception.h>

namespace central_oauth::http {

namespace {

// The size of a TLS record, so that no bytes stay in the transport while the socket is not watched.
constexpr std::size_t receiveSize = std::size_t{16} * 1024;

// Limit of bytes read ahead while an answer is sent; the rest stays in the system's buffers.
constexpr std::size_t mostWaiting = std::size_t{32} * 1024;

constexpr std::size_t mostDropped = std::size_t{1024} * 1024;

using ReceiveBuffer = std::array<char, receiveSize>;

ReceiveBuffer& receiveBuffer() {
    static thread_local ReceiveBuffer buffer;
    return buffer;
}

// The buffer for received bytes. It outlives all connections, so its content is wiped after use.
class ReceivedBytes {
public:
    explicit ReceivedBytes(std::size_t count) noexcept : _count(count) {}
    ReceivedBytes(const ReceivedBytes&) = delete;
    ReceivedBytes& operator=(const ReceivedBytes&) = delete;
    ~ReceivedBytes() { base::wipe(receiveBuffer().data(), _count); }

    [[nodiscard]] std::string_view view() const noexcept { return {receiveBuffer().data(), _count}; }

private:
    std::size_t _count;
};

Connection::Need needOf(Transport::Outcome outcome) noexcept {
    switch (outcome) {
    case Transport::Outcome::waitsToRead:
        return Connection::Need::read;
    case Transport::Outcome::waitsToWrite:
        return Connection::Need::write;
    case Transport::Outcome::done:
    case Transport::Outcome::ended:
    case Transport::Outcome::closed:
        break;
    }
    return Connection::Need::end;
}

} // namespace

Connection::Connection(OpenConnections& all, const Patience& patience, std::unique_ptr<Transport> transport,
                       std::string peerHost)
    : _ticket(all),
      _transport(std::move(transport)),
      _peerHost(std::move(peerHost)),
      _network(std::hash<std::string>{}(base::networkOf(_peerHost))),
      _patience(patience) {
    startReading(Clock::now(), _patience.head);
}

// Sends close_notify after a proper end (RFC 8446 section 6.1); a truncated answer must not look complete.
Connection::~Connection() {
    if (_stage == Stage::reading)
        _transport->shutdownSend();
}

void Connection::startReading(Clock::time_point now, std::chrono::milliseconds patience) {
    _stage = Stage::reading;
    _since = now;
    _deadline = std::min(now + patience, _latest);
}

bool Connection::isIdle() const noexcept {
    return _stage == Stage::reading && _guard.state() == RequestGuard::State::idle && _waiting.empty();
}

void Connection::hurry(Clock::time_point latest) noexcept {
    _latest = latest;
    _deadline = std::min(_deadline, latest);
}

Connection::Need Connection::advance() {
    const auto need = goOn();
    _waitsToWrite = need == Need::write;
    return need;
}

Connection::Need Connection::goOn() {
    switch (_stage) {
    case Stage::reading:
        return read();
    case Stage::sending:
        return send();
    case Stage::lingering:
        return drain();
    case Stage::held:
        return watch();
    }
    return Need::end;
}

Connection::Need Connection::read() {
    auto before = _guard.state();
    if (!_waiting.empty()) {
        _waiting.erase(0, _guard.feed(_waiting));
        if (_waiting.empty())
            base::wipe(_waiting);
        if (const auto need = judge(before))
            return *need;
    }
    auto& buffer = receiveBuffer();
    for (;;) {
        before = _guard.state();
        const auto received = _transport->receive(buffer.data(), buffer.size());
        if (received.outcome == Transport::Outcome::ended && _guard.state() != RequestGuard::State::idle) {
            _refusal.hint = "The request ended before it was complete.";
            return Need::refusal;
        }
        if (received.outcome != Transport::Outcome::done)
            return needOf(received.outcome);
        const ReceivedBytes bytes(received.bytes);
        const auto used = _guard.feed(bytes.view());
        _waiting.append(bytes.view().substr(used));
        if (const auto need = judge(before))
            return *need;
        if (received.bytes < buffer.size())
            return Need::read;
    }
}

// Returns what the guard's state requires, or nullopt if more bytes are needed.
std::optional<Connection::Need> Connection::judge(RequestGuard::State before) {
    using State = RequestGuard::State;
    const auto state = _guard.state();
    if (state == State::complete) {
        _request = _guard.take();
        _isFirst = false;
        _arrived = Clock::now();
        return Need::worker;
    }
    if (state == State::refused) {
        _refusal = _guard.refusal();
        return Need::refusal;
    }
    if (state != before) {
        const auto now = Clock::now();
        // The first request's head is timed from the start of the connection.
        if (before == State::idle && !_isFirst)
            startReading(now, _patience.head);
        if (state == State::body)
            _deadline = std::min(now + _patience.body, _latest);
    }
    if (_guard.takeContinue()) {
        constexpr std::string_view goOn = "HTTP/1.1 100 Continue\r\n\r\n";
        // Nothing else is being sent, so this fits into the system's buffer unless the peer reads nothing at
        // all.
        if (_transport->send(goOn.data(), goOn.size()).bytes != goOn.size())
            return Need::end;
    }
    return std::nullopt;
}

void Connection::answer(std::string text, bool keepAlive) {
    _hold.reset();
    _resumed = false;
    _heldRequestId.clear();
    base::wipe(_request.text); // holds the caller's credential
    _output = std::move(text);
    _sent = 0;
    _closing = !keepAlive;
    _stage = Stage::sending;
    _since = Clock::now();
    const std::chrono::seconds extra(_output.size() / _patience.bytesPerSecond);
    _deadline = std::min(_since + _patience.send + extra, _latest);
}

Connection::Need Connection::send() {
    while (_sent < _output.size()) {
        const auto moved = _transport->send(_output.data() + _sent, _output.size() - _sent);
        if (moved.outcome != Transport::Outcome::done)
            return needOf(moved.outcome);
        _sent += moved.bytes;
    }
    base::wipe(_output); // may hold a token
    if (!_closing) {
        startReading(Clock::now(), _patience.idle);
        return _waiting.empty() ? Need::read : read();
    }
    return linger();
}

Connection::Need Connection::linger() {
    _transport->shutdownSend();
    _stage = Stage::lingering;
    _since = Clock::now();
    _deadline = std::min(_since + _patience.linger, _latest);
    return drain();
}

// Lets the sender finish, for a bounded time and number of bytes. Closing a connection with unread bytes
// resets it, and the reset can overtake the answer (RFC 9112 section 9.6).
Connection::Need Connection::drain() {
    auto& buffer = receiveBuffer();
    base::wipe(_waiting);
    for (;;) {
        const auto received = _transport->receive(buffer.data(), buffer.size());
        if (received.outcome != Transport::Outcome::done)
            return needOf(received.outcome);
        _dropped += ReceivedBytes(received.bytes).view().size();
        if (_dropped > mostDropped)
            return Need::end;
    }
}

// While a request is held, the peer may close the connection or send its next request.
Connection::Need Connection::watch() {
    auto& buffer = receiveBuffer();
    const auto received = _transport->receive(buffer.data(), buffer.size());
    if (received.outcome != Transport::Outcome::done)
        return needOf(received.outcome);
    _waiting.append(ReceivedBytes(received.bytes).view());
    return _waiting.size() > mostWaiting ? Need::end : Need::read;
}

void Connection::hold(Hold hold) {
    _stage = Stage::held;
    _since = Clock::now();
    _deadline = std::min(_since + hold.atMost, _latest);
    _hold = std::move(hold);
    _heldRequestId = std::move(_hold->requestId);
}

void Connection::resume() noexcept {
    _stage = Stage::reading;
    _resumed = true;
}

bool Connection::hasUnreadBytes() const noexcept {
    try {
        return _stage == Stage::reading && _transport->socket().available() > 0;
    } catch (const Poco::Exception&) {
        return false; // broken: nothing can be lost
    }
}

Connection::Need Connection::expire() {
    if (_stage == Stage::held) {
        resume();
        return Need::worker;
    }
    const auto state = _guard.state();
    if (_stage == Stage::reading && state == RequestGuard::State::idle)
        return endIdle();
    if (_stage != Stage::reading)
        return Need::end;
    const bool inBody = state == RequestGuard::State::body;
    _refusal = {408, base::ErrorCode::requestTimeout,
                inBody ? "The body did not arrive in time." : "The head did not arrive in time."};
    return Need::refusal;
}

// RFC 9112 section 9.5: a server may close at any time, and a client that received no byte of an answer may
// retry. A reset instead of a proper end would leave the client in doubt.
Connection::Need Connection::endIdle() {
    const auto need = advance();
    const bool isWaiting = need == Need::read || need == Need::write;
    if (!isWaiting || _guard.state() != RequestGuard::State::idle)
        return need;
    return _isFirst ? Need::end : linger();
}

} // namespace central_oauth::http
