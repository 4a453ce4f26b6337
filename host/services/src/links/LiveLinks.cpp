// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/LiveLinks.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/LinkLife.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::seconds oneMayFinish{30};

std::size_t limitOf(int setting) {
    return static_cast<std::size_t>(std::max(setting, 0));
}

} // namespace

LiveLinks::Place::~Place() {
    if (!_isKept)
        _owner.release(_link);
}

void LiveLinks::load() {
    const std::lock_guard hold(_mutex);
    loadOnce();
}

LiveLinks::Place LiveLinks::take(const domain::Client& client, const domain::Link& link) {
    const std::lock_guard hold(_mutex);
    loadOnce();
    catchUp();
    requireRoom(client, link.subject);
    const auto counts = _counts.find(client.id);
    const std::size_t others = counts == _counts.end() ? 0 : counts->second.links;
    add(link);
    return {*this, link.id, others};
}

void LiveLinks::requireRoom(const domain::Client& client, const std::string& subject) const {
    const auto refuse = [](const std::string& hint) {
        throw Error(ErrorCode::tooManyRequests, hint).withRetryAfter(oneMayFinish);
    };
    if (_live >= _limits.all)
        throw Error(ErrorCode::busy, "The service has as many open links as it takes.")
            .withRetryAfter(oneMayFinish);
    const auto found = _counts.find(client.id);
    const std::size_t ofClient = found == _counts.end() ? 0 : found->second.links;
    if (ofClient >= limitOf(client.liveLinks))
        refuse("This client has as many open links as it may have; let them finish or "
               "cancel one, as with central-oauth login --cancel.");
    if (subject.empty() || found == _counts.end())
        return; // links without a subject have only their client in common
    const auto ofSubject = found->second.ofSubjects.find(subject);
    if (ofSubject != found->second.ofSubjects.end() && ofSubject->second >= _limits.ofSubject)
        refuse("This subject has five open links; let them finish or cancel one, as "
               "with central-oauth login --cancel.");
}

void LiveLinks::committed(const domain::Committed& changes) noexcept {
    const std::lock_guard hold(_mutex);
    if (_load)
        return; // what is loaded later includes the changes
    for (const auto& change : changes.links) {
        const auto entry = _entries.find(change.id);
        if (entry == _entries.end())
            continue; // finished, or its client is gone
        if (!change.liveUntil)
            drop(entry);
        else if (change.revision > entry->second.revision) {
            moveEnd(entry, *change.liveUntil);
            entry->second.revision = change.revision;
        }
    }
    for (const auto& client : changes.erasedClients)
        for (auto each = _entries.begin(); each != _entries.end();) {
            const auto entry = each++;
            if (entry->second.client == client)
                drop(entry);
        }
}

std::size_t LiveLinks::count() {
    const std::lock_guard hold(_mutex);
    loadOnce();
    catchUp();
    return _live;
}

void LiveLinks::release(const base::LinkId& link) noexcept {
    const std::lock_guard hold(_mutex);
    if (const auto entry = _entries.find(link); entry != _entries.end())
        drop(entry);
}

// Holds the mutex while it reads: a change that is reported meanwhile waits, and is applied to what was
// loaded.
void LiveLinks::loadOnce() {
    if (!_load)
        return;
    for (const auto& link : _load())
        if (domain::liveUntil(link))
            add(link);
    _load = nullptr;
}

// Counts out what has expired, and counts in again what has not since the clock was set back.
void LiveLinks::catchUp() {
    const auto moved = _ends.moveTo(base::nowOf(_clock));
    for (const auto& link : moved.passed)
        countOut(_entries.at(link));
    for (const auto& link : moved.ahead)
        countIn(_entries.at(link));
    while (_entries.size() - _live > _limits.lapsed)
        drop(_entries.find(_ends.earliest().second));
}

void LiveLinks::add(const domain::Link& link) {
    const auto [entry, isNew] =
        _entries.try_emplace(link.id, Entry{link.client, link.subject, link.expiresAt, 0});
    if (!isNew)
        return;
    _ends.add(link.expiresAt, link.id);
    if (_ends.isAhead(link.expiresAt))
        countIn(entry->second);
}

void LiveLinks::drop(Entries::iterator entry) {
    _ends.remove(entry->second.until, entry->first);
    if (_ends.isAhead(entry->second.until))
        countOut(entry->second);
    _entries.erase(entry);
}

void LiveLinks::moveEnd(Entries::iterator entry, base::Timestamp until) {
    auto& known = entry->second;
    if (known.until == until)
        return;
    const bool wasAhead = _ends.isAhead(known.until);
    _ends.remove(known.until, entry->first);
    _ends.add(until, entry->first);
    known.until = until;
    if (wasAhead && !_ends.isAhead(until))
        countOut(known);
    else if (!wasAhead && _ends.isAhead(until))
        countIn(known);
}

void LiveLinks::countIn(const Entry& entry) {
    ++_live;
    auto& counts = _counts[entry.client];
    ++counts.links;
    if (!entry.subject.empty())
        ++counts.ofSubjects[entry.subject];
}

void LiveLinks::countOut(const Entry& entry) {
    --_live;
    const auto counts = _counts.find(entry.client);
    if (!entry.subject.empty())
        if (const auto subject = counts->second.ofSubjects.find(entry.subject); --subject->second == 0)
            counts->second.ofSubjects.erase(subject);
    if (--counts->second.links == 0)
        _counts.erase(counts);
}

} // namespace central_oauth::services
