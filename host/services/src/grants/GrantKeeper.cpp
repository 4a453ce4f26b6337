// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/GrantKeeper.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace central_oauth::services {

namespace {

using Step = domain::KeptGrant::Step;

constexpr std::size_t mostAtOnce = 8;
constexpr std::size_t mostOfOne = 6;
constexpr std::size_t checksPerCommit = 50; // other writers wait for so many
constexpr std::size_t pullsPerCommit = 500;
constexpr std::chrono::seconds slotWait{2};
constexpr std::chrono::seconds clockTolerance{60}; // a correction of the clock

} // namespace

class GrantKeeper::Slots {
public:
    /// Takes a slot for a refresh of that provider; it is free again once the last copy of the result is
    /// gone. Waits for a free one, but not for a provider that has let a caller wait in vain since `begin`.
    /// Returns null if there is none, and at `stop`.
    static std::shared_ptr<void> take(const std::shared_ptr<Slots>& slots, const std::string& provider) {
        const auto slot = std::make_shared<Slot>(slots);
        std::unique_lock hold(slots->_mutex);
        auto& lane = slots->_lanes[provider];
        const auto isFree = [&] {
            return slots->_isStopping || (slots->_taken < mostAtOnce && lane.taken < mostOfOne);
        };
        if (!isFree() && (lane.isSlow || !slots->_changed.wait_for(hold, slotWait, isFree))) {
            lane.isSlow = lane.taken > 0;
            return nullptr;
        }
        if (slots->_isStopping)
            return nullptr;
        ++slots->_taken;
        ++lane.taken;
        slot->lane = &lane;
        return slot;
    }

    void begin() {
        const std::lock_guard hold(_mutex);
        for (auto& [provider, lane] : _lanes)
            lane.isSlow = false;
    }
    /// Waits for all slots but those of slow providers.
    void waitForAll() {
        std::unique_lock hold(_mutex);
        _changed.wait(hold, [this] {
            return _isStopping || std::all_of(_lanes.begin(), _lanes.end(), [](const auto& each) {
                       return each.second.taken == 0 || each.second.isSlow;
                   });
        });
    }
    void stop() {
        const std::lock_guard hold(_mutex);
        _isStopping = true;
        _changed.notify_all();
    }
    [[nodiscard]] bool isStopping() const {
        const std::lock_guard hold(_mutex);
        return _isStopping;
    }

private:
    struct Lane {
        std::size_t taken = 0;
        bool isSlow = false;
    };

    struct Slot {
        explicit Slot(std::shared_ptr<Slots> slots) : owner(std::move(slots)) {}
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot() {
            if (lane != nullptr)
                owner->release(*lane);
        }
        std::shared_ptr<Slots> owner;
        Lane* lane = nullptr; ///< null until it is taken
    };

    void release(Lane& lane) {
        const std::lock_guard hold(_mutex);
        --lane.taken;
        --_taken;
        _changed.notify_all();
    }

    mutable std::mutex _mutex; ///< guards the members below
    std::condition_variable _changed;
    std::map<std::string, Lane> _lanes; ///< by provider; none is ever erased
    std::size_t _taken = 0;
    bool _isStopping = false;
};

GrantKeeper::GrantKeeper(const Parts& parts)
    : _parts(parts), _log(parts.logger.channel("central_oauth.keeper")), _slots(std::make_shared<Slots>()) {}

void GrantKeeper::stop() noexcept {
    _slots->stop();
}

bool GrantKeeper::mayAct() {
    if (_slots->isStopping())
        return false;
    if (!_parts.isClockTrusted || _parts.isClockTrusted())
        return true;
    _wasClockWrong = true;
    return false;
}

