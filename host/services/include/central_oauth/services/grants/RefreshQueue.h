// SPDX-License-Identifier: Apache-2.0
// The threads that refresh grants, so that no request worker waits for upstream.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/OneShotEvent.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/grants/GrantRefresher.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// Refreshes grants, at most one at a time of each account, `mostOfOne` of each provider, so that one that
/// hangs leaves threads to the others, and `threads` in all. Callers of one account wait
/// for the same refresh. Owns the attempts that nobody asks for: a refresh whose outcome is unknown is
/// attempted again until it is settled, and so are, from the start on, those that an earlier run of the
/// service has left pending.
///
/// The parts outlive the queue. The destructor stops it.
///
/// Owns threads.
/// Thread-safe; call `start`, `stop`, `runDue` and the destructor from one thread.
class RefreshQueue {
public:
    struct Parts {
        GrantRefresher& refresher;
        const domain::Store& store;
        const base::Clock& clock;
        logging::Logger& logger;
        std::size_t threads = 20;
        std::size_t mostOfOne = 16;
        std::size_t mostReady = 10'000; ///< accounts of one provider that wait for a thread
        bool keepsJournal = true;       ///< as GrantRefresher::Parts
    };

    explicit RefreshQueue(const Parts& parts);
    ~RefreshQueue();
    RefreshQueue(const RefreshQueue&) = delete;
    RefreshQueue& operator=(const RefreshQueue&) = delete;

    /// Asks for a refresh of that version of the provider's account (GrantRefresher::refresh). Returns the
    /// event of its end, or null if there will be none now because the last one has failed recently. Throws:
    /// base::Error(busy) if too many accounts wait for a thread. Calls `admit` before it begins a refresh,
    /// but not to join one; `admit` may throw, and must be brief.
    [[nodiscard]] std::shared_ptr<base::OneShotEvent> ask(const base::AccountId& id,
                                                          const std::string& provider, std::int64_t version,
                                                          const domain::Actor& actor,
                                                          const std::function<void()>& admit = {});

    /// Begins to work. Call once only. Throws: base::ThreadError.
    void start();

    /// Begins no further refresh, waits `atMost` for the running ones, and fires all events. Pending
    /// refreshes stay in the journal for the next start. Returns false if one still runs: call again, or
    /// leave the process. May be called more than once.
    [[nodiscard]] bool stop(std::chrono::milliseconds atMost);

    /// Runs what is due on the caller's thread, pending refreshes of an earlier run included. Requires: not
    /// started.
    void runDue();

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class Stage { ready, running, waiting };
    struct Entry {
        Stage stage = Stage::ready;
        std::string provider{};
        std::int64_t version = 0;
        domain::Actor actor{};
        bool isResumed = false; ///< it is in the journal, and nobody has asked for it
        Time due{};             ///< while waiting
        std::vector<std::shared_ptr<base::OneShotEvent>> callers{};
    };
    /// The refreshes of one provider.
    struct Lane {
        std::deque<std::string> ready{}; ///< accounts
        std::size_t running = 0;
    };
    using Entries = std::unordered_map<std::string, Entry>;
    using Hold = std::unique_lock<std::mutex>;

    void serve();
    void recover();
    [[nodiscard]] std::vector<std::pair<domain::PendingRefresh, std::string>> pendingRefreshes() const;
    void makeReady(const std::string& id, Entry& entry);
    void makeDueReady();
    [[nodiscard]] Lane* nextLane();
    void runNext(Lane& lane, Hold& hold);
    void wait(Hold& hold);
    [[nodiscard]] RefreshOutcome run(const base::AccountId& id, std::int64_t version,
                                     const domain::Actor& actor, bool isResumed) const;
    void finish(const std::string& id, const RefreshOutcome& outcome, Hold& hold);

    Parts _parts;
    logging::Channel _log;
    std::mutex _mutex; ///< guards all below but the threads; refreshes run outside it
    std::condition_variable _changed;
    Entries _entries;
    std::map<std::string, Lane> _lanes;    ///< by provider; none is ever erased
    std::string _lastLane;                 ///< the providers take turns
    std::multimap<Time, std::string> _due; ///< the waiting ones
    bool _mustRecover;
    bool _hasTimekeeper = false; ///< a thread that waits for the first due one
    bool _isStopping = false;
    std::size_t _alive = 0; ///< threads that have not ended
    std::vector<std::thread> _threads;
};

} // namespace central_oauth::services
