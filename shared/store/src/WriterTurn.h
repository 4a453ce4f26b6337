// SPDX-License-Identifier: Apache-2.0
// Whose turn it is to use the connection that writes.
#pragma once

#include "central_oauth/base/FairTurn.h"

#include <atomic>
#include <optional>

namespace central_oauth::store {

/// A lock with a deadline, given in the order in which it was asked for. It tells a holder that waits for
/// another program, which keeps the file locked, from one that waits for the disk.
///
/// Outlives its leases. Thread-safe.
///
/// Errors: StoreTroubleError(busy or stuck).
class WriterTurn {
public:
    using Time = base::FairTurn::Time;

    /// Holds the turn until it is destroyed.
    class Lease {
    public:
        explicit Lease(WriterTurn& turn) noexcept : _turn(turn) {}
        ~Lease() { _turn.release(); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        /// The holder waits for the lock of the file, until that time at most.
        void beginFileWait(Time until) noexcept { _turn.noteFileWait(until); }
        void endFileWait() noexcept { _turn.noteFileWait(std::nullopt); }

    private:
        WriterTurn& _turn;
    };

    /// Blocks until the turn is free. Throws at the deadline: StoreTroubleError(busy) if the holder waits for
    /// another program, StoreTroubleError(stuck) if it waits for the disk.
    [[nodiscard]] Lease take(Time deadline);

    /// Blocks until the turn is free. Throws StoreTroubleError(busy) as soon as the holder waits for another
    /// program, unless that wait should be over by now.
    [[nodiscard]] Lease takeUnlessLocked();

    /// Blocks on nothing. Returns nullopt if the turn is taken.
    [[nodiscard]] std::optional<Lease> takeIfFree();

private:
    static constexpr Time noWait = Time::min();

    void release() noexcept;
    void noteFileWait(std::optional<Time> until) noexcept;

    base::FairTurn _turn;
    /// While the holder waits for the lock of the file; `noWait` otherwise.
    std::atomic<Time> _fileWaitUntil{noWait};
};

} // namespace central_oauth::store
