// SPDX-License-Identifier: Apache-2.0
// One connection: what was read of its next request, what is still to be sent of its last answer.
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

/// How many connections are open.
///
/// Threads: any.
class OpenConnections {
public:
    /// Counts one while it lives.
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

    /// Waits until there is none, `bound` at most.
    void waitForNone(std::chrono::milliseconds bound) {
        std::unique_lock lock(_mutex);
        _none.wait_for(lock, bound, [this] { return _count == 0; });
    }

private:
    std::mutex _mutex; ///< guards changes of _count
    std::condition_variable _none;
    std::atomic<std::size_t> _count{0};
};

/// How long a connection may be in one of its states.
struct Patience {
    std::chrono::milliseconds head{5000};   ///< from its first byte, or from the connection's first moment
    std::chrono::milliseconds body{10000};  ///< from the end of the head
    std::chrono::milliseconds idle{12'500}; ///< between two requests
    std::chrono::milliseconds send{10000};  ///< an answer; longer ones get more, see bytesPerSecond
    std::chrono::milliseconds linger{1000}; ///< for the peer's own close after an answer that closes
    std::size_t bytesPerSecond = 16 * 1024; ///< what a reader is expected to take at least

    /// What a client is told of `idle`: a fifth less, so that it gives a connection up before the server
    /// does. Zero: too little to tell.
    [[nodiscard]] std::chrono::seconds promisedIdle() const noexcept {
        return std::chrono::floor<std::chrono::seconds>(idle * 4 / 5);
    }
};

/// The state of one connection, without a thread: its owner drives it.
///
/// It is read until a request is whole, handed to a worker, given its answer, which is sent, and then read
/// again or, if the answer closes, listened to until the peer has closed. Between request and answer it may
/// be held.
///
/// Threads: one at a time; it is handed over with its unique_ptr. Errors: std::bad_alloc only.
class Connection {
public:
    using Clock = std::chrono::steady_clock;

    enum class Stage { reading, sending, lingering, held };

    /// What has to happen before the connection can go on.
    enum class Need {
        read,    ///< the socket must become readable
        write,   ///< the socket must become writable
        worker,  ///< a request is whole
        refusal, ///< the request is refused: `answer` with why
        end,     ///< nothing more to do: destroy it
    };

    Connection(OpenConnections& all, const Patience& patience, std::unique_ptr<Transport> transport,
               std::string peerHost);

    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Goes on as far as it can without waiting.
    [[nodiscard]] Need advance();

    /// Takes the answer to the request that was whole (or refused); `advance` sends it. Requires: no answer
    /// is being sent.
    void answer(std::string text, bool keepAlive);

    /// Keeps the request until it is resumed.
    void hold(Hold hold);

    /// Makes a held request whole again, marked as resumed.
    void resume() noexcept;

    /// What to do when the deadline has passed: `refusal` (too slow), `worker` (held for long enough) or
    /// `end`. An idle connection is read once more, so that a request which arrived meanwhile is not lost; if
    /// there is none, its peer is told that it ends, and has a moment to read that.
    [[nodiscard]] Need expire();

    /// From now on it gets a moment to end in any state.
    void hurry(Clock::time_point latest) noexcept;

    [[nodiscard]] Stage stage() const noexcept { return _stage; }
    /// Nothing was received of a further request, nothing is to be sent.
    [[nodiscard]] bool isIdle() const noexcept;
    [[nodiscard]] Clock::time_point deadline() const noexcept { return _deadline; }
    /// Since when it waits for its peer.
    [[nodiscard]] Clock::time_point since() const noexcept { return _since; }

    /// Its first request has not come, and it has had little time for it.
    [[nodiscard]] bool isFresh(Clock::time_point now) const noexcept {
        constexpr std::chrono::seconds aMoment{1};
        return _isFirst && now - _since < aMoment;
    }

    /// Bytes of its peer have arrived that `advance` would read: the peer waits for this side.
    [[nodiscard]] bool hasUnreadBytes() const noexcept;

    // Of the request that is whole.
    [[nodiscard]] const GuardedRequest& request() const noexcept { return _request; }
    [[nodiscard]] bool resumed() const noexcept { return _resumed; }
    [[nodiscard]] Clock::time_point arrived() const noexcept { return _arrived; }
    [[nodiscard]] const std::optional<Hold>& held() const noexcept { return _hold; }
    /// Requires: refused or expired with `refusal`.
    [[nodiscard]] const Refusal& refusal() const noexcept { return _refusal; }

    [[nodiscard]] bool isInHandshake() const noexcept { return _transport->isInHandshake(); }
    /// What the last `advance` waited for.
    [[nodiscard]] Interest interest() const noexcept {
        return _waitsToWrite ? Interest::write : Interest::read;
    }
    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return _transport->socket(); }
    [[nodiscard]] const std::string& peerHost() const noexcept { return _peerHost; }

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
    const Patience& _patience;
    Stage _stage = Stage::reading;
    Clock::time_point _since;
    Clock::time_point _deadline;
    Clock::time_point _latest = Clock::time_point::max(); ///< no deadline is later
    bool _isFirst = true;                                 ///< no request was whole yet
    RequestGuard _guard;
    std::string _waiting; ///< received after the end of the request that is whole
    GuardedRequest _request;
    Clock::time_point _arrived;
    bool _resumed = false;
    std::optional<Hold> _hold;
    Refusal _refusal;
    std::string _output;
    std::size_t _sent = 0;
    bool _closing = false;
    bool _waitsToWrite = false;
    std::size_t _dropped = 0; ///< bytes received while lingering
};

} // namespace central_oauth::http
