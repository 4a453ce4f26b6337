// SPDX-License-Identifier: Apache-2.0
#include "WriteQueue.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace central_oauth::store {

using State = WriteQueue::Entry::State;

WriteQueue::EntryPtr WriteQueue::add(std::shared_ptr<GroupedWrite> write, Time deadline) {
    auto entry = std::make_shared<Entry>();
    entry->write = std::move(write);
    entry->deadline = deadline;
    const std::lock_guard hold(_mutex);
    _waiting.push_back(entry);
    return entry;
}

bool WriteQueue::isDone(const Entry& entry) const {
    const std::lock_guard hold(_mutex);
    return entry.state == State::done;
}

std::exception_ptr WriteQueue::takeFailure(Entry& entry) {
    const std::lock_guard hold(_mutex);
    return std::exchange(entry.failure, nullptr);
}

bool WriteQueue::leave(Entry& entry) {
    std::unique_lock hold(_mutex);
    _changed.wait(hold, [&entry] { return entry.state == State::waiting || entry.state == State::done; });
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
    if (entry.hasCallerLeft || entry.isUndone)
        return false;
    entry.state = State::running;
    return true;
}

void WriteQueue::endRun(Entry& entry, std::exception_ptr failure) {
    const std::lock_guard hold(_mutex);
    entry.state = State::ran;
    entry.failure = std::move(failure);
}

void WriteQueue::restart(const std::vector<EntryPtr>& entries, Entry& failed) {
    const std::lock_guard hold(_mutex);
    failed.isUndone = true;
    for (const auto& entry : entries) {
        entry->state = State::waiting;
        if (!entry->isUndone)
            entry->failure = nullptr;
    }
    _changed.notify_all();
}

void WriteQueue::putBack(std::vector<EntryPtr>& entries, Time now) {
    const std::lock_guard hold(_mutex);
    const auto canWait = [now](const EntryPtr& entry) {
        return entry->state == State::waiting && !entry->hasCallerLeft && !entry->isUndone &&
               entry->deadline > now;
    };
    const auto first = std::stable_partition(entries.begin(), entries.end(), std::not_fn(canWait));
    _waiting.insert(_waiting.begin(), first, entries.end());
    entries.erase(first, entries.end());
}

void WriteQueue::finish(const std::vector<EntryPtr>& entries, const Failure& failure) noexcept {
    const std::lock_guard hold(_mutex);
    for (const auto& entry : entries) {
        if (failure)
            entry->failure = failure();
        entry->state = State::done;
    }
    _changed.notify_all();
}

} // namespace central_oauth::store
