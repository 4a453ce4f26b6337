// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/FairTurn.h"

namespace central_oauth::base {

bool FairTurn::take(std::optional<Time> deadline, const std::function<bool()>& giveUp) {
    std::unique_lock hold(_mutex);
    if (!_isTaken) {
        _isTaken = true;
        return true;
    }
    Waiter me;
    const auto place = _waiters.insert(_waiters.end(), &me);
    const auto isOver = [&] { return me.isNext || (giveUp && giveUp()); };
    if (deadline)
        me.wake.wait_until(hold, *deadline, isOver);
    else
        me.wake.wait(hold, isOver);
    if (!me.isNext)
        _waiters.erase(place);
    return me.isNext;
}

// Hands the turn over directly: no other thread can take it between two holders.
void FairTurn::release() noexcept {
    const std::lock_guard hold(_mutex);
    if (_waiters.empty()) {
        _isTaken = false;
        return;
    }
    Waiter& next = *_waiters.front();
    _waiters.pop_front();
    next.isNext = true;
    // Under the lock: a waiter that sees its turn may be destroyed right after.
    next.wake.notify_one();
}

void FairTurn::reconsider() noexcept {
    const std::lock_guard hold(_mutex);
    for (Waiter* waiter : _waiters)
        waiter->wake.notify_one();
}

} // namespace central_oauth::base
