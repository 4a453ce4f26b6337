// SPDX-License-Identifier: Apache-2.0
// The turn to use the connection that writes.
#pragma once

#include "central_oauth/base/FairTurn.h"

#include <atomic>
#include <functional>
#include <optional>

namespace central_oauth::store {

/// A lock with deadlines, granted in the order of the requests. It distinguishes a holder that waits for
/// another program's lock on the file from one that waits for the disk.
///
/// Must outlive its leases. Thread-safe.
///
/// Errors: StoreTroubleError(busy or stuck).
class WriterTurn {
public:
    using Time = base::FairTurn::Time;

    /// Holds the turn until destroyed.
    class Lease {
    public:
        explicit Lease(WriterTurn& turn) noexcept : _turn(turn) {}
        ~Lease() { _turn.release(); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        /// Notes that the holder waits for the file's lock, at most until `until`.
        void beginFileWait(Time until) noexcept { _turn.noteFileWait(until); }
        void endFileWait() noexcept { _turn.noteFileWait(std::nullopt); }

    private:
        WriterTurn& _turn;
    };

    /// Blocks until the turn is free.
    /// Throws at the deadline: StoreTroubleError(busy) if the holder waits for another program,
    /// StoreTroubleError(stuck) if it waits for the disk.
    [[nodiscard]] Lease take(Time deadline);

    /// As take, but returns nullopt as soon as `isDone` returns true. `isDone` is called before each wait and
    /// after each `reconsider`, and must not call this object.
    [[nodiscard]] std::optional<Lease> takeUnless(Time deadline, const std::function<bool()>& isDone);

    /// Makes all waiting threads call their `isDone` again.
    void reconsider() noexcept { _turn.reconsider(); }

    /// Blocks until the turn is free.
    /// Throws StoreTroubleError(busy) as soon as the holder waits for another program. Keeps waiting if that
    /// wait should be over by now.
    [[nodiscard]] Lease takeUnlessLocked();

    /// Returns nullopt if the turn is taken. Does not block.
    [[nodiscard]] std::optional<Lease> takeIfFree();

private:
    static constexpr Time noWait = Time::min();

    [[noreturn]] void throwLate() const;
    void release() noexcept;
    void noteFileWait(std::optional<Time> until) noexcept;

    base::FairTurn _turn;
    /// Until when the holder waits for the file's lock; `noWait` if it does not.
    std::atomic<Time> _fileWaitUntil{noWait};
};

} // namespace central_oauth::store
