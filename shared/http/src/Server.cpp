// SPDX-License-Identifier: Apache-2.0
// Opening the listening socket and running Poco's server on it; the one file that creates either.
#include "central_oauth/http/Server.h"

#include "ConnectionHandler.h"
#include "central_oauth/http/RequestsInFlight.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

namespace central_oauth::http {

namespace {

Poco::Timespan toTimespan(std::chrono::seconds duration) {
    return Poco::Timespan(static_cast<long>(duration.count()), 0);
}

std::string written(const ServerOptions& options) {
    const bool version6 = options.host.find(':') != std::string::npos;
    return (version6 ? '[' + options.host + ']' : options.host) + ':' + std::to_string(options.port);
}

Poco::Net::ServerSocket listenOn(const ServerOptions& options) {
    constexpr int backlog = 1024;
#if defined(_WIN32)
    constexpr bool reuseAddress = false; // there it would let others take the port
#else
    constexpr bool reuseAddress = true; // a restart must not wait for old connections to time out
#endif
    try {
        Poco::Net::ServerSocket socket;
        // Not the shorter overload: it shares the port with other processes, too, so that a second daemon
        // would start and take half of the connections.
        socket.bind(Poco::Net::SocketAddress(options.host, options.port), reuseAddress, false);
        socket.listen(backlog);
        return socket;
    } catch (const Poco::Exception& refused) {
        throw BindError("cannot listen on " + written(options) + ": " + refused.displayText());
    }
}

Poco::Net::HTTPServerParams::Ptr paramsOf(const ServerOptions& options) {
    Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
    params->setKeepAlive(true);
    params->setTimeout(toTimespan(options.receiveTimeout));
    params->setKeepAliveTimeout(toTimespan(options.keepAliveTimeout));
    params->setMaxThreads(options.workers);
    params->setMaxQueued(options.queue);
    // How long an idle worker may overlook that the server stops.
    params->setThreadIdleTime(Poco::Timespan(1, 0));
    return params;
}

/// Poco bounds receiving only; a reader that stops reading must not hold a worker either.
class SendTimeout final : public Poco::Net::TCPServerConnectionFilter {
public:
    explicit SendTimeout(Poco::Timespan timeout) : _timeout(timeout) {}

    bool accept(const Poco::Net::StreamSocket& socket) override {
        Poco::Net::StreamSocket connection(socket);
        connection.setSendTimeout(_timeout);
        return true;
    }

private:
    Poco::Timespan _timeout;
};

} // namespace

/// The socket, the threads and Poco's server, in the order of their lives.
class Server::Listener {
public:
    explicit Listener(const ServerOptions& options)
        : _options(options),
          _socket(listenOn(options)),
          _address{_socket.address().host().toString(), _socket.address().port()},
          // Poco hands a connection to the pool before the worker that just left is free again: spare
          // threads, or that connection would wait for somebody else's.
          _threads(options.name, std::min(2, options.workers), 2 * options.workers) {}

    ~Listener() {
        stop(std::chrono::seconds(0));
        _threads.joinAll();
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void start(const Dispatcher& dispatcher) {
        _server.emplace(new ConnectionHandlerFactory(dispatcher, _requests), _threads, _socket,
                        paramsOf(_options));
        _server->setConnectionFilter(new SendTimeout(toTimespan(_options.sendTimeout)));
        _server->start();
    }

    std::size_t stop(std::chrono::seconds bound) {
        const std::lock_guard lock(_stopMutex);
        if (!_stopped) {
            _stopped = true;
            _requests.beginStop();
            if (_server)
                _server->stop();
            _socket.close();
        }
        const std::size_t left = _requests.close(bound);
        if (_server)
            _server->stopAll(true);
        return left;
    }

    [[nodiscard]] const BoundAddress& address() const noexcept { return _address; }
    [[nodiscard]] std::size_t requestsInFlight() const { return _requests.count(); }
    [[nodiscard]] int connections() const { return _server ? _server->currentConnections() : 0; }
    [[nodiscard]] int queuedConnections() const { return _server ? _server->queuedConnections() : 0; }

private:
    std::mutex _stopMutex; ///< guards _stopped, and makes concurrent stops one after the other
    bool _stopped = false;
    RequestsInFlight _requests;
    ServerOptions _options;
    Poco::Net::ServerSocket _socket;
    BoundAddress _address;
    Poco::ThreadPool _threads;
    std::optional<Poco::Net::HTTPServer> _server; ///< once started
};

Server::Server(const ServerOptions& options) : _listener(std::make_unique<Listener>(options)) {}

Server::~Server() = default;

BoundAddress Server::address() const {
    return _listener->address();
}

void Server::start(const Dispatcher& dispatcher) {
    _listener->start(dispatcher);
}

std::size_t Server::stop(std::chrono::seconds bound) {
    return _listener->stop(bound);
}

std::size_t Server::requestsInFlight() const {
    return _listener->requestsInFlight();
}

int Server::connections() const {
    return _listener->connections();
}

int Server::queuedConnections() const {
    return _listener->queuedConnections();
}

} // namespace central_oauth::http
