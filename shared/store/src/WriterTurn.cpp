// SPDX-License-Identifier: Apache-2.0
#include "WriterTurn.h"

#include "StoreTroubleError.h"

#include <utility>

namespace central_oauth::store {

namespace {

// The longest time that SQLite takes to give up an expired wait.
constexpr std::chrono::seconds grace{1};

[[noreturn]] void throwLocked() {
    throw StoreTroubleError(StoreTrouble::busy, "another program keeps the database locked");
}

} // namespace

void WriterTurn::throwLate() const {
    if (_fileWaitUntil.load() != noWait)
        throwLocked();
    throw StoreTroubleError(StoreTrouble::stuck, "an earlier write hangs");
}

WriterTurn::Lease WriterTurn::take(Time deadline) {
    if (!_turn.take(deadline))
        throwLate();
    return Lease(*this);
}

std::optional<WriterTurn::Lease> WriterTurn::takeUnless(Time deadline, const std::function<bool()>& isDone) {
    if (_turn.take(deadline, isDone))
        return std::optional<Lease>(std::in_place, *this);
    if (!isDone())
        throwLate();
    return std::nullopt;
}

WriterTurn::Lease WriterTurn::takeUnlessLocked() {
    const auto isLocked = [this] {
        const auto until = _fileWaitUntil.load();
        return until != noWait && std::chrono::steady_clock::now() < until + grace;
    };
    if (!_turn.take(std::nullopt, isLocked))
        throwLocked();
    return Lease(*this);
}

std::optional<WriterTurn::Lease> WriterTurn::takeIfFree() {
    if (!_turn.take(std::chrono::steady_clock::now()))
        return std::nullopt;
    return std::optional<Lease>(std::in_place, *this);
}

void WriterTurn::release() noexcept {
    _fileWaitUntil = noWait;
    _turn.release();
}

void WriterTurn::noteFileWait(std::optional<Time> until) noexcept {
    _fileWaitUntil = until.value_or(noWait);
    _turn.reconsider();
}

} // namespace central_oauth::store
