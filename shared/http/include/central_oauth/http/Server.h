// SPDX-License-Identifier: Apache-2.0
// A listener with its worker threads.
//
// Module http: router, request and response values, middleware, server. Depends on base, logging and Poco
// Net. Knows no endpoint, no page, no store and no settings; composition hands it routes and values. Only
// Server.cpp and ConnectionHandler.cpp touch Poco's server, and only Server.cpp opens sockets.
#pragma once

#include "central_oauth/http/Dispatcher.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace central_oauth::http {

/// A listener could not be opened; what() says which and why in words for an operator.
class BindError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where and how a server listens.
struct ServerOptions {
    std::string host = "127.0.0.1"; ///< an address or a name; IPv6 without brackets
    std::uint16_t port = 0;         ///< 0: any free one
    std::string name = "http";      ///< names the threads
    int workers = 16;               ///< requests answered at once
    int queue = 256;                ///< connections that may wait for a worker
    std::chrono::seconds receiveTimeout{10};
    std::chrono::seconds sendTimeout{10};
    std::chrono::seconds keepAliveTimeout{5}; ///< how long an idle connection is kept
};

/// Where a server really listens.
struct BoundAddress {
    std::string host;
    std::uint16_t port;
};

/// Accepts connections and has a Dispatcher answer their requests on a bounded pool of threads.
///
/// The constructor binds, so that the real address is known before anything is composed for it; `start`
/// accepts. The destructor waits for handlers that still run; a process that can't wait for them leaves
/// without destroying the server.
///
/// Threads: owns one that accepts and up to `workers`. `stop` and the counters: any thread.
///
/// Errors: BindError from the constructor.
class Server {
public:
    explicit Server(const ServerOptions& options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] BoundAddress address() const;

    /// Begins to accept connections. Once only. The dispatcher must live until `stop` has returned 0.
    void start(const Dispatcher& dispatcher);

    /// Stops accepting, closes the listening socket, lets requests in flight end within `bound`, then closes
    /// every connection. Returns how many requests were still in flight then.
    std::size_t stop(std::chrono::seconds bound);

    [[nodiscard]] std::size_t requestsInFlight() const;
    [[nodiscard]] int connections() const;       ///< that a worker serves now
    [[nodiscard]] int queuedConnections() const; ///< that wait for a worker

private:
    class Listener;
    std::unique_ptr<Listener> _listener;
};

} // namespace central_oauth::http
