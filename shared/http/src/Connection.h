// SPDX-License-Identifier: Apache-2.0
// One connection: the received part of its next request, the unsent part of its last answer.
#pragma once

#include "Readiness.h"
#include "Transport.h"
#include "central_oauth/http/RequestGuard.h"
#include "central_oauth/http/Response.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace central_oauth::http {

/// Counts open connections.
///
/// Thread-safe.
class OpenConnections {
public:
    /// Counts one connection while it lives.
    class Ticket {
    public:
        explicit Ticket(OpenConnections& all) : _all(all) {
            const std::lock_guard lock(_all._mutex);
            ++_all._count;
        }
        ~Ticket() {
            const std::lock_guard lock(_all._mutex);
            if (--_all._count == 0)
                _all._none.notify_all();
        }
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

    private:
        OpenConnections& _all;
    };

    [[nodiscard]] std::size_t count() const noexcept { return _count.load(std::memory_order_relaxed); }

    /// Blocks until no connection is open, at most for `bound`.
    void waitForNone(std::chrono::milliseconds bound) {
        std::unique_lock lock(_mutex);
        _none.wait_for(lock, bound, [this] { return _count == 0; });
    }

private:
    std::mutex _mutex; ///< guards changes of _count
    std::condition_variable _none;
    std::atomic<std::size_t> _count{0};
};

/// How long a connection may stay in each state.
struct Patience {
    std::chrono::milliseconds head{5000}; ///< from its first byte; at first, from the start of the connection
    std::chrono::milliseconds body{10000};  ///< from the end of the head
    std::chrono::milliseconds idle{12'500}; ///< between two requests
    std::chrono::milliseconds send{10000};  ///< for an answer; longer ones get more, see bytesPerSecond
    std::chrono::milliseconds linger{1000}; ///< for the peer to close after an answer that closes
    std::size_t bytesPerSecond = std::size_t{16} * 1024; ///< the slowest reading rate that is tolerated

    /// Returns the idle time that clients are told: a fifth less than `idle`, so that a client gives up the
    /// connection before the server does. Returns zero if `idle` is too short to be told.
    [[nodiscard]] std::chrono::seconds promisedIdle() const noexcept {
        return std::chrono::floor<std::chrono::seconds>(idle * 4 / 5);
    }
};

/// The state of one connection. It has no thread; its owner drives it.
///
/// A connection is read until a request is complete, and passed to a worker. It gets its answer and sends it.
/// Then it is read again or, if the answer closes it, waits until the peer closes. Between request and answer
/// it may be held.
///
/// Not thread-safe; ownership passes with the unique_ptr. Errors: std::bad_alloc only.
class Connection {
public:
    using Clock = std::chrono::steady_clock;

    enum class Stage { reading, sending, lingering, held };

    /// What the connection waits for.
    enum class Need {
        read,    ///< the socket must become readable
        write,   ///< the socket must become writable
        worker,  ///< a request is complete
        refusal, ///< the request is refused: call `answer` with the reason
        end,     ///< nothing more to do: destroy the connection
    };

    Connection(OpenConnections& all, const Patience& patience, std::unique_ptr<Transport> transport,
               std::string peerHost);

    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Proceeds as far as possible without waiting.
    [[nodiscard]] Need advance();

    /// Sets the answer to the complete or refused request; `advance` sends it. Requires: no answer is being
    /// sent.
    void answer(std::string text, bool keepAlive);

    /// Holds the request until `resume`.
    void hold(Hold hold);

    /// Makes a held request complete again, marked as resumed.
    void resume() noexcept;

    /// Returns what to do after the deadline: `refusal` (too slow), `worker` (the hold is over) or `end`.
    /// Reads an idle connection once more, so that a request that has just arrived is not lost. If there is
    /// none, tells the peer about the end and gives it a moment to read that.
    [[nodiscard]] Need expire();

    /// Sets a latest deadline for all further states.
    void hurry(Clock::time_point latest) noexcept;

    [[nodiscard]] Stage stage() const noexcept { return _stage; }
    /// No byte of a further request was received, and nothing is left to send.
    [[nodiscard]] bool isIdle() const noexcept;
    [[nodiscard]] Clock::time_point deadline() const noexcept { return _deadline; }
    /// Since when the connection waits for its peer.
    [[nodiscard]] Clock::time_point since() const noexcept { return _since; }

    /// Returns whether the connection is new and its first request has not arrived yet.
    [[nodiscard]] bool isFresh(Clock::time_point now) const noexcept {
        constexpr std::chrono::seconds aMoment{1};
        return _isFirst && now - _since < aMoment;
    }

    /// Returns whether the peer's bytes have arrived but `advance` has not read them: the peer waits for this
    /// side.
    [[nodiscard]] bool hasUnreadBytes() const noexcept;

    // Requires: the request is complete.
    [[nodiscard]] const GuardedRequest& request() const noexcept { return _request; }
    [[nodiscard]] bool resumed() const noexcept { return _resumed; }
    /// Returns the id of the request that was held; empty if it was not.
    [[nodiscard]] const std::string& heldRequestId() const noexcept { return _heldRequestId; }
    [[nodiscard]] Clock::time_point arrived() const noexcept { return _arrived; }
    [[nodiscard]] const std::optional<Hold>& held() const noexcept { return _hold; }
    /// Requires: the request was refused, or `expire` returned `refusal`.
    [[nodiscard]] const Refusal& refusal() const noexcept { return _refusal; }

    [[nodiscard]] bool isInHandshake() const noexcept { return _transport->isInHandshake(); }
    /// What the last `advance` waits for.
    [[nodiscard]] Interest interest() const noexcept {
        return _waitsToWrite ? Interest::write : Interest::read;
    }
    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return _transport->socket(); }
    [[nodiscard]] const std::string& peerHost() const noexcept { return _peerHost; }
    /// The same number for all connections of one network (base::networkOf).
    [[nodiscard]] std::size_t network() const noexcept { return _network; }

private:
    [[nodiscard]] Need goOn();
    [[nodiscard]] Need read();
    [[nodiscard]] Need send();
    [[nodiscard]] Need drain();
    [[nodiscard]] Need watch();
    [[nodiscard]] std::optional<Need> judge(RequestGuard::State before);
    void startReading(Clock::time_point now, std::chrono::milliseconds patience);
    [[nodiscard]] Need endIdle();
    [[nodiscard]] Need linger();

    OpenConnections::Ticket _ticket; ///< first, so that it outlives the socket
    std::unique_ptr<Transport> _transport;
    std::string _peerHost;
    std::size_t _network;
    const Patience& _patience;
    Stage _stage = Stage::reading;
    Clock::time_point _since;
    Clock::time_point _deadline;
    Clock::time_point _latest = Clock::time_point::max(); ///< no deadline is later
    bool _isFirst = true;                                 ///< no request has been complete yet
    RequestGuard _guard;
    std::string _waiting; ///< bytes received after the complete request
    GuardedRequest _request;
    Clock::time_point _arrived;
    bool _resumed = false;
    std::string _heldRequestId;
    std::optional<Hold> _hold;
    Refusal _refusal;
    std::string _output;
    std::size_t _sent = 0;
    bool _closing = false;
    bool _waitsToWrite = false;
    std::size_t _dropped = 0; ///< bytes dropped while lingering
};

} // namespace central_oauth::http
