// SPDX-License-Identifier: Apache-2.0
// What runs on the threads of Poco's server.
#pragma once

#include "Park.h"
#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/RequestsInFlight.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

namespace central_oauth::http {

/// Answers whole requests of the park, one after the other, of whatever connection is next.
///
/// Poco's server takes it for a connection, and has a thread for each, up to its maximum; it ends when there
/// has been nothing to do for a while. A worker that is busy takes the next request without being woken.
///
/// Borrows everything. Errors: none leaves `run`.
class Worker final : public Poco::Net::TCPServerConnection {
public:
    Worker(const Poco::Net::StreamSocket& seat, Park& park, const Dispatcher& dispatcher,
           RequestsInFlight& requests);

    void run() override;

private:
    void serve(Park::Owned connection);
    [[nodiscard]] bool answer(Connection& connection) noexcept;
    [[nodiscard]] Connection::Need finish(Connection& connection);

    Park& _park;
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
};

/// Makes a Worker for every seat.
class WorkerFactory final : public Poco::Net::TCPServerConnectionFactory {
public:
    WorkerFactory(Park& park, const Dispatcher& dispatcher, RequestsInFlight& requests) noexcept
        : _park(park), _dispatcher(dispatcher), _requests(requests) {}

    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& seat) override;

private:
    Park& _park;
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
};

/// The listening socket that the accept thread of Poco's server works on: that thread does the park's rounds,
/// and "accepts" a seat whenever one more worker is wanted.
class ParkedServerSocket final : public Poco::Net::ServerSocket {
public:
    explicit ParkedServerSocket(Park& park);
};

} // namespace central_oauth::http
