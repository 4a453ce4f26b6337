// SPDX-License-Identifier: Apache-2.0
#include "WriterTurn.h"

#include "StoreTroubleError.h"

#include <utility>

namespace central_oauth::store {

namespace {

// What SQLite needs at most to give up a wait that is over.
constexpr std::chrono::seconds grace{1};

[[noreturn]] void throwLocked() {
    throw StoreTroubleError(StoreTrouble::busy, "another program keeps the database locked");
}

} // namespace

WriterTurn::Lease WriterTurn::take(Time deadline) {
    std::unique_lock hold(_mutex);
    if (!_changed.wait_until(hold, deadline, [this] { return !_isTaken; })) {
        if (_fileWaitUntil)
            throwLocked();
        throw base::Error(base::ErrorCode::storeUnavailable, {}, "an earlier write does not come back");
    }
    _isTaken = true;
    return Lease(*this);
}

WriterTurn::Lease WriterTurn::takeUnlessLocked() {
    const auto isLocked = [this] {
        return _fileWaitUntil && std::chrono::steady_clock::now() < *_fileWaitUntil + grace;
    };
    std::unique_lock hold(_mutex);
    _changed.wait(hold, [&] { return !_isTaken || isLocked(); });
    if (_isTaken)
        throwLocked();
    _isTaken = true;
    return Lease(*this);
}

std::optional<WriterTurn::Lease> WriterTurn::takeIfFree() {
    const std::lock_guard hold(_mutex);
    if (_isTaken)
        return std::nullopt;
    _isTaken = true;
    return std::optional<Lease>(std::in_place, *this);
}

void WriterTurn::release() noexcept {
    {
        const std::lock_guard hold(_mutex);
        _isTaken = false;
        _fileWaitUntil.reset();
    }
    _changed.notify_all();
}

void WriterTurn::noteFileWait(std::optional<Time> until) noexcept {
    {
        const std::lock_guard hold(_mutex);
        _fileWaitUntil = until;
    }
    _changed.notify_all();
}

} // namespace central_oauth::store
