// SPDX-License-Identifier: Apache-2.0
#include "WriteQueue.h"

#include <utility>

namespace central_oauth::store {

using State = WriteQueue::Entry::State;

WriteQueue::EntryPtr WriteQueue::add(std::shared_ptr<GroupedWrite> write) {
    auto entry = std::make_shared<Entry>();
    entry->write = std::move(write);
    const std::lock_guard hold(_mutex);
    _waiting.push_back(entry);
    return entry;
}

bool WriteQueue::isDone(const Entry& entry) const {
    const std::lock_guard hold(_mutex);
    return entry.state == State::done;
}

std::exception_ptr WriteQueue::failureOf(const Entry& entry) const {
    const std::lock_guard hold(_mutex);
    return entry.failure;
}

bool WriteQueue::leave(Entry& entry) {
    std::unique_lock hold(_mutex);
    _hasRun.wait(hold, [&entry] { return entry.state != State::running; });
    if (entry.state == State::done)
        return false;
    entry.hasCallerLeft = true;
    return true;
}

std::vector<WriteQueue::EntryPtr> WriteQueue::takeAll() {
    const std::lock_guard hold(_mutex);
    return std::exchange(_waiting, {});
}

bool WriteQueue::beginRun(Entry& entry) {
    const std::lock_guard hold(_mutex);
    if (entry.hasCallerLeft || entry.failure)
        return false;
    entry.state = State::running;
    return true;
}

void WriteQueue::endRun(Entry& entry, std::exception_ptr failure) {
    {
        const std::lock_guard hold(_mutex);
        entry.state = State::ran;
        entry.failure = std::move(failure);
    }
    _hasRun.notify_all();
}

void WriteQueue::restart(const std::vector<EntryPtr>& entries) {
    const std::lock_guard hold(_mutex);
    for (const auto& entry : entries)
        entry->state = State::waiting;
}

void WriteQueue::finish(const std::vector<EntryPtr>& entries, const std::exception_ptr& failure) noexcept {
    const std::lock_guard hold(_mutex);
    for (const auto& entry : entries) {
        if (!entry->failure)
            entry->failure = failure;
        entry->hasRun = entry->state == State::ran;
        entry->state = State::done;
    }
}

bool WriteQueue::isOrphan(const Entry& entry) const {
    const std::lock_guard hold(_mutex);
    return entry.hasRun && entry.hasCallerLeft && !entry.failure;
}

} // namespace central_oauth::store
