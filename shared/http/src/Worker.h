// SPDX-License-Identifier: Apache-2.0
// What runs on the threads of Poco's server.
#pragma once

#include "Reactor.h"
#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/RequestsInFlight.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

namespace central_oauth::http {

/// Answers whole requests of the reactor, one after the other, of whatever connection is next.
///
/// Poco's server takes it for a connection, and has a thread for each, up to its maximum; it ends when there
/// has been nothing to do for a while. A worker that is busy takes the next request without being woken.
///
/// Borrows everything. Errors: none leaves `run`.
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

/// The listening socket that the accept thread of Poco's server works on: that thread does the reactor's
/// rounds, and "accepts" a socket without a connection whenever one more worker is wanted.
class ReactorServerSocket final : public Poco::Net::ServerSocket {
public:
    explicit ReactorServerSocket(Reactor& reactor);
};

} // namespace central_oauth::http
