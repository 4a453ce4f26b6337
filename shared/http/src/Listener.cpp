// SPDX-License-Identifier: Apache-2.0
// Opens the listening socket; the only file that creates one.
#include "central_oauth/http/Listener.h"

#include "AnswerText.h"
#include "Reactor.h"
#include "WorkerPool.h"
#include "central_oauth/http/RequestsInFlight.h"
#include "central_oauth/platform/Sockets.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketImpl.h>

namespace central_oauth::http {

namespace {

std::string written(const ListenerOptions& options) {
    const bool version6 = options.host.find(':') != std::string::npos;
    return (version6 ? '[' + options.host + ']' : options.host) + ':' + std::to_string(options.port);
}

Poco::Net::ServerSocket listenOn(const ListenerOptions& options) {
    constexpr int backlog = 1024;
    try {
        const Poco::Net::SocketAddress address(options.host, options.port);
        Poco::Net::ServerSocket socket;
        socket.init(address.af());
        const bool reuses = platform::claimPort(static_cast<std::intptr_t>(socket.impl()->sockfd()));
        // The shorter overload also sets SO_REUSEPORT: a second daemon would start and take half of the
        // connections.
        socket.bind(address, reuses, false);
        socket.listen(backlog);
        socket.setBlocking(false);
        return socket;
    } catch (const Poco::Exception& refused) {
        throw BindError("cannot listen on " + written(options) + ": " + refused.displayText());
    }
}

ReactorLimits limitsOf(const ListenerOptions& options) {
    ReactorLimits limits;
    limits.connections = options.connections;
    // Held requests can't be closed to make room, so a part is reserved for others.
    limits.held = options.connections - options.connections / 4;
    limits.workers = options.workers;
    limits.queue = options.queue;
    return limits;
}

Patience patienceOf(const ListenerOptions& options) {
    Patience patience;
    patience.head = options.head;
    patience.body = options.body;
    patience.idle = options.idle;
    patience.send = options.send;
    return patience;
}

} // namespace

/// The Poco side of the socket.
class BoundSocket::Socket {
public:
    explicit Socket(const ListenerOptions& options)
        : listening(listenOn(options)), address(listening.address()) {}

    const Poco::Net::ServerSocket listening;
    const Poco::Net::SocketAddress address;
};

BoundSocket::BoundSocket(const ListenerOptions& options) : _socket(std::make_shared<const Socket>(options)) {}

BoundAddress BoundSocket::address() const {
    return {_socket->address.host().toString(), _socket->address.port()};
}

/// The dispatcher, the reactor and the threads, in order of dependency.
class Listener::State {
public:
    State(const ListenerOptions& options, const Poco::Net::ServerSocket& socket, Dispatcher dispatcher)
        : _dispatcher(std::move(dispatcher)),
          _reactor(socket, limitsOf(options), patienceOf(options)),
          _worker(_reactor, _dispatcher, _requests),
          _threads(_reactor, _worker, options.workers) {}

    ~State() { stop(std::chrono::seconds(0)); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start() {
        _reactor.setRefuse([this](const Refusal& refusal, const std::string& peer) {
            return answerText(_dispatcher.refuse(refusal, peer), {});
        });
        _hasStarted = true;
        _threads.start();
    }

    std::size_t stop(std::chrono::seconds bound) {
        const std::lock_guard lock(_stopMutex);
        const auto deadline = Connection::Clock::now() + bound;
        _requests.beginStop();
        _reactor.beginStop();
        if (_hasStarted) {
            _reactor.waitUntilEmpty(bound);
            _threads.stopReactor();
        }
        _reactor.close();
        const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Connection::Clock::now());
        return _requests.close(std::max(left, std::chrono::seconds(0)));
    }

    Reactor& reactor() noexcept { return _reactor; }
    [[nodiscard]] std::size_t requestsInFlight() const { return _requests.count(); }

private:
    std::mutex _stopMutex; ///< serialises concurrent stops
    const Dispatcher _dispatcher;
    RequestsInFlight _requests;
    Reactor _reactor;
    const Worker _worker;
    WorkerPool _threads;
    bool _hasStarted = false;
};

Listener::Listener(const ListenerOptions& options, Dispatcher dispatcher)
    : Listener(options, BoundSocket(options), std::move(dispatcher)) {}

Listener::Listener(const ListenerOptions& options, const BoundSocket& socket, Dispatcher dispatcher)
    : _address(socket.address()),
      _state(std::make_unique<State>(options, socket._socket->listening, std::move(dispatcher))) {}

Listener::~Listener() = default;

void Listener::start() {
    _state->start();
}

void Listener::useTls(std::shared_ptr<const TlsContext> tls) {
    _state->reactor().useTls(std::move(tls));
}

std::size_t Listener::stop(std::chrono::seconds bound) {
    return _state->stop(bound);
}

std::size_t Listener::requestsInFlight() const {
    return _state->requestsInFlight();
}

std::size_t Listener::requestsWaiting() const {
    const auto handedOut = _state->reactor().handedOut();
    return handedOut - std::min(handedOut, _state->requestsInFlight());
}

std::uint64_t Listener::rounds() const {
    const auto rounds = _state->reactor().rounds();
    _state->reactor().wake();
    return rounds;
}

std::size_t Listener::connections() const {
    return _state->reactor().connections();
}

} // namespace central_oauth::http
