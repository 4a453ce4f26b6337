// SPDX-License-Identifier: Apache-2.0
// A listening socket with everything behind it: TLS, worker threads, and who answers.
//
// Module http: router, request and response values, middleware, listener. Depends on base, logging,
// Poco Net and OpenSSL. Knows no endpoint, no page, no store and no settings; composition hands it routes and
// values. Only Listener.cpp and Worker.cpp touch Poco's server; only Listener.cpp opens a listening socket,
// and only the reactor accepts from it.
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

/// A listener could not be opened; what() says which and why in words for an operator.
class BindError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where and how a listener accepts.
struct ListenerOptions {
    /// Halfway between two multiples of five seconds, at which clients poll: a request at such an interval
    /// never meets the moment at which its connection is closed. Answers promise less (`Keep-Alive:
    /// timeout=10`).
    static constexpr std::chrono::milliseconds usualIdle{12'500};

    std::string host = "127.0.0.1";             ///< an address or a name; IPv6 without brackets
    std::uint16_t port = 0;                     ///< 0: any free one
    std::string name = "http";                  ///< names the threads
    std::size_t workers = 16;                   ///< requests answered at once
    std::size_t queue = 1024;                   ///< whole requests that may wait for a worker; above: 503
    std::size_t connections = 10'000;           ///< open at once; above, those that wait longest make room
    std::chrono::milliseconds head{5000};       ///< for a request's head, from its first byte
    std::chrono::milliseconds body{10000};      ///< for its body, from the end of its head
    std::chrono::milliseconds idle = usualIdle; ///< between two requests of a connection
    std::chrono::milliseconds send{10000};      ///< for an answer; longer ones get more, at 16 KiB a second
};

/// Where a socket is really bound.
struct BoundAddress {
    std::string host;
    std::uint16_t port;
};

/// A listening socket from which nobody accepts yet: its address is known before anything is composed for it.
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

/// One way into the service: a listening socket, its TLS, its worker threads, and a dispatcher with its own
/// routes and policy.
///
/// Listeners share nothing: a process may have several, and each one starts and stops alone.
///
/// A connection costs a worker only while a whole, valid request of it is answered. Reading, sending to slow
/// readers, held requests (Response::held) and idle connections are the reactor thread's.
///
/// The destructor stops the listener and waits for handlers that still run; a process that can't wait for
/// them leaves without destroying it. Handlers are therefore never called after its end, and what they use is
/// declared before it.
///
/// Threads: owns the reactor thread, and up to `workers`. `stop`, `useTls` and the counters: any thread.
///
/// Errors: BindError and base::ThreadError from the constructors.
class Listener {
public:
    /// Binds the socket, too.
    Listener(const ListenerOptions& options, Dispatcher dispatcher);
    Listener(const ListenerOptions& options, const BoundSocket& socket, Dispatcher dispatcher);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] const BoundAddress& address() const noexcept { return _address; }

    /// Begins to accept connections. Once only. Throws: base::ThreadError, and then accepts none.
    void start();

    /// New connections speak TLS with this; those that are open go on as they are. Plain if never called.
    void useTls(std::shared_ptr<const TlsContext> tls);

    /// Stops accepting, closes the listening socket, answers held requests, lets requests in flight end
    /// within `bound`, then closes every other connection. Returns how many requests were still in flight
    /// then.
    std::size_t stop(std::chrono::seconds bound);

    [[nodiscard]] std::size_t requestsInFlight() const; ///< being answered now
    [[nodiscard]] std::size_t requestsWaiting() const;  ///< whole, and not being answered yet
    [[nodiscard]] std::size_t connections() const;      ///< open

    /// How often the reactor thread has gone round: it does so several times a second, also when nothing
    /// happens.
    [[nodiscard]] std::uint64_t rounds() const;

private:
    class State;
    BoundAddress _address;
    std::unique_ptr<State> _state;
};

} // namespace central_oauth::http
