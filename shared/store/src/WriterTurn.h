// SPDX-License-Identifier: Apache-2.0
// Whose turn it is to use the connection that writes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace central_oauth::store {

/// A lock with a deadline. It tells a holder that waits for another program, which keeps the file locked,
/// from one that waits for the disk.
///
/// Outlives its leases. Thread-safe.
///
/// Errors: StoreTroubleError(busy); base::Error(storeUnavailable).
class WriterTurn {
public:
    using Time = std::chrono::steady_clock::time_point;

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
    /// another program, or else base::Error.
    [[nodiscard]] Lease take(Time deadline);

    /// Blocks until the turn is free. Throws StoreTroubleError(busy) as soon as the holder waits for another
    /// program, unless that wait should be over by now.
    [[nodiscard]] Lease takeUnlessLocked();

    /// Blocks on nothing. Returns nullopt if the turn is taken.
    [[nodiscard]] std::optional<Lease> takeIfFree();

private:
    void release() noexcept;
    void noteFileWait(std::optional<Time> until) noexcept;

    std::mutex _mutex; ///< guards all below
    std::condition_variable _changed;
    bool _isTaken = false;
    std::optional<Time> _fileWaitUntil; ///< while the holder waits for the lock of the file
};

} // namespace central_oauth::store