void GrantKeeper::run() {
    const auto begin = std::chrono::steady_clock::now();
    Totals totals;
    _slots->begin();
    while (mayAct()) {
        if (!hasLookedAnew())
            break;
        const auto batch = nextBatch();
        if (batch.empty())
            break;
        for (const auto& kept : batch)
            act(kept, totals);
    }
    _slots->waitForAll();
    if (totals.checked == 0)
        return;
    const auto took = std::chrono::steady_clock::now() - begin;
    _log.info("grants kept", {{"checked", totals.checked},
                              {"refreshes", totals.refreshes},
                              {"ended", totals.ended},
                              {"erased", totals.erased},
                              {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

// A check that was scheduled by other rules, or by a clock that was ahead, may come too late. Returns false
// at `stop`, with some checks as they were: the next start begins anew.
bool GrantKeeper::hasLookedAnew() {
    const auto now = base::nowOf(_parts.clock);
    const bool isClockBack = _wasClockWrong || _lookedAt > now + clockTolerance;
    if (!_mustCompare && !isClockBack)
        return true;
    const auto rules = rulesText();
    const auto state = _parts.store.read([](const domain::ReadView& view) { return view.keepingState(); });
    if (isClockBack || !state || state->rules != rules || state->lookedAt > now + clockTolerance) {
        std::size_t pulled = 0;
        for (std::size_t last = pullsPerCommit; last == pullsPerCommit; pulled += last) {
            if (_slots->isStopping())
                return false;
            last = _parts.store.transact([&](domain::Transaction& transaction) {
                return transaction.pullChecks(now, pullsPerCommit);
            });
        }
        _parts.store.transact([&](domain::Transaction& transaction) {
            transaction.put(domain::KeepingState{rules, now});
        });
        if (pulled > 0)
            _log.info("every grant is looked at anew, because the rules or the clock have changed",
                      {{"accounts", pulled}});
    }
    _lookedAt = now;
    _mustCompare = false;
    _wasClockWrong = false;
    return true;
}

std::string GrantKeeper::rulesText() const {
    std::string text = std::to_string(_parts.keeping.maxUnused.count()) + ' ' +
                       std::to_string(_parts.keeping.maxAge.count());
    for (const auto& provider : _parts.providers.all())
        text += ' ' + provider.name + ' ' + std::to_string(provider.properties.refreshMargin.count()) + ' ' +
                std::to_string(provider.properties.idleLifetime.count());
    return text;
}

// Each check moves its due time into the future, so that the batches come to an end.
std::vector<domain::KeptGrant> GrantKeeper::nextBatch() {
    const auto now = base::nowOf(_parts.clock);
    const auto due =
        _parts.store.read([&](const domain::ReadView& view) { return view.dueChecks(now, checksPerCommit); });
    if (due.empty())
        return {};
    const auto rulesOf = [this](const std::string& provider) {
        return keepingRules(_parts.providers, provider, _parts.keeping);
    };
    // A function of a transaction takes no lock.
    std::unordered_map<std::string, std::optional<base::Timestamp>> noted;
    for (const auto& check : due)
        noted.emplace(check.account.value(), _parts.uses.latest(check.account.value(), std::nullopt));
    const auto lastUseOf = [&noted](const domain::Account& account) {
        return std::max(noted.at(account.id.value()), account.lastUsedAt);
    };
    const auto rules = rulesText();
    auto all = _parts.store.transact([&](domain::Transaction& transaction) {
        std::vector<domain::KeptGrant> batch;
        for (const auto& check : due)
            batch.push_back(domain::keepGrant(transaction, check, rulesOf, lastUseOf, now));
        transaction.put(domain::KeepingState{rules, now});
        return batch;
    });
    _lookedAt = now;
    return all;
}

void GrantKeeper::act(const domain::KeptGrant& kept, Totals& totals) {
    const auto& account = kept.account;
    ++totals.checked;
    if (kept.warnOf)
        _log.warning("a grant ends soon, because it is old",
                     {{"account", account.id.value()},
                      {"client", account.client.value()},
                      {"provider", account.provider},
                      {"ends_at", base::formatRfc3339(*kept.warnOf)},
                      {"action", "let its person approve a new link, or raise CENTRAL_OAUTH_GRANT_MAX_AGE"}});
    switch (kept.step) {
    case Step::none:
        return;
    case Step::refresh:
        ++totals.refreshes;
        return refresh(account);
    case Step::ended:
        ++totals.ended;
        _log.warning("a grant has ended, because it is old",
                     {{"account", account.id.value()},
                      {"client", account.client.value()},
                      {"provider", account.provider},
                      {"action", "let its person approve a new link; within a day a larger "
                                 "CENTRAL_OAUTH_GRANT_MAX_AGE brings it back"}});
        return;
    case Step::restored:
        _log.info("a grant that was too old is kept again", {{"account", account.id.value()}});
        return;
    case Step::erased:
        ++totals.erased;
        return;
    }
}

// Without a slot or a place in the queue the next check comes soon.
void GrantKeeper::refresh(const domain::Account& account) {
    auto slot = Slots::take(_slots, account.provider);
    if (!slot)
        return;
    try {
        if (const auto event = _parts.refreshes.ask(account.id, account.provider, account.tokenVersion, {}))
            event->onFire([slot = std::move(slot)] {});
    } catch (const base::Error& failure) {
        _log.debug("refresh put off", {{"account", account.id.value()}, {"detail", failure.what()}});
    }
}

} // namespace central_oauth::services
