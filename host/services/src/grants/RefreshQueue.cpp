// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/RefreshQueue.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Thread.h"
#include "central_oauth/logging/RequestScope.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace central_oauth::services {

namespace {

constexpr std::chrono::milliseconds recoveryRetry{1000};
constexpr std::chrono::milliseconds afterUnknownFault{60'000};

} // namespace

RefreshQueue::RefreshQueue(const Parts& parts)
    : _parts(parts), _log(parts.logger.channel("central_oauth.tokens")), _mustRecover(parts.keepsJournal) {}

RefreshQueue::~RefreshQueue() {
    static_cast<void>(stop(std::chrono::hours(1)));
}

std::shared_ptr<base::OneShotEvent> RefreshQueue::ask(const base::AccountId& id, const std::string& provider,
                                                      std::int64_t version, const domain::Actor& actor,
                                                      const std::function<void()>& admit) {
    auto event = std::make_shared<base::OneShotEvent>();
    const Hold hold(_mutex);
    if (_isStopping)
        return nullptr;
    const auto found = _entries.find(id.value());
    const bool isUnderWay = found != _entries.end() && found->second.stage != Stage::waiting;
    if (!isUnderWay && _parts.refresher.pauseOf(id, version))
        return nullptr;
    if (!isUnderWay && _lanes[provider].ready.size() >= _parts.mostReady)
        throw base::Error(base::ErrorCode::busy, "Upstream is slow and enough callers wait for it already.")
            .withRetryAfter(std::chrono::seconds(1));
    if (!isUnderWay && admit)
        admit();
    auto& entry = found != _entries.end() ? found->second : _entries[id.value()];
    if (!isUnderWay) {
        entry.provider = provider;
        entry.version = version;
        entry.actor = actor;
        entry.isResumed = false;
        makeReady(id.value(), entry);
    }
    entry.callers.push_back(event);
    return event;
}

// Requires the mutex. The entry's place in _due is left to makeDueReady, which skips what is not waiting.
void RefreshQueue::makeReady(const std::string& id, Entry& entry) {
    entry.stage = Stage::ready;
    _lanes[entry.provider].ready.push_back(id);
    _changed.notify_one();
}

void RefreshQueue::makeDueReady() {
    const auto now = _parts.clock.steadyNow();
    while (!_due.empty() && _due.begin()->first <= now) {
        const auto due = _due.extract(_due.begin());
        const auto found = _entries.find(due.mapped());
        if (found != _entries.end() && found->second.stage == Stage::waiting &&
            found->second.due == due.key())
            makeReady(due.mapped(), found->second);
    }
}

void RefreshQueue::start() {
    const Hold hold(_mutex);
    for (std::size_t i = 0; i < _parts.threads; ++i) {
        _threads.push_back(base::startThread("refresh queue", [this] { serve(); }));
        ++_alive;
    }
}

bool RefreshQueue::stop(std::chrono::milliseconds atMost) {
    std::vector<std::shared_ptr<base::OneShotEvent>> callers;
    bool hasEnded = false;
    {
        Hold hold(_mutex);
        _isStopping = true;
        _changed.notify_all();
        hasEnded = _changed.wait_for(hold, atMost, [this] { return _alive == 0; });
        for (auto& [id, entry] : _entries)
            for (auto& caller : std::exchange(entry.callers, {}))
                callers.push_back(std::move(caller));
    }
    for (const auto& caller : callers)
        caller->fire();
    if (!hasEnded)
        return false;
    for (auto& thread : std::exchange(_threads, {}))
        thread.join();
    return true;
}

void RefreshQueue::runDue() {
    Hold hold(_mutex);
    if (std::exchange(_mustRecover, false)) {
        hold.unlock();
        recover();
        hold.lock();
    }
    makeDueReady();
    while (auto* const lane = nextLane())
        runNext(*lane, hold);
}

void RefreshQueue::serve() {
    Hold hold(_mutex);
    while (!_isStopping) {
        if (std::exchange(_mustRecover, false)) {
            hold.unlock();
            recover();
            hold.lock();
            continue;
        }
        makeDueReady();
        if (auto* const lane = nextLane())
            runNext(*lane, hold);
        else
            wait(hold);
    }
    --_alive;
    _changed.notify_all();
}

// One thread waits for the time, the others for work: an idle queue sleeps.
void RefreshQueue::wait(Hold& hold) {
    if (_due.empty() || _hasTimekeeper) {
        _changed.wait(hold);
        return;
    }
    // A test may move the clock.
    constexpr std::chrono::milliseconds longest{500};
    const auto left = _due.begin()->first - _parts.clock.steadyNow();
    _hasTimekeeper = true;
    _changed.wait_for(hold, std::min<std::chrono::nanoseconds>(left, longest));
    _hasTimekeeper = false;
    // It may be busy from now on: another one keeps the time.
    _changed.notify_one();
}

std::vector<std::pair<domain::PendingRefresh, std::string>> RefreshQueue::pendingRefreshes() const {
    return _parts.store.read([](const domain::ReadView& view) {
        std::vector<std::pair<domain::PendingRefresh, std::string>> all;
        for (auto& pending : view.pendingRefreshes()) {
            // A damaged account is found out by its refresh.
            const auto account = view.identityOf(pending.account);
            all.emplace_back(std::move(pending), account ? account->provider : std::string());
        }
        return all;
    });
}

// Finds the refreshes that an earlier run of the service has left, or that were suspended together.
void RefreshQueue::recover() {
    try {
        const auto left = pendingRefreshes();
        if (!left.empty())
            _log.info("pending refreshes are settled", {{"accounts", left.size()}});
        const Hold hold(_mutex);
        for (const auto& [pending, provider] : left) {
            const auto [place, isNew] = _entries.try_emplace(pending.account.value());
            if (!isNew)
                continue; // a caller was faster
            place->second.provider = provider;
            place->second.version = pending.version;
            place->second.isResumed = true;
            makeReady(place->first, place->second);
        }
    } catch (const std::exception& failure) {
        _log.error("pending refreshes can't be read", {{"detail", failure.what()}});
        Hold hold(_mutex);
        _changed.wait_for(hold, recoveryRetry, [this] { return _isStopping; });
        _mustRecover = true;
    }
}

// Returns a provider whose turn it is, or null if nothing can begin now. Requires the mutex.
RefreshQueue::Lane* RefreshQueue::nextLane() {
    const auto canRun = [this](const auto& each) {
        return !each.second.ready.empty() && each.second.running < _parts.mostOfOne;
    };
    auto found = std::find_if(_lanes.upper_bound(_lastLane), _lanes.end(), canRun);
    if (found == _lanes.end())
        found = std::find_if(_lanes.begin(), _lanes.end(), canRun);
    if (found == _lanes.end())
        return nullptr;
    _lastLane = found->first;
    return &found->second;
}

void RefreshQueue::runNext(Lane& lane, Hold& hold) {
    const auto id = std::move(lane.ready.front());
    lane.ready.pop_front();
    ++lane.running;
    auto& entry = _entries.at(id);
    entry.stage = Stage::running;
    const auto version = entry.version;
    const auto actor = entry.actor;
    const bool isResumed = entry.isResumed;
    hold.unlock();
    const auto outcome = run(base::AccountId(id), version, actor, isResumed);
    hold.lock();
    --lane.running;
    finish(id, outcome, hold);
}

RefreshOutcome RefreshQueue::run(const base::AccountId& id, std::int64_t version, const domain::Actor& actor,
                                 bool isResumed) const {
    const logging::RequestScope scope(actor.requestId);
    try {
        return isResumed ? _parts.refresher.resume(id, version)
                         : _parts.refresher.refresh(id, version, actor);
    } catch (const std::exception& failure) {
        _log.error("refresh failed", {{"account", id.value()}, {"detail", failure.what()}});
    } catch (...) {
        _log.error("refresh failed", {{"account", id.value()}, {"detail", "unknown exception"}});
    }
    return {base::Error(base::ErrorCode::internal),
            _parts.keepsJournal ? std::optional(afterUnknownFault) : std::nullopt};
}

void RefreshQueue::finish(const std::string& id, const RefreshOutcome& outcome, Hold& hold) {
    auto& entry = _entries.at(id);
    const auto callers = std::exchange(entry.callers, {});
    if (outcome.again && !_isStopping) {
        // The wait goes on without a caller. The journal says whether there is still something to do.
        entry.stage = Stage::waiting;
        entry.isResumed = true;
        entry.actor = {};
        entry.due = _parts.clock.steadyNow() + *outcome.again;
        _due.emplace(entry.due, id);
        _changed.notify_all(); // the timekeeper among them
    } else {
        _entries.erase(id);
    }
    if (outcome.hasSuspendedOthers) {
        _mustRecover = true;
        _changed.notify_one();
    }
    hold.unlock();
    for (const auto& caller : callers)
        caller->fire();
    hold.lock();
}

} // namespace central_oauth::services
