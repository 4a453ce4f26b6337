// SPDX-License-Identifier: Apache-2.0
// The writes that wait to be committed together.
#pragma once

#include "Connection.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace central_oauth::store {

/// What one caller writes. Another caller's thread may run it.
class GroupedWrite {
public:
    virtual ~GroupedWrite() = default;

    /// Writes within the open transaction. Called again after a rollback, but never after its caller has
    /// left.
    virtual void run(Connection& connection) = 0;
};

/// The writes of several callers, in the order in which they came. One of the callers takes them all and
/// commits them in one transaction; the others wait.
///
/// Thread-safe. Runs nothing itself.
class WriteQueue {
public:
    using Time = std::chrono::steady_clock::time_point;
    /// Makes an exception for each caller, so that threads share none. Empty for none.
    using Failure = std::function<std::exception_ptr()>;

    /// One write and how far it is. Only WriteQueue changes it.
    struct Entry {
        enum class State { waiting, running, ran, done };

        std::shared_ptr<GroupedWrite> write;
        Time deadline; ///< until when its caller waits for its turn
        State state = State::waiting;
        bool hasCallerLeft = false;
        bool isUndone = false;        ///< the others were rolled back for it
        std::exception_ptr failure{}; ///< of this write, or of the commit
    };
    using EntryPtr = std::shared_ptr<Entry>;

    [[nodiscard]] EntryPtr add(std::shared_ptr<GroupedWrite> write, Time deadline);

    [[nodiscard]] bool isDone(const Entry& entry) const;

    /// Takes the failure of a write that is done; null if it is durable.
    [[nodiscard]] std::exception_ptr takeFailure(Entry& entry);

    /// Ends the wait of a caller; its write never runs. Returns false if the write is done after all. Once it
    /// runs, blocks until it is durable, has failed, or is to run again: a caller that does not know the
    /// outcome could not tell anyone of the change.
    [[nodiscard]] bool leave(Entry& entry);

    [[nodiscard]] std::vector<EntryPtr> takeAll();

    /// Returns whether the write is to run now: it was not undone, and its caller has not left.
    [[nodiscard]] bool beginRun(Entry& entry);
    void endRun(Entry& entry, std::exception_ptr failure);

    /// Notes that the transaction was rolled back for `failed`: all others are to run again, also those that
    /// failed, because they may have failed for a change that is undone.
    void restart(const std::vector<EntryPtr>& entries, Entry& failed);

    /// Moves those that have not run and whose callers still wait from `entries` back to the queue's front.
    void putBack(std::vector<EntryPtr>& entries, Time now);

    /// Marks all as done. With a failure, that of the commit, it is everyone's: nothing that they saw of each
    /// other has become durable.
    void finish(const std::vector<EntryPtr>& entries, const Failure& failure) noexcept;

private:
    mutable std::mutex _mutex; ///< guards all below, and the entries
    std::condition_variable _changed;
    std::vector<EntryPtr> _waiting;
};

} // namespace central_oauth::store
