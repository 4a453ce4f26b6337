// SPDX-License-Identifier: Apache-2.0
// The work on the threads of Poco's server.
#pragma once

#include "Reactor.h"
#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/RequestsInFlight.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

namespace central_oauth::http {

/// Answers complete requests from the reactor one after the other, each on any connection.
///
/// Poco's server treats a worker as a connection, and runs each on a thread, up to its limit. A worker ends
/// after a period without requests. A busy worker takes the next request without being woken.
///
/// Borrows everything. `run` throws nothing.
class Worker final : public Poco::Net::TCPServerConnection {
public:
    Worker(const Poco::Net::StreamSocket& socket, Reactor& reactor, const Dispatcher& dispatcher,
           RequestsInFlight& requests);

    void run() override;

private:
    void serve(Reactor::Owned connection);
    [[nodiscard]] bool answer(Connection& connection) noexcept;
    [[nodiscard]] Connection::Need finish(Connection& connection);

    Reactor& _reactor;
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
};

/// Makes a Worker for every socket that ReactorServerSocket accepts.
class WorkerFactory final : public Poco::Net::TCPServerConnectionFactory {
public:
    WorkerFactory(Reactor& reactor, const Dispatcher& dispatcher, RequestsInFlight& requests) noexcept
        : _reactor(reactor), _dispatcher(dispatcher), _requests(requests) {}

    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override;

private:
    Reactor& _reactor;
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
};

/// The listening socket for the accept thread of Poco's server. That thread runs the reactor's rounds, and
/// "accepts" a socket without a connection whenever another worker is needed.
class ReactorServerSocket final : public Poco::Net::ServerSocket {
public:
    explicit ReactorServerSocket(Reactor& reactor);
};

} // namespace central_oauth::http
