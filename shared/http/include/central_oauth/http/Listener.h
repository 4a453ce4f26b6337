// SPDX-License-Identifier: Apache-2.0
// A listening socket with its TLS, its worker threads and its dispatcher.
//
// Module http: router, request and response values, middleware, listener. Knows no endpoint, page, store or
// setting; the composition passes in routes and values. Only Listener.cpp opens a listening socket, and only
// the reactor accepts from it.
#pragma once

#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/TlsContext.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace central_oauth::http {

/// A listener can't be opened. what() tells an operator which one and why.
class BindError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Options of a listener.
struct ListenerOptions {
    /// Halfway between two multiples of five seconds, the interval at which clients poll. So no request of
    /// such a client arrives at the moment when its connection is closed. Answers promise less (`Keep-Alive:
    /// timeout=10`).
    static constexpr std::chrono::milliseconds usualIdle{12'500};

    std::string host = "127.0.0.1";       ///< an address or a name; IPv6 without brackets
    std::uint16_t port = 0;               ///< 0 for any free port
    std::size_t workers = 16;             ///< requests answered concurrently
    std::size_t queue = 1024;             ///< complete requests that may wait for a worker; the next gets 503
    std::size_t connections = 10'000;     ///< open at once; beyond that, those that wait longest are closed
    std::chrono::milliseconds head{5000}; ///< for a request's head, from its first byte
    std::chrono::milliseconds body{10000};      ///< for a request's body, from the end of its head
    std::chrono::milliseconds idle = usualIdle; ///< between two requests of a connection
    std::chrono::milliseconds send{10000}; ///< for an answer; a longer one gets time for 16 KiB per second
};

/// The address that a socket is bound to.
struct BoundAddress {
    std::string host;
    std::uint16_t port;
};

/// A bound socket that does not accept yet, so that its address is known before the composition needs it.
///
/// A value. Errors: BindError from the constructor.
class BoundSocket {
public:
    explicit BoundSocket(const ListenerOptions& options);

    [[nodiscard]] BoundAddress address() const;

private:
    friend class Listener;
    class Socket;
    std::shared_ptr<const Socket> _socket;
};

/// A listening socket, its TLS, its worker threads, and a dispatcher with its own routes and policy.
///
/// Listeners share nothing: a process may have several, and each one starts and stops alone.
///
/// A connection occupies a worker only while a complete, valid request is answered. The reactor thread
/// handles reading, slow readers, held requests (Response::held) and idle connections.
///
/// The destructor stops the listener and waits for running handlers. A process that can't wait for them must
/// exit without destroying the listener. Declare the objects that handlers use before the listener.
///
/// Owns the reactor thread and up to `workers` threads. `stop`, `useTls` and the counters are thread-safe.
///
/// Errors: BindError and base::ThreadError from the constructors.
class Listener {
public:
    /// Also binds the socket.
    Listener(const ListenerOptions& options, Dispatcher dispatcher);
    Listener(const ListenerOptions& options, const BoundSocket& socket, Dispatcher dispatcher);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] const BoundAddress& address() const noexcept { return _address; }

    /// Starts to accept connections. Call it once.
    /// Throws: base::ThreadError; the listener then accepts nothing.
    void start();

    /// Uses TLS for new connections; open ones do not change. Without this call, connections are plain.
    void useTls(std::shared_ptr<const TlsContext> tls);

    /// Stops accepting, closes the listening socket and answers held requests. Waits at most `bound` for
    /// requests in flight, then closes all other connections. Returns how many requests are still in flight.
    std::size_t stop(std::chrono::seconds bound);

    [[nodiscard]] std::size_t requestsInFlight() const; ///< being answered now
    [[nodiscard]] std::size_t requestsWaiting() const;  ///< complete, and waiting for a worker
    [[nodiscard]] std::size_t connections() const;      ///< open

    /// Returns the number of loop rounds that the reactor thread has begun, and lets it begin another one at
    /// once, so that a later call shows whether it still does.
    [[nodiscard]] std::uint64_t rounds() const;

private:
    class State;
    BoundAddress _address;
    std::unique_ptr<State> _state;
};

} // namespace central_oauth::http
