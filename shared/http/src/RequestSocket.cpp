// SPDX-License-Identifier: Apache-2.0
#include "RequestSocket.h"

#include "Readiness.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <utility>

#include <Poco/Net/ServerSocketImpl.h>

namespace central_oauth::http {

namespace {

using Need = Connection::Need;

// How long an idle worker keeps its thread.
constexpr std::chrono::milliseconds workerPatience{2000};

// How long a worker waits for a further request on the connection it has in hand.
constexpr std::chrono::milliseconds moment{5};

class ParkedServerSocketImpl final : public Poco::Net::ServerSocketImpl {
public:
    explicit ParkedServerSocketImpl(Park& park) : _park(park) {}

    bool poll(const Poco::Timespan& timeout, int) override {
        return _park.wait(std::chrono::milliseconds(timeout.totalMilliseconds()));
    }
    Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress&) override {
        return new RequestSocket(_park);
    }
    Poco::Net::SocketAddress address() override { return _park.address(); }

private:
    Park& _park;
};

} // namespace

// Poco takes a socket without a descriptor for closed, so it is shown the listener's, and never touches it.
RequestSocket::RequestSocket(Park& park)
    : Poco::Net::StreamSocketImpl(park.descriptor()), _park(park), _counted(park), _own(park.address()) {}

RequestSocket::~RequestSocket() {
    RequestSocket::close();
}

bool RequestSocket::takeBegun() noexcept {
    return std::exchange(_isBegun, false);
}

Poco::Net::SocketAddress RequestSocket::peerAddress() {
    return _connection ? _connection->peer() : _own;
}

void RequestSocket::answer(std::string text, bool keepAlive) {
    _connection->answer(std::move(text), keepAlive);
    _isAnswered = true;
}

void RequestSocket::hold(Hold hold) {
    _connection->hold(std::move(hold));
    _isAnswered = true;
}

int RequestSocket::receiveBytes(void* buffer, int length, int) {
    if (!_connection || _isAnswered)
        return 0;
    const std::string& text = _connection->request().text;
    const std::size_t size = std::min(static_cast<std::size_t>(length), text.size() - _read);
    std::memcpy(buffer, text.data() + _read, size);
    _read += size;
    return static_cast<int>(size);
}

// Answers are given by `answer`. What Poco writes by itself is its 400 or 500, after which it closes; a
// guarded request causes neither.
int RequestSocket::sendBytes(const void*, int length, int) {
    return length;
}

bool RequestSocket::poll(const Poco::Timespan&, int) {
    if (_connection && finish())
        return true;
    _connection = _park.next(workerPatience);
    if (!_connection)
        return false;
    begin();
    return true;
}

void RequestSocket::begin() noexcept {
    _read = 0;
    _isAnswered = false;
    _isBegun = true;
}

// Ends a request. Whether the same connection's next one is there at once: a busy peer pays no change of
// threads while workers have nothing else to do.
bool RequestSocket::finish() {
    auto need = Need::end;
    try {
        if (_isAnswered)
            need = _connection->stage() == Connection::Stage::held ? Need::read : _connection->advance();
        const bool atRest = need == Need::read && _connection->isIdle();
        if (atRest && _park.mayLinger() && Readiness::waitFor(_connection->socket(), moment))
            need = _connection->advance();
        if (need == Need::worker && _park.mayLinger()) {
            begin();
            return true;
        }
    } catch (const std::exception&) {
        need = Need::end;
    }
    _park.giveBack(std::move(_connection), need);
    return false;
}

// Poco closes at the end of its session.
void RequestSocket::close() {
    reset();
    if (!_connection)
        return;
    auto need = Need::end;
    try {
        if (_isAnswered)
            need = _connection->stage() == Connection::Stage::held ? Need::read : _connection->advance();
    } catch (const std::exception&) {
        need = Need::end;
    }
    _park.giveBack(std::move(_connection), need);
    _park.wake();
}

ParkedServerSocket::ParkedServerSocket(Park& park)
    : Poco::Net::ServerSocket(new ParkedServerSocketImpl(park), true) {}

} // namespace central_oauth::http
