// SPDX-License-Identifier: Apache-2.0
#include "PollTable.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/LinkLife.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

void PollTable::load(std::vector<domain::Link> links, base::Timestamp now) {
    std::sort(links.begin(), links.end(),
              [](const auto& left, const auto& right) { return left.expiresAt < right.expiresAt; });
    const auto most = _room.live + _room.finished;
    const auto surplus = links.size() - std::min(links.size(), most);
    for (auto each = links.begin() + static_cast<std::ptrdiff_t>(surplus); each != links.end(); ++each)
        add(*each, now);
}

void PollTable::add(const domain::Link& link, base::Timestamp now) {
    drop(link.codeHash);
    makeRoom(now);
    _codes[link.id] = link.codeHash;
    auto& entry = _entries[link.codeHash];
    entry = {link.id,        link.client,
             link.proof,     link.secretHash,
             link.expiresAt, link.status == domain::LinkStatus::pending,
             false};
    _ends.add(link.expiresAt, link.codeHash);
    // A link that expired earlier is not reported by the deadlines.
    if (!domain::isUnfinished(link.status) || !_ends.isAhead(link.expiresAt))
        finish(link.codeHash, entry);
}

const PollTable::Entry* PollTable::nearest(const std::string& codeHash, bool& isKnown) const {
    isKnown = false;
    if (_entries.empty())
        return nullptr;
    // Compare an unknown code with a stored hash, too: with the next hash in order.
    auto place = _entries.lower_bound(codeHash);
    if (place == _entries.end())
        place = _entries.begin();
    isKnown = crypto::constantTimeEquals(place->first, codeHash);
    return &place->second;
}

const PollTable::Entry* PollTable::find(const base::LinkId& link) const {
    const auto code = _codes.find(link);
    return code == _codes.end() ? nullptr : &_entries.at(code->second);
}

void PollTable::apply(const domain::Committed::LinkChange& change) {
    const auto code = _codes.find(change.id);
    if (code == _codes.end())
        return;
    auto& entry = _entries.at(code->second);
    entry.isPending = entry.isPending && change.status == domain::LinkStatus::pending;
    if (!domain::isUnfinished(change.status))
        finish(code->second, entry);
}

void PollTable::purge(base::Timestamp now, std::chrono::seconds kept) {
    finishExpired(now);
    while (!_ends.empty() && _ends.earliest().first + kept <= now)
        drop(std::string(_ends.earliest().second));
}

// May drop the entry: the one that finished first, if there are too many.
void PollTable::finish(const std::string& codeHash, Entry& entry) {
    if (entry.isFinished)
        return;
    entry.isFinished = true;
    _finished.put(codeHash, {});
    if (_finished.size() > _room.finished)
        drop(std::string(_finished.oldest()));
}

void PollTable::finishExpired(base::Timestamp now) {
    for (const auto& codeHash : _ends.moveTo(now).passed)
        if (const auto entry = _entries.find(codeHash); entry != _entries.end())
            finish(codeHash, entry->second);
}

// The caller has checked the limit of live links. Evict a finished link; they are the only surplus.
void PollTable::makeRoom(base::Timestamp now) {
    if (_entries.size() < _room.live + _room.finished)
        return;
    if (_finished.empty())
        finishExpired(now);
    drop(std::string(_finished.empty() ? _entries.begin()->first : _finished.oldest()));
}

void PollTable::drop(const std::string& codeHash) {
    const auto entry = _entries.find(codeHash);
    if (entry == _entries.end())
        return;
    _finished.erase(codeHash);
    _ends.remove(entry->second.expiresAt, codeHash);
    _codes.erase(entry->second.id);
    _entries.erase(entry);
}

} // namespace central_oauth::services
