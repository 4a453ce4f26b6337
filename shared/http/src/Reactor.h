// SPDX-License-Identifier: Apache-2.0
// The event loop: one thread accepts, reads, keeps and closes all connections.
#pragma once

#include "Acceptor.h"
#include "Connection.h"
#include "ConnectionTable.h"
#include "Readiness.h"
#include "ReadyQueue.h"
#include "WakeList.h"
#include "central_oauth/http/TlsContext.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <Poco/Net/ServerSocket.h>

namespace central_oauth::http {

/// Limits of a reactor.
struct ReactorLimits {
    std::size_t connections = 10'000; ///< open at once; beyond that, those that wait longest are closed
    std::size_t held = 7'500;         ///< requests kept by Response::held; further ones are resumed at once
    std::size_t workers = 16;
    std::size_t queue = 1024; ///< complete requests that may wait for a worker; the next gets 503
};

/// Accepts connections. Keeps each one until it has a complete, valid request, and again after the answer.
///
/// A connection is in the table, watched by the readiness; or in the queue for the workers; or owned by one
/// thread. Only the reactor thread takes connections out of the table.
///
/// Thread-safe, except that only the reactor thread calls `wait`.
/// Throws nothing: a connection for which memory or descriptors are missing is closed.
class Reactor {
public:
    using Owned = std::unique_ptr<Connection>;
    /// Renders the answer to a refused request; the arguments are the refusal and the peer's address.
    using Refuse = std::function<std::string(const Refusal&, const std::string&)>;

    /// Takes over the listening socket, which must not block.
    Reactor(const Poco::Net::ServerSocket& listening, const ReactorLimits& limits, const Patience& patience);
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// Call before the reactor thread starts.
    void setRefuse(Refuse refuse) { _refuse = std::move(refuse); }

    /// Uses TLS for new connections, or none if `tls` is null.
    void useTls(std::shared_ptr<const TlsContext> tls);

    /// Runs one round of the loop; waits up to `atMost` for an event, or longer while no connection is open.
    /// Returns true if one more worker would
    /// help: a request waits, and all workers are busy.
    [[nodiscard]] bool wait(std::chrono::milliseconds atMost) noexcept;

    /// Returns a connection with a complete request, for a worker. Blocks until there is one. Returns null
    /// once the reactor is closed.
    [[nodiscard]] Owned next() noexcept;

    /// Returns how long a client may rely on an idle connection.
    [[nodiscard]] std::chrono::seconds promisedIdle() const noexcept { return _patience.promisedIdle(); }

    /// Takes back a connection from `next`; `need` is the result of `advance` after the answer.
    void release(Owned connection, Connection::Need need) noexcept;

    /// Returns whether a worker may wait briefly for the next request on its connection.
    [[nodiscard]] bool maySpareWorker() const noexcept {
        return !_stopping && 2 * _handedOut.load(std::memory_order_relaxed) <= _limits.workers;
    }

    /// Returns whether answers should close their connections because there is no room for more.
    [[nodiscard]] bool isCrowded() const noexcept {
        return _stopping || _open.count() >= _limits.connections;
    }

    /// Stops accepting, shortens the deadlines of all connections, resumes held requests.
    void beginStop() noexcept;

    /// Blocks until no connection is open, at most for `bound`.
    void waitUntilEmpty(std::chrono::milliseconds bound) { _open.waitForNone(bound); }

    /// Closes the remaining connections and releases the workers; connections that they return later are
    /// closed, too. Requires: the reactor thread has ended.
    void close() noexcept;

    [[nodiscard]] std::size_t connections() const noexcept { return _open.count(); }
    [[nodiscard]] std::size_t handedOut() const noexcept { return _handedOut; }

    /// Lets the next round begin at once. Thread-safe.
    void wake() noexcept { _readiness.wake(); }

    /// Returns the number of rounds begun. Thread-safe.
    [[nodiscard]] std::uint64_t rounds() const noexcept { return _rounds.load(std::memory_order_relaxed); }

private:
    static constexpr std::uint64_t listener = ~std::uint64_t{0} - 1; ///< the listening socket's token

    enum class AfterAccept {
        another, ///< another connection may be waiting
        wait,    ///< until the socket is ready
        pause,   ///< until the next check of the deadlines
    };
    struct Released {
        Owned connection;
        Connection::Need need;
    };

    void handleEvents();
    void round(std::chrono::milliseconds atMost);
    void acceptAll();
    [[nodiscard]] AfterAccept acceptOne();
    [[nodiscard]] bool makeRoom();
    void open(const Poco::Net::StreamSocket& socket, const Poco::Net::SocketAddress& peer);
    void handle(Owned connection, Connection::Need need);
    void queue(Owned connection);
    void refuse(Owned connection, const Refusal& refusal);
    void keep(Owned connection, Interest interest);
    void drop(Owned connection) noexcept;
    [[nodiscard]] bool takeHold() noexcept;
    void dispatchResumed();
    void watchHold(ConnectionTable::Token token, base::OneShotEvent& until) const;
    void handleReleased();
    void resumeWoken();
    void reap();
    void stopOnce();

    OpenConnections _open; ///< outlives all connections below
    Acceptor _acceptor;
    ReactorLimits _limits;
    Patience _patience;
    Refuse _refuse;
    Readiness _readiness;
    std::shared_ptr<WakeList> _wakeList;
    ReadyQueue _ready;
    std::atomic<std::size_t> _handedOut{0}; ///< in _ready or with a worker
    std::atomic<std::size_t> _held{0};      ///< held connections, in the table or on their way to it
    std::atomic<std::uint64_t> _rounds{0};
    std::atomic<bool> _stopping{false};
    std::atomic<bool> _hasBacklog{false}; ///< resumed requests wait until workers are free

    // Used by the reactor thread only.
    std::vector<std::uint64_t> _events;
    std::size_t _nextEvent = 0; ///< events before this index were handled
    std::deque<Owned> _resumed; ///< complete again, waiting for `dispatchResumed`
    Connection::Clock::time_point _nextReap;
    bool _isListening = false;
    bool _isAcceptPaused = false;
    bool _hasStopped = false;

    std::mutex _mutex; ///< guards the members below
    ConnectionTable _table;
    std::vector<Released> _released; ///< connections that only the reactor thread may continue
    std::shared_ptr<const TlsContext> _tls;
    bool _isClosed = false;
};

} // namespace central_oauth::http
