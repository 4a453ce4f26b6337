// SPDX-License-Identifier: Apache-2.0
// The writes that wait to be committed together.
#pragma once

#include "Connection.h"

#include <condition_variable>
#include <exception>
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

    /// Called once the write is durable, in place of its caller if that has left.
    virtual void finishWithoutCaller() noexcept = 0;
};

/// The writes of several callers, in the order in which they came. One of the callers takes them all and
/// commits them in one transaction; the others wait.
///
/// Thread-safe. Runs nothing itself.
class WriteQueue {
public:
    /// One write and how far it is. Only WriteQueue changes it.
    struct Entry {
        enum class State { waiting, running, ran, done };

        std::shared_ptr<GroupedWrite> write;
        State state = State::waiting;
        bool hasCallerLeft = false;
        bool hasRun = false;          ///< once done: whether it is part of the transaction
        std::exception_ptr failure{}; ///< of this write, or of the commit
    };
    using EntryPtr = std::shared_ptr<Entry>;

    [[nodiscard]] EntryPtr add(std::shared_ptr<GroupedWrite> write);

    [[nodiscard]] bool isDone(const Entry& entry) const;

    /// Returns the failure of a write that is done; null if it is durable.
    [[nodiscard]] std::exception_ptr failureOf(const Entry& entry) const;

    /// Ends the wait of a caller; its write never runs again. Returns false if the write is done after all.
    /// Blocks while it runs. A write that has run may still become durable.
    [[nodiscard]] bool leave(Entry& entry);

    [[nodiscard]] std::vector<EntryPtr> takeAll();

    /// Returns whether the write is to run now: it has not failed, and its caller has not left.
    [[nodiscard]] bool beginRun(Entry& entry);
    void endRun(Entry& entry, std::exception_ptr failure);

    /// Notes that the transaction was rolled back: what has run is to run again.
    void restart(const std::vector<EntryPtr>& entries);

    /// Marks all as done; those without a failure get this one.
    void finish(const std::vector<EntryPtr>& entries, const std::exception_ptr& failure) noexcept;

    /// Returns whether a write that is done is durable, and its caller has left.
    [[nodiscard]] bool isOrphan(const Entry& entry) const;

private:
    mutable std::mutex _mutex; ///< guards all below, and the entries
    std::condition_variable _hasRun;
    std::vector<EntryPtr> _waiting;
};

} // namespace central_oauth::store
