// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/UseNotes.h"

#include "central_oauth/base/Error.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

namespace central_oauth::services {

std::optional<base::Timestamp> UseNotes::latest(const std::string& id,
                                                std::optional<base::Timestamp> stored) const {
    const std::lock_guard hold(_mutex);
    const auto noted = _notes.find(id);
    return noted == _notes.end() || (stored && *stored > noted->second.at) ? stored
                                                                           : std::optional(noted->second.at);
}

void UseNotes::put(const std::string& id, base::Timestamp at) {
    const std::lock_guard hold(_mutex);
    if (_notes.size() < _most || _notes.contains(id))
        _notes.insert_or_assign(id, Note{at});
}

bool UseNotes::flush() noexcept {
    constexpr int mostSkipped = 2;
    const std::lock_guard flushing(_flushing);
    const bool waits = _roundsSkipped >= mostSkipped;
    bool isAllStored = false;
    try {
        isAllStored = storeAll([this, waits](const Batch& batch) {
            const auto work = [&](domain::Transaction& transaction) { write(transaction, batch); };
            if (!waits)
                return _store.transactIfFree(work);
            _store.transact(work);
            return true;
        });
    } catch (const std::exception& failure) {
        _log.warning("uses not stored yet", {{"detail", failure.what()}});
    }
    _roundsSkipped = isAllStored ? 0 : _roundsSkipped + 1;
    return isAllStored;
}

void UseNotes::flushAtEnd(std::chrono::milliseconds atMost) noexcept {
    constexpr std::chrono::milliseconds pause{10};
    const auto deadline = std::chrono::steady_clock::now() + atMost;
    const auto isLate = [deadline] { return std::chrono::steady_clock::now() >= deadline; };
    const std::lock_guard flushing(_flushing);
    try {
        while (!storeAll([&](const Batch& batch) {
            return !isLate() && _store.transactIfFree(
                                    [&](domain::Transaction& transaction) { write(transaction, batch); });
        })) {
            if (isLate())
                return _log.warning("uses are lost", {{"detail", "the store was not free before the end"}});
            std::this_thread::sleep_for(pause);
        }
    } catch (const std::exception& failure) {
        _log.warning("uses are lost", {{"detail", failure.what()}});
    }
}

// Small batches, because other writes wait for each. Returns whether all are stored. Requires: the caller
// holds _flushing.
bool UseNotes::storeAll(const StoreBatch& store) {
    constexpr std::size_t batchSize = 100;
    const auto all = takeUnstored();
    for (std::size_t begin = 0; begin < all.size(); begin += batchSize) {
        const auto end = std::min(all.size(), begin + batchSize);
        const Batch batch(all.begin() + static_cast<std::ptrdiff_t>(begin),
                          all.begin() + static_cast<std::ptrdiff_t>(end));
        if (!store(batch))
            return false;
        markStored(batch);
    }
    return true;
}

// Drops what the flush before has stored. It stayed until now, so that a reader whose snapshot is older than
// the commit finds the note.
UseNotes::Batch UseNotes::takeUnstored() {
    const std::lock_guard hold(_mutex);
    std::erase_if(_notes, [](const auto& each) { return each.second.isStored; });
    Batch all;
    all.reserve(_notes.size());
    for (const auto& [id, note] : _notes)
        all.emplace_back(id, note.at);
    return all;
}

void UseNotes::markStored(const Batch& batch) {
    const std::lock_guard hold(_mutex);
    for (const auto& [id, at] : batch)
        if (const auto noted = _notes.find(id); noted != _notes.end() && noted->second.at == at)
            noted->second.isStored = true;
}

void UseNotes::write(domain::Transaction& transaction, const Batch& batch) const {
    for (const auto& [id, at] : batch) {
        try {
            _write(transaction, id, at);
        } catch (const domain::DamagedRowError&) {
            // The store has reported the row; its use is lost, and the others are not.
        }
    }
}

void writeAccountUse(domain::Transaction& transaction, const std::string& id, base::Timestamp at) {
    auto account = transaction.find(base::AccountId(id));
    if (!account || (account->lastUsedAt && *account->lastUsedAt >= at))
        return;
    account->lastUsedAt = at;
    transaction.put(*account);
}

void writeGrantTokenUse(domain::Transaction& transaction, const std::string& keyId, base::Timestamp at) {
    auto token = transaction.findGrantToken(keyId);
    if (!token || token->lastUsedAt >= at)
        return;
    token->lastUsedAt = at;
    transaction.put(*token);
}

} // namespace central_oauth::services
