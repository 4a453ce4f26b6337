// SPDX-License-Identifier: Apache-2.0
// The event loop: one thread accepts, reads, keeps and reaps all connections.
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

/// How much a reactor takes.
struct ReactorLimits {
    std::size_t connections = 10'000; ///< open at once; above, those that wait longest make room
    std::size_t held = 7'500;         ///< requests kept by Response::held; above, they are resumed at once
    std::size_t workers = 16;
    std::size_t queue = 1024; ///< whole requests that may wait for a worker; above: 503
};

/// Accepts connections and keeps each until it has a whole, valid request; keeps it again after the answer.
///
/// A connection is in the table, watched by the readiness, or in the queue for the workers, or owned by one
/// thread. Only the reactor thread takes connections out of the table.
///
/// Threads: `wait` is called by one, the reactor thread; everything else by any. Errors: none
/// leaves it; a connection that can't be kept for want of memory or descriptors is closed.
class Reactor {
public:
    using Owned = std::unique_ptr<Connection>;
    /// Renders the answer to a refused request: refusal and the peer's address.
    using Refuse = std::function<std::string(const Refusal&, const std::string&)>;

    /// Takes the listening socket, which must not block.
    Reactor(const Poco::Net::ServerSocket& listening, const ReactorLimits& limits, const Patience& patience);
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// Called before the reactor thread starts.
    void setRefuse(Refuse refuse) { _refuse = std::move(refuse); }

    /// New connections speak TLS; plain if null.
    void useTls(std::shared_ptr<const TlsContext> tls);

    /// Does one round of the loop; waits up to `atMost` for an event. Returns true if one more worker is
    /// wanted: a request waits, all workers are busy, and their maximum is not reached.
    [[nodiscard]] bool wait(std::chrono::milliseconds atMost) noexcept;

    /// Count the workers. `removeWorker` wakes the reactor, so that requests that wait get another worker.
    void addWorker() noexcept { ++_workers; }
    void removeWorker() noexcept {
        --_workers;
        _readiness.wake();
    }

    /// For workers. Returns a connection whose request is whole; null if none comes in time, or the reactor
    /// was closed.
    [[nodiscard]] Owned next(std::chrono::milliseconds atMost) noexcept;

    /// How long a client may rely on a connection that is kept.
    [[nodiscard]] std::chrono::seconds promisedIdle() const noexcept { return _patience.promisedIdle(); }

    /// Where it listens.
    [[nodiscard]] const Poco::Net::SocketAddress& address() const noexcept { return _acceptor.address(); }

    /// Takes a connection back that `next` gave; `need` is what its `advance` returned after the answer.
    void release(Owned connection, Connection::Need need) noexcept;

    /// Returns whether a worker may wait a moment for the next request on the connection that it owns.
    [[nodiscard]] bool maySpareWorker() const noexcept {
        return !_stopping && 2 * _handedOut.load(std::memory_order_relaxed) <= _limits.workers;
    }

    /// Whether answers should end their connections, because there is no room for more.
    [[nodiscard]] bool isCrowded() const noexcept {
        return _stopping || _open.count() >= _limits.connections;
    }

    /// Stops accepting, lets what is under way end quickly, resumes what is held.
    void beginStop() noexcept;

    /// Waits until no connection is open, `bound` at most.
    void waitUntilEmpty(std::chrono::milliseconds bound) { _open.waitForNone(bound); }

    /// Closes what is left and sends the workers away; what they release is closed, too. Requires: the
    /// reactor thread has ended.
    void close() noexcept;

    [[nodiscard]] std::size_t connections() const noexcept { return _open.count(); }
    [[nodiscard]] std::size_t handedOut() const noexcept { return _handedOut; }

    /// How many rounds were begun. Any thread.
    [[nodiscard]] std::uint64_t rounds() const noexcept { return _rounds.load(std::memory_order_relaxed); }

private:
    static constexpr std::uint64_t listener = ~std::uint64_t{0} - 1; ///< the listening socket's token

    enum class AfterAccept {
        another, ///< there may be another one waiting
        wait,    ///< until the socket is ready
        pause,   ///< until the next reaping
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
    std::atomic<std::size_t> _workers{0};
    std::atomic<std::size_t> _handedOut{0}; ///< put into _ready, and not released yet
    std::atomic<std::size_t> _held{0};
    std::atomic<std::uint64_t> _rounds{0};
    std::atomic<bool> _stopping{false};
    std::atomic<bool> _hasBacklog{false}; ///< resumed requests wait until workers have released some

    // Of the reactor thread.
    std::vector<std::uint64_t> _events;
    std::size_t _nextEvent = 0; ///< those before were handled
    std::deque<Owned> _resumed; ///< whole again, and waiting for `dispatchResumed`
    Connection::Clock::time_point _nextReap;
    bool _isListening = false;
    bool _isAcceptPaused = false;
    bool _hasStopped = false;

    std::mutex _mutex; ///< guards the members below
    ConnectionTable _table;
    std::vector<Released> _released; ///< what only the reactor thread can go on with
    std::shared_ptr<const TlsContext> _tls;
    bool _isClosed = false;
};

} // namespace central_oauth::http
